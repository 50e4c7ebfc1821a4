"""Generating or executing notebooks, interrupted: each notebook is the committed one or the new one, whole."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from interruptions import execute_all, generate_in, killed_before_every_call, read_only, room_for
from nbformat.v4 import new_code_cell, new_notebook

from book import execute
from exercises import generate

ROOT = Path(__file__).parents[1]
MASTER = "# %% [markdown]\n# # {title}\n\n# %%\nprint(1 / 8)\n"


def files(folder):
    """Return the texts of all files of a folder but the masters."""
    paths = [path for path in sorted(folder.rglob("*.*")) if path.suffix != ".py"]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


@pytest.fixture
def exercises(tmp_path, monkeypatch):
    """Return a folder of exercises, how it looks now, and how it will look, since a master has changed."""
    folder = tmp_path / "exercises"
    for name in ("masters", "solutions"):
        (folder / name).mkdir(parents=True)
    monkeypatch.setattr(generate, "HERE", folder)
    master, looks = folder / "masters" / "a.py", []
    for title in ("New", "Old"):
        master.write_text(MASTER.format(title=title))
        generate.main()
        looks.append(files(folder))
    master.write_text(MASTER.format(title="New"))
    return folder, looks[1], looks[0]


def test_generate_leaves_each_notebook_whole_wherever_it_is_killed(exercises):
    folder, old, new = exercises
    written = []
    for _ in killed_before_every_call(generate_in, folder):
        found = {name: text for name, text in files(folder).items() if name in old}
        assert all(found[name] in (old[name], new[name]) for name in old)
        written.append(sum(found[name] == new[name] for name in old))
        generate.main()  # the same command again makes the rest
        assert files(folder) == new
        for name, text in old.items():
            (folder / name).write_text(text)
    assert written == sorted(written) and set(written) == {0, 1, 2}


def test_generate_on_a_full_disk_leaves_each_notebook_whole(exercises):
    folder, old, new = exercises
    for room in range(0, len(new["a.ipynb"]), 50):
        with room_for(room), pytest.raises(OSError, match=r"File too large: '.*a\.ipynb'"):
            generate.main()
        assert files(folder) == old


def test_generate_in_a_read_only_folder_says_so(exercises):
    folder, old, _ = exercises
    with read_only(folder), pytest.raises(PermissionError, match=r"Permission denied: '.*a\.ipynb'"):
        generate.main()
    assert files(folder) == old


@pytest.fixture
def pages(tmp_path):
    """Return two notebooks that have not been executed, and the text of either when it is."""
    cells = [new_code_cell("print(1 / 8)", id="one")]
    bare = execute.normal_form(new_notebook(cells=cells))
    cells[0].execution_count, cells[0].outputs = 1, [nbformat.v4.new_output("stream", text="0.125\n")]
    paths = [tmp_path / "folder" / name for name in ("a.ipynb", "b.ipynb")]
    paths[0].parent.mkdir()
    for path in paths:
        path.write_text(bare)
    return paths, bare, execute.normal_form(new_notebook(cells=cells))


def test_execute_leaves_each_notebook_whole_wherever_it_is_killed(pages):
    paths, bare, run = pages
    found = []
    for _ in killed_before_every_call(execute_all, paths, run):
        found.append([path.read_text() == run or (path.read_text() == bare and "bare") for path in paths])
        for path in paths:
            path.write_text(bare)
    assert found[0] == ["bare", "bare"] and found[-1] == [True, True]
    assert all(each in (["bare", "bare"], [True, "bare"], [True, True]) for each in found)


def test_the_command_with_real_kernels_is_killed_and_run_again(pages, capfd):
    paths, bare, run = pages
    command = [sys.executable, "-m", "book.execute", *paths]
    process = subprocess.Popen(command, cwd=ROOT)
    while paths[0].read_text() == bare:
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(random.Random(1).uniform(0, 0.5))
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert paths[0].read_text() == run and paths[1].read_text() in (bare, run)
    subprocess.run(command, cwd=ROOT, check=True)
    assert [path.read_text() for path in paths] == [run, run]
    assert "a.ipynb: unchanged" in capfd.readouterr().out


@pytest.mark.parametrize("fault", ["File too large", "Permission denied"])
def test_execute_refuses_what_cannot_be_written_and_names_it(fault, pages, monkeypatch, capsys):
    paths, bare, run = pages
    monkeypatch.setattr(execute, "execute", lambda path: run)
    folder = paths[0].parent
    with room_for(len(run) - 1) if fault == "File too large" else read_only(folder):
        assert execute.main(list(map(str, paths))) == 1
    assert [line.split("] ")[1] for line in capsys.readouterr().err.splitlines()] == [f"{fault}: '{p}'" for p in paths]
    assert files(folder) == {"a.ipynb": bare, "b.ipynb": bare}
