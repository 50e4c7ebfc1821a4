"""The template as a command: what it writes, how it goes on, and one clear line for everything that can be wrong."""

import json
import random
import re
import signal
import subprocess
import sys
import time
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from nnopt_course import _arrays
from nnopt_course.template import command_line, picture
from nnopt_course.template.backward import backward
from nnopt_course.template.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-m", "nnopt_course.template.backward"]
FILES = ["boundary.svg", "checkpoint.npz", "metrics.json"]


def contents(folder):
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def main(*options):
    return command_line.main(list(map(str, options)))


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Return the folder of a run of 60 updates."""
    folder = tmp_path_factory.mktemp("finished") / "out"
    assert main("--out", folder, "--steps", 60) == 0
    return folder


def test_the_command_trains_writes_three_files_and_says_what_came_out(tmp_path):
    out = tmp_path / "new" / "out"  # folders that are not there are made
    done = subprocess.run([*COMMAND, "--out", out, "--average"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")  # neither TensorFlow's lines nor a bar where nobody looks
    text = (out / "metrics.json").read_text()
    metrics = json.loads(text)
    assert text == json.dumps(metrics, indent=2) + "\n"
    run, settings = backward(Settings(average=True)), asdict(Settings(average=True))
    scores = {name: {key: round(v, 6) for key, v in score.items()} for name, score in run.held_out.items()}
    assert metrics == {
        "settings": settings | {"hidden": [11]},
        "steps": 40000,
        "loss": round(run.history.loss[-1], 6),
        "held_out": scores,
    }
    assert sorted(contents(out)) == FILES
    assert (out / "boundary.svg").read_text() == picture.to_svg(run)
    weights, shadows = scores.values()
    assert done.stdout.splitlines() == [
        "disk, network 2-11-1",
        f"after 40000 updates: loss {metrics['loss']:.6f}",
        f"held out, with the weights: loss {weights['loss']:.6f}, accuracy {weights['accuracy']:.4f}",
        f"held out, with the shadows: loss {shadows['loss']:.6f}, accuracy {shadows['accuracy']:.4f}",
    ]


def test_the_digits_leave_a_confusion_matrix(tmp_path):
    options = {"data": "digits", "hidden": (5,), "loss": "softmax_cross_entropy", "steps": 20}
    words = "--data digits --hidden 5 --loss softmax_cross_entropy --steps 20".split()
    assert main("--out", tmp_path, *words) == 0
    assert sorted(contents(tmp_path)) == ["checkpoint.npz", "confusion.svg", "metrics.json"]
    assert (tmp_path / "confusion.svg").read_text() == picture.to_svg(backward(Settings(**options)))


def test_a_wrong_option_ends_the_command_in_one_line_and_exit_code_2():
    done = subprocess.run([*COMMAND, "--steps", "0"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: steps must be at least 1, got 0\n"


def test_every_setting_has_an_option_with_its_default_and_an_explanation(capsys):
    changed = {
        "data": "digits", "hidden": (5, 4), "loss": "softmax_cross_entropy", "optimizer": "sgd", "learning_rate": 0.5,
        "decay": False, "decay_rate": 0.5, "decay_steps": 7, "penalty": "l1", "strength": 0.25, "average": True,
        "average_decay": 0.5, "batch_size": 8, "shuffle_seed": 3, "steps": 9, "seed": 4, "dtype": "float32",
        "record_every": 2,
    }  # fmt: skip
    words = ["--average", "--no-decay"]
    for name, value in changed.items():
        if not isinstance(value, bool):
            values = value if isinstance(value, tuple) else [value]
            words += ["--" + name.replace("_", "-"), *map(str, values)]
    parse = command_line._parser().parse_args
    assert sorted(vars(parse(words))) == sorted([*changed, "out"])
    options = {name: value for name, value in vars(parse(words)).items() if name != "out"}
    assert asdict(Settings(**options)) == changed
    assert vars(parse([])) == asdict(Settings()) | {"out": None}
    assert all(value != vars(parse([]))[name] for name, value in changed.items())
    with pytest.raises(SystemExit) as ended:
        main("--help")
    assert ended.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    assert text.startswith("usage: python -m nnopt_course.template.backward [-h] [--out OUT] ")
    assert "Train the network of the template, measure it on held-out data, and show what it learned." in text
    assert "--out OUT folder for metrics, picture and checkpoint; a run that is there goes on (default: None)" in text
    for field in fields(Settings):
        assert re.search(rf"--{field.name.replace('_', '-')} .*?[a-z]{{3,}}.*? \(default: ", text)
    assert "what to learn, disk or digits (default: disk)" in text


# Going on -----------------------------------------------------------------------------------------------------------


def test_the_same_command_again_changes_no_byte(finished):
    before = contents(finished)
    assert main("--out", finished, "--steps", 60) == 0
    assert contents(finished) == before


def test_fifty_and_fifty_updates_write_what_a_hundred_write(tmp_path):
    for steps in (50, 100):
        assert main("--out", tmp_path / "parts", "--steps", steps, "--average") == 0
    assert main("--out", tmp_path / "whole", "--steps", 100, "--average") == 0
    parts, whole = contents(tmp_path / "parts"), contents(tmp_path / "whole")
    assert sorted(parts) == sorted(whole) == FILES
    for name in ("metrics.json", "boundary.svg"):
        assert parts[name] == whole[name]


def test_a_command_that_was_killed_goes_on_as_if_nothing_had_been(tmp_path):
    options = ["--steps", "2000000", "--average", "--record-every", "100000"]
    process = subprocess.Popen([*COMMAND, "--out", tmp_path / "killed", *options], cwd=ROOT, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (tmp_path / "killed" / "checkpoint.npz").exists():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(random.uniform(0, 0.3))  # any moment must do
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert "metrics.json" not in contents(tmp_path / "killed")
    _, saved = _arrays.read(tmp_path / "killed" / "checkpoint.npz")
    assert 0 < saved["steps"].item() < 2_000_000
    for name in ("killed", "whole"):
        assert main("--out", tmp_path / name, *options) == 0
    killed, whole = contents(tmp_path / "killed"), contents(tmp_path / "whole")
    assert sorted(killed) == sorted(whole) == FILES  # no part of a file is left
    assert [killed[name] for name in ("metrics.json", "boundary.svg")] == [whole["metrics.json"], whole["boundary.svg"]]
    states = [_arrays.read(tmp_path / name / "checkpoint.npz")[1]["states"] for name in ("killed", "whole")]
    assert states[0].tobytes() == states[1].tobytes()


def test_ctrl_c_ends_in_one_line_and_keeps_the_last_checkpoint(tmp_path, monkeypatch, capsys):
    saves, save = [], _arrays.save

    def save_and_interrupt(path, about, arrays):
        save(path, about, arrays)
        saves.append(path.read_bytes())
        if len(saves) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(_arrays, "save", save_and_interrupt)
    assert main("--out", tmp_path / "out", "--steps", 100) == 130
    said = capsys.readouterr()
    assert said.out == ""
    where = tmp_path / "out"
    assert said.err == f"interrupted: the same command goes on from the last checkpoint in {where}\n"
    assert contents(where) == {"checkpoint.npz": saves[-1]}


def test_ctrl_c_without_a_folder_says_that_nothing_was_saved(monkeypatch, capsys):
    def interrupted(settings, *, checkpoint, progress):
        assert (settings, checkpoint, progress) == (Settings(), None, True)
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line, "backward", interrupted)
    assert main() == 130
    assert capsys.readouterr().err == "interrupted: nothing was saved\n"
