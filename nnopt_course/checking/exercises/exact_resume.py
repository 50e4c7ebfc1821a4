"""Exercise "Resume exactly": training that can be stopped and goes on as if nothing had happened."""

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.looks import single
from nnopt_course.checking.observing import Answer, Look, Unusable

THREE = "return three things: the weight, its average, and the state."
LISTING = "Without a stop, resumable does what the listing does."
STATE = "The next update reads five values that earlier ones made. Are all of them in your state, and all of them used?"
MEANS = "With a state, `start` means nothing: the check hands over another one."
AGAIN = "The check resumes twice from the same state; the first time must not have changed it."
BITS = "What is stored must be what was there, to the last bit."


def weights(start: float, data: Sequence[float], *legs: int, uses: int = 1, later: float | None = None) -> Look:
    """Look at the weight and its average after training in legs.

    The state in between is a copy, as from a file. It is used ``uses`` times; the last result counts. After a stop
    ``start`` is handed over again, or ``later`` in its place.
    """

    def look(answer: Answer) -> Any:
        state = None
        for place, updates in enumerate(legs):
            handed = copy.deepcopy(state)
            begin = later if place and later is not None else start
            for _ in range(uses if place else 1):
                parts = _parts(answer(begin, list(data), updates, handed))
                if not isinstance(parts, tuple):
                    return parts
            w, shadow, state = parts
        return [w, shadow]

    return look


def same_bits(start: float, data: Sequence[float], first: int, second: int) -> Look:
    """Look whether a stop changes no bit (1: none)."""

    def look(answer: Answer) -> Any:
        whole, stopped = (weights(start, data, *legs)(answer) for legs in ((first + second,), (first, second)))
        return whole == stopped if isinstance(stopped, list) else stopped

    return look


def _parts(found: Any) -> tuple[float, float, Any] | Unusable | None:
    if found is None:
        return None
    if not isinstance(found, tuple | list) or len(found) != 3:
        many = f"{len(found)} things" if isinstance(found, tuple | list) else f"a {type(found).__name__}"
        return Unusable(f"your function returned {many}: {THREE}")
    w, shadow = (single(value, "The weight and its average come first.") for value in found[:2])
    wrong = [value for value in (w, shadow) if not isinstance(value, float)]
    return wrong[0] or Unusable("the weight or its average is None.") if wrong else (w, shadow, found[2])


# Stops that are no whole number of rounds and no whole stair; the data have 5 numbers, a stair has 3 updates.
DATA = (1.0, -2.0, 4.0, 0.5, 3.0)
OTHER = (2.0, -1.0, 5.0, 0.0)
RUNS = (weights(5.0, DATA, 4, 3), weights(-3.0, OTHER, 5, 5), weights(2.0, DATA, 1, 1, 6))
TWICE = (*RUNS, weights(4.0, OTHER, 3, 3, uses=2))
RESTARTED = (*RUNS, weights(-3.0, OTHER, 2, 3, later=50.0))
BITWISE = (*RUNS, same_bits(5.0, DATA, 47, 53))


