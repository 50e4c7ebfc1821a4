"""Ways to interrupt a process that writes: SIGKILL at any call or moment, a disk that is full, a read-only folder."""

import contextlib
import itertools
import multiprocessing
import os
import resource
import signal
import sys

import numpy as np

from book import execute
from exercises import generate
from nnopt_course import training
from nnopt_course._tensorflow import tf

# Forks of a server that has imported what takes seconds and computed nothing, so that each costs milliseconds.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["book.execute", "exercises.generate", "nnopt_course.training"])

CALLS = {"open", "write", "seek", "flush", "fsync", "close", "__exit__", "replace", "rename", "scandir", "unlink"}


def started(action, *arguments):
    """Return a process of its own that makes this call."""
    process = FORKS.Process(target=action, args=arguments)
    process.start()
    return process


def repeated(write, path, contents):
    """Write each of these contents in turn, without end."""
    for content in itertools.cycle(contents):
        write(path, *content)


def train(path, steps=100, checkpoint_every=2):
    """Train so many parameters that writing a checkpoint takes longer than the updates between two of them."""
    return training.train(
        _bowl, [np.linspace(-1, 1, 500_000)], steps=steps, learning_rate=0.1, record_every=9, record_parameters=False,
        checkpoint=path, checkpoint_every=checkpoint_every,
    )  # fmt: skip


def _bowl(parameters):
    return tf.reduce_sum((parameters[0] - 1) ** 2)


def generate_in(folder):
    """Make the notebooks of the masters in another folder than that of the course."""
    generate.HERE = folder
    generate.main()


def execute_all(paths, printed):
    """Run ``book.execute`` on notebooks whose kernels would print this."""
    execute.execute = lambda path: printed
    return execute.main(list(map(str, paths)))


def killed_before_every_call(action, *arguments):
    """Repeat an action in processes that end before its 1st, 2nd, ... call that may reach the disk; yield after each.

    Calls count from the opening of the first file beside another. The last process ends by itself.
    """
    for number in itertools.count(1):
        process = started(_ended_before, number, action, *arguments)
        process.join()
        yield number
        if process.exitcode == 0:
            return
        assert process.exitcode == -signal.SIGKILL


def _ended_before(number, action, *arguments):
    calls = itertools.count(1)

    def watch(frame, event, called):
        if event == "c_call" and called.__name__ in CALLS and next(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def begin(event, arguments):
        if event == "open" and ".part-" in str(arguments[0]):
            sys.setprofile(watch)

    sys.addaudithook(begin)
    action(*arguments)


@contextlib.contextmanager
def room_for(size):
    """Let the kernel refuse every byte of a file behind the first ``size``, as a disk does that gets full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@contextlib.contextmanager
def read_only(folder):
    """Work in a folder that cannot be written to; root, whom no permission stops, becomes somebody else meanwhile.

    Files are named relative to it, because that other user may not pass through the folders above.
    """
    root = os.geteuid() == 0
    folder.chmod(0o555)
    with contextlib.chdir(folder):
        if root:
            os.seteuid(65534)
        try:
            yield
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o755)
