"""The state is one NumPy array, as it would be in a file; vectors of one number in between."""

import numpy as np


def resumable(start, data, updates, state=None):
    s = np.array([0, start, start, 0, 0], np.float64) if state is None else np.array(state)
    for _ in range(updates):
        n = int(s[0])
        g = 2.0 * (s[1] - data[n % len(data)])
        s[3:] = [0.9, 0.99] * s[3:] + [0.1, 0.01] * np.array([g, g**2])
        first, second = s[3:] / (1 - np.array([0.9, 0.99]) ** (n + 1))
        s[1] -= 0.5 * 0.9 ** (n // 3) * first / (np.sqrt(second) + 1e-8)
        d = min(0.99, (1 + n) / (10 + n))
        s[2] += (1 - d) * (s[1] - s[2])
        s[0] += 1
    return s[1], s[2], s
