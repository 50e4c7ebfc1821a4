"""The rules for notebooks and nbval catch planted faults, and book/execute.py refuses what it must."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from notebook_rules import (
    RULES,
    fits_the_page,
    has_no_star_import,
    has_one_title,
    has_short_cells,
    hides_nothing_from_nbval,
    is_in_normal_form,
    is_plain_python,
    ran_clean,
    shows_figures_with_alt_text,
    stores_what_it_prints,
    travels,
    was_run_in_order,
)

from book.execute import main, normal_form

ROOT = Path(__file__).parents[1]

SVG = '<svg viewBox="0 0 9 9"><path d="M 1.25 2 L 8 7"/></svg>'
ALT = "A line that falls from left to right."
SHOW = f"""\
from IPython.display import display

picture = {SVG!r}
alt = {ALT!r}
display({{"image/svg+xml": picture, "text/plain": alt}}, raw=True)"""


def sound_notebook():
    """Return a notebook, without TensorFlow, that keeps every rule."""
    cells = [
        new_markdown_cell("# A title", id="title"),
        new_code_cell("print(1 / 8)", id="number", execution_count=1),
        new_code_cell(SHOW, id="figure", execution_count=2),
        new_code_cell("total = 3", id="silent", execution_count=3),
    ]
    cells[1].outputs = [new_output("stream", text="0.125\n")]
    cells[2].outputs = [new_output("display_data", data={"image/svg+xml": SVG, "text/plain": ALT})]
    return nbformat.reads(normal_form(new_notebook(cells=cells)), 4)


NUMBER, FIGURE, SILENT = 1, 2, 3


def source(index, text):
    return lambda notebook: notebook.cells[index].update(source=text)


def output(index, **fields):
    return lambda notebook: notebook.cells[index].outputs[0].update(fields)


def data(**kinds):
    return lambda notebook: notebook.cells[FIGURE].outputs[0].update(data=kinds)


def tag(name, index=NUMBER):
    return lambda notebook: notebook.cells[index].metadata.update(tags=[name])


def add(index, kind, **fields):
    return lambda notebook: notebook.cells[index].outputs.append(new_output(kind, **fields))


PLANTED = [
    (is_plain_python, source(SILENT, "%%capture\ntotal = 3")),
    (is_plain_python, source(SILENT, "%matplotlib inline")),
    (is_plain_python, source(SILENT, "!pip list")),
    (is_plain_python, source(SILENT, "get_ipython().run_cell_magic('capture', '', 'print(1)')")),
    (has_no_star_import, source(SILENT, "from math import *")),
    (has_short_cells, source(SILENT, "\n".join(f"a{i} = {i}" for i in range(16)))),
    (has_short_cells, lambda notebook: (source(SILENT, "a = 1\n" * 36)(notebook), tag("hide-input", SILENT)(notebook))),
    (fits_the_page, source(SILENT, f"total = 3  # {'and so on' * 9}")),
    (fits_the_page, output(NUMBER, text="0.125" * 17)),
    (stores_what_it_prints, lambda notebook: notebook.cells[NUMBER].update(outputs=[])),
    (stores_what_it_prints, lambda notebook: notebook.cells[FIGURE].update(outputs=[])),
    (stores_what_it_prints, source(SILENT, "for i in range(3):\n    print(i)")),
    (stores_what_it_prints, source(SILENT, 'figures.show(figure, "alt")')),
    (stores_what_it_prints, source(SILENT, 'result = check("4.1.2", f)')),
    (was_run_in_order, lambda notebook: notebook.cells[NUMBER].update(execution_count=2)),
    (was_run_in_order, lambda notebook: notebook.cells[SILENT].update(execution_count=None)),
    (was_run_in_order, lambda notebook: notebook.cells.reverse()),
    (ran_clean, add(NUMBER, "error", ename="ValueError", evalue="no", traceback=[])),
    (ran_clean, add(NUMBER, "stream", name="stderr", text="a warning\n")),
    (shows_figures_with_alt_text, data(**{"image/png": "aGk=", "text/plain": ALT})),
    (shows_figures_with_alt_text, data(**{"image/jpeg": "aGk=", "image/svg+xml": SVG, "text/plain": ALT})),
    (shows_figures_with_alt_text, data(**{"image/svg+xml": SVG})),
    (shows_figures_with_alt_text, data(**{"image/svg+xml": SVG, "text/plain": "<Figure size 640x480 with 1 Axes>"})),
    (shows_figures_with_alt_text, data(**{"text/html": f"<figure>{SVG}</figure>", "text/plain": "figure"})),
    (shows_figures_with_alt_text, data(**{"text/html": '<img src="data:image/png;base64,aGk=">', "text/plain": ALT})),
    (hides_nothing_from_nbval, source(NUMBER, "# NBVAL_IGNORE_OUTPUT\nprint(1 / 8)")),
    (hides_nothing_from_nbval, source(NUMBER, "# NBVAL_SKIP\nprint(1 / 8)")),
    *[(hides_nothing_from_nbval, tag(name)) for name in ("nbval-skip", "nbval-ignore-output", "raises-exception")],
    *[(hides_nothing_from_nbval, tag(name)) for name in ("skip-execution", "remove-output")],
    (travels, output(NUMBER, text="<object at 0x7f5eec067700>\n")),
    (travels, output(NUMBER, text="/home/someone/course\n")),
    (travels, output(NUMBER, text=f"{ROOT}/book\n")),
    (travels, source(SILENT, r'path = "C:\\Users\\someone"')),
    (has_one_title, source(0, "no title")),
    (has_one_title, source(0, "# One\n\n# Two")),
    (is_in_normal_form, lambda notebook: notebook.metadata.update(language_info={"version": "3.11.7"})),
    (is_in_normal_form, lambda notebook: notebook.cells[0].metadata.update(editable=True)),
    (is_in_normal_form, add(NUMBER, "stream", text="in two pieces\n")),
]


@pytest.mark.parametrize(("rule", "plant"), PLANTED, ids=lambda value: getattr(value, "__name__", ""))
def test_a_planted_fault_breaks_its_rule(rule, plant):
    notebook = sound_notebook()
    assert not [fault for each in RULES for fault in each(notebook)]
    plant(notebook)
    assert list(rule(notebook))


def test_pytest_nbval_as_configured_catches_planted_faults(tmp_path):
    """One real run; nbval starts one kernel per notebook.

    It does not compare a cell that has neither outputs nor an execution count, and it never looks at counts: those
    two faults are caught by the rules above.
    """
    planted = {
        "untouched": lambda notebook: None,
        "changed_digit": output(NUMBER, text="0.126\n"),
        "removed_output": lambda notebook: notebook.cells[NUMBER].update(outputs=[]),
        "removed_figure": lambda notebook: notebook.cells[FIGURE].update(outputs=[]),
        "changed_coordinate": data(**{"image/svg+xml": SVG.replace("1.25", "1.26"), "text/plain": ALT}),
        "changed_alt": data(**{"image/svg+xml": SVG, "text/plain": ALT.replace("falls", "rises")}),
        "raises": source(SILENT, "total = 1 / 0"),
        "never_run": lambda notebook: notebook.cells[NUMBER].update(outputs=[], execution_count=None),
    }
    for name, plant in planted.items():
        notebook = sound_notebook()
        plant(notebook)
        (tmp_path / f"{name}.ipynb").write_text(normal_form(notebook))
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--rootdir", tmp_path, "--nbval", "-rA"]
    run = subprocess.run([*command, "-p", "no:cacheprovider", tmp_path], capture_output=True, text=True, cwd=tmp_path)
    outcomes = re.findall(r"^(PASSED|FAILED|ERROR|SKIPPED|XFAIL) (?:\S*/)?(\w+)\.ipynb::", run.stdout, re.M)
    assert len(outcomes) == 3 * len(planted), run.stdout
    failed = {name for outcome, name in outcomes if outcome != "PASSED"}
    assert failed == set(planted) - {"untouched", "never_run"}, run.stdout


def test_execute_writes_the_normal_form_and_keeps_bytes(tmp_path, capsys):
    path = tmp_path / "small.ipynb"
    notebook = sound_notebook()
    path.write_text(normal_form(notebook))
    before = path.stat()
    assert main([str(path)]) == 0
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)

    expected = path.read_bytes()
    notebook.metadata.update(language_info={"version": "3"})
    notebook.cells[NUMBER].update(outputs=[], execution_count=7)
    nbformat.write(notebook, path)
    assert main([str(path)]) == 0
    assert path.read_bytes() == expected
    assert [entry.name for entry in tmp_path.iterdir()] == ["small.ipynb"]
    assert capsys.readouterr().out.split() == [f"{path}:", "unchanged", f"{path}:", "written"]


def test_execute_refuses_a_cell_that_raises_or_writes_to_stderr(tmp_path, capsys):
    faults = {"raises": "open('no such file')", "warns": "import warnings\nwarnings.warn('careful')"}
    paths = [tmp_path / f"{name}.ipynb" for name in faults]
    for path in paths:
        notebook = sound_notebook()
        source(SILENT, faults[path.stem])(notebook)
        path.write_text(normal_form(notebook))
    before = [path.read_bytes() for path in paths]
    assert main([str(path) for path in paths]) == 1
    assert [path.read_bytes() for path in paths] == before
    refused = capsys.readouterr().err
    assert "raises.ipynb: refused, not written: cell 3 raises FileNotFoundError" in refused
    assert "warns.ipynb: refused, not written: cell 3 writes to standard error" in refused
