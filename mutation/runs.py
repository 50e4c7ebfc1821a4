"""Runs of the tests against mutants.

Loading TensorFlow and collecting tests takes longer than most tests. So both happen once: ``InOneSession`` forks a
process for each mutant when the tests are collected, and puts the mutant's code into the functions that are there. What
happens while modules are imported is mutated before a process imports them, ``Afresh``.
"""

import contextlib
import gc
import json
import os
import resource
import signal
import sys
import types
from collections import Counter
from pathlib import Path

import hypothesis
import pytest

MEMORY = 6 * 2**30  # a mutant may ask for any amount
NOT_SWAPPED = 99  # an exit code: the mutant has to be imported

hypothesis.settings.register_profile(
    "mutation", derandomize=True, deadline=None, max_examples=50, phases=["explicit", "generate"]
)


class Session:
    """A pytest plugin that runs the tests: first those that killed before, then the fastest, up to one that fails."""

    def __init__(self):
        self.latest_kill, self.seconds, self.killer = {}, Counter(), None

    def run_tests(self, session):
        limits, self.seconds = self.seconds, Counter()
        items = sorted(session.items, key=lambda item: (-self.latest_kill.get(item.nodeid, -1), limits[item.nodeid]))
        for item, following in zip(items, [*items[1:], None], strict=True):
            signal.alarm(20 + int(10 * limits[item.nodeid]) if limits else 300)  # ends the process
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                break
        signal.alarm(0)

    def pytest_runtest_logreport(self, report):
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.killer = report.nodeid


class Afresh(Session):
    """Collect the tests and run them."""

    def pytest_runtestloop(self, session):
        if session.testsfailed:  # while they were collected
            return None
        self.run_tests(session)
        return True


class InOneSession(Session):
    """Collect the tests, and run them in one forked process for each mutant; the exit codes go into a file."""

    def __init__(self, file, mutants, verdicts):
        super().__init__()
        self.file, self.mutants, self.verdicts = file, mutants, verdicts
        self.called = set()  # while modules are imported

    def pytest_sessionstart(self):
        sys.setprofile(lambda frame, *_: self.called.add(frame.f_code))

    def pytest_runtestloop(self, session):
        sys.setprofile(None)
        if session.testsfailed:  # while they were collected
            return None
        hypothesis.given(hypothesis.strategies.floats())(lambda number: None)()  # it looks through all modules once
        source = self.file.read_text("utf-8")
        functions = [each for each in gc.get_objects() if isinstance(each, types.FunctionType)]
        own = [each for each in functions if each.__code__.co_filename == str(self.file)]
        gc.freeze()
        code, clean = forked(self._try, session, own, source, source)
        if code:
            pytest.exit(f"without a mutation: {code}", returncode=1)
        self.seconds = Counter(clean["seconds"])
        with open(self.verdicts, "w") as verdicts:
            for number, mutant in enumerate(self.mutants):
                self.file.write_text(mutant.source, "utf-8")  # AutoGraph reads it
                code, result = forked(self._try, session, own, source, mutant.source)
                self.latest_kill[result["killer"]] = number
                print(json.dumps([code, mutant.change, result["killer"]]), file=verdicts, flush=True)
        self.file.write_text(source, "utf-8")
        return True

    def _try(self, session, own, old, new):
        before, after = (codes(compile(source, self.file, "exec")) for source in (old, new))
        if [code.co_qualname for code in before] != [code.co_qualname for code in after]:
            return NOT_SWAPPED, self
        swapped = dict(zip(before, after, strict=True))
        for function in own:
            old, new = function.__code__, swapped[function.__code__]
            if old != new and (old in self.called or old.co_freevars != new.co_freevars):
                return NOT_SWAPPED, self
            function.__code__ = new
        self.run_tests(session)
        return int(session.testsfailed > 0), self


def codes(code):
    """Return a code object and all within it."""
    return [code, *(each for part in code.co_consts if isinstance(part, types.CodeType) for each in codes(part))]


def forked(run, *arguments):
    """Call a function in a forked process; return its exit code, or minus the signal that ended it, and its notes."""
    notes = Path("notes.json")
    notes.unlink(missing_ok=True)
    pid = os.fork()
    if not pid:
        code = 70
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, resource.RLIM_INFINITY))
            sys.dont_write_bytecode = True  # one mutant's would be taken for the next one's
            code, plugin = run(*arguments)
            notes.write_text(json.dumps({"killer": plugin.killer, "seconds": plugin.seconds}))
            sys.stdout.flush()
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # what a test has started and could not end
    return code, json.loads(notes.read_text()) if notes.exists() else {"killer": None, "seconds": {}}


def pytest_with(plugin, tests):
    """Run pytest with its words in a file."""
    output = os.open("output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    plain = ["--override-ini=addopts=--doctest-modules", "--basetemp=temporary", "-q"]
    plain += [f"-pno:{name}" for name in ("cacheprovider", "nbval", "xdist", "unraisableexception", "threadexception")]
    loaded = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # Hypothesis is, which pytest wants to rewrite
    return pytest.main([*plain, *loaded, "--hypothesis-profile=mutation", *tests], plugins=[plugin]), plugin
