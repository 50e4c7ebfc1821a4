"""One weight after another, in three cases."""

import numpy as np


def proximal_step(w, gradient, learning_rate, strength):
    reach, after = learning_rate * strength, []
    for u in np.ravel(w - learning_rate * gradient):
        if u > reach:
            after.append(u - reach)
        elif u < -reach:
            after.append(u + reach)
        else:
            after.append(0.0)
    return np.reshape(after, w.shape)
