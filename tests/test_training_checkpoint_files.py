"""What becomes of a checkpoint that is damaged, of something else, or cannot be written: one clear error, no loss."""

import json

import numpy as np
import pytest

from nnopt_course import _arrays, training
from nnopt_course._tensorflow import tf
from nnopt_course.ema import MovingAverage, WeightAverage


def bowl(parameters):
    return (parameters[0] + 1) ** 2


def train(path, **change):
    options = {"steps": 20, "learning_rate": 0.1, "checkpoint_every": 5} | change
    return training.train(bowl, [np.float64(5)], checkpoint=path, **options)


@pytest.fixture
def path(tmp_path):
    """Return the checkpoint of a finished run."""
    train(tmp_path / "run.npz")
    return tmp_path / "run.npz"


def test_the_file_is_numpys_and_says_what_it_is_of(path):
    with np.load(path, allow_pickle=False) as file:
        assert file["steps"].tolist() == [20]
        about = json.loads(str(file["about"]))
    assert about["loss"] == "<function bowl>"  # no address, which differs in every process
    assert about["optimizer"] == "SGD(weight_decay=0.0)"
    assert about["learning_rate"] == "[0.1]"


def test_every_damaged_byte_is_refused_or_does_not_matter(path):
    whole, expected = path.read_bytes(), train(path)
    refused = 0
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            run = train(path)
        except ValueError as error:
            assert "run.npz must" in str(error)
            refused += 1
        else:  # a byte that the format does not use, such as a time stamp
            assert run.loss.tolist() == expected.loss.tolist()
    assert refused > len(whole) / 14


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a file of NumPy's", b"\x93NUMPY"])
def test_what_is_no_checkpoint_is_refused_and_left_alone(content, path):
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"run\.npz must be a file that was saved here, and whole"):
        train(path)
    assert path.read_bytes() == content


def test_a_file_cut_short_is_refused(path):
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ValueError, match=r"run\.npz must be a file that was saved here, and whole"):
        train(path)


def test_the_file_of_a_weight_average_is_refused(path):
    WeightAverage([tf.Variable(1.0)], MovingAverage(0.9)).save(path)
    with pytest.raises(ValueError, match=r"run\.npz must be a checkpoint of a run, got a file about MovingAverage"):
        train(path)


@pytest.mark.parametrize("about", ["[]", "3", '"text"', "{}"])
def test_a_file_about_something_else_is_refused(about, path):
    _arrays.save(path, about, {"steps": np.array([3])})
    with pytest.raises(ValueError, match=r"run\.npz must be (a checkpoint of a run|of a run with)"):
        train(path)


def test_more_updates_than_asked_for_are_refused(path):
    with pytest.raises(ValueError, match=r"steps must be at least the 20 updates that .*run\.npz holds, got 19"):
        train(path, steps=19)


def test_a_folder_that_is_not_there_is_refused_before_training(tmp_path):
    with pytest.raises(ValueError, match=r"checkpoint must be a file in a folder that exists, got .*nowhere"):
        train(tmp_path / "nowhere" / "run.npz")


def test_a_folder_in_place_of_the_file_is_an_os_error(tmp_path):
    with pytest.raises(OSError, match=f"Is a directory.*{tmp_path.name}"):
        train(tmp_path)


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_no_part(path, monkeypatch):
    before = path.read_bytes()

    def full(*_, **__):
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="no space left on device"):
        train(path, steps=40)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_run_that_diverges_keeps_its_last_good_checkpoint(tmp_path):
    path = tmp_path / "run.npz"
    with pytest.raises(training.DivergenceError):
        train(path, learning_rate=3.0, steps=900, checkpoint_every=50)
    with np.load(path) as file:
        done = int(file["steps"][0])
        assert done % 50 == 0 and 100 <= done < 300
        assert all(np.isfinite(file[name]).all() for name in ("states", "table"))


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"checkpoint_every": 0}, ValueError, "checkpoint_every must be at least 1, got 0"),
        ({"checkpoint_every": 2.0}, TypeError, r"checkpoint_every must be an integer, got 2\.0"),
    ],
)
def test_a_bad_interval_is_refused(change, error, message, tmp_path):
    with pytest.raises(error, match=message):
        train(tmp_path / "run.npz", **change)


def test_an_interval_without_a_file_is_refused():
    with pytest.raises(ValueError, match="checkpoint_every must be left out where there is no checkpoint, got 5"):
        train(None)
