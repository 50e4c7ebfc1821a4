"""Mutation testing: break the package in one place at a time, and see whether the tests notice.

``python -m mutation losses optimizers`` runs the mutants of parts of the package, and prints those that survive.
``survivors.toml`` says for each file which tests are asked, and which survivors are known, with the reason: they cannot
be told from the original. A survivor that is not listed, and one that is listed but was killed, make the exit code 1.
"""

import argparse
import collections
import contextlib
import gc
import importlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import pytest

from mutation import runs
from mutation.mutants import mutants

ROOT = Path(__file__).parents[1]
LIBRARIES = "tensorflow keras matplotlib.pyplot sklearn.datasets IPython nbformat playwright.sync_api".split()
LIBRARIES += "mpmath hypothesis.extra.numpy numpy.testing tqdm doctest".split()
VERDICTS = {0: "survived", -signal.SIGALRM: "timed out", -signal.SIGPROF: "timed out"}  # otherwise killed


def files(part):
    """Return the files of a part of the package, or the one file that is named."""
    found = sorted(Path("nnopt_course", part).glob("*.py")) or [Path("nnopt_course", part).with_suffix(".py")]
    return [path for path in found if path.name != "__init__.py"]


def exit_codes(found, doctests, tests, late):
    """Return the exit code of the tests for each mutant, by file and change."""
    session = runs.InOneSession(late, [mutant for mutant in found if mutant.in_function])
    code, notes = runs.forked(session, runs.pytest_with, session, [*doctests, *tests])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):  # not if all files are late
        sys.exit(f"the tests fail without a mutation:\n{Path('output.txt').read_text()}")
    swapped = {(file, change): code for file, change, code in notes["codes"] if code != runs.NOT_SWAPPED}
    fresh = runs.Trials([*tests, *late], notes["seconds"])
    rest = [mutant for mutant in found if (mutant.file, mutant.change) not in swapped]
    fresh.each(rest, lambda mutant: runs.pytest_with(fresh, doctests))
    return swapped | {(file, change): code for file, change, code in fresh.codes}


def report(part, sample, listed):
    """Run the mutants of a part in the copy, print what survives, and return whether the list says the same."""
    started, sources = (
        time.time(),
        {path.relative_to("nnopt_course").as_posix(): str(path.absolute()) for path in files(part)},
    )
    usual = [f"test_{part.partition('/')[0].strip('_')}*.py"]
    patterns = [pattern for name in sources for pattern in listed.get(name, {}).get("tests", usual)]
    paths = [path for pattern in [*patterns, "test_found_by_fuzz.py"] for path in sorted(Path("tests").glob(pattern))]
    tests = list(dict.fromkeys(map(str, paths)))
    late = [test for test in tests if test in listed["loud"]]
    found = [mutant for file in sources.values() for mutant in mutants(file)]
    if sample:
        found = random.Random(0).sample(found, sample)
    codes = exit_codes(found, list(sources.values()), [test for test in tests if test not in late], late)
    print(f"{part}: {time.time() - started:.0f} s")
    return all([summary(name, file, codes, listed.get(name, {})) for name, file in sources.items()])


def summary(name, file, codes, listed):
    """Print what survives of a file, and return whether the list says the same."""
    equivalent = listed.get("equivalent", {})
    verdicts = {change: VERDICTS.get(code, "killed") for (where, change), code in codes.items() if where == file}
    count = collections.Counter(verdicts.values())
    print(
        f"{name}: {len(verdicts)} mutants,",
        ", ".join(f"{number} {verdict}" for verdict, number in sorted(count.items())),
    )
    as_listed = True
    for change, verdict in verdicts.items():
        reason = equivalent.get(change)
        if verdict == "survived":
            print(f"  {reason or 'NEW'}: {change}")
        elif reason:
            print(f"  listed, but {verdict}: {change}")
        as_listed &= (verdict == "survived") == (reason is not None)
    return as_listed


def main():
    """Run the mutants of the parts named in the command, in a copy of the repository."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="+", metavar="part", help="as losses, or optimizers/adam")
    parser.add_argument("--sample", type=int, metavar="N", help="N mutants of each part only, always the same")
    options = parser.parse_args()
    listed = tomllib.loads((ROOT / "mutation" / "survivors.toml").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as copy, contextlib.chdir(copy):
        hidden = shutil.ignore_patterns(".*", "_build", "node_modules", "__pycache__")
        shutil.copytree(ROOT, copy, dirs_exist_ok=True, ignore=hidden)
        sys.path.insert(0, copy)
        os.environ["PYTHONPATH"] = copy
        signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored by what a shell runs in the background
        os.environ.update(TF_ENABLE_ONEDNN_OPTS="0", TF_CPP_MIN_LOG_LEVEL="2")  # as nnopt_course does
        for library in LIBRARIES:
            importlib.import_module(library)
        gc.freeze()
        as_listed = [report(part, options.sample, listed) for part in options.parts]
    sys.exit(not all(as_listed))


if __name__ == "__main__":
    main()
