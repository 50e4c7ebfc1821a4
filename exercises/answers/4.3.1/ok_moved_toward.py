"""The shadow moves a share of the way, in float32; the share is the larger of the two new shares."""

import numpy as np


def update_shadow(shadow, weight, decay, step):
    new = max(1 - decay, 9 / (10 + step))
    return np.float32(shadow) + np.float32(new) * (np.float32(weight) - np.float32(shadow))
