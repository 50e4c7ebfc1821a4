"""Exercise "Count the traces": a compiled update that is traced once, whatever numbers a run hands to it."""

import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.looks import single
from nnopt_course.checking.observing import Answer, Look, Unusable

Call = tuple[int, float, int]  # size of the batch, rate, step

MADE = "What `compiled` returns is called with w, batch, rate and step. All but the step are float64 for `update`."
NUMBERS = "A Python number is a constant of the trace; another number is another trace."
SHAPES = "None in the shape of a tf.TensorSpec stands for any size."
ONCE = "tf.function remembers its traces; a new tf.function has none."
RESULT = "The function has to use the numbers of each call."
GRAPH = "Without tf.function nothing is traced, and nothing is compiled."


class Update:
    """One update of a weight, as a Python function; it notes how often Python runs it, and how often in a graph."""

    def __init__(self) -> None:
        """Make the function ``function(w, batch, rate, step)``."""
        self.runs = self.in_graph = 0

        @tf.autograph.experimental.do_not_convert  # there is no loop to convert, and tracing is faster
        def update(w, batch, rate, step):
            self.runs += 1
            self.in_graph += not tf.executing_eagerly()
            return w - rate * tf.reduce_mean(2 * (w - batch)) + 0.125 * tf.cast(step, tf.float64)

        self.function = update


def _weight_after(calls: Sequence[Call]) -> float:
    w = 5.0
    for size, rate, step in calls:
        w += 0.125 * step - 2 * rate * (w - (size - 1) / 2)  # the batch is 0, 1, ..., size - 1
    return w


def _run(answer: Answer, update: Update, calls: Sequence[Call]) -> Any:
    """Let the answer compile the update, call that, and return the last weight; count in ``update``."""
    update.runs = update.in_graph = 0
    with _without_tensorflows_warning():
        step_function = answer(update.function)
        if step_function is None:
            return None
        if not callable(step_function):
            return Unusable(f"your function returned a {type(step_function).__name__}, which is no function.")
        w = tf.constant(5.0, tf.float64)
        for size, rate, step in calls:
            w = answer.run(step_function, w, tf.range(size, dtype=tf.float64), rate, step)
            number = single(w, "The function that you return has to return the new weight.")
            if not isinstance(number, float):
                words = "the function that you return returned None. Is a `return` missing in it?"
                return number or Unusable(words)
            w = tf.constant(number, tf.float64)
        return number


@contextlib.contextmanager
def _without_tensorflows_warning() -> Iterator[None]:
    """Silence the warning about many traces, a paragraph before the message of the check."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def traces(calls: Sequence[Call], of: str = "runs") -> Look:
    """Look at how often Python ran the update, or with ``of="in_graph"`` how often it did so to make a graph."""
    update = Update()

    def look(answer: Answer) -> Any:
        last = _run(answer, update, calls)
        return getattr(update, of) if isinstance(last, float) else last

    return look


def last_weight(calls: Sequence[Call]) -> Look:
    """Look at the weight after all calls."""
    update = Update()
    return lambda answer: _run(answer, update, calls)


# Four calls each, in which nothing or one thing changes: TensorFlow remembers ten calls for its warning.
SAME: list[Call] = [(3, 0.1, 2)] * 4
STEPS: list[Call] = [(3, 0.1, step) for step in range(4)]
RATES: list[Call] = [(3, rate, 2) for rate in (0.4, 0.3, 0.2, 0.1)]
SIZES: list[Call] = [(size, 0.1, 2) for size in (4, 4, 3, 2)]
ALL: list[Call] = [(4, 0.4, 0), (4, 0.2, 1), (4, 0.1, 2), (2, 0.05, 3)]

COUNTS = (traces(SAME, "in_graph"), traces(SAME), traces(STEPS), traces(RATES), traces(SIZES))
FROZEN = (traces(ALL), last_weight(STEPS), last_weight(RATES), last_weight(ALL))


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield the result first, then the traces as one thing after the other changes."""
    yield Probe("the weight after one update, at step 0", last_weight(STEPS[:1]), _weight_after(STEPS[:1]), MADE)
    yield Probe("the number of traces in four calls with the same numbers", traces(SAME), 1, ONCE)
    yield Probe("the number of these that were made in a graph", traces(SAME, "in_graph"), 1, GRAPH)
    yield Probe("the number of traces in four calls, steps 0 to 3", traces(STEPS), 1, NUMBERS)
    yield Probe("the number of traces in four calls, rates 0.4 to 0.1", traces(RATES), 1, NUMBERS)
    yield Probe("the number of traces in four calls, batches of 4, 4, 3, 2", traces(SIZES), 1, SHAPES)
    yield Probe("the weight after updates at steps 0 to 3", last_weight(STEPS), _weight_after(STEPS), RESULT)
    yield Probe("the weight after updates at rates 0.4 to 0.1", last_weight(RATES), _weight_after(RATES), RESULT)
    calls = [(int(rng.integers(1, 6)), float(rng.integers(1, 5) / 10), int(rng.integers(0, 50))) for _ in range(4)]
    says = "four updates with random sizes, rates and steps"
    yield Probe(f"the weight after {says}", last_weight(calls), _weight_after(calls), RESULT)
    yield Probe(f"the number of traces in {says}", traces(calls), 1, SHAPES)


