"""Exercise "2 over lambda": the largest stable rate of a linear neuron, from its inputs alone."""

from collections.abc import Callable, Iterator

import numpy as np

from nnopt_course import datasets
from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Look

ONE = "The Hessian has a row and a column for each input, here one of each."
AXES = "All axes share one rate: the steepest decides. np.linalg.eigvalsh sorts its result, eigvals does not."
TWICE = "Each row stands there twice, so the mean of the squares is the same loss, with the same edge."


def edge_for(x: np.ndarray) -> Look:
    """Look at what is returned for inputs ``x``, which are read-only: an answer that changes them hurts nobody."""
    x.setflags(write=False)
    return lambda answer: answer(x)


# Different numbers of rows and inputs, correlated inputs of both signs, the steep axis first, last and oblique.
UPRIGHT = np.array([[3.0, 0.0], [0.0, 1.0], [3.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
SLANTED = np.array([[2.0, 1.0], [1.0, 2.0], [-1.0, 1.0]])
THREE = np.array([[1.0, 0.5, 2.0], [0.0, 1.0, 3.0], [1.0, -1.0, 1.0], [2.0, 0.5, 4.0], [0.5, 0.0, -1.0]])
OBLIQUE = (edge_for(SLANTED), edge_for(THREE))
INPUTS = (edge_for(UPRIGHT), *OBLIQUE)


def _oracle(x: np.ndarray) -> float:
    """Return the edge for two inputs: the larger root of the characteristic polynomial of the mean of 2 x x^T."""
    a, b, c = 2 * np.mean(x[:, 0] ** 2), 2 * np.mean(x[:, 0] * x[:, 1]), 2 * np.mean(x[:, 1] ** 2)
    return 2 / ((a + c) / 2 + np.sqrt(((a - c) / 2) ** 2 + b**2))


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield one input first, then upright, slanted, random, repeated and real inputs."""
    one = np.array([[1.0], [2.0], [2.0]])  # f = mean of 1, 4, 4 times w^2 = 3 w^2, curvature 6
    yield Probe("three days with one input, 1, 2 and 2, so that the loss is 3 w^2", edge_for(one), 1 / 3, ONE)
    yield Probe("five days, inputs (3, 0) twice and (0, 1) three times", edge_for(UPRIGHT), 2 / 7.2, AXES)
    yield Probe("three days, inputs (2, 1), (1, 2) and (-1, 1)", edge_for(SLANTED), _oracle(SLANTED), AXES)
    days = rng.integers(-8, 9, size=(7, 2)) / 4
    yield Probe("seven random days with two inputs", edge_for(days), _oracle(days), AXES)
    yield Probe("the same seven days, each written down twice", edge_for(np.vstack([days, days])), _oracle(days), TWICE)
    yield Probe("the same seven days, all inputs doubled", edge_for(2 * days), _oracle(days) / 4)
    yogurt = datasets.yogurt().x
    yield Probe("the 32 days of the yogurt data", edge_for(yogurt), _oracle(yogurt))
    yield Probe("five days with three inputs", edge_for(THREE), 5 / np.linalg.svd(THREE, compute_uv=False)[0] ** 2)


def _hessian(x: np.ndarray) -> np.ndarray:
    return 2 / len(x) * x.T @ x


def _from_eigenvalues(formula: Callable[[np.ndarray], float]) -> Callable[[np.ndarray], float]:
    return lambda x: formula(np.linalg.eigvalsh(_hessian(x)))


EXERCISE = Exercise(
    function="stability_edge",
    probes=probes,
    mistakes=(
        Mistake(
            "hessian_without_two_over_n",
            "Your matrix is X^T X. The loss is a mean of squares: its second derivatives are 2/N times that.",
            lambda x: 2 / np.linalg.eigvalsh(x.T @ x)[-1],
            INPUTS,
        ),
        Mistake(
            "hessian_without_the_two",
            "Your edge is twice too high: the square's derivative brings a factor 2 into the Hessian, 2/N X^T X.",
            lambda x: 2 / np.linalg.eigvalsh(x.T @ x / len(x))[-1],
            INPUTS,
        ),
        Mistake(
            "sum_not_mean",
            "Your edge is N times too low, that of the summed squares. The loss is their mean: divide by the rows.",
            lambda x: 2 / np.linalg.eigvalsh(2 * x.T @ x)[-1],
            INPUTS,
        ),
        Mistake(
            "smallest_eigenvalue",
            "You take the smallest eigenvalue, the flattest axis. All axes share one rate: the steepest decides.",
            _from_eigenvalues(lambda values: 2 / values[0]),
            INPUTS,
        ),
        Mistake(
            "one_over_lambda",
            "You return 1 / lambda, the rate that arrives on the steepest axis in one update. The edge is twice that.",
            _from_eigenvalues(lambda values: 1 / values[-1]),
            INPUTS,
        ),
        Mistake(
            "trace_not_largest",
            "You divide by the trace, the sum of all eigenvalues. That rate is stable but below the edge: the largest "
            "eigenvalue alone decides.",
            _from_eigenvalues(lambda values: 2 / values.sum()),
            INPUTS,
        ),
        Mistake(
            "fastest_not_edge",
            "You return the fastest rate, 2 / (smallest + largest eigenvalue). The edge is 2 / largest.",
            _from_eigenvalues(lambda values: 2 / (values[0] + values[-1])),
            INPUTS,
        ),
        Mistake(
            "norm_of_all_entries",
            "You divide by np.linalg.norm of the Hessian, which is the root of the sum of all squared entries. The "
            "largest eigenvalue is np.linalg.eigvalsh(...)[-1].",
            lambda x: 2 / np.linalg.norm(_hessian(x)),
            INPUTS,
        ),
        Mistake(
            "lambda_itself",
            "You return the largest eigenvalue itself. The edge is 2 divided by it: a steep loss needs a small rate.",
            _from_eigenvalues(lambda values: values[-1]),
            INPUTS,
        ),
        Mistake(
            "singular_value_not_squared",
            "You use the largest singular value of X as it is. The eigenvalues of X^T X are the squares of those.",
            lambda x: len(x) / np.linalg.svd(x, compute_uv=False)[0],
            INPUTS,
        ),
        Mistake(
            "singular_value_as_lambda",
            "You return 2 / the largest singular value of X. X is not the Hessian: that is 2/N X^T X.",
            lambda x: 2 / np.linalg.svd(x, compute_uv=False)[0],
            INPUTS,
        ),
        Mistake(
            "divided_by_the_inputs",
            "You divide by the number of inputs, `x.shape[1]`. The mean goes over the days, `x.shape[0]`.",
            lambda x: 2 / np.linalg.eigvalsh(2 / x.shape[1] * x.T @ x)[-1],
            INPUTS,
        ),
        Mistake(
            "divided_by_all_numbers",
            "You divide by `x.size`, all numbers in X. The mean goes over the days, `x.shape[0]`.",
            lambda x: 2 / np.linalg.eigvalsh(2 / x.size * x.T @ x)[-1],
            INPUTS,
        ),
        Mistake(
            "covariance_not_hessian",
            "You take 2 times the covariance of the inputs, which subtracts their means. The neuron has no bias: its "
            "Hessian is made of the inputs as they are.",
            lambda x: 1 / np.linalg.eigvalsh(np.atleast_2d(np.cov(x.T, bias=True)))[-1],
            INPUTS,
        ),
        Mistake(
            "steepest_weight_not_axis",
            "You take the largest entry on the Hessian's diagonal, the curvature along one weight. Where inputs are "
            "correlated, the steepest axis lies between the weights: take the largest eigenvalue.",
            lambda x: 2 / np.diag(_hessian(x)).max(),
            INPUTS,
        ),
        Mistake(
            "always_32_days",
            "You divide by 32, the days of the yogurt data. Divide by the number of days in `x`.",
            lambda x: 2 / np.linalg.eigvalsh(2 / 32 * x.T @ x)[-1],
            INPUTS,
        ),
        Mistake(
            "yogurt_whatever_x",
            "You return the edge of the yogurt data, whatever `x` is. Does your function use a variable of the cell?",
            lambda x: 2 / np.linalg.eigvalsh(_hessian(datasets.yogurt().x))[-1],
            INPUTS,
        ),
        Mistake(
            "one_edge_per_axis",
            "You return an edge for every axis. All axes share one rate: return that of the steepest.",
            _from_eigenvalues(lambda values: 2 / values),
            INPUTS,
        ),
        Mistake(
            "eigenvectors_not_values",
            "You compute with eigenvectors: np.linalg.eigh returns the eigenvalues first and the vectors second.",
            lambda x: 2 / np.linalg.eigh(_hessian(x))[1],
            OBLIQUE,
        ),
    ),
)
