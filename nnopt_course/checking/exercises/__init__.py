"""The exercises that can be checked. Add one: a module named after its concept, and its line in this table."""

from functools import cache
from importlib import import_module
from typing import Any

MODULES = {
    "4.1.1": "mean_squared_error",
    "4.1.2": "asymmetric_loss",
    "4.1.3": "best_constant",
    "4.1.4": "lowest_loss",
    "4.1.5": "one_hot_cross_entropy",
    "4.1.6": "stable_cross_entropy",
    "4.1.7": "open_days_error",
    "4.2.1": "edge_by_bisection",
    "4.2.2": "edge_from_data",
    "4.2.3": "exponential_decay",
    "4.2.4": "step_clock",
    "4.2.5": "reach_of_a_decay",
    "4.2.6": "pure_schedule",
    "4.3.1": "warmup_average",
    "4.3.2": "lag_and_noise",
    "4.3.3": "zero_start",
    "4.3.4": "evaluation_with_averages",
    "4.3.5": "decay_for_a_target",
    "4.3.6": "shadow_of_each_variable",
    "4.4.1": "l2_regularizer",
    "4.4.2": "weights_penalty",
    "4.4.3": "measured_strength",
    "4.4.4": "decoupled_step",
    "4.4.5": "proximal_step",
    "4.4.6": "choose_strength",
    "4.4.7": "penalized_step",
    "4.5.1": "rows_of_update",
    "4.5.2": "penalty_of_one_model",
    "4.5.3": "one_trace",
    "4.5.4": "gradients_by_hand",
    "4.5.5": "exact_resume",
    "4.5.6": "assembled_template",
    "4.5.7": "held_out_statistics",
}


@cache
def load(exercise_id: str) -> Any:
    """Return the exercise's ``EXERCISE``. Modules are imported when asked for, so that a check stays quick."""
    return import_module(f"{__name__}.{MODULES[exercise_id]}").EXERCISE


def of_chapters(chapters: set[str]) -> list[str]:
    """Return the ids of the exercises of chapters such as ``"4.1"``, in order."""
    return [exercise_id for exercise_id in MODULES if chapter(exercise_id) in chapters]


def chapter(exercise_id: str) -> str:
    """Return ``"4.1"`` for ``"4.1.2"``."""
    return exercise_id.rpartition(".")[0]


def check_cell(exercise_id: str) -> str:
    """Return the cell of a notebook that checks an exercise. It imports ``check``, whatever that name is by then."""
    return f'from nnopt_course.checking import check\n\ncheck("{exercise_id}", {load(exercise_id).function})'
