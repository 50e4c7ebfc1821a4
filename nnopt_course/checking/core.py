"""What an exercise is, and how a learner's answer is judged: probe by probe, up to the first that fails."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnopt_course import _checks
from nnopt_course.checking import exercises, progress
from nnopt_course.checking.limits import PRINTED, TimeUp, TooMuchPrinted, memory_limit, print_limit, time_limit
from nnopt_course.checking.observing import Answer, Look, Unusable, disagreement, observe, same


@dataclass(frozen=True)
class Probe:
    """One look at an answer.

    Attributes:
      says: what is looked at, in words that tell the learner the input.
      look: calls the answer and returns what is compared.
      expect: what a right answer shows, or the exception type that it raises.
      why: added to the message when the answer differs.
    """

    says: str
    look: Look
    expect: Any
    why: str = ""


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer.

    Attributes:
      id: its name in messages and tests.
      message: what the learner did, and what to do instead.
      function: the mistake itself, as a learner would write it.
      fingerprint: the looks at which an answer must agree with ``function`` before the mistake is named.
    """

    id: str
    message: str
    function: Callable[..., Any]
    fingerprint: tuple[Look, ...]


@dataclass(frozen=True)
class Exercise:
    """The name of the function to write, its probes (drawn anew from a generator), and its known mistakes."""

    function: str
    probes: Callable[[np.random.Generator], Iterable[Probe]]
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True)
class Result:
    """What a check found."""

    exercise: str  #: The exercise's id.
    passed: bool  #: Whether every probe passed.
    probe: str  #: The probe that failed, in words; empty if none did.
    mistake: str | None  #: Id of the mistake that the answer equals, or ``None``.
    message: str  #: The text that was printed.

    def _ipython_display_(self) -> None:
        """Show nothing: ``check`` has printed the message already."""


def check(exercise_id: str, answer: Callable[..., Any], *, seed: int = 0, seconds: float = 20.0) -> Result:
    """Check your answer to one exercise; print what was found and return it.

    Args:
      exercise_id: such as ``"4.1.2"``.
      answer: your function itself, not its result.
      seed: draws the numbers of the probes that use random ones.
      seconds: when to stop an answer that does not return.

    Returns:
      A :class:`Result`. An answer that is wrong, unfinished or raises is a failed result, not an exception.

    Raises:
      ValueError: if ``seed`` is negative, or ``seconds`` not finite and above 0.
      TypeError: if ``seed`` is not an integer or ``seconds`` not a number.

    >>> result = check("4.1.2", 11.0)
    4.1.2 not yet: a function is needed
    You passed a float. Pass the function itself, without calling it: check("4.1.2", asymmetric_loss)
    >>> result.passed
    False
    """
    seed, seconds = _checks.integer("seed", seed, smallest=0), _checks.positive("seconds", seconds)
    result = judge(exercise_id, answer, seed, seconds)
    progress.remember(result)
    print(result.message)
    return result


def judge(exercise_id: str, answer: Callable[..., Any], seed: int, seconds: float) -> Result:
    """Return what :func:`check` finds, without printing or remembering it."""
    if not isinstance(exercise_id, str) or exercise_id not in exercises.MODULES:
        name = f'"{exercise_id}"' if isinstance(exercise_id, str) else f"of type {type(exercise_id).__name__}"
        words = f"There is no exercise {name}. Write check(ID, your_function), with one of these as ID:"
        return Result(name, False, "the id", None, f"{words} {', '.join(exercises.MODULES)}")
    exercise = exercises.load(exercise_id)
    call = f'check("{exercise_id}", {exercise.function})'
    if not callable(answer):
        passed = "None" if answer is None else f"a {type(answer).__name__}"
        words = f"You passed {passed}. Pass the function itself, without calling it: {call}"
        return _failure(exercise_id, "a function is needed", words)

    watched, says = Answer(answer), ""
    try:
        with memory_limit(), print_limit(), time_limit(seconds):
            for probe in exercise.probes(np.random.default_rng(seed)):
                says = probe.says
                shown = observe(probe.look, watched)
                if watched.unwritten:
                    words = f"Replace `raise NotImplementedError` in {exercise.function} and run both cells."
                    return Result(exercise_id, False, says, None, f"{exercise_id} not written yet.\n{words}")
                if difference := disagreement(shown, probe.expect):
                    why, mistake = watched.advice or probe.why, _named(exercise, watched, shown)
                    return _failure(exercise_id, says, difference, why, mistake)
    except TimeUp:
        words = f"It did not return within {seconds:g} seconds. Is there a loop that never ends?"
        return _failure(exercise_id, says, words)
    except TooMuchPrinted:
        words = f"It printed more than {PRINTED:,} characters. Take the print out of the loop."
        return _failure(exercise_id, says, words)
    return Result(exercise_id, True, "", None, f"{exercise_id} passed. {exercise.function} is right in every probe.")


def _named(exercise: Exercise, answer: Answer, shown: Any) -> Mistake | None:
    """Return the mistake that the answer equals on its whole fingerprint; an accident is never a mistake."""
    if isinstance(shown, Unusable):
        return None
    shown_by_answer = functools.cache(lambda look: observe(look, answer))  # fingerprints share looks
    for mistake in exercise.mistakes:
        if all(same(shown_by_answer(look), _shown_by(mistake, look)) for look in mistake.fingerprint):
            return mistake
    return None


@functools.cache
def _shown_by(mistake: Mistake, look: Look) -> Any:
    """Return what a mistake shows at one of its looks, which is the same in every check."""
    return observe(look, Answer(mistake.function))


def _failure(exercise_id: str, probe: str, difference: str, why: str = "", mistake: Mistake | None = None) -> Result:
    if mistake:
        lines = [f"{exercise_id} not yet: {mistake.id}", mistake.message, f"Seen: {probe}: {difference}"]
    else:
        lines = [f"{exercise_id} not yet: {probe}", difference, why]
    return Result(exercise_id, False, probe, mistake.id if mistake else None, "\n".join(filter(None, lines)))
