"""What every public callable keeps to, whatever it is handed: it returns what it says, or refuses in words.

A call may raise only what its documentation names, and the message names an argument. It warns of nothing (pytest
makes warnings errors), prints nothing, changes none of its arguments, and ends.
"""

import builtins
import faulthandler
import functools
import importlib
import inspect
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import hostile
import numpy as np
from hypothesis import currently_in_test_context, event
from hypothesis import strategies as st

from nnopt_course import training
from nnopt_course._tensorflow import tf

SECONDS = 120  # then the process ends, with a traceback where it was (`pytest -s` shows it)


class Case(NamedTuple):
    """How to call something with arguments that fit, and what its result must show."""

    good: st.SearchStrategy[dict[str, Any]]
    shows: Callable[[Any, dict[str, Any]], None]
    call: Callable[..., Any] | None = None  # if not what the name of the case leads to
    bad: dict[str, st.SearchStrategy[Any]] = {}  # noqa: RUF012  where `anything` would hold a long run, such as steps
    names: tuple[str, ...] = ()  # that a message may use besides those of the arguments
    unchecked: bool = False  # does its documentation leave the checks to NumPy, whose words then count?
    graph: Callable[[Any, dict[str, Any]], bool] = lambda result, arguments: False  # is it let through in graphs only?


@functools.cache
def found(name):
    """Return what a dotted name in the package leads to, and the module it is looked up in."""
    path = name.split(".")
    for end in range(len(path), 0, -1):
        try:
            value = module = importlib.import_module(".".join(["nnopt_course", *path[:end]]))
        except ModuleNotFoundError:
            continue
        for attribute in path[end:]:
            value = getattr(value, attribute)
        return value, module
    raise ModuleNotFoundError(name)


@functools.cache
def documented(name):
    """Return the exceptions and warnings that the documentation of a callable names, or that of its class or part does.

    A function that points to another one, as in "errors as :func:`train`", may raise what that one does.
    """
    value, module = found(name)
    owner, _ = found(name.rpartition(".")[0])
    text = "\n".join(inspect.getdoc(each) or "" for each in (value, owner, module))
    for other in re.findall(r":(?:func|class|meth):`~?([\w.]+)`", f"{inspect.getdoc(value)} {inspect.getdoc(owner)}"):
        try:
            other, _ = found(other.removeprefix("nnopt_course.")) if "." in other else (getattr(module, other), None)
        except (AttributeError, ModuleNotFoundError):
            continue
        text += inspect.getdoc(other) or ""
    kinds = [getattr(builtins, kind, None) for kind in re.findall(r"\b\w+(?:Error|Warning)\b", text)]
    return tuple(kind for kind in kinds if kind) + (training.DivergenceError,) * ("DivergenceError" in text)


def arguments(data, case):
    """Draw arguments that fit and put something hostile in the place of none, one or two of them."""
    chosen = dict(data.draw(case.good))
    for name in data.draw(st.lists(st.sampled_from(sorted(chosen)), max_size=2, unique=True)) if chosen else ():
        chosen[name] = data.draw(case.bad.get(name, hostile.instead_of(chosen[name])), label=name)
    return chosen


def keeps(name, case, chosen, call=None):
    """Return the result or the exception of a call that keeps to the contract."""
    kinds, before = (Exception if case.unchecked else documented(name)), _bits(chosen)
    faulthandler.dump_traceback_later(SECONDS, exit=True)
    try:
        result = (call or case.call or found(name)[0])(**chosen)
    except kinds as error:
        _count("raised")
        words = {*re.findall(r"\w+", str(error))}
        fields = inspect.signature(found(name.partition(".__")[0])[0]).parameters
        is_named = words & {*chosen, *fields, *case.names} or isinstance(error, OSError | Warning)  # not our words
        assert is_named or (case.unchecked and not isinstance(error, Warning)), f"names no argument: {error!r}"
        result = error
    else:
        _count("returned")
        case.shows(result, chosen)
    finally:
        faulthandler.cancel_dump_traceback_later()
    assert _bits(chosen) == before, "an argument was changed"
    return result


def keeps_in_graph(name, case, chosen, *, ranks):
    """Trace the call with sizes, and maybe ranks, unknown; where it is refused eagerly, it does not return here."""
    eager = keeps(name, case, chosen)
    try:
        leaves = tf.nest.flatten(chosen)
    except RecursionError:
        return  # a list that holds itself
    places = [i for i, leaf in enumerate(leaves) if _fits_a_graph(leaf)]
    inputs = [tf.convert_to_tensor(leaves[i]) for i in places]
    specs = [tf.TensorSpec([None] * value.shape.rank if ranks else None, value.dtype) for value in inputs]

    def graph(*inputs):
        filled = dict(enumerate(leaves)) | dict(zip(places, inputs, strict=True))
        return (case.call or found(name)[0])(**tf.nest.pack_sequence_as(chosen, list(filled.values())))

    def run(**_):
        return tf.function(graph, autograph=False).get_concrete_function(*specs)(*inputs)

    try:
        result = keeps(name, case._replace(shows=lambda *_: None), chosen, run)
    except tf.errors.InvalidArgumentError:
        return
    if isinstance(result, Exception):
        return
    if isinstance(eager, Exception):
        assert case.graph(result, chosen), f"returns {result} in a graph, where it raises {eager!r} eagerly"
    else:
        case.shows(result, chosen)


def _count(what):
    """Let ``--hypothesis-show-statistics`` tell how many calls returned and how many raised."""
    if currently_in_test_context():
        event(what)


def _fits_a_graph(leaf):
    if not isinstance(leaf, np.ndarray | tf.Tensor | tf.Variable):
        return False
    try:
        tf.convert_to_tensor(leaf)
    except (TypeError, ValueError):
        return False
    return True


def _bits(value):
    """Return what tells whether a value has changed."""
    if isinstance(value, dict):
        return [(key, _bits(each)) for key, each in value.items()]
    if isinstance(value, list | tuple) and not any(each is value for each in value):
        return [type(value), *map(_bits, value)]
    if isinstance(value, np.ndarray | tf.Variable) or (tf.is_tensor(value) and hasattr(value, "numpy")):
        array = np.asarray(value if isinstance(value, np.ndarray) else value.numpy())
        return array.dtype, array.shape, repr(array.tolist()) if array.dtype == object else array.tobytes()
    return repr(value) if isinstance(value, int | float | str) else type(value)


# What results must show


def nothing(result, chosen):
    """What comes out of hostile values is not promised, only that something does."""


def is_a_value(result, chosen):
    """Assert that what was made is a frozen value: made again, it is equal and found again."""
    assert {result: True}.get(type(result)(**chosen))


def dtype_of(*values):
    """Return the dtype that a result takes from its arguments: that of the first one that has any."""
    return next((tf.as_dtype(value.dtype) for value in values if hasattr(value, "dtype")), tf.float32)


def float64(value):
    """Return what NumPy makes of the numbers."""
    return np.asarray(value.numpy() if hasattr(value, "numpy") else value).astype(np.float64)


def fits(result, dtype, shape, oracle=None):
    """Assert that a tensor has this dtype and shape, and is not finite where an oracle in float64 is NaN."""
    assert tf.is_tensor(result), f"no tensor: {result!r}"
    assert (result.dtype, tuple(result.shape)) == (dtype, tuple(shape)), f"{result} is not {dtype} {shape}"
    if oracle is not None:
        assert np.shape(oracle) == tuple(shape)
        assert not (np.isnan(oracle) & np.isfinite(float64(result))).any(), f"{result} where NumPy has {oracle}"
