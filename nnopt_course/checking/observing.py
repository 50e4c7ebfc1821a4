"""Run an answer under observation, and compare what it shows with what is expected."""

import builtins
import re
import sysconfig
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

_NOT_THE_LEARNERS = (
    str(Path(__file__).parents[1]),
    *{sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")},
    "<frozen",
)
_MODULES = ("keras", "np", "tf")  # what the first cell of a notebook may import


class Answer:
    """The learner's function. It remembers what its last run raised, so that a probe's own bug is not blamed on it."""

    def __init__(self, function: Callable[..., Any]) -> None:
        """Watch ``function``."""
        self.function = function
        self.error: Exception | None = None

    def __call__(self, *arguments: Any) -> Any:
        """Call the learner's function."""
        return self.run(self.function, *arguments)

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call something made from the learner's function, such as a compiled form of it."""
        self.error = None
        try:
            return function(*arguments)
        except Exception as error:
            self.error = error
            raise

    @property
    def unwritten(self) -> bool:
        """Whether the learner's own line raised NotImplementedError; TensorFlow raises it too, for other reasons."""
        if not isinstance(self.error, NotImplementedError):
            return False
        return _is_learners(traceback.extract_tb(self.error.__traceback__)[-1].filename)

    @property
    def advice(self) -> str:
        """What to do about an exception whose cause is the state of the notebook; empty if that is not the cause."""
        if self.error is None:
            return ""
        if isinstance(self.error, NameError) and self.error.name in _MODULES:
            return "Run the first cell of the notebook, which imports what the page needs."
        names = getattr(self.function, "__globals__", {})
        for name in getattr(getattr(self.function, "__code__", None), "co_names", ()):
            value = names.get(name)
            if name in _MODULES and name in names and not isinstance(value, ModuleType):
                again = "Give your variable another name and run the first cell again."
            elif name in names and callable(getattr(builtins, name, None)) and not callable(value):
                again = f"Give your variable another name and run `del {name}`."
            else:
                continue
            return f"In your notebook `{name}` is now a value of type {type(value).__name__}. {again}"
        return ""


Look = Callable[[Answer], Any]


@dataclass(frozen=True)
class Unusable:
    """An answer's outcome that cannot be compared, in words for the learner."""

    words: str


def observe(look: Look, answer: Answer) -> np.ndarray | Exception | Unusable:
    """Return what ``look`` shows of ``answer``: a number or array, the exception it raised, or why it is unusable.

    An exception that does not come from the answer is a bug of the probe and is passed on.
    """
    answer.error = None
    try:
        value = look(answer)
    except Exception:
        if answer.error is None:
            raise
        return answer.error
    if isinstance(value, Unusable):
        return value
    if value is None:
        return Unusable("your function returned None. Is a `return` missing?")
    numbers = float64(value)
    if numbers is None:
        return Unusable(f"your function returned a {type(value).__name__}, which is not a number.")
    return numbers


def float64(value: Any) -> np.ndarray | None:
    """Return ``value`` in float64, or nothing if it does not hold real numbers that float64 has."""
    try:
        return None if np.iscomplexobj(value) else np.asarray(value, dtype=np.float64)
    except (OverflowError, TypeError, ValueError):
        return None


def same(first: Any, second: Any) -> bool:
    """Whether two outcomes agree, up to the rounding of float32."""
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return first.shape == second.shape and np.allclose(first, second, rtol=1e-5, atol=1e-6, equal_nan=True)
    return isinstance(first, Exception) and type(first) is type(second)


def disagreement(shown: Any, expect: Any) -> str:
    """Say how an outcome differs from the expected one; an empty string if it does not."""
    if isinstance(shown, Unusable):
        return shown.words
    if isinstance(expect, type):
        if isinstance(shown, expect):
            return ""
        got = _raised(shown) if isinstance(shown, Exception) else _words(shown)
        return f"expected {expect.__name__}, got {got}"
    if isinstance(shown, Exception):
        return f"your code raised {_raised(shown)}"
    expect = np.asarray(expect, dtype=np.float64)
    if same(shown, expect):
        return ""
    advice = ": return a single number" if expect.ndim == 0 < shown.ndim else ""
    return f"expected {_words(expect)}, got {_words(shown)}{advice}"


def _words(value: np.ndarray) -> str:
    if value.ndim == 0:
        return f"{value:.6f}".rstrip("0").rstrip(".")
    numbers = np.array2string(value, precision=6, separator=", ", threshold=8, suppress_small=True)
    return f"{' '.join(numbers.split())} of shape {value.shape}"


def _raised(error: Exception) -> str:
    """Name an exception, what it says, and the learner's line that it came from."""
    name, says = type(error).__name__, str(error).strip().splitlines() or [""]
    message = says[-1 if says[0] == "in user code:" else 0]  # AutoGraph puts the whole traceback before the message
    message = re.sub(r"^\{\{.*?\}\} ", "", message.strip().removeprefix(f"{name}:").strip())  # TensorFlow's node
    text = f"{name}: {message[:200]}" if message else name
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_learners(frame.filename)]
    if lines:
        text += f"\nin line {lines[-1].lineno} of {lines[-1].name}: {lines[-1].line}"
    if name in ("MemoryError", "ResourceExhaustedError"):
        text += "\nThat is more memory than a check may use. Look at the shapes."
    if re.search(r"expected to be a \w+ tensor but is a \w+ tensor", message):
        text += "\nTwo dtypes meet: float is float32, the dtype of tf.constant(0.0), and double is float64. Use one."
    return text


def _is_learners(filename: str) -> bool:
    """Whether a file is the learner's: not the package, a library, or AutoGraph's copy of the learner's code."""
    return not filename.startswith(_NOT_THE_LEARNERS) and "__autograph_generated_file" not in filename
