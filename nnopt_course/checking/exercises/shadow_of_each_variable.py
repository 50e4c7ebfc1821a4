"""Exercise "Find the bug": a training loop whose averages arrive nowhere, because two variables have one name."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Answer, Look, Unusable

OWN = "Each variable needs a shadow of its own: start at its value, move after each `train_step`."


class _Run:
    """Variables that are pulled to their goals and kicked about, put back to the start before each look."""

    def __init__(self, goals: list, decay: float, steps: int, names: tuple[str | None, ...] = (None, None)) -> None:
        self._goals, self._decay, self._steps = [np.float64(goal) for goal in goals], decay, steps
        self._variables = [
            tf.Variable(self._start(goal), name=name) for goal, name in zip(self._goals, names, strict=True)
        ]
        self._given = list(self._variables)

    @staticmethod
    def _start(goal: np.ndarray) -> np.ndarray:
        return -goal / 2 + 1

    def _pull(self, weight: Any, goal: np.ndarray, step: int) -> Any:
        return weight + 0.25 * (goal - weight) + 0.5 * (-1) ** step

    def _run(self, answer: Answer) -> Any:
        self._given[:] = self._variables
        for variable, goal in zip(self._variables, self._goals, strict=True):
            variable.assign(self._start(goal))
        self._made = 0

        def train_step() -> None:
            for variable, goal in zip(self._variables, self._goals, strict=True):
                variable.assign(self._pull(variable, goal, self._made))
            self._made += 1

        train_step.__qualname__ = "train_step"  # in the message when it is called with arguments
        return answer(self._given, train_step, self._decay, self._steps)

    def shadows(self, answer: Answer) -> Any:
        """Look at the shadows that are returned, one after the other."""
        found = self._run(answer)
        if isinstance(found, dict):
            return Unusable("your function returned a dict. Return a list, with the shadows in the variables' order.")
        try:
            parts = [np.ravel(np.asarray(part, np.float64)) for part in found]
        except (TypeError, ValueError):
            return found
        return np.concatenate(parts) if parts else Unusable("your function returned an empty list.")

    def weights(self, answer: Answer) -> np.ndarray:
        """Look at the variables after the run."""
        self._run(answer)
        return np.concatenate([np.ravel(variable.numpy()) for variable in self._variables])

    def steps(self, answer: Answer) -> float:
        """Look at how many training steps were made."""
        self._run(answer)
        return float(self._made)

    def expected(self) -> tuple[np.ndarray, np.ndarray]:
        """Return weights and shadows, each path first and its weighted sum afterwards."""
        weights, shadows = [], []
        for goal in self._goals:
            path = [self._start(goal)]
            for step in range(self._steps):
                path.append(self._pull(path[-1], goal, step))
            shares = self._decay ** np.arange(self._steps, -1, -1.0)
            shares[1:] *= 1 - self._decay
            weights.append(np.ravel(path[-1]))
            shadows.append(np.ravel(np.tensordot(shares, path, axes=1)))
        return np.concatenate(weights), np.concatenate(shadows)


ALIKE = _Run([3.0, -1.0], 0.75, 6)
NAMED = _Run([3.0, -1.0], 0.75, 6, ("first", "second"))
LOOKS: tuple[Look, ...] = (ALIKE.shadows, NAMED.shadows, ALIKE.weights, _Run([[1.0, 4.0], [-2.0, 2.0]], 0.5, 3).shadows)


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield one variable, then two with names of their own, then two alike, then what is left behind."""
    goals = [float(goal) for goal in rng.permutation([-4, -2, 3, 6])]
    decay, steps = rng.integers(5, 8) / 8, int(rng.integers(4, 9))
    for says, run in [
        ("one variable", _Run(goals[:1], decay, steps, (None,))),
        ("two variables named differently", _Run(goals[:2], decay, steps, ("w1", "w2"))),
        ("two variables made alike", _Run(goals[:2], decay, steps)),
        ("two variables of shape (2,)", _Run([goals[:2], goals[2:]], decay, steps)),
        ("two variables of shapes (2,) and ()", _Run([goals[:2], goals[3]], decay, steps)),
    ]:
        weights, shadows = run.expected()
        setting = f"{says}, decay {decay:g}, {steps} steps"
        yield Probe(
            f"{setting}: how often `train_step` was called", run.steps, steps, "Once a step, for all variables."
        )
        yield Probe(f"{setting}: the shadows", run.shadows, shadows, OWN)
        yield Probe(f"{setting}: the variables afterwards", run.weights, weights, "Averaging changes no weight.")


def _numbers(variables: list) -> list[np.ndarray]:
    return [variable.numpy() for variable in variables]


def _by_name(variables: list, train_step: Callable, decay: float, steps: int) -> list:
    shadows = {variable.name: variable.numpy() for variable in variables}
    for _ in range(steps):
        train_step()
        for variable in variables:
            shadows[variable.name] = decay * shadows[variable.name] + (1 - decay) * variable.numpy()
    return [shadows[variable.name] for variable in variables]


