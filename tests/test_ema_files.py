"""Saving and restoring averages: exact, whole or not at all, and never from a damaged file."""

import re
import tempfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnopt_course import _arrays, ema
from nnopt_course._tensorflow import tf

RULE = ema.MovingAverage(0.875)


def averaged_over(steps, variables, average):
    """Move the variables and their average through some steps, the same move at the same step."""
    for step in steps:
        random = np.random.RandomState(step)
        for variable in variables:
            variable.assign_add(random.randn(*variable.shape))
        average.apply(step)


def start(rule=RULE):
    variables = [tf.Variable(np.arange(6.0).reshape(2, 3)), tf.Variable(np.zeros(3))]
    return variables, ema.WeightAverage(variables, rule)


def shadows(variables, average):
    return [average.average(variable).numpy().tolist() for variable in variables]


@pytest.fixture
def saved(tmp_path):
    """Return a file and what it holds."""
    variables, average = start()
    averaged_over(range(50), variables, average)
    average.save(tmp_path / "average.npz")
    return tmp_path / "average.npz", shadows(variables, average)


@pytest.mark.parametrize("convention", ema.CONVENTIONS)
def test_fifty_and_fifty_steps_are_a_hundred_to_the_bit(convention, tmp_path):
    rule, path = ema.MovingAverage(0.99, convention), str(tmp_path / "average")  # no suffix is added
    variables, whole = start(rule)
    averaged_over(range(50), variables, whole)
    whole.save(path)
    copies = [tf.Variable(variable) for variable in variables]
    resumed = ema.WeightAverage(copies, rule)
    resumed.restore(path)
    averaged_over(range(50, 100), variables, whole)
    averaged_over(range(50, 100), copies, resumed)
    assert shadows(copies, resumed) == shadows(variables, whole)


def test_the_file_is_numpys_and_nothing_else_is_left_in_the_folder(saved):
    path, expected = saved
    with np.load(path) as file:
        assert sorted(file.files) == ["about", "shadow_0", "shadow_1"]
        assert str(file["about"]) == "MovingAverage(decay=0.875, convention='warmup')"
        assert [file["shadow_0"].tolist(), file["shadow_1"].tolist()] == expected
    assert [found.name for found in path.parent.iterdir()] == ["average.npz"]


def test_every_damaged_byte_is_refused_or_does_not_matter(saved):
    path, expected = saved
    whole = path.read_bytes()
    refused, random = 0, np.random.RandomState(9)
    variables, average = start()
    before = shadows(variables, average)
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << random.randint(8)
        path.write_bytes(damaged)
        try:
            average.restore(path)
        except ValueError as error:
            assert str(path) in str(error)
            assert shadows(variables, average) == before
            refused += 1
        else:
            assert shadows(variables, average) == expected  # a date, or what the archive says twice
            variables, average = start()
    assert refused > 0.75 * len(whole)


@pytest.mark.parametrize("length", [0, 1, 100, -1, -30])
def test_a_file_cut_short_is_refused(saved, length):
    path, _ = saved
    path.write_bytes(path.read_bytes()[:length])
    variables, average = start()
    before = shadows(variables, average)
    with pytest.raises(ValueError, match=f"^{re.escape(str(path))} must be a file that was saved here, and whole: "):
        average.restore(path)
    assert shadows(variables, average) == before


OTHERS = {
    "another decay": lambda: ema.WeightAverage(start()[0], ema.MovingAverage(0.75)),
    "another convention": lambda: ema.WeightAverage(start()[0], ema.MovingAverage(0.875, "fixed")),
    "fewer variables": lambda: ema.WeightAverage(start()[0][:1], RULE),
    "more variables": lambda: ema.WeightAverage([*start()[0], tf.Variable(1.0)], RULE),
    "another order": lambda: ema.WeightAverage(start()[0][::-1], RULE),
    "another shape": lambda: ema.WeightAverage([tf.Variable(np.zeros((3, 2))), tf.Variable(np.zeros(3))], RULE),
    "another dtype": lambda: ema.WeightAverage([tf.Variable(tf.zeros((2, 3))), tf.Variable(tf.zeros(3))], RULE),
}


