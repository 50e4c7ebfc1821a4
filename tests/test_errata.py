"""The errata page: each error of the notes and listings does what the page says, and costs what it says."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from nnopt_course import datasets, losses, network, optimizers
from nnopt_course._tensorflow import tf
from nnopt_course.ema import MovingAverage
from nnopt_course.regularizers import L2, HalfL2, kernel_penalty
from nnopt_course.template import forward
from nnopt_course.training import sweep, train

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "book" / "errata.md").read_text("utf-8")
v1 = tf.compat.v1
SEEDS = range(10)


# Errors that change results -----------------------------------------------------------------------------------------


def template_graph():
    """Build the notes' template of section 4.5 around the net of ``opt4_8``; return weights, shadows and operations."""
    weights = [v1.Variable(value) for value in forward.initial_parameters((2, 11, 1), seed=0)]
    x, y = datasets.disk()
    loss = tf.reduce_mean(tf.square(network.dense([w.read_value() for w in weights], x) - y))
    clock = v1.Variable(0, trainable=False)
    train_step = v1.train.GradientDescentOptimizer(0.01).minimize(loss, var_list=weights, global_step=clock)
    ema = v1.train.ExponentialMovingAverage(0.99, clock)
    ema_op = ema.apply(weights)
    with tf.control_dependencies([train_step, ema_op]):
        train_op = tf.no_op(name="train")
    return weights, [ema.average(w) for w in weights], train_step, ema_op, train_op


@pytest.mark.parametrize("runs", ["train_step", "train_op"])
def test_running_train_step_leaves_the_average_where_it_began(runs):
    with tf.Graph().as_default(), v1.Session() as session:
        weights, shadows, train_step, _, train_op = template_graph()
        session.run(v1.global_variables_initializer())
        start = session.run(weights)
        for _ in range(50):
            session.run(train_step if runs == "train_step" else train_op)
        moved = [np.abs(a - b).max() for a, b in zip(session.run(shadows), start, strict=True)]
        assert all(np.abs(a - b).max() > 1e-3 for a, b in zip(session.run(weights), start, strict=True))
    assert all(each == 0 for each in moved) if runs == "train_step" else all(each > 1e-4 for each in moved)


def waits_for(operation, other):
    seen, todo = set(), [operation]
    while todo:
        op = todo.pop()
        if op not in seen:
            seen.add(op)
            todo += [t.op for t in op.inputs] + list(op.control_inputs)
    return other in seen


def test_neither_operation_of_the_list_waits_for_the_other():
    with tf.Graph().as_default():
        _, _, train_step, ema_op, train_op = template_graph()
        assert waits_for(train_op, train_step) and waits_for(train_op, ema_op)
        assert not waits_for(ema_op, train_step) and not waits_for(train_step, ema_op)


def mse(parameters, x, y):
    return losses.mean_squared_error(y, network.dense(parameters, x))


def shares_right(parameters):
    x, y = datasets.split(datasets.disk(examples=1300), test_examples=1000).test
    return np.mean(forward.class_of(network.dense(parameters, x)) == y[:, 0])


def opt4_7(penalty):
    starts = [network.initial_parameters((2, 11, 1), seed=seed, initializer="notes") for seed in SEEDS]
    options = {"steps": 40_000, "batch_size": 30, "learning_rate": 0.0001, "optimizer": optimizers.Adam(epsilon=1e-8)}
    return sweep(mse, starts, datasets.disk(), penalty=penalty, **options)


@pytest.fixture(scope="module")
def runs():
    """Return ten runs of ``opt4_7`` without a penalty, with lambda, and with lambda twice."""
    return {name: opt4_7(HalfL2(s) if s else None) for name, s in [("none", 0), ("once", 0.01), ("twice", 0.01 * 0.01)]}


def test_an_average_that_never_moved_is_the_random_start(runs):
    first = [shares_right(network.initial_parameters((2, 11, 1), seed=s, initializer="notes")) for s in SEEDS]
    last = [shares_right(run.final) for run in runs["once"]]
    assert printed("share of the start", first, 2) and printed("share of the end", last, 2)


def test_lambda_applied_twice_pulls_a_hundredth(runs):
    def notes(w):  # REGULARIZER * loss(w), with loss(w) = l2_regularizer(REGULARIZER)(w)
        return 0.01 * (0.01 * tf.nn.l2_loss(w))

    w = tf.constant([[3.0, -4.0]])
    assert float(notes(w)) == pytest.approx(float(HalfL2(0.0001)(w)), rel=1e-6)
    for name in ("none", "once", "twice"):
        sizes = [float(kernel_penalty(L2(1.0), run.final)) for run in runs[name]]
        assert printed(f"size {name}", sizes, 1)


def test_opt4_7_prints_two_different_losses_under_one_name(runs):
    for name in ("none", "once"):
        x, y = datasets.disk()
        assert printed(f"data loss {name}", [float(mse(run.final, x, y)) for run in runs[name]], 3)
    assert printed("total loss once", [float(run.loss[-1]) for run in runs["once"]], 3)