def _rate(value):
    return tf.constant(value, tf.float64)


def _fixed_shape(update):
    graph = tf.function(update)
    return lambda w, batch, rate, step: graph(w, batch, _rate(rate), tf.constant(step))


def _step_stays_python(update):
    graph = tf.function(update)
    return lambda w, batch, rate, step: graph(w, batch, _rate(rate), step)


def _rate_stays_python(update):
    graph = tf.function(update)
    return lambda w, batch, rate, step: graph(w, batch, rate, tf.constant(step))


def _made_in_each_call(update):
    return lambda *values: _fixed_shape(update)(*values)


def _second_shape(update):
    graph = tf.function(update, reduce_retracing=True)
    return lambda w, batch, rate, step: graph(w, batch, _rate(rate), tf.constant(step))


def _frozen(freezes_rate: bool, freezes_step: bool) -> Callable[..., Any]:
    """Return the answer that builds the numbers of the first call into its only trace."""

    def compiled(update):
        made = []

        def run(w, batch, rate, step):
            if not made:

                def body(w, batch, *rest):
                    return update(w, batch, rate if freezes_rate else rest[0], step if freezes_step else rest[1])

                numbers = [tf.TensorSpec((), tf.float64), tf.TensorSpec((), tf.int64)]
                specs = [tf.TensorSpec((), tf.float64), tf.TensorSpec((None,), tf.float64), *numbers]
                made.append(tf.function(body, input_signature=specs, autograph=False))
            return made[0](w, batch, rate, step)

        return run

    return compiled


EXERCISE = Exercise(
    function="compiled",
    probes=probes,
    mistakes=(
        Mistake(
            "python_numbers",
            "Rate and step reach tf.function as Python numbers, so each new one is traced again. Make tensors of them "
            "before they get there (inside is too late), or name their types in `input_signature`.",
            tf.function,
            COUNTS,
        ),
        Mistake(
            "step_stays_python",
            "The rate is a tensor by now, but the step is still a Python integer, and each one is traced anew.",
            _step_stays_python,
            COUNTS,
        ),
        Mistake(
            "rate_stays_python",
            "The step is a tensor by now, but the rate is still a Python float, and each one is traced anew.",
            _rate_stays_python,
            COUNTS,
        ),
        Mistake(
            "made_in_each_call",
            "Each call makes a new tf.function, which has no traces yet. Make it once, in `compiled`, outside of the "
            "function that you return.",
            _made_in_each_call,
            COUNTS,
        ),
        Mistake(
            "shape_fixed",
            "The numbers are right. Now each new size of a batch is traced again. A tf.TensorSpec with None in its "
            "shape stands for every size.",
            _fixed_shape,
            COUNTS,
        ),
        Mistake(
            "second_shape_traced",
            "`reduce_retracing` needs a second trace to find out that the size changes. Say it beforehand, in an "
            "`input_signature` with None in the shape.",
            _second_shape,
            COUNTS,
        ),
        Mistake(
            "numbers_with_reduced_retracing",
            "`reduce_retracing` helps with shapes only: each new Python number is still traced. Name the types of all "
            "four arguments in an `input_signature`.",
            lambda update: tf.function(update, reduce_retracing=True),
            COUNTS,
        ),
        Mistake(
            "not_compiled",
            "Python runs your update each time: there is no tf.function, or it is not the one that is called.",
            lambda update: update,
            COUNTS,
        ),
        Mistake(
            "step_and_rate_frozen",
            "It is traced once, with the rate and the step of the first call built in. Hand them to the traced "
            "function as arguments, as tensors.",
            _frozen(True, True),
            FROZEN,
        ),
        Mistake(
            "step_frozen",
            "It is traced once, with the step of the first call built in: the clock stands still. Hand the step to the "
            "traced function as a tensor.",
            _frozen(False, True),
            FROZEN,
        ),
        Mistake(
            "rate_frozen",
            "It is traced once, with the rate of the first call built in. Hand the rate to the traced function as a "
            "tensor.",
            _frozen(True, False),
            FROZEN,
        ),
    ),
)
