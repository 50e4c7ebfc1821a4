"""The limits stop what runs on, fail what asks for too much, and leave nothing behind."""

import io
import sys
import warnings

import numpy as np
import pytest

from nnopt_course._tensorflow import tf
from nnopt_course.checking import check, limits
from nnopt_course.checking.limits import MEMORY, TimeUp, TooMuchPrinted, memory_limit, print_limit, time_limit

linux = pytest.mark.skipif(sys.platform != "linux", reason="no memory limit on this system")


def right(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes differ")
    return tf.reduce_mean(tf.square(y_true - y_pred))


# TensorFlow's loops ---------------------------------------------------------------------------------------------------


@tf.function
def autograph_loop(start):
    while start < 2.0:
        start = start * 1.0
    return start


@tf.function(autograph=False)
def while_loop(start):
    return tf.while_loop(lambda value: value < 2.0, lambda value: value * 1.0, [start])


def eager_loop(start):
    return tf.while_loop(lambda value: value < 2.0, lambda value: [value * 1.0], [start])


def loop_under_a_tape(start):
    with tf.GradientTape() as tape:
        tape.watch(start)
        end = autograph_loop(start)
    return tape.gradient(end, start)


def loop_that_swallows(start):
    try:
        return autograph_loop(start)
    except Exception:
        return autograph_loop(start)


LOOPS = [autograph_loop, while_loop, eager_loop, loop_under_a_tape, loop_that_swallows]


@pytest.mark.parametrize("loop", LOOPS, ids=lambda loop: getattr(loop, "__name__", "") or loop.python_function.__name__)
def test_an_endless_loop_of_tensorflow_is_stopped(loop):
    with pytest.raises(TimeUp), time_limit(0.3):
        loop(tf.constant(1.0))
    assert float(autograph_loop(tf.constant(2.0))) == 2.0  # the same program is usable, outside the limit and inside
    with time_limit(20):
        assert float(autograph_loop(tf.constant(3.0))) == 3.0


@pytest.mark.parametrize("loop", LOOPS[:2], ids=["autograph", "while_loop"])
def test_a_check_tells_of_an_endless_loop_of_tensorflow(loop):
    for _ in range(5):  # the two ways in which it is stopped race
        result = check("4.1.1", lambda y_true, y_pred: loop(0.0 * y_true[0]), seconds=0.2)
        assert (
            result.message.splitlines()[1] == "It did not return within 0.2 seconds. Is there a loop that never ends?"
        )
    assert check("4.1.1", right).passed


def test_the_internal_interface_that_stops_tensorflow_is_there():
    assert limits.CancellationManager, "TensorFlow moved it: endless loops of a tf.function are no longer stopped"


def test_a_pending_exception_is_taken_back_also_when_it_arrives_while_it_is_taken_back(monkeypatch):
    taken_back = []

    def arrives_at_first(thread, exception):
        taken_back.append(exception)
        if len(taken_back) == 1:
            raise TimeUp

    monkeypatch.setattr(limits, "_raise_in", arrives_at_first)
    with pytest.raises(TimeUp), time_limit(60):
        pass
    assert taken_back == [None, None]


def test_without_that_interface_python_loops_are_still_stopped(monkeypatch):
    monkeypatch.setattr(limits, "CancellationManager", None)
    with pytest.raises(TimeUp), time_limit(0.1):
        while True:
            pass


# Memory ---------------------------------------------------------------------------------------------------------------

HUGE = {
    "NumPy": (lambda y, p: np.zeros((10**7, 10**6)), "MemoryError: Unable to allocate"),
    "NumPy, written to": (lambda y, p: np.ones(MEMORY // 5), "MemoryError: Unable to allocate"),
    "TensorFlow": (lambda y, p: tf.ones(MEMORY // 3), "ResourceExhaustedError: OOM when allocating tensor"),
    "broadcast": (lambda y, p: tf.zeros((10**6, 1)) - tf.zeros(10**6), "ResourceExhaustedError: OOM when allocating"),
    "list": (lambda y, p: [0.0] * MEMORY, "MemoryError"),
}


@linux
@pytest.mark.parametrize("name", HUGE)
def test_a_huge_allocation_is_refused_and_explained(name):
    answer, words = HUGE[name]
    result = check("4.1.1", answer)
    lines = result.message.splitlines()
    assert lines[1].startswith(f"your code raised {words}"), result.message
    assert lines[2].startswith("in line ")
    assert lines[3:] == ["That is more memory than a check may use. Look at the shapes."]
    assert check("4.1.1", right).passed


@linux
def test_the_memory_limit_is_taken_back_and_never_raises_one_that_is_there():
    import resource

    before = resource.getrlimit(resource.RLIMIT_DATA)
    with pytest.raises(ZeroDivisionError), memory_limit(2**30):
        inside = resource.getrlimit(resource.RLIMIT_DATA)[0]
        with memory_limit(2**40):
            assert resource.getrlimit(resource.RLIMIT_DATA)[0] == inside
        raise ZeroDivisionError
    assert inside != before[0]
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


@linux
def test_a_check_may_take_4_gigabytes_more_than_there_are(monkeypatch):
    import resource

    monkeypatch.setattr(limits, "open", lambda path: io.StringIO("VmPeak: 9 kB\nVmData:\t1000000 kB\n"), raising=False)
    with memory_limit():
        assert resource.getrlimit(resource.RLIMIT_DATA)[0] == 1_000_000 * 1024 + 4 * 2**30


@linux
def test_elsewhere_there_is_no_memory_limit(monkeypatch):
    import resource

    monkeypatch.setattr(sys, "platform", "darwin")
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with memory_limit(2**30):
        assert resource.getrlimit(resource.RLIMIT_DATA) == before


# Printing -------------------------------------------------------------------------------------------------------------


def test_printing_goes_through_up_to_the_limit(capsys):
    with print_limit(10):
        print("123456789")
        print("err", file=sys.stderr)
    with pytest.raises(TooMuchPrinted), print_limit(10):
        print("12345")
        print("6789 and more")
    print("afterwards, as much as wanted")
    out, err = capsys.readouterr()
    assert out == "123456789\n12345\nafterwards, as much as wanted\n" and err == "err\n"


def test_printing_without_end_is_told(capsys):
    def answer(y_true, y_pred):
        while True:
            try:
                print(y_true)
            except Exception:
                pass

    result = check("4.1.1", answer)
    assert result.message.splitlines()[1] == "It printed more than 10,000 characters. Take the print out of the loop."
    assert len(capsys.readouterr().out) < 10_500


def test_a_right_answer_may_print(capsys):
    assert check("4.1.1", lambda y, p: print("a look", p.shape) or right(y, p)).passed
    assert capsys.readouterr().out.count("a look") > 5


# Names of the notebook that mean something else now -------------------------------------------------------------------

CODE = """
def answer(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes differ")
    return tf.reduce_mean(tf.square(y_true - y_pred)) + 0.0 * sum([1.0])
"""
AGAIN = "Give your variable another name and run the first cell again."
STATES = {
    "tf is a number": ({"tf": 3}, f"In your notebook `tf` is now a value of type int. {AGAIN}"),
    "sum is a number": (
        {"tf": tf, "sum": 0.0},
        "In your notebook `sum` is now a value of type float. Give your variable another name and run `del sum`.",
    ),
    "nothing was imported": ({}, "Run the first cell of the notebook, which imports what the page needs."),
}


@pytest.mark.parametrize("state", STATES)
def test_a_name_that_means_something_else_is_pointed_out(state):
    names, advice = STATES[state]
    names = dict(names)
    with warnings.catch_warnings():
        exec(CODE, names)
    result = check("4.1.1", names["answer"])
    assert result.message.splitlines()[-1] == advice and not result.passed


def test_no_name_is_blamed_for_another_exception():
    names = {"tf": tf, "sum": lambda values: 1 / 0}
    exec(CODE, names)
    message = check("4.1.1", names["answer"]).message
    assert "ZeroDivisionError" in message and "In your notebook" not in message
