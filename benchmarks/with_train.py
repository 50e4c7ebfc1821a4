"""``nnopt_course.training.train``, with which all others are compared."""

from collections.abc import Callable

from benchmarks.problem import AVERAGE, BETA_1, BETA_2, DECAY_RATE, EPSILON, STRENGTH, Arrays, Problem
from nnopt_course import losses
from nnopt_course.ema import MovingAverage
from nnopt_course.network import dense
from nnopt_course.optimizers import Adam
from nnopt_course.regularizers import HalfL2
from nnopt_course.schedules import ExponentialDecay
from nnopt_course.training import train


def make(problem: Problem, **options) -> Callable[[int], Arrays]:
    """Choose what ``train`` is handed; it gets the other options too."""
    x, y, batch_size = problem.data
    options |= {"batch_size": batch_size, "learning_rate": problem.rate}
    loss = _squared_error_of_neuron
    if problem.is_net:
        loss = _cross_entropy if problem.has_classes else _squared_error
        options["learning_rate"] = ExponentialDecay(problem.rate, problem.decay_steps, DECAY_RATE, staircase=True)
        options |= {"optimizer": Adam(BETA_1, BETA_2, EPSILON), "penalty": HalfL2(STRENGTH)}
        options |= {"average": MovingAverage(AVERAGE)}

    def run(steps):
        history = train(loss, problem.start, (x, y), steps=steps, **options)
        return history.final + (history.final_shadows if problem.is_net else [])

    return run


def _squared_error_of_neuron(parameters, x, y):
    return losses.mean_squared_error(y, x @ parameters[0])


def _squared_error(parameters, x, y):
    return losses.mean_squared_error(y, dense(parameters, x))


def _cross_entropy(parameters, x, y):
    return losses.softmax_cross_entropy(y, dense(parameters, x))