def _oracle(start: float, data: Sequence[float], updates: int) -> list[float]:
    """Return the weight and its average, with slots and shadow as weighted sums over all that went before."""
    path, gradients, decays = [start], [], []
    for step in range(updates):
        gradients.append(2 * (path[-1] - data[step % len(data)]))
        age = np.arange(step + 1)[::-1]
        mean = np.average(gradients, weights=0.9**age)  # what bias correction makes of the sum
        square = np.average(np.square(gradients), weights=0.99**age)
        path.append(path[-1] - 0.5 * 0.9 ** (step // 3) * mean / (np.sqrt(square) + 1e-8))
        decays.append(min(0.99, (1 + step) / (10 + step)))
    left = np.cumprod([1.0, *decays[::-1]])[::-1]  # what the later updates leave of each weight
    share = left * np.array([1.0, *(1 - np.array(decays))])
    return [path[-1], float(share @ path)]


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield runs without a stop first, then with one, the bits, a state used twice, and random numbers."""
    says = "weight and average, start 5, data 1, -2, 4, 0.5, 3:"
    yield Probe(f"{says} one update", weights(5.0, DATA, 1), _oracle(5.0, DATA, 1), LISTING)
    yield Probe(f"{says} 7 updates", weights(5.0, DATA, 7), _oracle(5.0, DATA, 7), LISTING)
    yield Probe(f"{says} 4 updates and 3 more", weights(5.0, DATA, 4, 3), _oracle(5.0, DATA, 7), STATE)
    pieces = weights(2.0, DATA, 1, 1, 6)
    yield Probe("the same from start 2: 1, 1 and 6 updates", pieces, _oracle(2.0, DATA, 8), STATE)
    other = weights(-3.0, OTHER, 5, 5)
    yield Probe("start -3, data 2, -1, 5, 0: 5 updates and 5 more", other, _oracle(-3.0, OTHER, 10), STATE)
    restarted = weights(-3.0, OTHER, 2, 3, later=50.0)
    yield Probe("start -3: 2 updates; start 50 and that state: 3 more", restarted, _oracle(-3.0, OTHER, 5), MEANS)
    again = weights(4.0, OTHER, 3, 3, uses=2)
    yield Probe("3 updates, then 3 more, from a state that was used before", again, _oracle(4.0, OTHER, 6), AGAIN)
    yield Probe("whether 47 and 53 updates give the bits of 100 (1: yes)", same_bits(5.0, DATA, 47, 53), 1, BITS)
    first, second = (int(legs) for legs in rng.integers(2, 12, size=2))
    data = (rng.integers(-20, 21, size=int(rng.integers(3, 7))) / 4).tolist()
    says = f"start 1, {len(data)} random numbers: {first} updates and {second} more"
    yield Probe(says, weights(1.0, data, first, second), _oracle(1.0, data, first + second), STATE)


CLOCKS = ("batch", "schedule", "correction", "warmup")  # what each of the four clocks of the loop is read for


def _fresh(start: float) -> dict[str, Any]:
    return {"w": start, "shadow": start, "m": 0.0, "v": 0.0, **dict.fromkeys(CLOCKS, 0)}


def _loop(s: dict[str, Any], data: Sequence[float], updates: int) -> None:
    """Train, and leave everything in ``s``."""
    for _ in range(updates):
        gradient = 2 * (s["w"] - data[s["batch"] % len(data)])
        s["m"] = 0.9 * s["m"] + 0.1 * gradient
        s["v"] = 0.99 * s["v"] + 0.01 * gradient**2
        n = s["correction"] + 1
        move = s["m"] / (1 - 0.9**n) / ((s["v"] / (1 - 0.99**n)) ** 0.5 + 1e-8)
        s["w"] -= 0.5 * 0.9 ** (s["schedule"] // 3) * move
        decay = min(0.99, (1 + s["warmup"]) / (10 + s["warmup"]))
        s["shadow"] = decay * s["shadow"] + (1 - decay) * s["w"]
        for clock in CLOCKS:
            s[clock] += 1


def _after_a_stop(found: Callable[[dict[str, Any], float], dict[str, Any]]) -> Callable[..., Any]:
    """Return the answer that goes on from ``found(state, start)`` in place of the state."""

    def resumable(start, data, updates, state=None):
        s = _fresh(start) if state is None else dict(found(state, start))
        _loop(s, data, updates)
        return s["w"], s["shadow"], s

    return resumable


def _lost(mistake: str, names: str, message: str) -> Mistake:
    """Return the mistake in which these values start anew after a stop."""
    found = _after_a_stop(lambda state, start: state | {name: _fresh(start)[name] for name in names.split()})
    return Mistake(mistake, message, found, RUNS)


def _in_place(start, data, updates, state=None):
    s = _fresh(start) if state is None else state
    _loop(s, data, updates)
    return s["w"], s["shadow"], s


def _all_again(start, data, updates, state=None):
    s, updates = _fresh(start), updates + (state or 0)
    _loop(s, data, updates)
    return s["w"], s["shadow"], updates


def _counts_the_last_leg(start, data, updates, state=None):
    w, shadow, s = _after_a_stop(lambda state, start: state)(start, data, updates, state)
    return w, shadow, s | dict.fromkeys(CLOCKS, updates)


def _average_first(start, data, updates, state=None):
    w, shadow, s = _after_a_stop(lambda state, start: state)(start, data, updates, state)
    return shadow, w, s


def _up_to(start, data, updates, state=None):
    done = state["batch"] if state else 0
    return _after_a_stop(lambda state, start: state)(start, data, max(updates - done, 0), state)


EXERCISE = Exercise(
    function="resumable",
    probes=probes,
    mistakes=(
        Mistake(
            "weights_only",
            "You go on from the weight alone. Both slots, the average and the step start anew, and they are part of "
            "the run as much as the weight.",
            _after_a_stop(lambda state, start: _fresh(state["w"])),
            RUNS,
        ),
        _lost(
            "weight_and_average_only",
            "m v batch schedule correction warmup",
            "Weight and average go on. The slots of Adam and the step start anew.",
        ),
        Mistake(
            "state_ignored",
            "The second call starts from `start` again, as if there were no state.",
            lambda start, data, updates, state=None: _after_a_stop(lambda *_: {})(start, data, updates),
            RUNS,
        ),
        Mistake(
            "trains_up_to_updates",
            "After a stop you train up to update number `updates`. The task asks for that many more.",
            _up_to,
            RUNS[:2],
        ),
        _lost(
            "step_restarts",
            "batch schedule correction warmup",
            "All values go on, but the step starts at 0 again, and four things read it: the batch, the rate, the bias "
            "correction, the warmup of the average. Keep it in the state.",
        ),
        _lost("slots_lost", "m v", "Both slots of Adam start at 0 again. Keep them in the state."),
        _lost("first_slot_lost", "m", "The first slot of Adam starts at 0 again. Keep it in the state."),
        _lost("second_slot_lost", "v", "The second slot of Adam starts at 0 again. Keep it in the state."),
        Mistake(
            "average_restarts_at_the_weight",
            "The weight goes on as it should. The average starts anew at the weight of the stop. Keep it in the state.",
            _after_a_stop(lambda state, start: state | {"shadow": state["w"]}),
            RUNS,
        ),
        _lost(
            "average_restarts_at_the_start",
            "shadow",
            "The weight goes on as it should. The average starts at `start` again. Keep it in the state.",
        ),
        _lost(
            "batches_restart",
            "batch",
            "After the stop the data are read from the top again. The batch is chosen by the step of the whole run.",
        ),
        _lost(
            "schedule_restarts",
            "schedule",
            "After the stop the learning rate starts at its full height again. It is that of the step of the "
            "whole run.",
        ),
        _lost(
            "bias_correction_restarts",
            "correction",
            "After the stop Adam corrects the slots as if they were new. Hand it the step of the whole run.",
        ),
        _lost(
            "warmup_restarts",
            "warmup",
            "The weight goes on as it should. The average warms up again: its decay follows the step of the whole run.",
        ),
        Mistake(
            "one_step_back",
            "You go on at the step that was made last, so it is made twice. After `n` updates the next step is `n`.",
            _after_a_stop(lambda state, start: state | {clock: state[clock] - 1 for clock in CLOCKS}),
            RUNS,
        ),
        Mistake(
            "one_step_ahead",
            "After the stop you leave out a step. After `n` updates, counted from 0, the next step is `n`.",
            _after_a_stop(lambda state, start: state | {clock: state[clock] + 1 for clock in CLOCKS}),
            RUNS[:2],
        ),
        Mistake(
            "step_of_the_last_call",
            "One stop is right, and two are not: your state holds the `updates` of the last call. Keep the number of "
            "all updates so far.",
            _counts_the_last_leg,
            RUNS,
        ),
        _lost(
            "only_the_batches_go_on",
            "schedule correction warmup",
            "The data go on where they should. The rate, Adam and the average count from 0 again: hand them the step "
            "of the whole run too.",
        ),
        Mistake(
            "goes_on_from_the_average",
            "After the stop you go on training from the average. It only watches: the weight goes on from the weight.",
            _after_a_stop(lambda state, start: state | {"w": state["shadow"]}),
            RUNS,
        ),
        Mistake(
            "average_first",
            "You return the average first. The weight comes first, then its average.",
            _average_first,
            RUNS,
        ),
        Mistake(
            "one_update_only",
            "You make one update, whatever `updates` says. Is the `return` inside the loop?",
            lambda start, data, updates, state=None: _after_a_stop(lambda s, start: s)(start, data, 1, state),
            RUNS,
        ),
        Mistake(
            "start_read_again",
            "After a stop you read `start` again, and train from there. It means nothing then, and may be another "
            "number: what you need from it belongs into the state.",
            _all_again,
            RESTARTED,
        ),
        Mistake(
            "state_changed",
            "Resuming once is right, but twice from the same state is not. Either you change the state that you were "
            "handed, or you keep a part of it outside. Return all of it, and leave the old one as it was.",
            _in_place,
            TWICE,
        ),
        Mistake(
            "rounded",
            "Nearly the same, but not to the bit: your state holds rounded numbers. Keep them as they are.",
            _after_a_stop(lambda state, start: {name: round(value, 8) for name, value in state.items()}),
            BITWISE,
        ),
    ),
)
