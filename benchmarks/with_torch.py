"""PyTorch, eager: a Python loop over modules and optimizers of ``torch``."""

import os
import timeit
from collections.abc import Callable
from functools import partial

import numpy as np
import torch

from benchmarks.problem import AVERAGE, BETA_1, BETA_2, DECAY_RATE, EPSILON, STRENGTH, Arrays, Problem


def make(problem: Problem) -> Callable[[int], Arrays]:
    """Put the run together, and choose between one thread and all; for small layers all are up to ten times slower."""
    x, y = torch.from_numpy(problem.data.x), torch.from_numpy(problem.data.y)
    batch_size, period = problem.data.batch_size, problem.data.period
    loss = torch.nn.CrossEntropyLoss() if problem.has_classes else torch.nn.MSELoss()

    def run(steps, threads=None):
        torch.set_num_threads(threads or fastest)
        model = _model(problem)
        weights = list(model.parameters())
        shadows = [weight.detach().clone() for weight in weights] if problem.is_net else []
        optimizer, schedule = _optimizer(problem, weights)
        for step in range(steps):
            first = step % period * batch_size
            optimizer.zero_grad()
            loss(model(x[first : first + batch_size]), y[first : first + batch_size]).backward()
            optimizer.step()
            if problem.is_net:
                schedule.step()
                with torch.no_grad():
                    torch._foreach_lerp_(shadows, weights, 1 - min(AVERAGE, (1 + step) / (10 + step)))
        return [np.ascontiguousarray(value.detach().numpy().T) for value in [*weights, *shadows]]

    def seconds(threads):
        return min(timeit.repeat(partial(run, 5, threads), number=1, repeat=4))

    fastest = min((1, os.cpu_count()), key=seconds)
    return run


def _model(problem):
    """Return the model at its start; a layer keeps the transpose of our weights."""
    layers = [torch.nn.Linear(*w.shape, bias=problem.is_net) for w in problem.start if w.ndim > 1]
    model = torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1]) if problem.is_net else layers[0]
    with torch.no_grad():
        for weight, value in zip(model.parameters(), problem.start, strict=True):
            weight.copy_(torch.from_numpy(value.T))
    return model


def _optimizer(problem, weights):
    if not problem.is_net:
        return torch.optim.SGD(weights, problem.rate), None
    groups = [
        {"params": [w for w in weights if w.ndim > 1], "weight_decay": STRENGTH},  # the slope of half the L2 penalty
        {"params": [w for w in weights if w.ndim == 1]},
    ]
    adam = torch.optim.Adam(groups, problem.rate, (BETA_1, BETA_2), EPSILON, fused=True)
    return adam, torch.optim.lr_scheduler.StepLR(adam, problem.decay_steps, DECAY_RATE)
