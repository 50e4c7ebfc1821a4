"""Is one set-up better than another? The answer from runs of both over the same seeds."""

import math
from collections.abc import Sequence
from numbers import Real
from typing import NamedTuple

import numpy as np

_LARGEST = 1e150  # squares of differences are summed


class Difference(NamedTuple):
    """Mean of paired differences, with its standard error."""

    mean: float  #: Mean of the differences, in the unit of the results.
    standard_error: float  #: Standard error of that mean, same unit.
    pairs: int  #: Number of pairs.

    @property
    def is_clear(self) -> bool:
        """Whether the mean is more than twice its standard error away from 0."""
        return abs(self.mean) > 2 * self.standard_error

    def __str__(self) -> str:
        """Return mean, standard error and verdict as the pages print them."""
        return f"{self}"

    def __format__(self, spec: str) -> str:
        """Return the same with the decimals of ``spec``: four, or three in ``f"{difference:.3f}"``."""
        spec = spec or ".4f"
        verdict = "clear" if self.is_clear else "not clear"
        return f"{self.mean:+z{spec}} ± {self.standard_error:{spec}}: {verdict}"


def paired_difference(first: Sequence[float], second: Sequence[float]) -> Difference:
    r"""Compare two set-ups that were run with the same seeds.

    .. math::

        \bar d = \frac{1}{n} \sum_{i=1}^{n} (a_i - b_i), \qquad
        \mathrm{SE} = \sqrt{\frac{1}{n (n - 1)} \sum_{i=1}^{n} (a_i - b_i - \bar d)^2}

    Args:
      first: results :math:`a` of one set-up, one finite number per seed, at least two.
      second: results :math:`b` of the other one, in the same order of seeds and the same unit.

    Returns:
      Mean and standard error of ``first - second``.

    Raises:
      ValueError: if the lengths differ, there are fewer than two pairs, or a result is not finite or above 1e150.
      TypeError: if the results are not numbers.

    Source: Goodfellow et al., *Deep Learning* (2016), section 5.4.2, for the standard error.

    >>> print(paired_difference([3.0, 4.0, 5.0], [2.0, 2.0, 2.0]))
    +2.0000 ± 0.5774: clear
    """
    a, b = _numbers("first", first), _numbers("second", second)
    if a.ndim != 1 or a.shape != b.shape or len(a) < 2:
        raise ValueError(f"first and second must hold one result per seed, at least two, got {a.shape} and {b.shape}")
    for name, results in (("first", a), ("second", b)):
        if not (abs(results) <= _LARGEST).all():  # not so for NaN either
            raise ValueError(
                f"{name} must be finite and at most {_LARGEST:g} in size, got {results.tolist()}: "
                "count a failed run, do not average it"
            )
    d = a - b
    return Difference(float(d.mean()), float(d.std(ddof=1)) / math.sqrt(len(d)), len(d))


def _numbers(name: str, values: Sequence[float]) -> np.ndarray:
    """Convert to float64 what holds numbers only; NumPy would take strings, truth values, dates and None, too."""
    try:
        array = np.asarray(values)
        if array.dtype.kind in "iufV" or (array.dtype == object and all(isinstance(v, Real) for v in array.flat)):
            return array.astype(np.float64)  # V is bfloat16
    except (TypeError, ValueError, OverflowError):
        pass  # refused below
    raise TypeError(f"{name} must be a sequence of numbers, got {values!r}")
