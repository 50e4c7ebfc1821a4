"""Runs of the tests against mutants.

Loading TensorFlow and collecting tests takes longer than most tests. So both happen once: ``InOneSession`` forks a
process for each mutant when the tests are collected, and puts the mutant's code into the functions that are there. What
happens while modules are imported is mutated before a process imports them: ``Trials`` of its own.
"""

import contextlib
import ctypes
import gc
import itertools
import json
import os
import resource
import signal
import sys
import time
import traceback
import types
from collections import Counter, defaultdict
from pathlib import Path

import hypothesis
import psutil
import pytest

MEMORY = 6 * 2**30  # a mutant may ask for any amount
PR_SET_CHILD_SUBREAPER = 36  # of Linux: the children of a process that has ended become ours
NOT_SWAPPED = 99  # an exit code: the mutant has to be imported
SCREEN = os.fdopen(os.dup(1), "w", buffering=1)

hypothesis.settings.register_profile(
    "mutation", derandomize=True, deadline=None, max_examples=50, phases=["explicit", "generate"]
)


class Trials:
    """A pytest plugin that runs the tests against mutants, each time up to the first that fails.

    Those come first that killed a mutant before, then the fastest. Late test files are collected when it is their turn,
    which comes in the same way.
    """

    def __init__(self, late, seconds):
        self.late, self.limits = late, seconds
        self.latest_kill = Counter()  # by test, and by late file
        self.seconds, self.killer = Counter(), None  # of one trial
        self.codes = []  # of all trials: file, change, exit code

    def pytest_runtestloop(self, session):
        if not session.testsfailed:  # while they were collected
            self.run_tests(session)
        return True

    def run_tests(self, session):
        """Run what was collected, and the late files; return the exit code."""
        collected = session.items
        costs, slowest = Counter(), {}
        for test, seconds in self.limits.items():
            costs[self._late(test)] += seconds
            slowest[file_of(test)] = max(seconds, slowest.get(file_of(test), 0))
        for late in sorted([None, *self.late], key=lambda file: (-self.latest_kill[file], costs[file])):
            items = session.perform_collect([late]) if late else collected
            items = sorted(items, key=lambda item: (-self.latest_kill[item.nodeid], self.limits.get(item.nodeid, 0)))
            for item, following in itertools.zip_longest(items, items[1:]):
                if session.testsfailed:
                    return 1
                self._limit(slowest.get(file_of(item.nodeid), 60))
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return int(session.testsfailed > 0)

    def _late(self, test):
        """Return the late file that a test is in."""
        return file_of(test) if file_of(test) in self.late else None

    def _limit(self, seconds):
        """End the process when a test takes far longer than these seconds, of work or of waiting.

        They are those of the slowest test of its file, because any of them may be the first and set up for all.
        """
        signal.setitimer(signal.ITIMER_PROF, 30 + 5 * seconds)
        signal.alarm(60 + int(10 * seconds))

    def pytest_runtest_logreport(self, report):
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.killer = report.nodeid

    def each(self, mutants, run):
        """Call a function in a process for each mutant, whose source is in its file, and keep the exit codes."""
        for number, mutant in enumerate(mutants, 1):
            started, file = time.time(), Path(mutant.file)
            source = file.read_text("utf-8")
            file.write_text(mutant.source, "utf-8")
            code, notes = forked(self, run, mutant)
            file.write_text(source, "utf-8")
            self.codes.append([mutant.file, mutant.change, code])
            if killer := notes.get("killer"):
                self.latest_kill[killer] = self.latest_kill[self._late(killer)] = number
            print(f"{time.time() - started:6.1f} s, {code:3}: {mutant.change}  [{killer}]", file=SCREEN)


class InOneSession(Trials):
    """Collect the tests once, and put each mutant's code into the functions that are there."""

    def __init__(self, late, mutants):
        super().__init__(late, {})
        self.mutants = mutants
        self.called = set()  # while modules are imported

    def pytest_sessionstart(self):
        sys.setprofile(lambda frame, *_: self.called.add(frame.f_code))

    def pytest_runtestloop(self, session):
        sys.setprofile(None)
        if session.testsfailed:  # while they were collected
            return True
        if len(os.listdir("/proc/self/task")) > 1:  # on Linux; what waits for them in a fork never ends
            pytest.exit("a file of tests started threads while it was collected: name it under loud", returncode=1)
        hypothesis.given(hypothesis.strategies.floats())(lambda number: None)()  # it looks through all modules once
        self.before = {mutant.file: compiled(mutant.file) for mutant in self.mutants}
        functions = defaultdict(list)
        for each in gc.get_objects():
            if isinstance(each, types.FunctionType):
                functions[each.__code__.co_filename].append(each)
        gc.freeze()
        code, notes = forked(self, self.run_tests, session)
        if code:
            pytest.exit(f"without a mutation: {code} {notes.get('killer')}", returncode=1)
        self.seconds = self.limits = notes["seconds"]
        self.each(self.mutants, lambda mutant: self._swap_and_run(session, mutant.file, functions[mutant.file]))
        return True

    def _swap_and_run(self, session, file, functions):
        before, after = self.before[file], compiled(file)
        for function in functions:
            old, name = function.__code__, function.__code__.co_qualname
            if len(before[name]) != len(after[name]):  # lambdas, or loops in brackets
                return NOT_SWAPPED
            new = after[name][before[name].index(old)]
            if old != new and (old in self.called or old.co_freevars != new.co_freevars):
                return NOT_SWAPPED
            function.__code__ = new
        return self.run_tests(session)


def file_of(test):
    """Return the file that a test is in."""
    return test.partition("::")[0]


def compiled(file):
    """Return the code objects of a file, in lists by their names."""
    found, left = defaultdict(list), [compile(Path(file).read_text("utf-8"), file, "exec")]
    while left:
        code = left.pop(0)
        found[code.co_qualname].append(code)
        left += [part for part in code.co_consts if isinstance(part, types.CodeType)]
    return found


def forked(plugin, run, *arguments):
    """Call a function in a forked process; return its exit code, or minus the signal that ended it, and its notes."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    notes = Path("notes.json")
    notes.unlink(missing_ok=True)
    pid = os.fork()
    if not pid:
        code = 70
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, resource.RLIM_INFINITY))
            sys.dont_write_bytecode = True  # one mutant's would be taken for the next one's
            code = run(*arguments)
            notes.write_text(json.dumps({"killer": plugin.killer, "seconds": plugin.seconds, "codes": plugin.codes}))
            sys.stdout.flush()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    while left := psutil.Process().children(recursive=True):  # what a test has started and could not end
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left)
    return code, json.loads(notes.read_text()) if notes.exists() else {}


def pytest_with(plugin, tests):
    """Run pytest with its words in a file."""
    output = os.open("output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    plain = ["--override-ini=addopts=--doctest-modules", "--basetemp=temporary", "-q"]
    plain += [f"-pno:{name}" for name in ("cacheprovider", "nbval", "xdist", "unraisableexception", "threadexception")]
    loaded = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # Hypothesis is, which pytest wants to rewrite
    return pytest.main([*plain, *loaded, "--hypothesis-profile=mutation", *tests], plugins=[plugin])
