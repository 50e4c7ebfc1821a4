"""The exercises that can be checked. Add one: a module named after its concept, and its line in this table."""

from importlib import import_module
from typing import Any

MODULES = {
    "4.1.1": "mean_squared_error",
    "4.1.2": "asymmetric_loss",
    "4.4.1": "l2_regularizer",
    "4.4.2": "weights_penalty",
    "4.4.3": "measured_strength",
    "4.4.4": "decoupled_step",
    "4.4.5": "proximal_step",
    "4.4.6": "choose_strength",
    "4.4.7": "penalized_step",
}


def load(exercise_id: str) -> Any:
    """Return the exercise's ``EXERCISE``. Modules are imported when asked for, so that a check stays quick."""
    return import_module(f"{__name__}.{MODULES[exercise_id]}").EXERCISE
