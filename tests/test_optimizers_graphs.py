"""Update rules in graphs, compiled and not, whose sizes show only at run time: nothing is ever broadcast."""

import pytest

from nnopt_course import optimizers
from nnopt_course._tensorflow import tf


def keep(weight, threshold):
    return weight


RULES = [
    optimizers.SGD(weight_decay=0.5),
    optimizers.Momentum(),
    optimizers.Adam(),
    optimizers.AdamW(),
    optimizers.ProximalSGD(keep, 0.1),
]


def cut(weight, threshold):
    return weight[:1]


UNKNOWN = tf.TensorSpec([None, 1])
LONG, SHORT = tf.ones((3, 1)), tf.ones((1, 1))


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_a_graph_refuses_sizes_that_turn_out_to_differ(rule, jit):
    count = len(rule.initial_slots(SHORT))
    update = tf.function(
        lambda w, g, *slots: rule(w, g, slots, 0.1, 0)[0],
        input_signature=[UNKNOWN] * (2 + count),
        jit_compile=jit,
        autograph=False,
    )
    assert update(LONG, LONG, *[LONG] * count).shape == (3, 1)
    slots = [(LONG, LONG, SHORT), (SHORT, SHORT, LONG)] if count else []
    for w, gradient, slot in [(LONG, SHORT, LONG), (SHORT, LONG, SHORT), *slots]:
        with pytest.raises(tf.errors.InvalidArgumentError):
            update(w, gradient, *[slot] * count)


@pytest.mark.parametrize("jit", [False, True])
def test_a_graph_refuses_a_prox_that_turns_out_to_change_the_size(jit):
    update = tf.function(
        lambda w: optimizers.ProximalSGD(cut, 0.1)(w, w, (), 0.1, 0)[0],
        input_signature=[UNKNOWN],
        jit_compile=jit,
        autograph=False,
    )
    assert update(SHORT).shape == (1, 1)
    with pytest.raises(tf.errors.InvalidArgumentError):
        update(LONG)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_a_graph_refuses_an_unknown_number_of_axes(rule):
    def update(w, rate):
        return rule(w, w, rule.initial_slots(w), rate, 0)[0]

    for specs in ([tf.TensorSpec(None), tf.TensorSpec([])], [tf.TensorSpec([2, 1]), tf.TensorSpec(None)]):
        graph = tf.function(update, input_signature=specs, autograph=False)
        with pytest.raises(ValueError, match=r"of unknown rank and of unknown rank|learning_rate must be a scalar"):
            graph.get_concrete_function()
