# largest_strength


def choose_strength(training, held_out, test, strengths, fit, loss):
    return max(strengths), loss(fit(training, max(strengths)), test, 0.0)
