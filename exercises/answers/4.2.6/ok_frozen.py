"""A frozen dataclass, whose instances are schedules."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class falling_rate:
    initial: float
    factor: float
    floor: float

    def __call__(self, step):
        return np.maximum(self.initial * np.power(self.factor, step), self.floor)
