# smallest_strength


def choose_strength(training, held_out, test, strengths, fit, loss):
    losses = {strength: loss(fit(training, strength), training, 0.0) for strength in strengths}
    best = min(losses, key=losses.get)
    return best, loss(fit(training, best), test, 0.0)
