"""The claims of chapter 4.4 on regularization are true."""

import functools

from claims import clearly_larger, names_after_running, not_clear

penalties = functools.partial(names_after_running, "4_4_regularization.ipynb")


def test_penalty_helps_the_listing():
    assert clearly_larger(penalties()["fresh_l2"], penalties()["fresh"])


def test_penalty_costs_nothing_on_seen_points():
    assert not_clear(penalties()["seen_l2"], penalties()["seen"])


def test_a_better_start_helps_the_listing():
    assert clearly_larger(penalties()["fresh_he"], penalties()["fresh"])


def test_penalty_adds_nothing_to_a_better_start():
    assert not_clear(penalties()["fresh_he_l2"], penalties()["fresh_he"])


def test_penalty_lowers_the_squared_error():
    assert clearly_larger(penalties()["error_he"], penalties()["error_he_l2"])


def test_penalty_helps_few_noisy_points():
    names = penalties()
    assert clearly_larger(names["on_fresh"], names["no_penalty"])
    # Judged on points that neither trained a network nor chose a strength.
    for seed in range(10):
        seen, held_out, fresh, _ = names["noisy_disk"](seed)
        rows = [set(map(tuple, x)) for x, _ in (seen, held_out, fresh)]
        assert [len(each) for each in rows] == [60, 60, 7500] and len(set.union(*rows)) == 7620


def test_penalty_learns_fewer_wrong_labels():
    assert clearly_larger(penalties()["learned_without"], penalties()["learned_chosen"])


def test_few_examples_matter_more_than_noise():
    gains = penalties()["gains"]
    assert clearly_larger(gains[60, 0.0], gains[600, 0.1])


def test_the_gain_shrinks_with_more_points():
    gains = penalties()["gains"]
    assert clearly_larger(gains[60, 0.0], gains[600, 0.0]) and clearly_larger(gains[60, 0.1], gains[600, 0.1])


def test_no_gain_with_many_clean_points():
    assert not_clear(penalties()["gains"][600, 0.0], [0] * 10)


def test_more_points_beat_the_penalty():
    shares = penalties()["shares_of"]
    assert clearly_larger(shares[600, 0.1, 0.0], shares[60, 0.1, 0.01])


def test_no_clear_gain_over_stopping_early():
    assert not_clear(penalties()["on_fresh"], penalties()["stopped"])


def test_proximal_steps_give_zeros():
    names = penalties()
    assert max(names["zeros_gradient"]) == 0 and min(names["zeros_proximal"]) >= 15
    assert clearly_larger(names["zeros_proximal"], names["zeros_gradient"])


def test_twice_lambda_is_none():
    assert not_clear(penalties()["fresh_twice"], penalties()["fresh"])
