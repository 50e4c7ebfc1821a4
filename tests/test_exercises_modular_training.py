"""The exercises of chapter 4.5: what is answered to accidents that only they can meet."""

import numpy as np
import pytest

from nnopt_course._tensorflow import tf
from nnopt_course.checking import check


def returns_nothing_inside(update):
    graph = tf.function(update)

    def run(w, batch, rate, step):
        graph(w, batch, tf.constant(rate, tf.float64), tf.constant(step))

    return run


def without_watch(parts, w, batches, updates):
    with tf.GradientTape() as tape:
        loss = parts.loss(w, batches[0])
    return w - parts.schedule(0) * tape.gradient(loss, w), w


def transposed(w1, b1, w2, b2, x, y):
    return np.zeros(w1.T.shape), np.zeros(b1.shape), np.zeros(w2.shape), np.zeros(b2.shape)


def one_vector(*arrays):
    return np.concatenate([values.ravel() for values in arrays[:4]])


ACCIDENTS = {
    "slice of rows": ("4.5.1", lambda i, n, b: slice(i * b % n, i * b % n + b), ["a slice", "the row numbers them"]),
    "no rows": ("4.5.1", lambda i, n, b: None, ["Is a `return` missing"]),
    "float of a loss": (
        "4.5.2",
        lambda d, p, s: float(d) + s * sum(float(tf.nn.l2_loss(w)) for w in p[::2]),
        ["tensor"],
    ),
    "not summed": ("4.5.2", lambda d, p, s: d + s * p[0] ** 2, ["not a single number", "data loss plus the penalty"]),
    "no function": ("4.5.3", lambda update: 5.0, ["a float, which is no function"]),
    "nothing inside": ("4.5.3", returns_nothing_inside, ["Is a `return` missing in it?"]),
    "called at once": ("4.5.3", lambda update: update(), ["raised TypeError", "w, batch, rate and step"]),
    "transposed": ("4.5.4", transposed, ["shape (2, 3) for W1, got shape (3, 2)", "The order is W1, b1, W2, b2"]),
    "one vector": ("4.5.4", one_vector, ["did not return four arrays"]),
    "no state": ("4.5.5", lambda start, data, updates, state: (start, start), ["returned 2 things"]),
    "no average": ("4.5.5", lambda start, data, updates, state: (start, None, 1), ["or its average is None"]),
    "no watch": ("4.5.6", without_watch, ["NoneType", "watch(w)", "outside of the `with` block"]),
    "weight alone": ("4.5.6", lambda parts, w, batches, updates: w.numpy().tolist()[0], ["return two things"]),
    "one table": ("4.5.7", lambda x, n: (x - x.mean(axis=0)) / x.std(axis=0), ["return two arrays"]),
}


@pytest.mark.parametrize("name", ACCIDENTS)
def test_an_accident_gets_a_short_message_and_no_mistake(name):
    exercise_id, answer, words = ACCIDENTS[name]
    result = check(exercise_id, answer)
    assert (result.passed, result.mistake) == (False, None)
    assert all(word in result.message for word in words), result.message
    assert len(result.message.splitlines()) <= 4


def scaled_in_place(x, test_examples):
    x -= x[:-test_examples].mean(axis=0)
    x /= np.where(x[:-test_examples].std(axis=0) == 0, 1.0, x[:-test_examples].std(axis=0))
    return x[:-test_examples], x[-test_examples:]


def scaled(x, test_examples):
    return scaled_in_place(x.copy(), test_examples)


def test_an_answer_cannot_change_what_later_probes_use():
    assert [check("4.5.7", answer).passed for answer in (scaled_in_place, scaled)] == [False, True]


def test_a_list_that_lives_on_is_found_however_often_the_check_was_run():
    kept = []

    def total_loss(data_loss, parameters, strength):
        kept.extend(strength * tf.nn.l2_loss(weight) for weight in parameters[::2])
        return data_loss + tf.add_n(kept)

    assert [check("4.5.2", total_loss).mistake for _ in range(3)] == ["grows_with_each_call"] * 3


def test_many_traces_are_counted_without_tensorflows_own_warning(caplog, capfd):
    level = tf.get_logger().level
    assert check("4.5.3", tf.function).mistake == "python_numbers"
    assert "retracing" not in caplog.text + "".join(capfd.readouterr())
    assert tf.get_logger().level == level


def test_a_state_may_be_anything_that_can_be_copied():
    """The number of updates made so far is enough, if all of them are made again."""

    def resumable(start, data, updates, state=None):
        first, done = state or (start, 0)
        w, shadow, m, v = first, first, 0.0, 0.0
        for step in range(done + updates):
            gradient = 2 * (w - data[step % len(data)])
            m, v = 0.9 * m + 0.1 * gradient, 0.99 * v + 0.01 * gradient**2
            move = m / (1 - 0.9 ** (step + 1)) / ((v / (1 - 0.99 ** (step + 1))) ** 0.5 + 1e-8)
            w = w - 0.5 * 0.9 ** (step // 3) * move
            decay = min(0.99, (1 + step) / (10 + step))
            shadow = decay * shadow + (1 - decay) * w
        return w, shadow, (first, done + updates)

    assert check("4.5.5", resumable).passed
