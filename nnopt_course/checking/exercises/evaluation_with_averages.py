"""Exercise "Evaluate with the average, train with the weights": swap in, evaluate, and always put the weights back."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Answer, Look

BACK = "Keep the values of the weights before you swap, and put them back when the evaluation is over, however it ends."
DIGITS = (
    "Return what `evaluate()` returns. Its digits are what the variables held while it ran: they should be the shadows."
)


class _DiskFull(OSError):
    pass


class _Interrupt(KeyboardInterrupt):
    """The user's interrupt; a class of its own, so that a real one is not swallowed."""


class _Setting:
    """Two variables, of shapes (2,) and (), and their shadows, put back to the start before each look."""

    def __init__(self, weights: Any, averages: Any) -> None:
        self._weights, self._averages = np.float64(weights), np.float64(averages)
        self._variables = tf.Variable(self._weights[:2]), tf.Variable(self._weights[2])
        self._shadows = tf.Variable(self._averages[:2]), tf.Variable(self._averages[2])
        self._given, self._beside = list(self._variables), list(self._shadows)

    def _run(self, answer: Answer, evaluate: Callable) -> Any:
        evaluate.__qualname__ = "evaluate"  # in the message when it is called with arguments
        self._given[:], self._beside[:] = self._variables, self._shadows
        for pair, values in [(self._variables, self._weights), (self._shadows, self._averages)]:
            pair[0].assign(values[:2])
            pair[1].assign(values[2])
        return answer(self._given, self._beside, evaluate)

    def _loss(self) -> float:
        return float(self._values(self._variables) @ [100.0, 10.0, 1.0])

    @staticmethod
    def _values(pair: tuple[tf.Variable, tf.Variable]) -> np.ndarray:
        return np.append(pair[0].numpy(), pair[1].numpy())

    def result(self, answer: Answer) -> Any:
        """Look at what the answer returns."""
        return self._run(answer, lambda: self._loss())

    def calls(self, answer: Answer) -> float:
        """Look at how often ``evaluate`` is called."""
        seen = []
        self._run(answer, lambda: seen.append(1) or self._loss())
        return float(len(seen))

    def weights(self, answer: Answer) -> np.ndarray:
        """Look at the variables after the call."""
        self._run(answer, lambda: self._loss())
        return self._values(self._variables)

    def shadows(self, answer: Answer) -> np.ndarray:
        """Look at the shadows after the call."""
        self._run(answer, lambda: self._loss())
        return self._values(self._shadows)

    def weights_after_training(self, answer: Answer) -> np.ndarray:
        """Look at the variables after an evaluation that changes them."""
        self._run(answer, lambda: self._trained())
        return self._values(self._variables)

    def shadows_after_training(self, answer: Answer) -> np.ndarray:
        """Look at the shadows after an evaluation that changes the variables."""
        self._run(answer, lambda: self._trained())
        return self._values(self._shadows)

    def _trained(self) -> float:
        self._variables[0].assign([50.0, 60.0])
        return self._loss()

    def weights_after(self, error: type[BaseException]) -> Look:
        """Look at the variables after an evaluation that raises."""

        def look(answer: Answer) -> np.ndarray:
            self._raises(answer, error)
            return self._values(self._variables)

        return look

    def passed_on(self, answer: Answer) -> float:
        """Look at whether an error of ``evaluate`` reaches the caller: 1 if so."""
        return float(self._raises(answer, _DiskFull))

    def _raises(self, answer: Answer, error: type[BaseException]) -> bool:
        def evaluate() -> float:
            raise error("in the middle of the evaluation")

        try:
            self._run(answer, evaluate)
        except error:
            return True
        return False


