# first_strength


def choose_strength(training, held_out, test, strengths, fit, loss):
    best = float("inf")
    for strength in strengths:
        w = fit(training, strength)
        if loss(w, held_out, 0.0) < best:
            return strength, loss(w, test, 0.0)
