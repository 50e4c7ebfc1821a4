"""The means that the others are compared with: ``nnopt_course.training.train``."""

from benchmarks.problem import AVERAGE, BETA_1, BETA_2, DECAY_RATE, EPSILON, STRENGTH, Arrays, Problem
from nnopt_course import losses
from nnopt_course.ema import MovingAverage
from nnopt_course.network import dense
from nnopt_course.optimizers import Adam
from nnopt_course.regularizers import HalfL2
from nnopt_course.schedules import ExponentialDecay
from nnopt_course.training import train


def _squared_error_of_neuron(parameters, x, y):
    return losses.mean_squared_error(y, x @ parameters[0])


def _squared_error(parameters, x, y):
    return losses.mean_squared_error(y, dense(parameters, x))


def _cross_entropy(parameters, x, y):
    return losses.softmax_cross_entropy(y, dense(parameters, x))


def whole_loop(problem: Problem, steps: int, **options) -> Arrays:
    """Train with ``train``, which is handed the other options."""
    x, y, batch_size = problem.data
    loss, rate = _cross_entropy if problem.has_classes else _squared_error, problem.rate
    if problem.decay_steps:
        rate = ExponentialDecay(problem.rate, problem.decay_steps, DECAY_RATE, staircase=True)
        options |= {"optimizer": Adam(BETA_1, BETA_2, EPSILON), "penalty": HalfL2(STRENGTH)}
        options |= {"average": MovingAverage(AVERAGE)}
    else:
        loss = _squared_error_of_neuron
    run = train(loss, problem.start, (x, y), steps=steps, batch_size=batch_size, learning_rate=rate, **options)
    return run.final + (run.final_shadows if problem.decay_steps else [])
