"""Exercise "Find the bug": a mean squared error over the days on which a kiosk was open."""

from collections.abc import Callable, Iterator

import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.looks import gradient, value

ANYTHING = "A closed day may hold anything, NaN too, and must not change the result."
SLOPE = "It is 2 (y_pred - y_true) / (number of open days) on open days, and 0 on closed ones."

# Kiosks that are open on different numbers of days; what stands in the closed days differs from 0.
OPEN = tf.constant([[True, True, True, False], [True, False, False, False]])
SOLD = tf.constant([[3.0, 1.0, 4.0, 9.0], [5.0, 2.0, 7.0, 0.5]])
FORECAST = tf.constant([[4.0, 3.0, 1.0, 2.0], [9.0, 4.0, 6.0, 8.0]])
OPEN_ONCE = tf.constant([[False, True], [True, True], [False, True]])
SOLD_ONCE = tf.constant([[0.0, 2.0], [1.0, 6.0], [8.0, 3.0]])
FORECAST_ONCE = tf.constant([[1.0, 2.5], [4.0, 4.0], [2.0, 1.0]])
NOTHING_KNOWN = tf.where(OPEN, SOLD, np.nan)

MASKED = (value(SOLD_ONCE, FORECAST_ONCE, OPEN_ONCE), value(SOLD, FORECAST, OPEN))
UNKNOWN = (value(NOTHING_KNOWN, FORECAST, OPEN), gradient(NOTHING_KNOWN, FORECAST, OPEN), *MASKED)


def _oracle(y_true: tf.Tensor, y_pred: tf.Tensor, is_open: tf.Tensor) -> tuple[float, np.ndarray]:
    """Return the mean over the open days and its gradient, from a list of those days."""
    error = np.asarray(y_pred, np.float64) - np.asarray(y_true)
    days = np.argwhere(is_open)
    slope = np.zeros(error.shape)
    for day in map(tuple, days):
        slope[day] = 2 * error[day] / len(days)
    return float(np.mean([error[tuple(day)] ** 2 for day in days])), slope


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield the listing's case, kiosks of different weeks, random ones, then NaN and gradients."""
    off_by_two = tf.constant([[5.0, 5.0, 5.0]]), tf.constant([[7.0, 7.0, 7.0]])
    for days in (3, 1):
        mask = tf.constant([[day < days for day in range(3)]])
        yield Probe(f"open {days} of 3 days, each forecast too high by 2", value(*off_by_two, mask), 4.0)
    yield Probe("errors 1, 2 and -3 at one kiosk, 4 at another", value(SOLD, FORECAST, OPEN), 7.5)
    is_open = rng.random((5, 6)) < 0.6
    is_open[0, :2] = [True, False]
    drawn = tuple(tf.constant(numbers / 4, tf.float32) for numbers in rng.integers(-12, 13, size=(2, 5, 6)))
    mean, slope = _oracle(*drawn, is_open)
    says = f"five random kiosks, {is_open.sum()} of 30 days open"
    yield Probe(says, value(*drawn, tf.constant(is_open)), mean)
    yield Probe("NaN as the sales of closed days", value(NOTHING_KNOWN, FORECAST, OPEN), 7.5, ANYTHING)
    yield Probe(f"the gradient, {says}", gradient(*drawn, tf.constant(is_open)), slope, SLOPE)
    slope = _oracle(SOLD, FORECAST, OPEN)[1]
    yield Probe("the gradient, NaN as the sales of closed days", gradient(NOTHING_KNOWN, FORECAST, OPEN), slope, SLOPE)


def _kept(values: tf.Tensor, is_open: tf.Tensor) -> tf.Tensor:
    return tf.where(is_open, values, tf.zeros_like(values))


def _count(is_open: tf.Tensor, axis: int | None = None) -> tf.Tensor:
    return tf.reduce_sum(tf.cast(is_open, tf.float32), axis=axis)


def _masked(reduce: Callable) -> Callable:
    """Return an answer that is safe on closed days and reduces the squares of open ones as ``reduce`` does."""
    return lambda y, p, is_open: reduce(tf.square(_kept(p - y, is_open)), is_open)


