"""Exercise "Backward by hand": the gradients of a net with one hidden layer, in NumPy."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Answer, Look, Unusable

Arrays = Sequence[np.ndarray]

NAMES = ("W1", "b1", "W2", "b2")
SHAPES = "A gradient has the shape of what it is the gradient of. The order is W1, b1, W2, b2."
MEAN = "The loss is the mean over all errors: examples times outputs."
CHAIN = "Backward, each layer multiplies: the slope of its activation, and the weights behind it."
DEAD = "A ReLU passes no slope where its input is 0 or negative, as in TensorFlow."


def arrays(*values: Any) -> list[np.ndarray]:
    """Return float64 arrays that an answer cannot change."""
    made = [np.array(value, np.float64) for value in values]
    for values in made:
        values.flags.writeable = False
    return made


def loss(w1: np.ndarray, b1: np.ndarray, w2: np.ndarray, b2: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    """Return the mean squared error over examples and outputs."""
    return np.mean((np.maximum(x @ w1 + b1, 0) @ w2 + b2 - y) ** 2)


def central_differences(problem: Arrays) -> np.ndarray:
    """Return the gradients one number at a time; exact for a piecewise parabola, away from its kinks."""
    found = []
    for place in range(4):
        for index in np.ndindex(problem[place].shape):
            ends = []
            for sign in (1, -1):
                moved = [values.copy() for values in problem]
                moved[place][index] += sign * 1e-4
                ends.append(loss(*moved))
            found.append((ends[0] - ends[1]) / 2e-4)
    return np.array(found)


def all_gradients(problem: Arrays) -> Look:
    """Look at the four gradients, one after the other."""
    return gradients_of(problem, range(4))


def gradients_of(problem: Arrays, places: Sequence[int]) -> Look:
    """Look at some of the four gradients, one after the other."""

    def look(answer: Answer) -> Any:
        found = answer(*problem)
        if found is None:
            return None
        try:
            found = [np.asarray(gradient, np.float64) for gradient in found]
        except (TypeError, ValueError):
            found = []
        if len(found) != 4:
            return Unusable("your function did not return four arrays, one gradient for each of W1, b1, W2 and b2.")
        for name, gradient, values in zip(NAMES, found, problem, strict=False):
            if gradient.shape != values.shape:
                return Unusable(f"expected a gradient of shape {values.shape} for {name}, got shape {gradient.shape}.")
        return np.concatenate([found[place].ravel() for place in places])

    return look


def number_of_gradients(problem: Arrays) -> Look:
    """Look at how many numbers the gradients have, once their shapes are right."""

    def look(answer: Answer) -> Any:
        found = all_gradients(problem)(answer)
        return len(found) if isinstance(found, np.ndarray) else found

    return look


# Two inputs, three hidden neurons, four examples, all inputs of neurons away from 0 and of both signs.
ONE_OUTPUT = arrays(
    [[1.0, -0.5, 2.0], [0.5, 1.0, -1.0]],
    [0.25, -0.75, 0.1],
    [[1.5], [-2.0], [0.5]],
    [0.3],
    [[1.0, 2.0], [-1.0, 0.7], [0.3, -2.0], [2.0, 1.0]],
    [[1.0], [-1.0], [0.5], [2.0]],
)
TWO_OUTPUTS = arrays(
    *ONE_OUTPUT[:2], [[1.5, 0.4], [-2.0, 1.0], [0.5, -0.6]], [0.3, -0.2],
    ONE_OUTPUT[4][:3], [[1.0, 0.0], [-1.0, 2.0], [0.5, 0.7]],
)  # fmt: skip
# The second neuron's input is exactly 0 at the only example.
AT_THE_KINK = arrays([[1.0, 2.0]], [0.5, -2.0], [[2.0], [3.0]], [0.0], [[1.0]], [[1.0]])
GRADIENTS = (all_gradients(AT_THE_KINK), all_gradients(ONE_OUTPUT))
OUTPUTS = (*GRADIENTS, all_gradients(TWO_OUTPUTS))


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield the last layer first, then the first layer, the kink, two outputs and random numbers."""
    expect = central_differences(ONE_OUTPUT)
    net = "in a 2-3-1 net on four examples"
    yield Probe(f"how many numbers the four gradients have {net}", number_of_gradients(ONE_OUTPUT), 13, SHAPES)
    shown = "the gradients of W2 and b2"
    yield Probe(f"{shown} {net}", gradients_of(ONE_OUTPUT, (2, 3)), expect[9:], MEAN)
    yield Probe(f"the gradients of W1 and b1 {net}", gradients_of(ONE_OUTPUT, (0, 1)), expect[:9], CHAIN)
    expect = [8, 0, 8, 0, 6, 0, 4]  # the output is 3 and the answer 1, so the slope at the output is 4
    says = "all gradients where W2 is [[2], [3]], the output 2 too high, the hidden neurons at 1.5 and at 0"
    yield Probe(says, all_gradients(AT_THE_KINK), expect, DEAD)
    says = "all gradients in a 2-3-2 net on three examples"
    yield Probe(says, all_gradients(TWO_OUTPUTS), central_differences(TWO_OUTPUTS), MEAN)
    for sizes in ((3, 4, 2, 5), (1, 2, 3, 6)):
        problem = _drawn(rng, *sizes)
        says = f"all gradients in a random {'-'.join(map(str, sizes[:3]))} net on {sizes[3]} examples"
        yield Probe(says, all_gradients(problem), central_differences(problem), CHAIN)


