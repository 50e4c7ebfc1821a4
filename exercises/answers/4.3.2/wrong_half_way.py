# half_of_a_jump
import numpy as np


def late_and_quiet(average):
    shares = average(np.eye(1, 1500)[0])
    return np.argmax(average(np.ones(1500)) > 0.5), np.sum(shares**2)
