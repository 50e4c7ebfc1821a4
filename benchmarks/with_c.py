"""The whole run in C, compiled on the spot for the sizes of the problem and called through ctypes: see ``with_c.c``."""

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.problem import AVERAGE, BETA_1, BETA_2, DECAY_RATE, EPSILON, STRENGTH, Arrays, Problem

FLAGS = ("-O3", "-march=native", "-fPIC")


def make(problem: Problem, fast_math: bool = False) -> Callable[[int], Arrays]:
    """Compile the run; with ``-ffast-math`` the compiler may add in another order, so several terms at once."""
    if shutil.which("cc") is None:
        raise FileNotFoundError("no C compiler")
    macros = [f"-D{name}={value!r}" for name, value in _macros(problem).items()]
    flags = [*FLAGS, "-ffast-math"] if fast_math else FLAGS
    with tempfile.TemporaryDirectory() as folder:
        compiled, library = Path(folder) / "train.o", Path(folder) / "train.so"
        subprocess.run(["cc", *flags, *macros, "-c", Path(__file__).with_suffix(".c"), "-o", compiled], check=True)
        # Linked without -ffast-math, with which loading the library would turn off subnormal numbers for everybody.
        subprocess.run(["cc", "-shared", compiled, "-o", library, "-lm"], check=True)
        function = ctypes.CDLL(str(library)).train
    x, y = (np.ascontiguousarray(values) for values in problem.data[:2])
    start = np.concatenate([w.ravel() for w in problem.start])
    shapes, cuts = [w.shape for w in problem.start], np.cumsum([w.size for w in problem.start])[:-1]

    def run(steps):
        parameters, shadow = start.copy(), np.empty_like(start)
        function(*(ctypes.c_void_p(a.ctypes.data) for a in (x, y, parameters, shadow)), ctypes.c_long(steps))
        vectors = [parameters, shadow] if problem.is_net else [parameters]
        parts = [part for vector in vectors for part in np.split(vector, cuts)]
        return [part.reshape(shape) for part, shape in zip(parts, shapes * len(vectors), strict=True)]

    return run


def _macros(problem):
    sizes = {"INPUTS": problem.start[0].shape[0], "OUTPUTS": problem.start[-1].size, "BATCH": problem.data.batch_size}
    found = {**sizes, "PERIOD": problem.data.period, "RATE": problem.rate, "IS_NET": int(problem.is_net)}
    if problem.is_net:
        found |= {"HIDDEN": problem.start[1].size, "HAS_CLASSES": int(problem.has_classes)}
        found |= {"DECAY_RATE": DECAY_RATE, "DECAY_STEPS": problem.decay_steps, "STRENGTH": STRENGTH}
        found |= {"BETA_1": BETA_1, "BETA_2": BETA_2, "EPSILON": EPSILON, "AVERAGE": AVERAGE}
    return found