def _drawn(rng: np.random.Generator, inputs: int, hidden: int, outputs: int, examples: int) -> list[np.ndarray]:
    """Draw a problem in which no neuron is near its kink."""
    shapes = (inputs, hidden), (hidden,), (hidden, outputs), (outputs,), (examples, inputs), (examples, outputs)
    while True:
        problem = arrays(*(rng.normal(size=shape) for shape in shapes))
        if np.abs(problem[4] @ problem[0] + problem[1]).min() > 0.01:
            return problem


def _backward(
    w1, b1, w2, b2, x, y, *, factor: Callable = lambda y: 2 / y.size, slope: Callable = lambda z: z > 0,
    back: Callable = lambda d_out, w2: d_out @ w2.T, hidden: Callable = lambda z: np.maximum(z, 0),
    bias: Callable = lambda d: d.sum(axis=0), sign: int = 1, for_w2: Callable = lambda z, h: h,
    b1_from: Callable = lambda d, slopes: d * slopes,
):  # fmt: skip
    z = x @ w1 + b1
    h = hidden(z)
    d_out = sign * factor(y) * (h @ w2 + b2 - y)
    behind = back(d_out, w2)
    return x.T @ (behind * slope(z)), bias(b1_from(behind, slope(z))), for_w2(z, h).T @ d_out, bias(d_out)


def _with(**changes: Any) -> Callable[..., Any]:
    return lambda *problem: _backward(*problem, **changes)


EXERCISE = Exercise(
    function="gradients",
    probes=probes,
    mistakes=(
        Mistake(
            "two_missing",
            "Your gradients are half of what they should be. The derivative of a square has a factor 2.",
            _with(factor=lambda y: 1 / y.size),
            OUTPUTS,
        ),
        Mistake(
            "not_averaged",
            "Your gradients are those of the sum of the squares. The loss is their mean: divide.",
            _with(factor=lambda y: 2),
            OUTPUTS,
        ),
        Mistake(
            "neither_two_nor_mean",
            "You start from the plain errors. The mean of the squares has the slope 2 * error / number of errors.",
            _with(factor=lambda y: 1),
            OUTPUTS,
        ),
        Mistake(
            "mean_over_examples_only",
            "With one output you are right. With more, the mean is over all errors, examples times outputs, and you "
            "divide by the number of examples.",
            _with(factor=lambda y: 2 / len(y)),
            OUTPUTS,
        ),
        Mistake(
            "sign_turned",
            "Your gradients have the wrong sign: they point downhill. The error is output minus answer.",
            _with(sign=-1),
            OUTPUTS,
        ),
        Mistake(
            "relu_forgotten",
            "W2 and b2 are right. On the way back to W1 every hidden neuron lets the slope through, also where ReLU "
            "gave 0. (Is your condition >= 0, on what came out of ReLU? That is always true.)",
            _with(slope=lambda z: np.ones_like(z)),
            GRADIENTS,
        ),
        Mistake(
            "relu_wrong_side",
            "W2 and b2 are right. Your ReLU lets the slope through where its input is negative. It is the other side.",
            _with(slope=lambda z: z < 0),
            GRADIENTS,
        ),
        Mistake(
            "slope_at_zero",
            "Your ReLU has slope 1 at exactly 0. TensorFlow takes 0 there: > and not >=.",
            _with(slope=lambda z: z >= 0),
            GRADIENTS,
        ),
        Mistake(
            "multiplied_by_the_input",
            "On the way back you multiply by the value of the hidden neuron. ReLU's slope is 1 or 0, not its value.",
            _with(slope=lambda z: np.maximum(z, 0)),
            GRADIENTS,
        ),
        Mistake(
            "relu_of_the_slope",
            "W2 and b2 are right. On the way back you cut the slopes at 0. ReLU looks at what came in on the way "
            "forward: where that was positive, every slope passes, negative ones too.",
            _with(back=lambda d_out, w2: np.maximum(d_out @ w2.T, 0), slope=lambda z: np.ones_like(z)),
            GRADIENTS,
        ),
        Mistake(
            "divided_by_30",
            "You divide by 30, as the listing of the chapter. Its batches have 30 examples and one output. Divide by "
            "the number of errors in `y`.",
            _with(factor=lambda y: 2 / 30),
            OUTPUTS,
        ),
        Mistake(
            "second_layer_forgotten",
            "The slope reaches the hidden neurons without the weights W2 between them and the output. Each neuron "
            "counts as much as its weight.",
            _with(back=lambda d_out, w2: d_out.sum(axis=1, keepdims=True) * np.ones(len(w2))),
            GRADIENTS,
        ),
        Mistake(
            "bias_averaged",
            "Your biases get the mean over the examples, after the loss has been averaged already. Take the sum.",
            _with(bias=lambda d: d.mean(axis=0)),
            GRADIENTS,
        ),
        Mistake(
            "first_bias_without_relu",
            "Only b1 is wrong: its gradient sums over all examples. It needs the slope behind ReLU, as W1 does.",
            _with(b1_from=lambda d, slopes: d),
            GRADIENTS,
        ),
        Mistake(
            "w2_from_before_relu",
            "Only W2 is wrong: its gradient is made of the hidden neurons' inputs. W2 multiplies what ReLU has left.",
            _with(for_w2=lambda z, h: z),
            GRADIENTS,
        ),
        Mistake(
            "relu_left_out_forward",
            "Your hidden neurons are not cut at 0 on the way forward, so error and gradients are those of another net.",
            _with(hidden=lambda z: z),
            GRADIENTS,
        ),
    ),
)
