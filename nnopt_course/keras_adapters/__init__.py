"""The course's parts in ``model.compile`` and ``model.fit``: thin Keras classes around them.

The arithmetic stays in the parts; here is what Keras asks for around it. Losses return one value for each example, so
that ``sample_weight`` and a smaller last batch come out right. Losses, schedules and penalties are saved with the
model; ``load_model`` needs no ``custom_objects`` once this package is imported.
"""

from nnopt_course.keras_adapters.callbacks import WeightAveraging
from nnopt_course.keras_adapters.losses import AsymmetricLoss, CrossEntropy, MeanSquaredError, SoftmaxCrossEntropy
from nnopt_course.keras_adapters.regularizers import Penalty
from nnopt_course.keras_adapters.schedules import Schedule

__all__ = [
    "AsymmetricLoss",
    "CrossEntropy",
    "MeanSquaredError",
    "Penalty",
    "Schedule",
    "SoftmaxCrossEntropy",
    "WeightAveraging",
]