def _loop(start: Callable = _numbers, share: Callable = lambda decay, step: decay, before: bool = False) -> Callable:
    """Return the right loop, changed in one respect."""

    def run(variables: list, train_step: Callable, decay: float, steps: int) -> list:
        shadows = start(variables)
        for step in range(steps):
            if not before:
                train_step()
            kept = share(decay, step)
            shadows = [kept * s + (1 - kept) * v.numpy() for s, v in zip(shadows, variables, strict=True)]
            if before:
                train_step()
        return shadows

    return run


def _late_start(variables: list, train_step: Callable, decay: float, steps: int) -> list:
    train_step()
    return _loop()(variables, train_step, decay, steps - 1)


def _once(variables: list, train_step: Callable, decay: float, steps: int) -> list:
    start = _numbers(variables)
    for _ in range(steps):
        train_step()
    return [decay * s + (1 - decay) * v.numpy() for s, v in zip(start, variables, strict=True)]


def _weights(variables: list, train_step: Callable, decay: float, steps: int) -> list:
    for _ in range(steps):
        train_step()
    return _numbers(variables)


def _in_place(variables: list, train_step: Callable, decay: float, steps: int) -> list:
    shadows = _numbers(variables)
    for _ in range(steps):
        train_step()
        for shadow, variable in zip(shadows, variables, strict=True):
            shadow *= decay
            shadow += (1 - decay) * variable.numpy()
    return shadows


def _starts(variables: list, train_step: Callable, decay: float, steps: int) -> list:
    start = _numbers(variables)
    _weights(variables, train_step, decay, steps)
    return start


def _same_list(variables: list, train_step: Callable, decay: float, steps: int) -> list:
    shadows = variables
    for _ in range(steps):
        train_step()
        for i, variable in enumerate(variables):
            shadows[i] = decay * shadows[i] + (1 - decay) * variable
    return shadows


def _fed_back(variables: list, train_step: Callable, decay: float, steps: int) -> list:
    shadows = _numbers(variables)
    for _ in range(steps):
        train_step()
        for i, variable in enumerate(variables):
            shadows[i] = decay * shadows[i] + (1 - decay) * variable.numpy()
            variable.assign(shadows[i])
    return shadows


def _left_in(variables: list, train_step: Callable, decay: float, steps: int) -> list:
    shadows = _loop()(variables, train_step, decay, steps)
    for variable, shadow in zip(variables, shadows, strict=True):
        variable.assign(shadow)
    return shadows


EXERCISE = Exercise(
    function="train_with_shadows",
    probes=probes,
    mistakes=(
        Mistake(
            "one_shadow_for_one_name",
            "Two variables made alike share one shadow here. Look at `variable.name` of each: what do you keep the "
            "shadows by?",
            _by_name,
            LOOKS,
        ),
        Mistake(
            "shadow_is_the_weight",
            "Your shadows equal the weights. Did you keep the variables themselves? Keep copies of their values.",
            _weights,
            LOOKS,
        ),
        Mistake(
            "shadows_never_moved",
            "Your shadows end where they started. `s = ...` in a loop gives a name to another value and leaves the "
            "list as it is: write to `shadows[i]`.",
            _starts,
            LOOKS,
        ),
        Mistake(
            "numbers_never_moved",
            "Your shadows of shape () end where they started, the others move: `numpy()` of such a variable is a "
            "number, and `*=` changes no number in place. Write to `shadows[i]`.",
            _in_place,
            LOOKS,
        ),
        Mistake(
            "one_list_for_both",
            "`shadows` and `variables` are one list under two names, so your averages take the variables' places. "
            "Make a new list, of values.",
            _same_list,
            LOOKS,
        ),
        Mistake(
            "averaged_before_the_step",
            "You average first and train afterwards, so the last weights are missing. Train first.",
            _loop(before=True),
            LOOKS,
        ),
        Mistake(
            "started_at_zero",
            "Your shadows start at 0. Start them at the variables' values, as the listing does.",
            _loop(start=lambda variables: [np.zeros(variable.shape) for variable in variables]),
            LOOKS,
        ),
        Mistake(
            "started_after_the_first_step",
            "Your shadows start after the first training step. Make them before it.",
            _late_start,
            LOOKS,
        ),
        Mistake(
            "averaged_once",
            "You average once, after the last step. Each training step needs its update: look at the indentation.",
            _once,
            LOOKS,
        ),
        Mistake(
            "averages_fed_back",
            "You assign the averages to the variables in each step, and training goes on from them. Only read "
            "the variables.",
            _fed_back,
            LOOKS,
        ),
        Mistake(
            "averages_left_in",
            "After the run the variables hold the averages. Return them, and leave the variables alone.",
            _left_in,
            LOOKS,
        ),
        Mistake(
            "roles_swapped",
            "The new share and the kept share have changed places. A shadow keeps `decay` of itself.",
            _loop(share=lambda decay, step: 1 - decay),
            LOOKS,
        ),
        Mistake(
            "warmup_added",
            "You warm the decay up. The listing uses `decay` at every step.",
            _loop(share=lambda decay, step: min(decay, (1 + step) / (10 + step))),
            LOOKS,
        ),
    ),
)
