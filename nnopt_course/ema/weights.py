"""The averages of all weights of a model, kept beside it, swapped in for evaluation, saved and restored."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nnopt_course import _arrays, _tensor_checks
from nnopt_course._tensorflow import TensorLike, tf
from nnopt_course.ema.convention import MovingAverage


class WeightAverage:
    """Averages of variables, kept beside them: ``apply`` after each training step, evaluate inside ``swapped_into``.

    The shadows start when the object is made, so make it before the first step. It averages variables that are trained;
    batch-norm statistics are not, and inside ``swapped_into`` they still belong to the weights.

    Args:
      variables: floating ``tf.Variable`` or Keras variables, or a model or module that is built: its trainable ones.
      rule: the convention.

    Raises:
      ValueError: if there is no variable, or one comes twice.
      TypeError: if something is not a floating variable, or ``rule`` not a :class:`MovingAverage`.

    >>> w = tf.Variable(0.0)
    >>> average = WeightAverage([w], MovingAverage(0.99))
    >>> for step, value in [(0, 1.0), (100, 10.0)]:
    ...     w.assign(value) and average.apply(step)
    >>> with average.swapped_into([w]):
    ...     print(f"evaluate with {float(w):.4f}")
    evaluate with 1.6445
    >>> float(w)
    10.0
    """

    def __init__(self, variables: Any, rule: MovingAverage) -> None:
        """Start one shadow for each variable."""
        if not isinstance(rule, MovingAverage):
            raise TypeError(f"rule must be a MovingAverage, got {rule!r}")
        self.rule = rule
        self._variables = _variables(variables)
        if len({id(variable) for variable in self._variables}) < len(self._variables):
            raise ValueError("variables must be distinct, got one twice")
        self._shadows = [tf.Variable(rule.initial_shadow(v), trainable=False) for v in self._variables]
        self._swapped = False

    def average(self, variable: tf.Variable) -> tf.Tensor:
        """Return the average of a variable; one that is not averaged raises ``ValueError``."""
        return self._shadow(_variables([variable])[0]).read_value()

    def apply(self, step: TensorLike) -> None:
        """Update every shadow; ``step`` counts the updates made before. It returns nothing, so XLA copies nothing.

        Works eagerly and inside a ``tf.function``, there with ``step`` as a tensor: a Python integer would trace anew.
        """
        self._refuse_while_swapped("apply")
        for variable, shadow in zip(self._variables, self._shadows, strict=True):
            shadow.assign(self.rule(shadow, variable, step))

    @contextlib.contextmanager
    def swapped_into(self, variables: Any) -> Iterator[None]:
        """Let a model hold the averages inside a ``with`` block; afterwards its weights are back, also after an error.

        ``variables`` is a model, or a list of variables: each must be averaged here. Training inside is undone.
        """
        self._refuse_while_swapped("swapped_into")
        if not tf.executing_eagerly():
            raise RuntimeError("swapped_into must not be used inside a tf.function, got a graph that is being traced")
        pairs = [(variable, self._shadow(variable)) for variable in _variables(variables)]
        weights = [variable.read_value() for variable, _ in pairs]
        self._swapped = True
        try:
            for variable, shadow in pairs:
                variable.assign(shadow)
            yield
        finally:
            for (variable, _), weight in zip(pairs, weights, strict=True):
                variable.assign(weight)
            self._swapped = False

    def save(self, path: str | Path) -> None:
        """Write the shadows and the rule as an ``npz`` file (NumPy reads it), beside first and then renamed.

        Together with the weights and the step this resumes exactly. bfloat16 shadows raise ``TypeError``, a file that
        cannot be written ``OSError``.
        """
        _arrays.save(path, str(self.rule), self._arrays())

    def restore(self, path: str | Path) -> None:
        """Set the shadows from a file that was saved for the same rule and as many variables, in the same order.

        A file that is damaged, or of another rule, number, shape or dtype, raises ``ValueError``, one that cannot be
        read ``OSError``; both change nothing.
        Variables are matched by position, because Keras numbers their names anew in each model.
        """
        self._refuse_while_swapped("restore")
        arrays = _arrays.load(path, str(self.rule), self._arrays())
        for shadow, array in zip(self._shadows, arrays.values(), strict=True):
            shadow.assign(array)

    def _arrays(self) -> dict[str, np.ndarray]:
        return {f"shadow_{i}": shadow.numpy() for i, shadow in enumerate(self._shadows)}

    def _shadow(self, variable: tf.Variable) -> tf.Variable:
        for known, shadow in zip(self._variables, self._shadows, strict=True):
            if known is variable:
                return shadow
        raise ValueError(
            f"variable must be one of the {len(self._variables)} that are averaged, "
            f"got {variable.name} of shape {tuple(variable.shape)}"
        )

    def _refuse_while_swapped(self, method: str) -> None:
        if self._swapped:
            raise RuntimeError(
                f"{method} must not be called inside swapped_into: the variables hold the averages there"
            )


def _variables(source: Any) -> list[tf.Variable]:
    """Return the ``tf.Variable`` objects of a model or a list, those inside Keras variables included."""
    items = getattr(source, "trainable_variables", source)
    if not isinstance(items, (list, tuple)):
        raise TypeError(f"variables must be a list of variables or a built model, got {source!r}")
    found = []
    for item in items:
        variable = item if isinstance(item, tf.Variable) else getattr(item, "value", None)
        if not isinstance(variable, tf.Variable) or variable.dtype not in _tensor_checks.FLOATING:
            raise TypeError(f"variables must be floating tf.Variable or Keras variables, got {item!r}")
        found.append(variable)
    if not found:
        raise ValueError("variables must hold at least one, got none: build the model first")
    return found
