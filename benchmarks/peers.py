"""The means that every problem is given to: ours, and its peers."""

from functools import partial

from benchmarks import by_hand, compiled_c, ours, with_jax, with_torch
from benchmarks.problem import Contestant, Problem

OURS, PLAIN = "training.train", "training.train, jit=False"
JAX, TORCH, NUMPY = "JAX, lax.scan with optax", "PyTorch eager", "NumPy by hand"
C, C_FAST = "C, -O3 -march=native", "C, -ffast-math too"


def contestants(problem: Problem, updates: int, fewer: int) -> list[Contestant]:
    """Return all of them; those whose loop is not compiled make ``fewer`` updates in a round."""
    return [
        Contestant(OURS, lambda: partial(ours.whole_loop, problem), updates),
        Contestant(PLAIN, lambda: partial(ours.whole_loop, problem, jit=False), fewer),
        Contestant(JAX, partial(with_jax.make, problem), updates),
        Contestant(TORCH, partial(with_torch.make, problem), fewer),
        Contestant(C, partial(compiled_c.make, problem), updates),
        Contestant(C_FAST, partial(compiled_c.make, problem, compiled_c.FAST), updates),
        Contestant(NUMPY, lambda: partial(by_hand.train, problem), fewer),
    ]
