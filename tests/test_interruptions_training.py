"""Training that is interrupted while it writes goes on from its last checkpoint, to the bits of a run that was not."""

import re
import signal
import time
from random import Random

import numpy as np
import pytest
from interruptions import read_only, room_for, started, train

from nnopt_course import _arrays

STEPS, EVERY = 100, 2


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the history of a run that nothing interrupts."""
    return train(tmp_path_factory.mktemp("whole") / "run.npz", STEPS, STEPS)


@pytest.fixture
def path(tmp_path):
    """Return a place for a checkpoint, in a folder of its own."""
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder" / "run.npz"


def assert_goes_on(path, whole):
    """A checkpoint of whole legs is there, and the run goes on from it; nothing else is left."""
    steps = _arrays.read(path)[1]["steps"].item()
    assert steps % EVERY == 0 and 0 < steps < STEPS
    run = train(path, STEPS, STEPS)
    for ours, theirs in zip(run, whole, strict=True):
        assert np.array(ours).tobytes() == np.array(theirs).tobytes()
    assert list(path.parent.iterdir()) == [path]


def test_killed_at_twenty_random_moments_it_goes_on_to_the_bit(path, whole):
    random, hits = Random(3), 0
    for _ in range(20):
        process = started(train, path, STEPS, EVERY)
        while not path.exists():
            assert process.is_alive()
            time.sleep(0.001)
        time.sleep(random.uniform(0, 0.1))
        while process.is_alive() and len(list(path.parent.iterdir())) == 1:
            pass
        time.sleep(random.uniform(0, 0.01))  # a checkpoint takes about so long
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        hits += len(list(path.parent.iterdir())) > 1
        assert_goes_on(path, whole)
        path.unlink()
    assert hits > 0  # some of them while a checkpoint was being written


def test_a_full_disk_stops_it_at_its_last_checkpoint(path, whole):
    train(path, STEPS // 2, EVERY)
    before = path.read_bytes()
    for room in np.linspace(0, len(before) - 1, 5, dtype=int).tolist():
        with room_for(room), pytest.raises(OSError, match=f"File too large: '{re.escape(str(path))}'"):
            train(path, STEPS, EVERY)
        assert path.read_bytes() == before
        assert list(path.parent.iterdir()) == [path]
    assert_goes_on(path, whole)


def test_a_read_only_folder_stops_it_at_its_last_checkpoint(path, whole):
    train(path, STEPS // 2, EVERY)
    with read_only(path.parent), pytest.raises(PermissionError, match=rf"Permission denied: '{re.escape(str(path))}'"):
        train(path, STEPS, EVERY)
    assert_goes_on(path, whole)
