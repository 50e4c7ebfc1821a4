"""Who is timed: ``train``, and what else can make the same updates."""

import importlib
from collections.abc import Callable
from typing import NamedTuple

from benchmarks.problem import Arrays, Problem

TRAIN, PLAIN = "train", "train, jit=False"
JAX, JAX_ONE_KERNEL = "JAX with optax", "JAX with optax, one kernel"
TORCH, NUMPY = "PyTorch, eager", "NumPy"
C, C_FAST = "C, -O3 -march=native", "C, -ffast-math too"
TF1, FUNCTION = "TensorFlow 1 session", "compiled tf.function"
KERAS, KERAS_1000 = "Keras fit", "Keras fit, steps_per_execution=1000"


class Contestant(NamedTuple):
    """One way to train on one problem."""

    name: str
    make: Callable[[], Callable[[int], Arrays]]  # prepares; what it returns makes that many updates, from the start
    updates: int  # made in one round of the measurement


def contestants(problem: Problem, updates: int, fewer: int) -> list[Contestant]:
    """Return those that take every problem; where the loop is not compiled, they make ``fewer`` updates in a round."""

    def by(module, **options):  # loaded when it is made, because its packages may be missing
        return lambda: importlib.import_module(f"benchmarks.{module}").make(problem, **options)

    return [
        Contestant(TRAIN, by("with_train"), updates),
        Contestant(PLAIN, by("with_train", jit=False), fewer),
        Contestant(JAX, by("with_jax"), updates),
        Contestant(JAX_ONE_KERNEL, by("with_jax", one_kernel=True), updates),
        Contestant(TORCH, by("with_torch"), fewer),
        Contestant(C, by("with_c"), updates),
        Contestant(C_FAST, by("with_c", fast_math=True), updates),
        Contestant(NUMPY, by("with_numpy"), fewer),
    ]
