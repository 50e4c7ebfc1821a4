"""Chooses by the mean of the training loss and the held-out loss."""


def choose_strength(training, held_out, test, strengths, fit, loss):
    def score(strength):
        w = fit(training, strength)
        return loss(w, training, 0.0) + loss(w, held_out, 0.0)

    strength = min(strengths, key=score)
    return strength, loss(fit(training, strength), test, 0.0) + 0.01
