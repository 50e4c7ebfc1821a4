"""A moving average of the weights in ``model.fit``, with TF1's warmup rule, which Keras's ``use_ema`` lacks."""

from typing import Any

from nnopt_course import _checks
from nnopt_course._tensorflow import tf
from nnopt_course.ema import MovingAverage, WeightAverage


class WeightAveraging(tf.keras.callbacks.Callback):
    """Average the trainable weights of a model after each update that ``fit`` makes.

    Evaluate with ``average.swapped_into(model)``. The model itself keeps its weights at all times, except while this
    callback validates, so ``ModelCheckpoint`` saves the weights, and ``EarlyStopping`` with ``restore_best_weights``
    restores the weights of its best epoch while the averages stay those of the last. To save a model of averages, call
    ``model.save`` inside ``swapped_into``.

    A second ``fit`` with the same callback goes on where the first one ended. To resume in another process, save the
    model and ``average.save("average.npz")``, note ``step``, and later::

        averaging = WeightAveraging(MovingAverage(0.99))
        averaging.start(model, step=1000)
        averaging.average.restore("average.npz")

    Args:
      rule: the decay and the convention; ``MovingAverage(0.99)`` is TF1's with warmup.
      validation_data: as in ``fit``, for example ``(x, y)``. At the end of each epoch the model is evaluated on it with
        the averages in place; the results join ``fit``'s history as ``val_average_loss`` and so on. Its own
        ``val_loss``, if ``fit`` has validation data too, is that of the weights. ``EarlyStopping("val_average_loss",
        mode="min")`` works if it stands behind this callback.

    Raises:
      TypeError: if ``rule`` is not a :class:`~nnopt_course.ema.MovingAverage`.

    ``fit`` raises ``ValueError`` if the model is not built, since the averages start at its first weights; if it makes
    several updates between two calls of the callback (``steps_per_execution`` above 1); or if a trainable weight is
    not among those averaged. With gradient accumulation, a batch without an update changes nothing.

    >>> dense = tf.keras.layers.Dense(1, kernel_initializer="zeros")
    >>> model = tf.keras.Sequential([tf.keras.Input((1,)), dense])
    >>> model.compile(tf.keras.optimizers.SGD(0.5), "mse")
    >>> averaging = WeightAveraging(MovingAverage(0.99))
    >>> x = y = tf.ones((1, 1))
    >>> _ = model.fit(x, y, verbose=0, callbacks=[averaging])
    >>> average = averaging.average.average(dense.kernel)
    >>> round(float(dense.kernel[0, 0]), 4), round(float(average[0, 0]), 4)
    (1.0, 0.9)
    """

    def __init__(self, rule: MovingAverage, *, validation_data: Any = None) -> None:
        """Keep the arguments; the averages begin with the first ``fit``."""
        super().__init__()
        if not isinstance(rule, MovingAverage):
            raise TypeError(f"rule must be a MovingAverage, got {rule!r}")
        self.rule = rule
        self.validation_data = validation_data
        self.step = 0  # updates that the averages have seen
        self._average: WeightAverage | None = None

    @property
    def average(self) -> WeightAverage:
        """The averages; before ``start`` or the first ``fit`` there are none, which raises ``RuntimeError``."""
        if self._average is None:
            raise RuntimeError("average must not be read before fit or start has begun it, got no model yet")
        return self._average

    def start(self, model: tf.keras.Model, step: int = 0) -> None:
        """Begin the averages at the present weights of a model, after ``step`` updates seen in an earlier run.

        A model that is not built, or a ``step`` below 0, raises ``ValueError``; what is no model or no integer,
        ``TypeError``.
        """
        step = _checks.integer("step", step, smallest=0)
        if not isinstance(model, tf.keras.Model):
            raise TypeError(f"model must be a Keras model, got {model!r}")
        if not model.built:
            raise ValueError(
                f"model must be built before its weights are averaged, got {model.name} without weights: "
                "give it an Input, or call it once"
            )
        self._average, self.step = WeightAverage(model, self.rule), step
        # A concrete function cannot trace anew, so it never prints TensorFlow's warning about that.
        apply = tf.function(self._average.apply, autograph=False)
        self._apply = apply.get_concrete_function(tf.TensorSpec([], tf.int64))

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Begin the averages, if they have not begun, and refuse what would miss an update."""
        if self.model.steps_per_execution != 1:
            raise ValueError(
                "steps_per_execution must be 1 to average the weights after each update, "
                f"got {self.model.steps_per_execution}"
            )
        if self._average is None:
            self.start(self.model)
        with self.average.swapped_into(self.model):
            pass  # it refuses weights that are not averaged, and a model that holds its averages now
        self._updates = self._count_updates()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Update the averages, if the optimizer has made an update."""
        updates = self._count_updates()
        if updates == self._updates:
            return  # it accumulates gradients, or skipped a batch whose gradient was not finite
        if updates != self._updates + 1:
            raise ValueError(f"fit must make at most 1 update in a batch, got {updates - self._updates}")
        self._apply(tf.constant(self.step, tf.int64))
        self._updates, self.step = updates, self.step + 1

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Evaluate with the averages, if there are validation data; the weights come back also after an error."""
        if self.validation_data is None:
            return
        x, y, sample_weight = tf.keras.utils.unpack_x_y_sample_weight(self.validation_data)
        with self.average.swapped_into(self.model):
            results = self.model.evaluate(x, y, sample_weight=sample_weight, verbose=0, return_dict=True)
        if logs is not None:
            logs.update({f"val_average_{name}": value for name, value in results.items()})

    def _count_updates(self) -> int:
        return int(tf.convert_to_tensor(self.model.optimizer.iterations))
