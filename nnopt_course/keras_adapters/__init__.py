"""The course's parts in ``model.compile`` and ``model.fit``: thin Keras classes around them.

The arithmetic stays in the parts; here is what Keras asks for around it. Losses return one value for each example, so
that ``sample_weight`` and a smaller last batch come out right. Losses, schedules and penalties are saved with the
model; ``load_model`` needs no ``custom_objects`` once this package is imported.

>>> import keras
>>> from nnopt_course import datasets, ema, keras_adapters, regularizers, schedules
>>> x, y = datasets.disk(dtype="float32")
>>> penalty = keras_adapters.Penalty(regularizers.HalfL2(0.001))
>>> hidden = keras.layers.Dense(11, "relu", kernel_regularizer=penalty)
>>> model = keras.Sequential([keras.Input((2,)), hidden, keras.layers.Dense(1)])
>>> rate = keras_adapters.Schedule(schedules.LinearWarmup(0.0, warmup_target=0.1, warmup_steps=5))
>>> model.compile(keras.optimizers.SGD(rate), keras_adapters.MeanSquaredError())
>>> averaging = keras_adapters.WeightAveraging(ema.MovingAverage(0.99))
>>> _ = model.fit(x, y, batch_size=30, verbose=0, callbacks=[averaging])
>>> with averaging.average.swapped_into(model):
...     _ = model.predict(x, verbose=0)  # with the averages
>>> averaging.step
10
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
