"""Right, but raises beyond a narrow range."""

import numpy as np


def lowest_loss(classes, low, high):
    ratio = np.exp(high - low) if high - low < 20 else np.nan
    return np.log(1 + (classes - 1) / ratio)
