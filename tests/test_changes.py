"""What ``make changes`` says about planted changes: which numbers, lines and points, and nothing else."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from book import changes
from book.execute import normal_form

ROOT = Path(__file__).parents[1]
SVG = (
    '<svg viewBox="0 0 9 9"><path id="d0aaf931a-0" d="M 1.25 2\nL 8 7" style="stroke: #1f77c9"/>'
    '<text x="4" y="5">loss 0.5</text></svg>'
)
SLIDER = (
    f'<figure><label>rate <input aria-label="rate 0.1" max="1"></label>{SVG}\n<script>values = ["0.1","0.2"],\n'
    'notes = ["Ends at \\u22123.","Ends at 4."], frames = [["M1.25 2L8 7"],["M1.25 2L8 -7"]];</script></figure>'
)
TABLE = "rate   loss\n0.10  0.123\n0.20  1e-05\nfloat64 -3\n"


def page(text=TABLE, svg=SVG, slider=SLIDER, alt="Falls to 0.5.", more=()):
    """Return the text of a notebook with a table, a figure and a slider."""
    cells = [
        new_markdown_cell("# A page with 7", id="title"),
        *(new_code_cell(id=each[:4]) for each in ("tabl", "figu")),
    ]
    cells[1].outputs = [new_output("stream", text=text)]
    cells[2].outputs = [
        new_output("display_data", data={"image/svg+xml": svg, "text/plain": alt}),
        new_output("display_data", data={"text/html": slider, "text/plain": "A slider."}),
    ]
    cells += [new_code_cell(id=each, outputs=[new_output("stream", text="1\n")]) for each in more]
    return normal_form(new_notebook(cells=cells))


def said(**change):
    """Return what is said about this change of the page."""
    return list(changes.of_pages({"a.ipynb": page()}, {"a.ipynb": page(**change)}))


def test_nothing_changed_is_one_line():
    # 5 in the table; the sentence and the label of the figure; the slider's label, and its values and notes
    assert said() == ["0 of 12 printed numbers changed on 1 pages, and 0 figures."]


def test_a_changed_number_shows_its_line_alone():
    assert said(text=TABLE.replace("0.123", "0.124")) == [
        "a.ipynb",
        "  cell 1, numbers changed: 1",
        "    - 0.10  0.123",
        "    + 0.10  0.124",
        "1 of 12 printed numbers changed on 1 pages, and 0 figures.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "count"),
    [
        ("1e-05", "1e-06", 1),
        ("-3", "3", 1),
        ("0.20  1e-05", "0.30  2e-05", 2),
        ("0.20  1e-05\n", "", 2),
        ("0.20", "nan", 1),
        ("rate ", "tempo", 0),
        ("float64", "float32", 0),
    ],
)
def test_numbers_are_counted_and_words_are_not(old, new, count):
    lines = said(text=TABLE.replace(old, new))
    assert lines[1] == f"  cell 1, numbers changed: {count}"
    assert lines[-1].startswith(f"{count} of ")


def test_a_figure_that_moved_says_how_far():
    assert said(svg=SVG.replace("8 7", "8.03 6.99").replace("d0aaf931a", "d0aaf931b")) == [
        "a.ipynb",
        "  cell 2, figure: moved by 0.03 pt at most",
        "0 of 12 printed numbers changed on 1 pages, and 1 figures.",
    ]


def test_a_label_that_moved_and_a_frame_of_a_slider_are_points_too():
    assert said(svg=SVG.replace('y="5"', 'y="3"'))[1] == "  cell 2, figure: moved by 2.00 pt at most"
    assert said(slider=SLIDER.replace("8 -7", "8 -6.5"))[1] == "  cell 2, figure: moved by 0.50 pt at most"


@pytest.mark.parametrize("old", ["\nL 8 7", "#1f77c9"])
def test_a_figure_of_other_elements_or_colors_has_no_distance(old):
    assert said(svg=SVG.replace(old, "#ffffff" if "#" in old else ""))[1] == "  cell 2, figure: other elements"


def test_what_one_reads_in_a_figure_is_printed():
    lines = said(svg=SVG.replace("0.5", "0.6"), slider=SLIDER.replace("\\u22123", "\\u22122"), alt="Falls to 0.6.")
    assert lines == [
        "a.ipynb",
        "  cell 2, numbers changed: 3",
        "    - Falls to 0.5.",
        "    - loss 0.5",
        "    + Falls to 0.6.",
        "    + loss 0.6",
        "    - Ends at \N{MINUS SIGN}3.",
        "    + Ends at \N{MINUS SIGN}2.",
        "3 of 12 printed numbers changed on 1 pages, and 0 figures.",
    ]


def test_cells_and_pages_that_come_and_go_are_named():
    old = {"a.ipynb": page(more=["gone"]), "gone.ipynb": page(), "same.ipynb": page()}
    new = {"a.ipynb": page(more=["new"]), "new.ipynb": page(), "same.ipynb": page()}
    assert list(changes.of_pages(old, new)) == [
        "a.ipynb",
        "  cell 3 is new",
        "  cell 3 is gone",
        "gone.ipynb",
        "  the page is gone",
        "new.ipynb",
        "  the page is new",
        "0 of 37 printed numbers changed on 3 pages, and 0 figures.",
    ]


def test_packages_are_named_with_both_versions():
    old = "numpy==2.0 \\\n    --hash=x\nsame==1\ntwo==1 ; a\ntwo==2 ; b\ngone==3\n"
    new = "numpy==2.1 \\\n    --hash=y\nsame==1\ntwo==1 ; a\ntwo==3 ; b\nnew==4.0+cpu\n"
    assert list(changes.of_packages(old, new)) == [
        "gone 3 -> none",
        "new none -> 4.0+cpu",
        "numpy 2.0 -> 2.1",
        "two 1, 2 -> 1, 3",
        "4 packages changed.",
    ]


def test_the_command_compares_the_files_with_the_commit(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "requirements.txt": "numpy==2.0\n",
        "a.ipynb": page(),
        "b.ipynb": page(),
        ".gitignore": "c*",
    }.items():
        Path(name).write_text(text)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"]):
        subprocess.run([*git, *arguments], check=True)
    Path("requirements.txt").write_text("numpy==2.1\n")
    Path("a.ipynb").write_text(page(text=TABLE.replace("0.123", "0.124")))
    Path("b.ipynb").unlink()
    Path("c.ipynb").write_text("ignored, as a copy in an environment is")
    changes.main()
    assert capsys.readouterr().out.splitlines() == [
        "numpy 2.0 -> 2.1",
        "1 packages changed.",
        "a.ipynb",
        "  cell 1, numbers changed: 1",
        "    - 0.10  0.123",
        "    + 0.10  0.124",
        "b.ipynb",
        "  the page is gone",
        "1 of 12 printed numbers changed on 1 pages, and 0 figures.",
    ]


@pytest.mark.parametrize("refused", [0, 1])
def test_refresh_locks_sets_up_executes_and_shows_what_changed(refused, tmp_path):
    """The Makefile with programs that say how they are called; a notebook that is refused does not hide the rest."""
    programs = {
        ".ci/set-up": 'echo "set-up $*"',
        ".venv/bin/uv": 'echo "uv $*"; touch requirements.txt',
        ".venv/bin/python": f'echo "python $2"; case $2 in book.execute) exit {refused};; esac',
    }
    for name, lines in programs.items():
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{lines}\n")
        program.chmod(0o755)
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.txt", ".venv/ready"):
        (tmp_path / name).touch()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(["make", "refresh"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    said = [line for line in done.stdout.splitlines() if line.startswith(("uv ", "set-up ", "python "))]
    assert [line.split(" --")[0] for line in said] == [
        "uv pip compile pyproject.toml",
        "uv pip compile pyproject.toml",
        "set-up .venv requirements.txt",
        "python exercises.generate",
        "python book.execute",
        "python book.changes",
    ]
    assert "--upgrade" in said[0] and "--upgrade" in said[1]
    assert (tmp_path / "LICENSES.md").exists()
    assert bool(done.returncode) == bool(refused)


def test_the_pages_of_the_book_are_read():
    pages = {path.name: path.read_text("utf-8") for path in (ROOT / "book").glob("*.ipynb")}
    moved = {name: text.replace("L 377.85 195.9", "L 377.86 195.9") for name, text in pages.items()}
    assert any("moved by 0.01 pt" in line for line in changes.of_pages(pages, moved))
    assert list(changes.of_pages(pages, pages))[-1].startswith("0 of ")
