"""The exercises of chapter 4.2: what is answered to accidents that only they can meet."""

import numpy as np
import pytest

from nnopt_course.checking import check


def forgets_high(growth, low, high, tolerance):
    while high - low > tolerance:
        if growth((low + high) / 2) < 1:
            low = (low + high) / 2
    return low


def trained_with_log(w, gradient, schedule, batches, epochs):
    return w, [schedule(step) for step in range(epochs * len(batches))]


class WithoutArguments:
    def __call__(self, step):
        return 0.1


ACCIDENTS = {
    "no number of rates": (
        "4.2.1",
        lambda *a: (0.1, [0.2]),
        ["a tuple, which is not a single number. Return the rate"],
    ),
    "endless search": ("4.2.1", forgets_high, ["growth was called 20000 times", "if growth((low + high) / 2) < 1:"]),
    "no square matrix": ("4.2.2", lambda x: np.linalg.eigvalsh(x)[-1], ["LinAlgError", "row and a column for each"]),
    "one number only": ("4.2.3", lambda a, t, n, r, s: a * r ** (int(t / n) if s else t / n), ["an array or a tensor"]),
    "weight and log": ("4.2.4", trained_with_log, ["a tuple, which is not a single number. Return the last weight"]),
    "log alone": ("4.2.4", lambda *a: trained_with_log(*a)[1], ["a list, which is not a single number"]),
    "rate, not schedule": ("4.2.6", lambda a, f, m: max(m, a * f), ["a float, which cannot be asked for a step"]),
    "class, not object": ("4.2.6", lambda a, f, m: WithoutArguments, ["takes no arguments", "called with a step"]),
    "schedule of None": ("4.2.6", lambda a, f, m: lambda step: None, ["schedule returned None"]),
    "schedule of pairs": ("4.2.6", lambda a, f, m: lambda step: (a, f), ["did not return a single number"]),
}


@pytest.mark.parametrize("name", ACCIDENTS)
def test_an_accident_gets_a_short_message_and_no_mistake(name):
    exercise_id, answer, words = ACCIDENTS[name]
    result = check(exercise_id, answer)
    assert (result.passed, result.mistake) == (False, None)
    assert all(word in result.message for word in words), result.message
    assert len(result.message.splitlines()) <= 4


def test_the_probes_of_the_clock_see_what_a_gradient_asked_twice_does_not_change():
    """An answer that logs its gradients asks for each of them twice; an update is a change of the weight."""

    def logged_twice(w, gradient, schedule, batches, epochs):
        for step in range(epochs * len(batches)):
            batch = batches[step % len(batches)]
            w = w - schedule(step) * (gradient(w, batch) + gradient(w, batch)) / 2
        return w

    assert check("4.2.4", logged_twice).passed


def test_a_search_may_take_other_parts_than_halves_but_not_many_runs():
    """Thirds take at most 18 runs for 4096 tolerances; parts so small that one round is a grid take hundreds."""

    def in_parts(parts):
        def find_edge(growth, low, high, tolerance):
            while high - low > tolerance:
                rates = np.linspace(low, high, parts + 1)
                place = next(k for k in range(1, parts + 1) if k == parts or not growth(rates[k]) < 1)
                low, high = rates[place - 1], rates[place]
            return low

        return find_edge

    assert check("4.2.1", in_parts(3)).passed
    refused = check("4.2.1", in_parts(1000))
    assert not refused.passed and "number of training runs" in refused.message


def centered_in_place(x):
    x -= x.mean(axis=0)
    return len(x) / np.linalg.norm(x, 2) ** 2


def divided_in_place(initial, step, decay_steps, decay_rate, staircase):
    step //= decay_steps
    return initial * decay_rate**step


@pytest.mark.parametrize("exercise_id, answer", [("4.2.2", centered_in_place), ("4.2.3", divided_in_place)])
def test_an_answer_cannot_change_what_later_probes_use(exercise_id, answer):
    right = {"4.2.2": lambda x: len(x) / np.linalg.norm(x, 2) ** 2, "4.2.3": by_remainder}[exercise_id]
    assert not check(exercise_id, answer).passed
    assert check(exercise_id, right).passed


def by_remainder(initial, step, decay_steps, decay_rate, staircase):
    step = np.asarray(step)
    return initial * decay_rate ** ((step - step % decay_steps if staircase else step) / decay_steps)
