# stopped_at_the_first_rise


def choose_strength(training, held_out, test, strengths, fit, loss):
    best, lowest = None, float("inf")
    for strength in strengths:
        found = loss(fit(training, strength), held_out, 0.0)
        if found > lowest:
            break
        best, lowest = strength, found
    return best, loss(fit(training, best), test, 0.0)
