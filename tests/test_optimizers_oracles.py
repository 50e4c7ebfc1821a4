"""Update rules, step by step, against Keras, TensorFlow 1 and NumPy; rates change from step to step."""

import numpy as np
import pytest

from nnopt_course import optimizers
from nnopt_course._tensorflow import tf

v1 = tf.compat.v1
STEPS = 60
# Keras and TF1 round settings to float32, also for float64 variables. These are exact in float32.
MU, BETA_1, BETA_2, DECAY, EPSILON = 0.875, 0.875, 1 - 2.0**-10, 0.25, 2.0**-23


@pytest.fixture(scope="module")
def problem():
    """Return a weight and a bias, their gradients at each step, and the rates, as NumPy arrays."""
    random = np.random.RandomState(7)
    start = [random.randn(4, 3), random.randn(3)]
    gradients = [[random.randn(*w.shape) * 10.0 ** random.randint(-3, 2) for w in start] for _ in range(STEPS)]
    for step, (weight, bias) in enumerate(gradients):
        weight[0, 0] = 0  # never moves, except by decay
        if step % 7 == 3:
            weight[:], bias[:] = 0, 0
    return start, gradients, (1 + random.randint(0, 16, STEPS)) / 512


def ours(rule, problem, rates=None, dtype=np.float64):
    """Return the path of our rule: the weight and the bias after each step."""
    start, gradients, random_rates = problem
    rates = random_rates if rates is None else rates
    parameters, path = [tf.constant(w, dtype) for w in start], []
    slots = [rule.initial_slots(w) for w in parameters]
    for step in range(STEPS):
        rate, t = tf.constant(rates[step], dtype), tf.constant(step)
        moved = [
            rule(w, tf.constant(g, dtype), s, rate, t)
            for w, g, s in zip(parameters, gradients[step], slots, strict=True)
        ]
        parameters, slots = [w for w, _ in moved], [slot for _, slot in moved]
        path.append([w.numpy() for w in parameters])
    return path


def keras_path(optimizer, problem, dtype="float64", exclude_bias=True):
    start, gradients, rates = problem
    variables = [tf.keras.Variable(w, dtype=dtype) for w in start]
    if optimizer.weight_decay and exclude_bias:
        optimizer.exclude_from_weight_decay([variables[1]])
    optimizer.build(variables)
    path = []
    for gradient, rate in zip(gradients, rates, strict=True):
        optimizer.learning_rate = rate
        optimizer.apply([tf.constant(g, dtype) for g in gradient], variables)
        path.append([variable.numpy() for variable in variables])
    return path


def tf1_path(make, problem, rates=None):
    start, gradients, random_rates = problem
    rates = random_rates if rates is None else rates
    now = iter(rates)
    optimizer, path = make(lambda: np.float64(next(now))), []
    variables = [tf.Variable(w) for w in start]
    for gradient in gradients:
        optimizer.apply_gradients(zip(map(tf.constant, gradient), variables, strict=True))
        path.append([variable.numpy() for variable in variables])
    return path


def assert_same_path(path, expected, atol=1e-12):
    """Compare all steps; 60 steps of size 1 and less with a few roundings of 1e-16 each stay far below 1e-12."""
    assert len(path) == len(expected) == STEPS
    for step, (a, b) in enumerate(zip(path, expected, strict=True)):
        for one, other in zip(a, b, strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=atol, err_msg=f"step {step}")


adam = {"beta_1": BETA_1, "beta_2": BETA_2, "epsilon": EPSILON}
KERAS = {
    "sgd": (optimizers.SGD(), lambda k: k.SGD()),
    "sgd with decay": (optimizers.SGD(DECAY), lambda k: k.SGD(weight_decay=DECAY)),
    "momentum": (optimizers.Momentum(MU), lambda k: k.SGD(momentum=MU)),
    "nesterov": (optimizers.Momentum(MU, nesterov=True), lambda k: k.SGD(momentum=MU, nesterov=True)),
    "momentum with decay": (
        optimizers.Momentum(MU, weight_decay=DECAY),
        lambda k: k.SGD(momentum=MU, weight_decay=DECAY),
    ),
    "adam": (optimizers.Adam(**adam), lambda k: k.Adam(**adam)),
    "adamw": (optimizers.AdamW(**adam, weight_decay=DECAY), lambda k: k.AdamW(**adam, weight_decay=DECAY)),
}


@pytest.mark.parametrize(("rule", "make"), KERAS.values(), ids=KERAS)
def test_equal_to_keras(rule, make, problem):
    assert_same_path(ours(rule, problem), keras_path(make(tf.keras.optimizers), problem))


@pytest.mark.parametrize(
    ("rule", "make"),
    [(optimizers.Adam(), lambda k: k.Adam()), (optimizers.AdamW(), lambda k: k.AdamW())],
    ids=["adam", "adamw"],
)
def test_the_defaults_are_those_of_keras(rule, make, problem):
    # Keras rounds beta_2 to float32 in the correction 1 - beta_2^t alone: 1e-5 of a step of 0.03 in the first steps.
    assert_same_path(ours(rule, problem), keras_path(make(tf.keras.optimizers), problem), atol=3e-6)


