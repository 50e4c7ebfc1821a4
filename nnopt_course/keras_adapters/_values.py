"""Frozen values of the parts as plain values that fit into JSON, and back."""

import dataclasses
from typing import Any

from nnopt_course import _checks
from nnopt_course._tensorflow import tf


def dtype(value: str | None) -> str:
    """Return ``"float32"`` or ``"float64"``; ``None`` is what Keras is set to."""
    return _checks.one_of("dtype", tf.keras.config.floatx() if value is None else value, ("float32", "float64"))


def one_of(name: str, value: Any, kinds: tuple[type, ...]) -> Any:
    """Return ``value`` if it is of one of the known kinds."""
    if type(value) not in kinds:
        raise TypeError(f"{name} must be one of {_names(kinds)}, got {value!r}")
    return value


def to_config(value: Any) -> dict[str, Any]:
    """Return the kind of a value and its fields."""
    return {"kind": type(value).__name__, **dataclasses.asdict(value)}


def from_config(name: str, config: dict[str, Any], kinds: tuple[type, ...]) -> Any:
    """Return the value that has this config; its fields are checked as if it were made by hand."""
    fields = dict(config)
    known = {kind.__name__: kind for kind in kinds}
    return known[_checks.one_of(name, fields.pop("kind", None), known)](**fields)


def _names(kinds: tuple[type, ...]) -> str:
    return ", ".join(kind.__name__ for kind in kinds)
