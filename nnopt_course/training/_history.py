"""What a run recorded, and how it says that it went wrong."""

from typing import NamedTuple

import numpy as np


class History(NamedTuple):
    """What a run recorded; row ``r`` holds the state after ``step[r]`` updates, the last row the final state.

    Every number in it is finite. A run that diverged, where that is allowed, has only the rows before.
    """

    step: np.ndarray  #: Updates made, shape ``(rows,)``.
    learning_rate: np.ndarray  #: Rate of the last one, shape ``(rows,)``.
    loss: np.ndarray  #: Loss over all data plus penalty, shape ``(rows,)``.
    held_out_loss: np.ndarray | None  #: Loss over the held-out data, without penalty, shape ``(rows,)``.
    #: One array for each parameter, shape ``(rows, *parameter shape)``, or ``(1, ...)`` for the final one alone.
    parameters: list[np.ndarray]
    shadows: list[np.ndarray]  #: Their averages, in the same shapes; empty without an average.
    diverged_at: int | None = None  #: Updates made when a loss, a parameter or a slot stopped being finite.

    @property
    def final(self) -> list[np.ndarray]:
        """The parameters after the last update."""
        return [values[-1] for values in self.parameters]

    @property
    def final_shadows(self) -> list[np.ndarray]:
        """The averages after the last update."""
        return [values[-1] for values in self.shadows]


class DivergenceError(ArithmeticError):
    """A loss, a parameter or a slot of the optimizer became NaN or infinite during a run."""
