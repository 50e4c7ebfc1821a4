"""Exercise "An asymmetric loss": too much costs one price per unit, too little another."""

from collections.abc import Callable, Iterator

import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.looks import column, gradient, in_graph, row, value

PAIRED = "Every answer met every forecast, not its own. Compare the shapes before the arithmetic."
TRACED = "While tracing, only the batch size is unknown (None). The number of axes is known: compare `.shape`."
LOOP = "While tracing, the number of days is unknown (None): no loop over the days, no len(...). Take all days at once."

# Unequal prices, other than the 1 and 9 of the chapter; batches whose total error is positive, negative and zero.
BATCHES = (
    value(column(1.0), column(4.0), 2.0, 7.0),
    value(column(4.0, 0.0, 1.0), column(1.0, 5.0, 1.5), 2.0, 7.0),
    value(column(3.0, 2.0, 6.0, 1.0), column(1.0, 2.5, 2.0, 1.5), 5.0, 0.5),
    value(column(1.0, 2.0), column(3.0, 0.0), 3.0, 0.25),
)
SHAPES = (
    *BATCHES,
    value(row(1.0, 2.0, 4.0), column(1.0, 2.0, 5.0), 2.0, 7.0),
    value(column(1.0, 2.0, 4.0), tf.constant([[1.0, 2.0, 5.0]]), 2.0, 7.0),
    value(column(1.0, 2.0, 4.0), column(2.0), 2.0, 7.0),
)
TRAINED = (  # plain values first: an accident ends there, before TensorFlow traces it
    *BATCHES,
    in_graph(column(4.0, 0.0, 1.0), column(1.0, 5.0, 1.5), 2.0, 7.0),
    gradient(column(4.0, 0.0, 1.0), column(1.0, 5.0, 1.5), 2.0, 7.0),
    *SHAPES,
)


