"""The whole run in C, compiled on the spot for the sizes of the problem and called through ctypes: see ``loop.c``."""

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import problem as numbers
from benchmarks.problem import Arrays, MissingError, Problem

PLAIN = ("-O3", "-march=native")
FAST = (*PLAIN, "-ffast-math")  # lets the compiler add in another order, so that it can take eight terms at once
SHARED = ("RATE", "DECAY_RATE", "DECAY_STEPS", "STRENGTH", "AVERAGE", "BETA_1", "BETA_2", "EPSILON")


def make(problem: Problem, flags: tuple[str, ...] = PLAIN) -> Callable[[int], Arrays]:
    """Compile the run."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise MissingError("no C compiler")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "loop.so"
        macros = [f"-D{name}={value!r}" for name, value in _macros(problem).items()]
        source = Path(__file__).with_name("loop.c")
        subprocess.run([compiler, *flags, "-shared", "-fPIC", *macros, source, "-o", library, "-lm"], check=True)
        function = ctypes.CDLL(str(library)).train
    x, y = (np.ascontiguousarray(values) for values in problem.data[:2])
    shapes, cuts = [w.shape for w in problem.start], np.cumsum([w.size for w in problem.start])[:-1]
    start = np.concatenate([w.ravel() for w in problem.start])

    def run(steps):
        parameters, shadow = start.copy(), np.empty_like(start)
        function(*(ctypes.c_void_p(a.ctypes.data) for a in (x, y, parameters, shadow)), ctypes.c_long(steps))
        vectors = [parameters, shadow] if problem.decay_steps else [parameters]
        parts = [part for vector in vectors for part in np.split(vector, cuts)]
        return [part.reshape(shape) for part, shape in zip(parts, shapes * len(vectors), strict=True)]

    return run


def _macros(problem):
    hidden = problem.start[1].size if problem.decay_steps else 0
    sizes = {"INPUTS": problem.data.x.shape[1], "HIDDEN": hidden, "OUTPUTS": problem.start[-1].shape[-1]}
    sizes |= {"CLASSES": int(problem.has_classes), "BATCH": problem.data.batch_size, "PERIOD": problem.data.period}
    own = {"RATE": problem.rate, "DECAY_STEPS": problem.decay_steps}
    return sizes | {name: own.get(name, getattr(numbers, name, None)) for name in SHARED}