def printed(name, values, decimals):
    """Return whether the page gives the range of some values: ``low to high<!-- range: name -->``."""
    low, high = re.search(rf"([\d.]+) to\s+([\d.]+)<!-- range: {name} -->", PAGE).groups()
    expected = f"{min(values):.{decimals}f}", f"{max(values):.{decimals}f}"
    assert (low, high) == expected, f"{name} is {expected}"
    return True


def test_every_range_on_the_page_is_measured():
    measured = re.findall(r'printed\(f?"([\w ]+)', Path(__file__).read_text("utf-8"))
    for name in re.findall(r"<!-- range: ([\w ]+) -->", PAGE):
        assert any(name.startswith(each) for each in measured), name


def test_the_two_sessions_of_opt4_7_start_from_different_weights():
    with tf.Graph().as_default():
        w = v1.Variable(v1.random_normal([2, 11]))
        starts = []
        for _ in range(2):
            with v1.Session() as session:
                session.run(v1.global_variables_initializer())
                starts.append(session.run(w))
    assert np.abs(starts[0] - starts[1]).max() > 0.1


# Claims not tested --------------------------------------------------------------------------------------------------


def test_a_rate_that_oscillates_can_arrive():
    def parabola(parameters):
        return (parameters[0] + 1) ** 2

    run = train(parabola, [np.float64(5)], steps=40, learning_rate=0.8, record_every=1)
    signs = np.sign(run.parameters[0] + 1)
    assert signs.tolist() == [-1, 1] * 20  # the other side at every update
    assert abs(run.final[0] + 1) < 1e-7


def test_cross_entropy_is_no_distance():
    p, q = np.array([[0.5, 0.5]]), np.array([[0.9, 0.1]])
    assert round(float(losses.cross_entropy(p, p)), 3) == 0.693  # a distance to itself would be 0
    assert round(float(losses.cross_entropy(p, q)), 3) == 1.204
    assert round(float(losses.cross_entropy(q, p)), 3) == 0.693  # and it would be the same both ways


def test_the_warmup_takes_890_updates():
    decays = [float(MovingAverage(0.99).decay_at(n)) for n in (889, 890)]
    assert decays[0] < 0.99 and decays[1] == pytest.approx(0.99, rel=1e-15)


# What does not run --------------------------------------------------------------------------------------------------


def test_the_lines_that_do_not_run():
    with pytest.raises(AttributeError):
        np.mgris  # noqa: B018
    with pytest.raises(AttributeError):
        v1.train.GradientDenscentOptimizer  # noqa: B018
    with pytest.raises(NameError):
        exec("LEARNING_RATE_BASE = 0.1; LEARNIN_RATE_BASE")
    with pytest.raises(NameError):  # a valid name, and an unknown one
        exec("MOVING_AVERAGE_DECAY = 0.99; \N{CJK UNIFIED IDEOGRAPH-8870}MOVING_AVERAGE_DECAY")
    with pytest.raises(SyntaxError, match="expected ':'"):
        ast.parse("if __name__=='__main__'\n    backward()")


def test_in_a_graph_the_shadow_moves_and_the_weight_stays():
    with tf.Graph().as_default(), v1.Session() as session:
        w = v1.Variable(0.0)
        ema = v1.train.ExponentialMovingAverage(0.99)
        ema_op = ema.apply([w])
        session.run(v1.global_variables_initializer())
        session.run(v1.assign(w, 10.0))
        for _ in range(100):
            session.run(ema_op)
        assert session.run(w) == 10
        assert session.run(ema.average(w)) == pytest.approx(10 * (1 - 0.99**100), rel=1e-5)


# The page -----------------------------------------------------------------------------------------------------------


def entries():
    parts = re.split(r"^### (.+)$", PAGE, flags=re.M)
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return {heading: re.split(r"^## ", text, flags=re.M)[0] for heading, text in pairs}


def test_every_entry_says_where_what_and_how_it_was_measured():
    assert len(entries()) >= 15
    for heading, text in entries().items():
        assert "\n### " not in text
        labels = re.findall(r"^\*\*(Where|Says|Right|Cost|Proof)\.\*\* ", text, re.M)
        assert labels == ["Where", "Says", "Right", "Cost", "Proof"], heading
        proof = text.split("**Proof.** ")[1]
        named = re.findall(r"`tests/(\w+\.py)::(test_\w+)`", proof)
        assert named and proof.count("::") == len(named), heading
        for file, test in named:
            tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
            assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, test


def test_the_page_counts_its_entries():
    said = re.search(r"holds (\d+) entries", PAGE)[1]
    short = [line for line in PAGE.splitlines() if re.match(r"- (Section|Listing)", line)]
    assert int(said) == len(entries()) + len(short)
