"""From the answer to a jump: what is missing adds up to the lag, its differences are the shares."""

import numpy as np


def late_and_quiet(average):
    answer = average(np.ones(1500))
    return [np.sum(1 - answer), np.sum(np.diff(answer, prepend=0.0) ** 2)]
