# refitted_on_everything
import numpy as np


def choose_strength(training, held_out, test, strengths, fit, loss):
    strength = min(strengths, key=lambda each: loss(fit(training, each), held_out, 0.0))
    x = np.vstack([training[0], held_out[0]])
    y = np.vstack([training[1], held_out[1]])
    return strength, loss(fit((x, y), strength), test, 0.0)
