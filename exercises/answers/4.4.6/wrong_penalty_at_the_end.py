# penalty_in_the_report


def choose_strength(training, held_out, test, strengths, fit, loss):
    strength = min(strengths, key=lambda each: loss(fit(training, each), held_out, 0.0))
    return strength, loss(fit(training, strength), test, strength)