@pytest.mark.parametrize("make", OTHERS.values(), ids=OTHERS)
def test_a_file_of_another_average_is_refused_and_changes_nothing(saved, make):
    path, _ = saved
    average = make()
    before = [shadow.numpy().tolist() for shadow in average._shadows]
    with pytest.raises(ValueError, match=f"^{re.escape(str(path))} must (be about|hold) .*, got "):
        average.restore(path)
    assert [shadow.numpy().tolist() for shadow in average._shadows] == before


def test_a_file_of_other_arrays_or_with_objects_is_refused(tmp_path):
    _, average = start()
    for name, content in {"arrays": {"w": np.ones(2)}, "objects": {"about": np.array([None])}}.items():
        np.savez(tmp_path / f"{name}.npz", **content)
        with pytest.raises(ValueError, match="must be a file that was saved here, and whole"):
            average.restore(tmp_path / f"{name}.npz")


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        start()[1].restore(tmp_path / "average.npz")


@pytest.mark.parametrize("path", [None, 1, b"average.npz", ["average.npz"]], ids=repr)
def test_a_path_is_a_string_or_a_path(path):
    _, average = start()
    for call in (average.save, average.restore):
        with pytest.raises(TypeError, match=f"^{re.escape(f'path must be a string or a Path, got {path!r}')}$"):
            call(path)


def test_a_decay_of_numpys_is_the_same_rule_in_a_file(tmp_path):
    variables, average = start(ema.MovingAverage(np.float64(0.875)))
    averaged_over(range(3), variables, average)
    average.save(tmp_path / "average.npz")
    others, restored = start()
    restored.restore(tmp_path / "average.npz")
    assert shadows(others, restored) == shadows(variables, average)


shapes = st.lists(array_shapes(min_dims=0, max_dims=3, max_side=3), min_size=1, max_size=3)


@settings(max_examples=20)
@given(shapes, st.sampled_from(["float16", "float32", "float64"]), st.sampled_from(ema.CONVENTIONS), st.data())
def test_what_is_saved_is_restored_to_the_bit(shapes, dtype, convention, data):
    values = [data.draw(arrays(dtype, shape)) for shape in shapes]
    average, other = (
        ema.WeightAverage([tf.Variable(v) for v in values], ema.MovingAverage(0.5, convention)) for _ in "ab"
    )
    for shadow in average._shadows:
        shadow.assign(data.draw(arrays(dtype, tuple(shadow.shape))))
    with tempfile.TemporaryDirectory() as folder:
        average.save(f"{folder}/average")
        other.restore(f"{folder}/average")
    for ours, theirs in zip(average._shadows, other._shadows, strict=True):
        assert ours.numpy().tobytes() == theirs.numpy().tobytes()


def test_a_failed_save_keeps_the_old_file_and_leaves_no_part(saved, monkeypatch):
    path, _ = saved
    before = path.read_bytes()

    def full(file, **arrays):
        file.write(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(_arrays.np, "savez", full)
    with pytest.raises(OSError, match="no space left"):
        start()[1].save(path)
    assert path.read_bytes() == before
    assert [found.name for found in path.parent.iterdir()] == ["average.npz"]


def test_the_old_file_is_replaced_and_not_written_over(saved):
    path, _ = saved
    before = path.stat().st_ino
    start()[1].save(path)
    assert path.stat().st_ino != before  # so no moment has half a file


def test_saving_into_a_folder_that_is_not_there_says_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        start()[1].save(tmp_path / "nowhere" / "average.npz")


def test_an_average_that_numpy_cannot_read_back_is_not_saved(tmp_path):
    average = ema.WeightAverage([tf.Variable(tf.ones(2, tf.bfloat16))], RULE)
    with pytest.raises(TypeError, match="shadow_0 must have a dtype of NumPy's own to be saved, got bfloat16"):
        average.save(tmp_path / "average.npz")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("dtype", [tf.float16, tf.float32, tf.float64])
def test_nan_infinity_and_scalars_come_back_to_the_bit(dtype, tmp_path):
    variables = [tf.Variable([np.nan, np.inf, -0.0, 0.1], dtype=dtype), tf.Variable(0.3, dtype=dtype)]
    ema.WeightAverage(variables, RULE).save(tmp_path / "average.npz")
    others = [tf.Variable(tf.zeros_like(variable)) for variable in variables]
    average = ema.WeightAverage(others, RULE)
    average.restore(tmp_path / "average.npz")
    for variable, other in zip(variables, others, strict=True):
        assert average.average(other).numpy().tobytes() == variable.numpy().tobytes()