def _oracle(y_true: np.ndarray, y_pred: np.ndarray, cost: float, profit: float) -> float:
    """Return the loss by summing over the two kinds of day, in float64."""
    error = y_pred - y_true
    return float(cost * error[error > 0].sum() - profit * error[error < 0].sum())


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield values first, then the gradient, shapes and the graph."""
    yield Probe("three too high at cost 2, profit 7", value(column(1.0), column(4.0), 2.0, 7.0), 6.0)
    yield Probe("three too low at cost 2, profit 7", value(column(4.0), column(1.0), 2.0, 7.0), 21.0)
    yield Probe(
        "three days (3 too low, 5 too high, 0.5 too high) at cost 2, profit 7",
        value(column(4.0, 0.0, 1.0), column(1.0, 5.0, 1.5), 2.0, 7.0),
        32.0,
    )
    truth, forecast = rng.integers(-12, 13, size=(2, 7)) / 4  # quarters are exact in float32
    for cost, profit in [(0.5, 3.0), (4.0, 0.25)]:
        days = value(column(*truth), column(*forecast), cost, profit)
        loss = _oracle(truth, forecast, cost, profit)
        yield Probe(f"seven random days at cost {cost:g}, profit {profit:g}", days, loss)
    yield Probe("three perfect forecasts", value(column(1, 2, 3), column(1, 2, 3), 2.0, 7.0), 0.0)

    yield Probe(
        "the gradient at cost 2, profit 7, for one forecast too low and one too high",
        gradient(column(2.0, 2.0), column(1.0, 4.0), 2.0, 7.0),
        [[-7.0], [2.0]],
        "One unit more saves `profit` on the day that was too low and costs `cost` on the other.",
    )

    three, column3 = row(1, 2, 4), column(1, 2, 5)
    for y_true, y_pred in [(three, column3), (column3, three), (column3, three[None]), (column3, column(2))]:
        says = f"y_true of shape {tuple(y_true.shape)}, y_pred of shape {tuple(y_pred.shape)}"
        yield Probe(says, value(y_true, y_pred, 2.0, 7.0), ValueError, PAIRED)

    compiled, loss = in_graph(column(*truth), column(*forecast), 2.0, 7.0), _oracle(truth, forecast, 2.0, 7.0)
    yield Probe("inside tf.function, two shapes (None, 1)", compiled, loss, LOOP)
    refused = in_graph(three, column3, 2.0, 7.0)
    yield Probe("inside tf.function, shapes (None,) and (None, 1)", refused, ValueError, TRACED)


def _days(y: tf.Tensor, p: tf.Tensor, cost: float, profit: float) -> tf.Tensor:
    return tf.where(p > y, cost * (p - y), profit * (y - p))


def _one_branch(y: tf.Tensor, p: tf.Tensor, cost: float, profit: float) -> tf.Tensor:
    total = tf.reduce_sum(p - y)
    return cost * total if total > 0 else -profit * total


def _refusing_unless(agree: Callable[[tf.Tensor, tf.Tensor], bool]) -> Callable[..., tf.Tensor]:
    def answer(y: tf.Tensor, p: tf.Tensor, cost: float, profit: float) -> tf.Tensor:
        if not agree(y, p):
            raise ValueError("the shapes differ")
        return tf.reduce_sum(_days(y, p, cost, profit))

    return answer


def _day_by_day(y: tf.Tensor, p: tf.Tensor, cost: float, profit: float) -> tf.Tensor:
    if y.shape != p.shape:
        raise ValueError("the shapes differ")
    lost = [cost * (made - sold) if made > sold else profit * (sold - made) for sold, made in zip(y, p, strict=True)]
    return tf.reduce_sum(lost)


EXERCISE = Exercise(
    function="asymmetric_loss",
    probes=probes,
    mistakes=(
        Mistake(
            "mean_not_sum",
            "You return the mean over the batch. The exercise, like the course's listing, asks for the sum.",
            lambda y, p, cost, profit: tf.reduce_mean(_days(y, p, cost, profit)),
            BATCHES,
        ),
        Mistake(
            "cost_and_profit_swapped",
            "You charge `profit` for a forecast that is too high and `cost` for one too low: swap them.",
            lambda y, p, cost, profit: tf.reduce_sum(_days(y, p, profit, cost)),
            BATCHES,
        ),
        Mistake(
            "not_summed",
            "You return one loss per day. Add them into a single number with tf.reduce_sum.",
            _days,
            BATCHES,
        ),
        Mistake(
            "weights_ignored",
            "You return the sum of the absolute errors: `cost` and `profit` have no effect.",
            lambda y, p, cost, profit: tf.reduce_sum(tf.abs(p - y)),
            BATCHES,
        ),
        Mistake(
            "weights_of_the_chapter",
            "You use cost 1 and profit 9, the numbers of the chapter. Use the arguments `cost` and `profit`.",
            lambda y, p, cost, profit: tf.reduce_sum(_days(y, p, 1.0, 9.0)),
            BATCHES,
        ),
        Mistake(
            "weighted_squares",
            "You weight the squared errors. Each unit costs the same here: leave out the square.",
            lambda y, p, cost, profit: tf.reduce_sum(tf.where(p > y, cost, profit) * tf.square(p - y)),
            BATCHES,
        ),
        Mistake(
            "too_high_earns_money",
            "A forecast that is too high makes your loss smaller. Its branch has the wrong sign: use y_pred - y_true.",
            lambda y, p, cost, profit: tf.reduce_sum(tf.where(p > y, cost * (y - p), profit * (y - p))),
            BATCHES,
        ),
        Mistake(
            "too_low_earns_money",
            "A forecast that is too low makes your loss smaller. Its branch has the wrong sign: use y_true - y_pred.",
            lambda y, p, cost, profit: tf.reduce_sum(tf.where(p > y, cost * (p - y), profit * (p - y))),
            BATCHES,
        ),
        Mistake(
            "too_high_is_free",
            "A forecast that is too high costs nothing in your loss. Charge `cost` for each unit.",
            lambda y, p, cost, profit: tf.reduce_sum(profit * tf.nn.relu(y - p)),
            BATCHES,
        ),
        Mistake(
            "too_low_is_free",
            "A forecast that is too low costs nothing in your loss. Charge `profit` for each unit.",
            lambda y, p, cost, profit: tf.reduce_sum(cost * tf.nn.relu(p - y)),
            BATCHES,
        ),
        Mistake(
            "both_branches_added",
            "You charge both prices every day. Pick one per day by comparing y_pred with y_true: tf.where does that.",
            lambda y, p, cost, profit: tf.reduce_sum(cost * (p - y) + profit * (y - p)),
            BATCHES,
        ),
        Mistake(
            "one_branch_for_the_batch",
            "You choose one price for the whole batch from its total error. Choose for each day: tf.where does that.",
            _one_branch,
            BATCHES,
        ),
        Mistake(
            "no_shape_check",
            "You compute with any two shapes, so TensorFlow broadcasts them. Compare the shapes first.",
            lambda y, p, cost, profit: tf.reduce_sum(_days(y, p, cost, profit)),
            SHAPES,
        ),
        Mistake(
            "if_for_many_days",
            "Python's `if` needs one answer, yes or no, and your comparison has one for each day. Choose for each day: "
            "tf.where does that.",
            lambda y, p, cost, profit: tf.reduce_sum(cost * (p - y) if p > y else profit * (y - p)),
            BATCHES,
        ),
        Mistake(
            "condition_reversed",
            "Each branch stands on the days of the other, so your loss falls where it should rise. Turn the comparison "
            "round.",
            lambda y, p, cost, profit: tf.reduce_sum(tf.where(p < y, cost * (p - y), profit * (y - p))),
            BATCHES,
        ),
        Mistake(
            "length_check_only",
            "You compare the first axis only: (3,) and (3, 1) are both 3 long. Compare the whole shapes.",
            _refusing_unless(lambda y, p: len(y) == len(p)),
            SHAPES,
        ),
        Mistake(
            "rank_check_only",
            "You compare the number of axes only: (3, 1) and (1, 3) both have two. Compare the whole shapes.",
            _refusing_unless(lambda y, p: y.ndim == p.ndim),
            SHAPES,
        ),
        Mistake(
            "loop_over_the_days",
            "You go through the days in a Python loop. Inside tf.function their number is unknown. Take all days at "
            "once: tf.where, then tf.reduce_sum.",
            _day_by_day,
            TRAINED,
        ),
    ),
)