FIXED = _Setting([1, 2, 3], [7, 8, 9])
WITHOUT_INTERRUPT = (
    FIXED.result,
    FIXED.weights,
    FIXED.shadows,
    FIXED.weights_after(_DiskFull),
    FIXED.passed_on,
    FIXED.weights_after_training,
)
LOOKS = (*WITHOUT_INTERRUPT, FIXED.weights_after(_Interrupt))


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield the result first, then what is left behind, then the evaluations that fail."""
    digits = rng.permutation(9)[:6] + 1
    for weights, averages in [(np.array([1, 2, 3]), np.array([7, 8, 9])), (digits[:3], digits[3:])]:
        setting = _Setting(weights, averages)
        says = f"weights {_words(weights)}, shadows {_words(averages)}: "
        value = float(averages @ [100, 10, 1])
        yield Probe(f"{says}the loss 100 a + 10 b + c of variables [a, b] and c", setting.result, value, DIGITS)
        yield Probe(f"{says}the variables afterwards", setting.weights, weights, BACK)
        yield Probe(f"{says}the shadows afterwards", setting.shadows, averages, "The shadows are only read.")
        yield Probe(f"{says}how often `evaluate` was called", setting.calls, 1.0, "An evaluation takes time: one call.")
        after = setting.weights_after(_DiskFull)
        yield Probe(f"{says}the variables after `evaluate` raised an OSError", after, weights, BACK)
        reaches = "The caller must learn that there is no result: do not catch the error, or raise it again."
        yield Probe("whether that error reaches the caller (1 if so)", setting.passed_on, 1.0, reaches)
        after = setting.weights_after(_Interrupt)
        yield Probe(f"{says}the variables after `evaluate` was interrupted", after, weights, BACK)
        after = setting.weights_after_training
        yield Probe(f"{says}the variables after an `evaluate` that sets a and b to 50 and 60", after, weights, BACK)
        after, read = setting.shadows_after_training, "The shadows are only read."
        yield Probe(f"{says}the shadows after an `evaluate` that sets a and b to 50 and 60", after, averages, read)


def _words(values: np.ndarray) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _assign(variables: list, values: list) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _kept(variables: list) -> list:
    return [variable.numpy() for variable in variables]


def _never_restored(variables: list, shadows: list, evaluate: Callable) -> Any:
    _assign(variables, shadows)
    return evaluate()


def _restored_on_success(variables: list, shadows: list, evaluate: Callable) -> Any:
    weights = _kept(variables)
    _assign(variables, shadows)
    result = evaluate()
    _assign(variables, weights)
    return result


def _restored_on_error(variables: list, shadows: list, evaluate: Callable) -> Any:
    weights = _kept(variables)
    _assign(variables, shadows)
    try:
        return evaluate()
    except BaseException:
        _assign(variables, weights)
        raise


def _restored_unless_interrupted(variables: list, shadows: list, evaluate: Callable) -> Any:
    weights = _kept(variables)
    _assign(variables, shadows)
    try:
        result = evaluate()
    except Exception:
        _assign(variables, weights)
        raise
    _assign(variables, weights)
    return result


def _error_swallowed(variables: list, shadows: list, evaluate: Callable) -> Any:
    weights, result = _kept(variables), None
    _assign(variables, shadows)
    try:
        result = evaluate()
    except BaseException as error:
        result = str(error)
    _assign(variables, weights)
    return result


def _exchange(variables: list, shadows: list) -> None:
    weights = _kept(variables)
    _assign(variables, shadows)
    _assign(shadows, weights)


def _around(put_back: Callable, swap_in: Callable = _assign) -> Callable:
    """Evaluate between ``swap_in(variables, shadows)`` and ``put_back(variables, shadows, weights)``."""

    def answer(variables: list, shadows: list, evaluate: Callable) -> Any:
        weights = _kept(variables)
        swap_in(variables, shadows)
        try:
            return evaluate()
        finally:
            put_back(variables, shadows, weights)

    return answer


def _kept_too_late(variables: list, shadows: list, evaluate: Callable) -> Any:
    _assign(variables, shadows)
    return _around(lambda variables, shadows, late: _assign(variables, late))(variables, shadows, evaluate)


def _by_difference(variables: list, shadows: list, evaluate: Callable) -> Any:
    differences = [variable - shadow for variable, shadow in zip(variables, shadows, strict=True)]
    _assign(variables, shadows)
    try:
        return evaluate()
    finally:
        for variable, difference in zip(variables, differences, strict=True):
            variable.assign_add(difference)


EXERCISE = Exercise(
    function="evaluate_averages",
    probes=probes,
    mistakes=(
        Mistake(
            "evaluated_with_the_weights",
            "The variables held the weights while `evaluate` ran. Assign the shadows to the variables themselves (a "
            "changed list, or a copy, does not reach the model), and put the weights back only afterwards.",
            lambda variables, shadows, evaluate: evaluate(),
            LOOKS,
        ),
        Mistake(
            "never_restored",
            "The variables still hold the averages afterwards. Keep the values, which `list(variables)` does not, and "
            "assign them to the variables themselves.",
            _never_restored,
            LOOKS,
        ),
        Mistake(
            "kept_too_late",
            "You put the averages back: you keep the values when the shadows are in already. Keep them before the "
            "swap.",
            _kept_too_late,
            LOOKS,
        ),
        Mistake(
            "not_restored_after_an_error",
            "When `evaluate` raises, your last lines are never reached and training goes on from the averages. Put "
            "them where they run in any case: `try` ... `finally`.",
            _restored_on_success,
            LOOKS,
        ),
        Mistake(
            "restored_only_after_an_error",
            "You put the weights back when `evaluate` raises, and not when it returns. `finally` serves both.",
            _restored_on_error,
            LOOKS,
        ),
        Mistake(
            "not_restored_after_an_interrupt",
            "An interrupt of the notebook is no `Exception`, so your `except` does not see it. `finally` does.",
            _restored_unless_interrupted,
            LOOKS,
        ),
        Mistake(
            "error_swallowed",
            "You catch the error of `evaluate`, and the caller goes on without a result. Let it pass: `finally` "
            "restores without catching, if there is no `return` in it.",
            _error_swallowed,
            WITHOUT_INTERRUPT,
        ),
        Mistake(
            "shadows_overwritten",
            "The shadows hold the weights afterwards: you swapped and did not swap back. Only read the shadows.",
            _around(lambda variables, shadows, weights: _assign(variables, weights), swap_in=_exchange),
            LOOKS,
        ),
        Mistake(
            "exchanged_and_back",
            "You exchange weights and shadows and exchange them back. What `evaluate` did to a variable is in a shadow "
            "then. Keep copies of the weights, and only read the shadows.",
            _around(lambda variables, shadows, weights: _exchange(variables, shadows), swap_in=_exchange),
            (*LOOKS, FIXED.shadows_after_training),
        ),
        Mistake(
            "first_variable_only",
            "You put a shadow into the first variable only. A model has many: go through both lists with zip.",
            _around(
                lambda variables, shadows, weights: _assign(variables, weights),
                swap_in=lambda variables, shadows: variables[0].assign(shadows[0]),
            ),
            LOOKS,
        ),
        Mistake(
            "first_variable_restored",
            "You put the weight back into the first variable only. Is there a `return` inside the loop?",
            _around(lambda variables, shadows, weights: variables[0].assign(weights[0])),
            LOOKS,
        ),
        Mistake(
            "weights_put_into_the_shadows",
            "You assign the kept weights to the shadows. Assign them to the variables.",
            _around(lambda variables, shadows, weights: _assign(shadows, weights)),
            LOOKS,
        ),
        Mistake(
            "restored_by_difference",
            "You add a difference to what `evaluate` left in the variables. Assign the kept values: `evaluate` may "
            "have changed the variables.",
            _by_difference,
            LOOKS,
        ),
    ),
)
