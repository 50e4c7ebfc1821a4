r"""Moving averages of weights: train with the weights, evaluate with their average.

All conventions share one update, :math:`s \leftarrow d_n s + (1 - d_n) w`. They differ in the decay :math:`d_n` and in
where the shadow :math:`s` starts. :class:`MovingAverage` is such a convention, a frozen value for compiled loops;
:class:`WeightAverage` keeps the averages of variables or of a Keras model.
"""

from nnopt_course.ema.convention import CONVENTIONS, MovingAverage, averaged
from nnopt_course.ema.weights import WeightAverage

__all__ = ["CONVENTIONS", "MovingAverage", "WeightAverage", "averaged"]
