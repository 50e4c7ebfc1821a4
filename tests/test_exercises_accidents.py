"""Accidents in an answer are survived and told in a few lines; a probe's own bug is not blamed on the learner."""

import _thread
import signal
import threading
import time
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

from nnopt_course._tensorflow import tf
from nnopt_course.checking import check, core, exercises
from nnopt_course.checking.core import Exercise, Probe

IDS = tuple(exercises.MODULES)


def raises(y_true, y_pred):
    return tf.no_such_function(y_true - y_pred)


def prints(y_true, y_pred):
    print(tf.reduce_mean(tf.square(y_true - y_pred)))


def uses_numpy(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes differ")
    return np.mean(np.square(y_true - y_pred))


def prints_on(y_true, y_pred):
    while True:
        print("on and on")


def loops(y_true, y_pred):
    while True:
        pass


def loops_and_swallows_once(y_true, y_pred):
    try:
        loops(y_true, y_pred)
    except:  # noqa: E722
        loops(y_true, y_pred)


def loops_and_swallows_exceptions(y_true, y_pred):
    while True:
        try:
            loops(y_true, y_pred)
        except Exception:
            pass


def reads_numbers(y_true, y_pred):
    if y_true.numpy().shape != y_pred.numpy().shape:
        raise ValueError("shapes differ")
    return tf.reduce_mean(tf.square(y_true - y_pred))


def mixes_dtypes(y_true, y_pred):
    return tf.constant(0.0, tf.float64) + tf.reduce_mean(tf.square(y_true - y_pred))


ACCIDENTS = {
    "exception": (raises, ["raised AttributeError", "of raises: return tf.no_such_function(y_true - y_pred)"]),
    "too few arguments": (lambda y_true: y_true, ["raised TypeError", "takes 1 positional argument but 2 were given"]),
    "no return": (prints, ["returned None. Is a `return` missing?"]),
    "no number": (lambda y_true, y_pred: "0.0 euros", ["returned a str, which is not a number"]),
    "numpy": (uses_numpy, ["the gradient is None", "use the tf operations"]),
    "two dtypes": (mixes_dtypes, ["raised InvalidArgumentError", "Two dtypes meet", "double is float64"]),
    "endless loop": (loops, ["did not return within 0.3 seconds", "a loop that never ends"]),
    "loop in a bare except": (loops_and_swallows_once, ["did not return within 0.3 seconds"]),
    "loop in an except": (loops_and_swallows_exceptions, ["did not return within 0.3 seconds"]),
    "value": (tf.constant(2.5), ["You passed a EagerTensor", 'check("4.1.1", mean_squared_error)']),
    "none": (None, ["You passed None"]),
    "eager only": (reads_numbers, ["inside tf.function", "raised AttributeError", "While tracing"]),
}


@pytest.mark.parametrize("name", ACCIDENTS)
def test_an_accident_gets_a_short_message_and_no_mistake(name):
    answer, words = ACCIDENTS[name]
    result = check("4.1.1", answer, seconds=0.3 if "loop" in name else 20)
    assert (result.exercise, result.passed, result.mistake) == ("4.1.1", False, None)
    assert all(word in result.message for word in words), result.message
    assert len(result.message.splitlines()) <= 4


@pytest.mark.parametrize(
    ("exercise_id", "name"),
    [("4.1.9", '"4.1.9"'), ("", '""'), (4.1, "of type float"), (raises, "of type function")],
)
def test_an_unknown_id_lists_the_ones_that_exist(exercise_id, name):
    result = check(exercise_id, raises)
    assert (result.exercise, result.passed, result.probe, result.mistake) == (name, False, "the id", None)
    assert result.message == (
        f"There is no exercise {name}. Write check(ID, your_function), with one of these as ID: {', '.join(IDS)}"
    )


def unwritten(y_true, y_pred):
    raise NotImplementedError


def squares(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes differ")
    return tf.reduce_mean(tf.square(y_true - y_pred))


def sums(y_true, y_pred):
    return tf.reduce_sum(tf.square(y_true - y_pred))


def test_an_answer_that_is_not_written_is_told_what_to_do():
    result = check("4.1.1", unwritten)
    assert (result.probe, result.mistake) == ("one forecast of 3 where the truth is 5, shape (1,)", None)
    assert result.message == (
        "4.1.1 not written yet.\nReplace `raise NotImplementedError` in mean_squared_error and run both cells."
    )


def test_a_known_mistake_has_its_name_and_what_showed_it():
    result = check("4.1.1", sums)
    assert result.mistake == "sum_not_mean"
    assert result.message.startswith("4.1.1 not yet: sum_not_mean\n")
    assert result.message.splitlines()[2].startswith(f"Seen: {result.probe}: expected ")


def test_what_does_not_end_is_told_with_the_probe_at_which_it_was_stopped():
    first = check("4.1.1", unwritten).probe
    assert check("4.1.1", loops, seconds=0.1).probe == first
    assert check("4.1.1", prints_on).probe == first


def test_a_right_answer_passes_without_further_words():
    result = check("4.1.1", squares)
    assert result == core.Result("4.1.1", True, "", None, "4.1.1 passed. mean_squared_error is right in every probe.")


def test_an_exercise_that_does_not_begin_is_stopped_too(monkeypatch):
    monkeypatch.setattr(core.exercises, "load", lambda _: Exercise("identity", lambda rng: loops(rng, rng), ()))
    result = check("4.1.1", raises, seconds=0.1)
    assert (result.passed, result.probe) == (False, "") and "did not return within 0.1 seconds" in result.message


def test_numbers_are_drawn_with_seed_0_unless_another_is_given(monkeypatch):
    drawn = []

    def probes(rng):
        drawn.append(rng.random())
        return []

    monkeypatch.setattr(core.exercises, "load", lambda _: Exercise("identity", probes, ()))
    for options in ({}, {"seed": 0}, {"seed": 1}):
        check("4.1.1", raises, **options)
    assert drawn[0] == drawn[1] != drawn[2]


def test_an_exercise_and_its_parts_cannot_be_changed():
    exercise = exercises.load("4.1.1")
    for thing in (exercise, exercise.mistakes[0], next(iter(exercise.probes(np.random.default_rng(0))))):
        with pytest.raises(FrozenInstanceError):
            setattr(thing, fields(thing)[0].name, None)


def test_not_implemented_by_tensorflow_is_not_unwritten():
    """NumPy inside tf.function raises NotImplementedError too; the learner has written something there."""

    def half_numpy(y_true, y_pred):
        if y_true.shape != y_pred.shape:
            raise ValueError("shapes differ")
        return tf.reduce_mean(tf.square(y_true - y_pred)) + 0.0 * np.sum(y_true)

    result = check("4.1.1", half_numpy)
    assert "raised NotImplementedError" in result.message and "not written" not in result.message


def test_an_accident_is_told_before_a_mistake_of_another_probe():
    """Without a gradient the advice is about the gradient, although the missing shape check is a known mistake."""
    result = check("4.1.2", lambda y, p, cost, profit: np.sum(np.maximum(cost * (p - y), profit * (y - p))))
    assert result.mistake is None and "the gradient is None" in result.message


def test_a_notebook_shows_the_message_once(capsys):
    result = check("4.1.1", raises)
    assert capsys.readouterr().out == result.message + "\n"
    result._ipython_display_()
    assert capsys.readouterr().out == ""
    with pytest.raises(AttributeError):
        result.passed = True


def test_the_users_interrupt_is_not_swallowed():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has its background jobs ignore it
    threading.Timer(0.2, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        check("4.1.1", loops)
    signal.signal(signal.SIGINT, before)


def test_nothing_is_interrupted_after_a_check_that_was_stopped():
    check("4.1.1", loops, seconds=0.1)
    deadline = time.monotonic() + 0.5
    while time.monotonic() < deadline:
        pass


def test_a_probes_own_bug_is_not_blamed_on_the_learner(monkeypatch):
    def look(answer):
        answer(1)
        raise ZeroDivisionError("the probe's own")

    def late(rng):
        yield Probe("one", lambda answer: answer(1), 1)
        raise ZeroDivisionError("the generator's own")

    for probes in (lambda rng: [Probe("one", look, 1)], late):
        exercise = Exercise("identity", probes, ())
        monkeypatch.setattr(core.exercises, "load", lambda _, exercise=exercise: exercise)
        with pytest.raises(ZeroDivisionError, match="own"):
            check("4.1.1", lambda x: x)
