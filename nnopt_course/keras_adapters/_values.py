"""Frozen values of the parts as plain values that fit into JSON, and back."""

import dataclasses
from typing import Any


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
    known, kind = {kind.__name__: kind for kind in kinds}, fields.pop("kind", None)
    if kind not in known:
        raise ValueError(f"{name} must be one of {_names(kinds)}, got {kind!r}")
    return known[kind](**fields)


def _names(kinds: tuple[type, ...]) -> str:
    return ", ".join(kind.__name__ for kind in kinds)
