"""Everything that can be wrong with the template's command: one line on stderr, exit code 2, and no file changes."""

import json
import os
import re
import tempfile
from pathlib import Path

import numpy as np
import pytest

from nnopt_course import _arrays, _files
from nnopt_course._tensorflow import tf
from nnopt_course.ema import MovingAverage, WeightAverage
from nnopt_course.template import command_line
from nnopt_course.template.settings import Settings


def contents(folder):
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def refused(capsys, *options):
    """Run the command, see that it ends as it should, and return its one line."""
    assert command_line.main(list(map(str, options))) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert re.fullmatch(r"error: .+\n", said.err)  # without DOTALL: one line
    return said.err[len("error: ") : -1]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Return the folder of a run of 60 updates."""
    folder = tmp_path_factory.mktemp("finished") / "out"
    assert command_line.main(["--out", str(folder), "--steps", "60"]) == 0
    return folder


WRONG = [
    ("--steps 0", "steps must be at least 1, got 0"),
    ("--steps -5", "steps must be at least 1, got -5"),
    ("--steps 1.5", "argument --steps: invalid int value: '1.5'"),
    ("--steps", "argument --steps: expected one argument"),
    ("--steps 59", "steps must be at least the 60 updates that {out}/checkpoint.npz holds, got 59"),
    ("--learning-rate -0.1", "learning_rate must be finite and above 0, got -0.1"),
    ("--learning-rate nan", "learning_rate must be finite and above 0, got nan"),
    ("--learning-rate fast", "argument --learning-rate: invalid float value: 'fast'"),
    ("--decay-rate 0", "decay_rate must be in (0, 1], got 0.0"),
    ("--decay-steps 0", "decay_steps must be at least 1, got 0"),
    ("--strength -1", "strength must be finite and at least 0, got -1.0"),
    ("--average-decay 1", "average_decay must be in [0, 1), got 1.0"),
    ("--batch-size 0", "batch_size must be at least 1, got 0"),
    ("--batch-size 301 --out {other}", "batch_size must be at most the 300 examples, got 301"),
    ("--hidden 11 0", "hidden[1] must be at least 1, got 0"),
    ("--seed -1", "seed must be at least 0, got -1"),
    ("--shuffle-seed 4294967296", "shuffle_seed must be at most 4294967295, got 4294967296"),
    ("--record-every 0", "record_every must be at least 1, got 0"),
    ("--data cats", "data must be one of 'disk', 'digits', got 'cats'"),
    ("--loss hinge", "loss must be one of 'mse', 'softmax_cross_entropy', got 'hinge'"),
    ("--optimizer lion", "optimizer must be one of 'sgd', 'momentum', 'adam', got 'lion'"),
    ("--penalty l3", "penalty must be one of 'off', 'l1', 'l2', got 'l3'"),
    ("--dtype float16", "dtype must be one of 'float32', 'float64', got 'float16'"),
    ("--step 5", "unrecognized arguments: --step 5"),
    ("--no-seed", "unrecognized arguments: --no-seed"),
    ("--seed 1", "seed must be 0 as in {out}/metrics.json, got 1: take another folder"),
    ("--hidden 5", "hidden must be [11] as in {out}/metrics.json, got [5]: take another folder"),
    ("--average", "average must be False as in {out}/metrics.json, got True: take another folder"),
    ("--out /proc/nowhere", "out must be a folder that can be written to, got '/proc/nowhere': {reason}"),
    ("--out {out}/metrics.json", "out must be a folder that can be written to, got '{out}/metrics.json': File exists"),
    ("--out {out}/metrics.json/x", "out must be a folder that can be written to, got '{out}/metrics.json/x': {reason}"),
]


@pytest.mark.parametrize(("options", "message"), WRONG, ids=[options for options, _ in WRONG])
def test_a_wrong_option_ends_in_one_line_and_changes_no_file(finished, tmp_path, capsys, options, message):
    before = contents(finished)
    places = {"out": finished, "other": tmp_path}
    given = ["--out", finished, "--steps", "60", *(word.format(**places) for word in options.split())]
    said = refused(capsys, *given)
    reason = said.rpartition(": ")[2]  # in the words of the system
    assert said == message.format(**places, reason=reason)
    assert contents(finished) == before
    assert list(tmp_path.iterdir()) == []


def test_a_blank_folder_is_refused(capsys):
    assert refused(capsys, "--out", "") == "out must be a folder that can be written to, got '': a blank name"


def test_a_folder_that_may_not_be_written_to_is_refused_before_training(tmp_path, capsys, monkeypatch):
    def refuse(*, dir):  # in a container tests run as root, who may write everywhere
        assert dir == tmp_path
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr(command_line, "backward", None)
    said = refused(capsys, "--out", tmp_path)
    assert said == f"out must be a folder that can be written to, got '{tmp_path}': Permission denied"


def damaged(path):
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return "must be a file that was saved here, and whole"


def of_an_average(path):
    WeightAverage([tf.Variable(1.0)], MovingAverage(0.9)).save(path)
    return "must be a checkpoint of a run, got a file about MovingAverage"


def of_another_run(path):
    (path.parent / "metrics.json").unlink()  # as if that run had been killed
    _, arrays = _arrays.read(path)
    about = json.loads(_arrays.read(path)[0])
    _arrays.save(path, json.dumps(about | {"penalty": "L1(strength=0.5)"}), arrays)
    return r"must be of a run with penalty HalfL2\(strength=0.01\), got L1\(strength=0.5\)"


def no_archive(path):
    path.write_text("my notes")
    return "must be a file that was saved here, and whole"


@pytest.mark.parametrize("change", [damaged, of_an_average, of_another_run, no_archive])
def test_a_checkpoint_that_does_not_fit_is_refused_and_stays(finished, tmp_path, capsys, change):
    for name, content in contents(finished).items():
        (tmp_path / name).write_bytes(content)
    rule = change(tmp_path / "checkpoint.npz")
    before = contents(tmp_path)
    said = refused(capsys, "--out", tmp_path, "--steps", "80")
    assert re.match(f"{re.escape(str(tmp_path))}/checkpoint.npz {rule}", said)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("content", ["", "[]", '{"settings": 3}', "{}", '{"settings": ["a"]}'])
def test_metrics_of_somebody_else_are_no_reason_to_refuse_a_checkpoint_that_fits(finished, tmp_path, content):
    (tmp_path / "checkpoint.npz").write_bytes((finished / "checkpoint.npz").read_bytes())
    (tmp_path / "metrics.json").write_text(content)
    assert command_line.main(["--out", str(tmp_path), "--steps", "60"]) == 0
    assert contents(tmp_path) == contents(finished)


def test_a_run_that_diverges_says_when_and_leaves_what_was_there(tmp_path, capsys):
    (tmp_path / "metrics.json").write_text("old")
    said = refused(capsys, "--out", tmp_path, "--optimizer", "sgd", "--no-decay", "--learning-rate", "1e9")
    assert re.fullmatch(
        r"a loss, a parameter or a slot stopped being finite at update \d of 40000 \(.*\): "
        r"lower learning_rate \(now 1000000000\.0\) or look for bad values in the data",
        said,
    )
    assert contents(tmp_path) == {"metrics.json": b"old"}


def test_numbers_that_json_cannot_say_are_refused_and_leave_what_was_there(finished, tmp_path, capsys, monkeypatch):
    for name, content in contents(finished).items():
        (tmp_path / name).write_bytes(content)
    before = contents(tmp_path)
    backward = command_line.backward

    def infinite(settings, **options):
        run = backward(settings, **options)
        return run._replace(held_out={"weights": {"loss": float("inf"), "accuracy": 0.5}})

    monkeypatch.setattr(command_line, "backward", infinite)
    assert "inf" in refused(capsys, "--out", tmp_path, "--steps", "60")
    assert contents(tmp_path) == before


def test_a_full_disk_leaves_the_old_files(finished, tmp_path, capsys, monkeypatch):
    for name, content in contents(finished).items():
        (tmp_path / name).write_bytes(content)
    before = contents(tmp_path)

    def full(path):
        raise OSError(28, os.strerror(28), str(path))

    monkeypatch.setattr(_files, "replacing", full)
    said = refused(capsys, "--out", tmp_path, "--steps", "80")
    assert said == f"[Errno 28] No space left on device: '{tmp_path}/checkpoint.npz'"
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"hidden": 11}, TypeError, "hidden must be a list or tuple of numbers of neurons, got 11"),
        ({"decay": 1}, TypeError, "decay must be True or False, got 1"),
        ({"average": "yes"}, TypeError, "average must be True or False, got 'yes'"),
        ({"steps": 10.0}, TypeError, r"steps must be an integer, got 10\.0"),
        ({"loss": None}, TypeError, "loss must be one of 'mse', 'softmax_cross_entropy', got None"),
    ],
)
def test_settings_refuse_what_the_command_line_cannot_even_say(change, error, message):
    with pytest.raises(error, match=f"^{message}$"):
        Settings(**change)


def test_settings_are_values():
    assert Settings(hidden=[5], learning_rate=1, steps=np.int64(3)) == Settings(hidden=(5,), learning_rate=1.0, steps=3)
    assert len({Settings(), Settings(), Settings(seed=1)}) == 2
