"""The contestants of the benchmark do the same work; how fast is shown by ``make bench`` and never asserted."""

import numpy as np

from benchmarks import training


def test_all_contestants_reach_the_same_weights():
    steps = 1000  # Keras with steps_per_execution=1000 makes 1000 updates even when asked for fewer
    expected = training.numpy_by_hand(steps)
    assert np.abs(expected - training.START).max() > 0.1
    for name, run, _ in training.contestants():
        # float32: updates of about 1e-3 on weights of about 1 round by at most an ulp (1.2e-7); few go the same way.
        np.testing.assert_allclose(run(steps), expected, rtol=0, atol=2e-6, err_msg=name)
        np.testing.assert_array_equal(run(steps), run(steps), err_msg=f"{name} does not start anew")


def test_every_contestant_is_measured():
    medians = training.measure(rounds=1, scale=100)
    assert set(medians) == {name for name, _, _ in training.contestants()}
    assert all(seconds > 0 for seconds in medians.values())
