"""Ways to interrupt a process that writes: SIGKILL at any call or moment, a disk that is full, a read-only folder."""

import contextlib
import ctypes
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
    process = FORKS.Process(target=action, args=arguments, daemon=True)
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
    """Take away the right to write into a folder, also from root, whom its permissions do not stop.

    Root gives up the capability to pass over permissions for this thread. Another user's rights would do as well,
    but a namespace of users, in which a container or ``unshare`` runs, may know root only.
    """
    folder.chmod(0o555)
    capabilities = _capabilities() if os.geteuid() == 0 else None
    if capabilities:
        _set_capabilities([capabilities[0] & ~_DAC_OVERRIDE, *capabilities[1:]])
    try:
        yield
    finally:
        if capabilities:
            _set_capabilities(capabilities)
        folder.chmod(0o755)


_DAC_OVERRIDE = 1 << 1  # from linux/capability.h, as is the version of the call
_HEADER = (ctypes.c_uint32 * 2)(0x20080522, 0)


def _capabilities():
    """Return those of this thread: effective, permitted and inheritable ones, then the same for higher numbers."""
    found = (ctypes.c_uint32 * 6)()
    assert ctypes.CDLL(None).capget(_HEADER, found) == 0
    return list(found)


def _set_capabilities(capabilities):
    assert ctypes.CDLL(None).capset(_HEADER, (ctypes.c_uint32 * 6)(*capabilities)) == 0
