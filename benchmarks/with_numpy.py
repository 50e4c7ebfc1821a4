"""NumPy in a Python loop, the gradients worked out by hand."""

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.problem import AVERAGE, BETA_1, BETA_2, DECAY_RATE, EPSILON, STRENGTH, Arrays, Problem


def make(problem: Problem) -> Callable[[int], Arrays]:
    """Return the loop for a neuron or a net."""
    return partial(_net if problem.is_net else _neuron, problem)


def _neuron(problem, steps):
    w, factor = problem.start[0].copy(), problem.rate * 2 / problem.data.batch_size
    for x, y in problem.data.batches(steps):
        w -= factor * (x.T @ (x @ w - y))
    return [w]


def _net(problem, steps):
    """One vector holds all parameters, so that Adam is one pass."""
    start = problem.start
    cuts, shapes = np.cumsum([value.size for value in start])[:-1], [value.shape for value in start]

    def views(vector):
        return [part.reshape(shape) for part, shape in zip(np.split(vector, cuts), shapes, strict=True)]

    p = np.concatenate([value.ravel() for value in start])
    strength = np.concatenate([np.full(value.size, STRENGTH * (value.ndim > 1), np.float32) for value in start])
    g, m, v, shadow = np.empty_like(p), np.zeros_like(p), np.zeros_like(p), p.copy()
    (w1, b1, w2, b2), (g_w1, g_b1, g_w2, g_b2) = views(p), views(g)
    slope = _slope_of_cross_entropy if problem.has_classes else _slope_of_squared_error
    for step, (x, y) in enumerate(problem.data.batches(steps)):
        h = np.maximum(x @ w1 + b1, 0)
        d_out = slope(h @ w2 + b2, y)
        d_z = d_out @ w2.T * (h > 0)
        np.matmul(x.T, d_z, out=g_w1)
        np.sum(d_z, axis=0, out=g_b1)
        np.matmul(h.T, d_out, out=g_w2)
        np.sum(d_out, axis=0, out=g_b2)
        g += strength * p
        m += (1 - BETA_1) * (g - m)
        v += (1 - BETA_2) * (g * g - v)
        rate = problem.rate * DECAY_RATE ** (step // problem.decay_steps)
        rate *= math.sqrt(1 - BETA_2 ** (step + 1)) / (1 - BETA_1 ** (step + 1))
        p -= rate * m / (np.sqrt(v) + EPSILON)
        shadow += (1 - min(AVERAGE, (1 + step) / (10 + step))) * (p - shadow)
    return views(p) + views(shadow)


def _slope_of_squared_error(out, y):
    return (out - y) * (2 / len(y))


def _slope_of_cross_entropy(out, y):
    slope = np.exp(out - out.max(axis=1, keepdims=True))
    slope /= slope.sum(axis=1, keepdims=True)
    slope[np.arange(len(y)), y] -= 1
    return slope / len(y)
