# penalty_in_the_held_out_loss
import numpy as np


def choose_strength(training, held_out, test, strengths, fit, loss):
    models = [fit(training, strength) for strength in strengths]
    i = np.argmin([loss(w, held_out, strength) for w, strength in zip(models, strengths, strict=True)])
    return strengths[i], loss(models[i], test, 0.0)
