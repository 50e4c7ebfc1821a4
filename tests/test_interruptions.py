"""A file whose writing is interrupted is the old one or the new one, whole; the next write needs no help."""

import errno
import os
import re
import secrets
import signal
import time
from pathlib import Path
from random import Random

import numpy as np
import pytest
from interruptions import killed_before_every_call, read_only, repeated, room_for, started

from book import archive
from book.execute import write_if_changed
from nnopt_course import _arrays, _files


class Arrays:
    """Checkpoints and averages."""

    write = staticmethod(_arrays.save)

    def content(number, size=300):
        return "a test", {"many": np.full(size, float(number)), "one": np.array(float(number))}

    def read(path):
        (number,) = {value for values in _arrays.read(path)[1].values() for value in np.unique(values)}
        return number


class Text:
    """Notebooks."""

    write = staticmethod(write_if_changed)

    def content(number, size=300):
        return (f"{number}\n" * size + "the end",)

    def read(path):
        *numbers, end = path.read_text().split("\n")
        (number,) = set(numbers)
        assert end == "the end"
        return int(number)


def save(kind, path, number):
    kind.write(path, *kind.content(number))


@pytest.fixture(params=[Arrays, Text])
def kind(request):
    return request.param


@pytest.fixture
def path(kind, tmp_path):
    """Return a file that says 1, in a folder of its own."""
    path = tmp_path / "folder" / "file [1]*.npz"
    path.parent.mkdir()
    save(kind, path, 1)
    return path


def test_death_before_any_call_leaves_the_old_file_or_the_new_one(kind, path):
    found, parts = [], 0
    for _ in killed_before_every_call(kind.write, path, *kind.content(2)):
        found.append(kind.read(path))
        parts += len(list(path.parent.iterdir())) > 1
        save(kind, path, 0)
        assert list(path.parent.iterdir()) == [path]  # the next write takes away what was left beside
        save(kind, path, 1)
    assert found == sorted(found) and set(found) == {1, 2}
    assert len(found) > parts > 3


def test_death_at_twenty_random_moments_leaves_a_whole_file(kind, path):
    random, hits, contents = Random(7), 0, [kind.content(number, size=10**6) for number in (2, 3)]
    for _ in range(20):
        before = path.stat().st_mtime_ns
        process = started(repeated, kind.write, path, contents)
        while path.stat().st_mtime_ns == before:
            time.sleep(0.001)
        time.sleep(random.uniform(0, 0.1))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        assert kind.read(path) in (2, 3)
        hits += len(list(path.parent.iterdir())) > 1
    assert hits > 0  # some of them while a file was being written


def test_a_disk_that_is_full_at_any_byte_leaves_the_old_file(kind, path):
    size = path.stat().st_size
    for room in range(0, size, 7):
        with room_for(room), pytest.raises(OSError, match=rf"File too large: '{re.escape(str(path))}'"):
            save(kind, path, 2)
        assert list(path.parent.iterdir()) == [path]
    assert kind.read(path) == 1
    with room_for(size):
        save(kind, path, 2)
    assert kind.read(path) == 2


def test_no_space_left_is_said_with_the_name_of_the_file(kind, path, monkeypatch):
    monkeypatch.setattr(secrets, "token_hex", lambda _: "full")
    path.with_name(f"{path.name}.part-full").symlink_to("/dev/full")  # a device on which there is never space
    with pytest.raises(OSError, match=rf"No space left on device: '{re.escape(str(path))}'") as raised:
        save(kind, path, 2)
    assert raised.value.errno == errno.ENOSPC
    assert kind.read(path) == 1
    assert list(path.parent.iterdir()) == [path]


def test_a_read_only_folder_is_an_error_that_names_the_file(kind, path):
    with read_only(path.parent), pytest.raises(PermissionError, match=rf"Permission denied: '{re.escape(str(path))}'"):
        save(kind, path, 2)
    assert kind.read(path) == 1
    assert list(path.parent.iterdir()) == [path]


def test_a_disk_that_refuses_everything_is_an_error_that_names_the_file(kind, path, monkeypatch):
    def refuse(path, *_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    with monkeypatch.context() as refusing:
        for name in ("open", "unlink"):
            refusing.setattr(Path, name, refuse)
        with pytest.raises(OSError, match=rf"Read-only file system: '{re.escape(str(path))}'"):
            kind.write(path, *kind.content(2))


def test_what_takes_the_name_is_on_the_disk_before(kind, path, monkeypatch):
    synced, fsync = [], os.fsync

    def watched(number):
        (part,) = set(path.parent.iterdir()) - {path}
        fsync(number)
        synced.append(os.path.samestat(os.fstat(number), part.stat()) and kind.read(part))
        assert kind.read(path) == 1

    monkeypatch.setattr(os, "fsync", watched)
    save(kind, path, 2)
    assert synced == [2]


def test_a_zip_file_of_the_site_stays_if_the_next_one_cannot_be_written(tmp_path):
    path = tmp_path / "site.zip"
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("a page")
    archive.main(tmp_path / "site", path)
    before = path.read_bytes()
    with room_for(20), pytest.raises(OSError, match=re.escape(str(path))):
        archive.main(tmp_path / "site", path)
    assert path.read_bytes() == before


def test_of_two_that_write_one_file_neither_mixes_and_the_later_is_told(path):
    with pytest.raises(FileNotFoundError, match=re.escape(str(path))), _files.replacing(path) as late:
        late.write(b"late")
        with _files.replacing(path) as early:
            early.write(b"early")
    assert path.read_bytes() == b"early"
    assert list(path.parent.iterdir()) == [path]


def test_another_writer_may_have_removed_what_is_left_over(path, monkeypatch):
    gone = path.with_name(f"{path.name}.part-gone")
    monkeypatch.setattr(type(path), "glob", lambda folder, pattern: iter([gone]))  # there when the folder was read
    _arrays.save(path, *Arrays.content(2))
    assert Arrays.read(path) == 2