def test_in_float32_adam_stays_nearer_to_float64_than_keras_does(problem):
    exact = ours(optimizers.Adam(), problem)
    near = ours(optimizers.Adam(), problem, dtype=np.float32)
    theirs = keras_path(tf.keras.optimizers.Adam(), problem, "float32")
    assert_same_path(near, exact, atol=1e-6)  # 60 roundings of 1e-7 at most, of either sign
    errors = [np.max([abs(a[0] - b[0]).max() for a, b in zip(p, exact, strict=True)]) for p in (near, theirs)]
    assert errors[0] < errors[1]


@pytest.mark.parametrize(("beta_1", "beta_2", "epsilon"), [(0.9, 0.999, 1e-8), (0.5, 0.25, 1e-3)])
def test_adam_is_equal_to_tf1(beta_1, beta_2, epsilon, problem):
    rule = optimizers.Adam(beta_1, beta_2, epsilon)
    settings = [np.float64(value) for value in (beta_1, beta_2, epsilon)]  # Python floats would become float32
    assert_same_path(ours(rule, problem), tf1_path(lambda rate: v1.train.AdamOptimizer(rate, *settings), problem))


@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum_is_equal_to_tf1_at_a_constant_rate(nesterov, problem):
    def make(rate):
        return v1.train.MomentumOptimizer(rate, np.float64(0.9), use_nesterov=nesterov)

    rule, constant = optimizers.Momentum(0.9, nesterov=nesterov), np.full(STEPS, 0.01)
    assert_same_path(ours(rule, problem, constant), tf1_path(make, problem, constant))
    # With a rate that changes, TF1 applies the new rate to past steps too, as the docstring says.
    assert abs(ours(rule, problem)[-1][0] - tf1_path(make, problem)[-1][0]).max() > 1e-3


def test_sgd_is_equal_to_tf1(problem):
    assert_same_path(ours(optimizers.SGD(), problem), tf1_path(v1.train.GradientDescentOptimizer, problem))


def shrink(weight, threshold):
    return tf.sign(weight) * tf.nn.relu(abs(weight) - threshold)


def test_proximal_sgd_is_equal_to_tf1_on_weights_and_to_sgd_on_biases(problem):
    def make(rate):  # TF1 has no schedule here: it reads the rate once
        return v1.train.ProximalGradientDescentOptimizer(rate(), np.float64(2.5), np.float64(0))

    constant = np.full(STEPS, 0.01)
    path = ours(optimizers.ProximalSGD(shrink, strength=2.5), problem, constant)
    weights = [[weight] for weight, _ in tf1_path(make, problem, constant)]
    assert_same_path([[weight] for weight, _ in path], weights)
    biases = [[bias] for _, bias in ours(optimizers.SGD(), problem, constant)]
    assert_same_path([[bias] for _, bias in path], biases, atol=0)
    assert np.sum(path[-1][0] == 0) > 2  # exact zeros, which the plain path has not
    assert np.sum(ours(optimizers.SGD(), problem, constant)[-1][0] == 0) == 0


def by_hand(problem, move, decay=0.0):
    """Return the path in NumPy; ``move`` gets all gradients and rates so far, and the weight (not the bias) decays."""
    start, gradients, rates = problem
    parameters, path = [w.copy() for w in start], []
    for t in range(1, STEPS + 1):
        for i, w in enumerate(parameters):
            past = np.array([gradient[i] for gradient in gradients[:t]])
            parameters[i] = w * (1 - rates[t - 1] * decay * (i == 0)) + move(past, rates[:t])
        path.append([w.copy() for w in parameters])
    return path


def algorithm_1(past, rates, beta_1=0.9, beta_2=0.999, epsilon_hat=1e-7):
    """Return Adam's move in the paper's words: both means as weighted means of all gradients so far."""
    age = np.arange(len(past))[::-1].reshape(-1, *[1] * (past.ndim - 1))
    m_hat = np.sum(beta_1**age * past, 0) / np.sum(beta_1**age)
    v_hat = np.sum(beta_2**age * past**2, 0) / np.sum(beta_2**age)
    return -rates[-1] * m_hat / (np.sqrt(v_hat) + epsilon_hat / np.sqrt(1 - beta_2 ** len(past)))


def test_adam_and_adamw_are_equal_to_the_paper_in_numpy(problem):
    assert_same_path(ours(optimizers.Adam(), problem), by_hand(problem, algorithm_1))
    assert_same_path(ours(optimizers.AdamW(), problem), by_hand(problem, algorithm_1, decay=0.004))


@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum_is_equal_to_a_fading_sum_in_numpy(nesterov, problem):
    def move(past, rates):
        terms = -past * rates.reshape(-1, *[1] * (past.ndim - 1))
        fading = 0.9 ** np.arange(len(past))[::-1]
        velocity = np.tensordot(fading, terms, 1)
        return 0.9 * velocity + terms[-1] if nesterov else velocity

    rule = optimizers.Momentum(nesterov=nesterov, weight_decay=0.3)
    assert_same_path(ours(rule, problem), by_hand(problem, move, decay=0.3))
