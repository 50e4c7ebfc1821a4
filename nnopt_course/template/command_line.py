"""The template as a command: options in, files and a few lines out, and every fault in one line."""

import argparse
import inspect
import json
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, NoReturn

from nnopt_course import _files
from nnopt_course.template import picture
from nnopt_course.template.backward import Run, backward
from nnopt_course.template.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 2 if something is wrong, 130 after Ctrl-C."""
    folder = None
    try:
        options = vars(_parser().parse_args(arguments))
        out = options.pop("out")
        settings = Settings(**options)
        folder = None if out is None else _prepared(out, settings)
        run = backward(settings, checkpoint=folder and folder / "checkpoint.npz", progress=True)
        metrics = _metrics(settings, run)
        if folder:
            _write(folder, settings, metrics, run)
        print(_summary(metrics, run))
    except KeyboardInterrupt:
        kept = f"the same command goes on from the last checkpoint in {folder}" if folder else "nothing was saved"
        return _ended(f"interrupted: {kept}", 130)
    except (ArithmeticError, MemoryError, OSError, TypeError, ValueError) as error:
        return _ended(f"error: {error}", 2)
    return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ValueError(message)  # argparse would print the usage as well


def _parser() -> argparse.ArgumentParser:
    """Return a parser with one option for each field of the settings, explained as their docstring does."""
    parser = _Parser(
        prog="python -m nnopt_course.template.backward",
        description="Train the network of the template, measure it on held-out data, and show what it learned.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--out", help="folder for metrics, picture and checkpoint; a run that is there goes on")
    explained = dict(re.findall(r"^  (\w+): (.*)$", inspect.getdoc(Settings) or "", re.M))
    for field in fields(Settings):
        how: dict[str, Any]
        match field.default:
            case bool():
                how = {"action": argparse.BooleanOptionalAction}
            case tuple():
                how = {"type": int, "nargs": "*"}
            case None:
                how = {"type": int}
            case number_or_name:
                how = {"type": type(number_or_name)}
        option = f"--{field.name.replace('_', '-')}"
        parser.add_argument(option, default=field.default, help=explained.get(field.name), **how)
    return parser


def _prepared(out: str, settings: Settings) -> Path:
    """Make the folder, see that it can be written to and that it is not the folder of a run with other settings."""
    folder = Path(out)
    try:
        if not out.strip():
            raise OSError(0, "a blank name")
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ValueError(f"out must be a folder that can be written to, got {out!r}: {error.strerror}") from None
    if (folder / "checkpoint.npz").exists():
        _refuse_other_settings(folder / "metrics.json", settings)
    return folder


def _refuse_other_settings(path: Path, settings: Settings) -> None:
    """Name the setting that differs; the checkpoint would be refused too, but by a digest of arrays."""
    try:
        found = dict(json.loads(path.read_bytes())["settings"])
    except (OSError, ValueError, TypeError, KeyError):
        return  # a run that has not ended yet, or no file of ours
    for name, value in json.loads(json.dumps(asdict(settings))).items():
        if name != "steps" and found.get(name) != value:
            raise ValueError(f"{name} must be {found.get(name)!r} as in {path}, got {value!r}: take another folder")


def _metrics(settings: Settings, run: Run) -> dict[str, Any]:
    held_out = {name: {key: round(value, 6) for key, value in score.items()} for name, score in run.held_out.items()}
    loss = round(float(run.history.loss[-1]), 6)
    return {"settings": asdict(settings), "steps": int(run.history.step[-1]), "loss": loss, "held_out": held_out}


def _write(folder: Path, settings: Settings, metrics: dict[str, Any], run: Run) -> None:
    texts = {
        "metrics.json": json.dumps(metrics, indent=2, allow_nan=False) + "\n",
        {"disk": "boundary.svg", "digits": "confusion.svg"}[settings.data]: picture.to_svg(run),
    }
    for name, text in texts.items():
        with _files.replacing(folder / name) as file:
            file.write(text.encode())


def _summary(metrics: dict[str, Any], run: Run) -> str:
    sizes = [len(run.parameters[0]), *(len(values) for values in run.parameters[1::2])]
    lines = [f"{metrics['settings']['data']}, network {'-'.join(map(str, sizes))}"]
    lines += [f"after {metrics['steps']} updates: loss {metrics['loss']:.6f}"]
    for name, score in metrics["held_out"].items():
        lines += [f"held out, with the {name}: loss {score['loss']:.6f}, accuracy {score['accuracy']:.4f}"]
    return "\n".join(lines)


def _ended(message: str, code: int) -> int:
    print(" ".join(message.split()), file=sys.stderr)
    return code
