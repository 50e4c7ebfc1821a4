"""Mutation testing: break the package in one place at a time, and see whether the tests notice.

``python -m mutation losses optimizers`` runs the mutants of parts of the package, and prints those that survive.
``survivors.toml`` says for each file which tests are asked, and which survivors are known, with the reason: they cannot
be told from the original. A survivor that is not listed, and one that is listed but was killed, make the exit code 1.
"""

import collections
import contextlib
import gc
import importlib
import os
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from mutation import runs
from mutation.mutants import mutants

ROOT = Path(__file__).parents[1]
LIBRARIES = "tensorflow keras matplotlib.pyplot sklearn.datasets IPython nbformat playwright.sync_api".split()
LIBRARIES += "mpmath hypothesis.extra.numpy numpy.testing tqdm doctest".split()
VERDICTS = {0: "survived", -signal.SIGALRM: "timed out", -signal.SIGPROF: "timed out"}


def files(part):
    """Return the files of a part of the package, or the one file that is named."""
    found = sorted(Path("nnopt_course", part).glob("*.py")) or [Path("nnopt_course", part).with_suffix(".py")]
    return [path.relative_to("nnopt_course").as_posix() for path in found if path.name != "__init__.py"]


def exit_codes(file, tests, late, found):
    """Return the exit code of the tests for each mutant, by the change."""
    session = runs.InOneSession(file, late, [mutant for mutant in found if mutant.in_function])
    code, notes = runs.forked(session, runs.pytest_with, session, [str(file), *tests])
    if code:
        sys.exit(f"the tests of {file} fail without a mutation:\n{Path('output.txt').read_text()}")
    swapped = {change: code for change, code in notes["codes"].items() if code != runs.NOT_SWAPPED}
    fresh = runs.Trials(file, [*tests, *late], notes["seconds"])
    fresh.each([mutant for mutant in found if mutant.change not in swapped], runs.pytest_with, fresh, [str(file)])
    return swapped | fresh.codes


def report(name, listed, loud):
    """Run all mutants of a file in the copy, print what survives, and return whether the list says the same."""
    started, equivalent = time.time(), listed.get("equivalent", {})
    patterns = listed.get("tests", [f"test_{name.partition('/')[0].removesuffix('.py').strip('_')}*.py"])
    tests = [
        str(path) for pattern in [*patterns, "test_found_by_fuzz.py"] for path in sorted(Path("tests").glob(pattern))
    ]
    file = Path("nnopt_course", name).absolute()
    found, prose = mutants(file.read_text("utf-8"))
    count, alive = collections.Counter(), set()
    late = [test for test in tests if test in loud]
    for change, code in exit_codes(file, [test for test in tests if test not in loud], late, found).items():
        verdict = VERDICTS.get(code, "killed")
        count[verdict] += 1
        if verdict == "survived":
            alive.add(change)
            print(f"  {equivalent.get(change, 'NEW')}: {change}", flush=True)
    for change in equivalent.keys() - alive:
        print(f"  listed, but killed: {change}")
    counts = ", ".join(f"{count[verdict]} {verdict}" for verdict in ("killed", "timed out", "survived"))
    print(
        f"{name}: {len(found)} mutants, {counts}; {prose} texts left alone; {time.time() - started:.0f} s", flush=True
    )
    return alive == equivalent.keys()


def main():
    """Run the mutants of the parts named in the command, in a copy of the repository."""
    listed = tomllib.loads((ROOT / "mutation" / "survivors.toml").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as copy, contextlib.chdir(copy):
        hidden = shutil.ignore_patterns(".*", "_build", "node_modules", "__pycache__")
        shutil.copytree(ROOT, copy, dirs_exist_ok=True, ignore=hidden)
        sys.path.insert(0, copy)
        os.environ["PYTHONPATH"] = copy
        os.environ.update(TF_ENABLE_ONEDNN_OPTS="0", TF_CPP_MIN_LOG_LEVEL="2")  # as nnopt_course does
        for library in LIBRARIES:
            importlib.import_module(library)
        gc.freeze()
        names = [name for part in sys.argv[1:] for name in files(part)]
        as_listed = [report(name, listed.get(name, {}), listed["loud"]) for name in names]
    sys.exit(not all(as_listed))


if __name__ == "__main__":
    main()