EXERCISE = Exercise(
    function="open_days_error",
    probes=probes,
    mistakes=(
        Mistake(
            "divided_by_all_days",
            "The listing's bug is still there: closed days add nothing to the sum, but you divide by them too.",
            _masked(lambda squares, is_open: tf.reduce_mean(squares)),
            MASKED,
        ),
        Mistake(
            "closed_days_counted",
            "You average over all days, closed ones too: `is_open` has no effect.",
            lambda y, p, is_open: tf.reduce_mean(tf.square(p - y)),
            MASKED,
        ),
        Mistake(
            "mean_of_the_kiosks_means",
            "You average each kiosk, then the kiosks, so a day counts more where few are open. Average all open days.",
            _masked(lambda squares, is_open: tf.reduce_mean(tf.reduce_sum(squares, axis=1) / _count(is_open, axis=1))),
            MASKED,
        ),
        Mistake(
            "one_mean_per_kiosk",
            "You return one mean per kiosk. Average all open days of all kiosks into a single number.",
            _masked(lambda squares, is_open: tf.reduce_sum(squares, axis=1) / _count(is_open, axis=1)),
            MASKED,
        ),
        Mistake(
            "divided_by_the_kiosks",
            "You divide by the number of kiosks. Divide by the number of open days.",
            _masked(lambda squares, is_open: tf.reduce_sum(squares) / len(squares)),
            MASKED,
        ),
        Mistake(
            "sum_not_mean",
            "You return the sum over the open days. Divide by their number.",
            _masked(lambda squares, is_open: tf.reduce_sum(squares)),
            MASKED,
        ),
        Mistake(
            "closed_not_open",
            "You average over the closed days. `is_open` is True where the kiosk was open.",
            lambda y, p, is_open: tf.reduce_mean(tf.boolean_mask(tf.square(p - y), ~is_open)),
            MASKED,
        ),
        Mistake(
            "only_the_forecast_masked",
            "You set the forecast of a closed day to 0 but keep its sales, so it still has an error. Mask the error.",
            lambda y, p, is_open: tf.reduce_sum(tf.square(_kept(p, is_open) - y)) / _count(is_open),
            MASKED,
        ),
        Mistake(
            "only_the_sales_masked",
            "You set the sales of a closed day to 0 but keep its forecast, so it still has an error. Mask the error.",
            lambda y, p, is_open: tf.reduce_sum(tf.square(p - _kept(y, is_open))) / _count(is_open),
            MASKED,
        ),
        Mistake(
            "closed_days_in_the_sum",
            "You divide by the number of open days, but the sum still has the closed ones in it.",
            lambda y, p, is_open: tf.reduce_sum(tf.square(p - y)) / _count(is_open),
            MASKED,
        ),
        Mistake(
            "root_of_the_mean",
            "You return the root of the mean square over the open days. Leave out the root.",
            _masked(lambda squares, is_open: tf.sqrt(tf.reduce_sum(squares) / _count(is_open))),
            MASKED,
        ),
        Mistake(
            "nan_times_zero",
            "You multiply by the mask, and 0 times NaN is NaN. Choose instead: tf.where or tf.boolean_mask.",
            lambda y, p, is_open: tf.reduce_sum(tf.square(p - y) * tf.cast(is_open, tf.float32)) / _count(is_open),
            UNKNOWN,
        ),
        Mistake(
            "nan_in_the_gradient",
            "The value is right, its gradient NaN: backward, a square that is taken out later still gets 0 times NaN. "
            "Take closed days out before you square.",
            lambda y, p, is_open: tf.reduce_sum(_kept(tf.square(p - y), is_open)) / _count(is_open),
            UNKNOWN,
        ),
        Mistake(
            "divided_by_seven",
            "You divide by 7, the days of the listing's week. Divide by the number of open days.",
            _masked(lambda squares, is_open: tf.reduce_sum(squares) / 7),
            MASKED,
        ),
        Mistake(
            "mean_of_the_days_means",
            "You average each day over the kiosks, then the days; a day on which none is open gives 0 / 0. Average all "
            "open days of all kiosks at once.",
            _masked(lambda squares, is_open: tf.reduce_mean(tf.reduce_sum(squares, axis=0) / _count(is_open, axis=0))),
            MASKED,
        ),
        Mistake(
            "mean_before_square",
            "You average the errors first and then square, so errors of opposite sign cancel. Square each error first.",
            lambda y, p, is_open: tf.square(tf.reduce_mean(tf.boolean_mask(p - y, is_open))),
            MASKED,
        ),
    ),
)
