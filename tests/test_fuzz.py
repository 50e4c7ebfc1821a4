"""Every public callable of the package has a fuzz case: a new name without one fails here."""

import inspect
from importlib import import_module
from pathlib import Path

import contract
import pytest
import test_site_api

from nnopt_course._tensorflow import tf

FILES = [path.stem for path in sorted(Path(__file__).parent.glob("test_fuzz_*.py"))]
GRADER = [test_site_api.PACKAGE / "checking" / f"{name}.py" for name in ("grade", "submission")]
NAMES = [*test_site_api.NAMES, *(name for path in GRADER for name in test_site_api.public_names(path))]
# What has nothing to refuse, and why.
WITHOUT = {
    "a record keeps what it is given": [
        "checking.Result", "comparison.Difference", "datasets.Dataset", "datasets.Split", "training.DivergenceError",
        "training.History", "template.backward.Run", "checking.submission.Grade", "checking.submission.Outcome",
        "checking.submission.Rules",
    ],
    "a protocol has no body": [
        "optimizers.Optimizer", "optimizers.Optimizer.__call__", "optimizers.Optimizer.initial_slots",
        "training.Average", "training.Average.__call__", "training.Average.initial_shadow",
    ],
    "Keras calls it, with what it has made itself": [
        *(f"keras_adapters.{kind}.{method}" for method in ("call", "get_config")
          for kind in ("AsymmetricLoss", "CrossEntropy", "MeanSquaredError", "SoftmaxCrossEntropy")),
        *(f"keras_adapters.WeightAveraging.on_{when}" for when in ("train_begin", "train_batch_end", "epoch_end")),
        "keras_adapters.Penalty.get_config", "keras_adapters.Schedule.get_config",
    ],
    "it starts a process for each notebook; test_checking_grade tries it": [
        "checking.grade.grade_all", "checking.grade.main",
    ],
    "grade, which has a case, is what calls it": ["checking.submission.read"],
}  # fmt: skip


def public_callables():
    """Yield the dotted names of functions, classes and the methods that classes of this package define."""
    for name in (name.removeprefix("nnopt_course.") for name in NAMES):
        value, _ = contract.found(name)
        if inspect.isfunction(value):
            yield name
        elif isinstance(value, type) and value.__module__.startswith("nnopt_course"):
            yield name
            ours = [base for base in value.__mro__ if base.__module__.startswith("nnopt_course")]
            methods = {method for base in ours for method, code in vars(base).items() if not isinstance(code, property)}
            for method in sorted(methods):
                if method == "__call__" or (not method.startswith("_") and callable(getattr(value, method, None))):
                    yield f"{name}.{method}"


def test_every_public_callable_has_a_case_or_a_reason():
    cases = [name for file in FILES for name in import_module(file).CASES]
    exempt = [name for names in WITHOUT.values() for name in names]
    assert sorted(cases + exempt) == sorted(set(public_callables()))


def a_case(call, **more):
    return contract.Case(None, lambda result, chosen: contract.fits(result, tf.float32, ()), call, **more)


def changes(y_true):
    y_true[0] = 9.0
    return tf.constant(0.0)


def fails(error):
    def call(y_true):
        raise error

    return call


@pytest.mark.parametrize(
    ("call", "caught"),
    [
        (lambda y_true: tf.constant(y_true), AssertionError),  # a shape that is not the documented one
        (lambda y_true: tf.constant(0.0, tf.float64), AssertionError),
        (lambda y_true: 0.0, AssertionError),
        (changes, AssertionError),
        (fails(ValueError("too bad")), AssertionError),  # names no argument
        (fails(KeyError("y_true")), KeyError),  # is not documented
        (fails(RuntimeWarning("y_true")), RuntimeWarning),
        (fails(tf.errors.InvalidArgumentError(None, None, "y_true")), tf.errors.InvalidArgumentError),
    ],
)
def test_the_contract_sees_what_breaks_it(call, caught):
    with pytest.raises(caught):
        contract.keeps("losses.mean_squared_error", a_case(call), {"y_true": [1.0, 2.0]})


def test_a_graph_must_not_return_what_is_refused_eagerly():
    def broadcasts_in_graphs(y_true, y_pred):
        if tf.executing_eagerly():
            raise ValueError("y_true and y_pred must have the same shape")
        return tf.reduce_mean(y_true - y_pred)

    arrays = {"y_true": tf.ones((2, 1)), "y_pred": tf.ones(2)}
    with pytest.raises(AssertionError, match="where it raises"):
        contract.keeps_in_graph("losses.mean_squared_error", a_case(broadcasts_in_graphs), arrays, ranks=True)


def test_the_documented_exceptions_are_found():
    assert set(contract.documented("losses.mean_squared_error")) == {TypeError, ValueError}
    assert ArithmeticError in {base for kind in contract.documented("training.sweep") for base in kind.__mro__}
    assert ValueError in contract.documented("network.count_layers")  # by way of initial_parameters
