"""PyTorch, eager: a Python loop over modules and optimizers of ``torch``."""

import os
import time
from collections.abc import Callable

import numpy as np

from benchmarks.problem import AVERAGE, BETA_1, BETA_2, DECAY_RATE, EPSILON, STRENGTH, Arrays, MissingError, Problem


def make(problem: Problem) -> Callable[[int], Arrays]:
    """Put the run together."""
    try:
        import torch
    except ImportError:
        raise MissingError("PyTorch not installed") from None
    x, y = torch.from_numpy(problem.data.x), torch.from_numpy(problem.data.y)
    batch_size, period = problem.data.batch_size, problem.data.period
    loss = torch.nn.CrossEntropyLoss() if problem.has_classes else torch.nn.MSELoss()

    def run(steps):
        model = _model(torch, problem)
        weights = list(model.parameters())
        shadows = [weight.detach().clone() for weight in weights] if problem.decay_steps else []
        optimizer, schedule = _optimizer(torch, problem, weights)
        for step in range(steps):
            first = step % period * batch_size
            optimizer.zero_grad()
            loss(model(x[first : first + batch_size]), y[first : first + batch_size]).backward()
            optimizer.step()
            if problem.decay_steps:
                schedule.step()
                with torch.no_grad():
                    torch._foreach_lerp_(shadows, weights, 1 - min(AVERAGE, (1 + step) / (10 + step)))
        return [np.ascontiguousarray(value.detach().numpy().T) for value in [*weights, *shadows]]

    torch.set_num_threads(_faster_number_of_threads(torch, run))
    return run


def _faster_number_of_threads(torch, run):
    """Return 1 or as many as there are processors: for small layers the second is up to ten times slower."""
    seconds = {}
    for threads in (1, os.cpu_count()):
        torch.set_num_threads(threads)
        run(5)
        begin = time.perf_counter()
        run(5)
        seconds[threads] = time.perf_counter() - begin
    return min(seconds, key=seconds.get)


def _model(torch, problem):
    """Return the model at its start; a layer keeps the transpose of our weights."""
    shapes = [w.shape for w in problem.start if w.ndim > 1]
    layers = [torch.nn.Linear(*shape, bias=bool(problem.decay_steps)) for shape in shapes]
    model = torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1]) if problem.decay_steps else layers[0]
    with torch.no_grad():
        for weight, value in zip(model.parameters(), problem.start, strict=True):
            weight.copy_(torch.from_numpy(value.T))
    return model


def _optimizer(torch, problem, weights):
    if not problem.decay_steps:
        return torch.optim.SGD(weights, problem.rate), None
    groups = [
        {"params": [w for w in weights if w.ndim > 1], "weight_decay": STRENGTH},  # the slope of half the L2 penalty
        {"params": [w for w in weights if w.ndim == 1]},
    ]
    adam = torch.optim.Adam(groups, problem.rate, (BETA_1, BETA_2), EPSILON, fused=True)
    return adam, torch.optim.lr_scheduler.StepLR(adam, problem.decay_steps, DECAY_RATE)
