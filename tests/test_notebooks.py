"""Every committed notebook keeps the rules that make its outputs verified, and the checks catch planted faults."""

import ast
import copy
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from book.execute import main, normal_form

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(
    path for folder in ("book", "exercises", "exercises/solutions") for path in (ROOT / folder).glob("*.ipynb")
)
PRINTING = {"check", "display", "print", "show", "slider"}
TAGS = re.compile(r"nbval-|raises-exception|skip-execution|remove-output|hide-output")
HERE_ONLY = re.compile(r"(?<![\w.])/(?:home|Users|root|tmp|var|opt|private|mnt)/|\b[A-Z]:\\|site-packages|ipykernel_\d")
OPTIONS = re.compile(r"nbval[-_]lax|sanitize[-_]with")


# Rules: each takes a notebook and yields its faults.


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def calls_at_top_level(source):
    """Yield the names that a cell calls when it runs: not those inside a function or class that it defines."""
    nodes = list(ast.parse(source).body)
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Call):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            nodes.extend(ast.iter_child_nodes(node))


def is_plain_python(notebook):
    for cell in code_cells(notebook):
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            yield f"no plain Python (a magic?): {error.text}"
        if re.search(r"\bget_ipython\b|\brun_line_magic\b", cell.source):
            yield "a magic in disguise"


def has_no_star_import(notebook):
    yield from (cell.source for cell in code_cells(notebook) if re.search(r"^\s*from .* import \*", cell.source, re.M))


def has_short_cells(notebook):
    """A cell shows one idea; one that only draws a figure is folded away on the page and may be longer."""
    for cell in code_cells(notebook):
        limit = 35 if "hide-input" in cell.metadata.get("tags", []) else 15
        if len(cell.source.splitlines()) > limit:
            yield cell.source


def fits_the_page(notebook):
    """A page shows 80 columns; the rest of a line would be out of sight."""
    for cell in code_cells(notebook):
        printed = [output.text for output in cell.outputs if output.output_type == "stream"]
        for text in [cell.source, *printed]:
            yield from (line for line in text.splitlines() if len(line) > 80)


def stores_what_it_prints(notebook):
    for cell in code_cells(notebook):
        try:
            prints = PRINTING.intersection(calls_at_top_level(cell.source))
        except SyntaxError:
            continue  # another rule's fault
        if prints and not cell.outputs:
            yield f"no outputs stored: {cell.source}"


def was_run_in_order(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"execution counts {counts}"


def ran_clean(notebook):
    for output in outputs(notebook):
        if output.output_type == "error" or output.get("name") == "stderr":
            yield f"stored {output.get('ename', 'stderr')}"


def shows_figures_with_alt_text(notebook):
    for output in outputs(notebook):
        data = output.get("data", {})
        kinds = {kind for kind in data if kind.startswith("image/")}
        if not kinds <= {"image/svg+xml"}:
            yield f"stored as {kinds}"
        if kinds or "<svg" in data.get("text/html", ""):
            alt = data.get("text/plain", "")
            if len(alt.split()) < 4 or alt.startswith("<"):
                yield f"alt text {alt!r}"
        for text in (data.get("text/html", ""), data.get("image/svg+xml", "")):
            if re.search(r"data:image/(?!svg)", text):
                yield "a picture inside a picture"


def hides_nothing_from_nbval(notebook):
    for cell in notebook.cells:
        if re.search(r"NBVAL_|PYTEST_VALIDATE_IGNORE_OUTPUT", cell.source):
            yield cell.source
        yield from (tag for tag in cell.metadata.get("tags", []) if TAGS.search(tag))


def travels(notebook):
    texts = [cell.source for cell in notebook.cells]
    for output in outputs(notebook):
        texts += [output.get("text", ""), *map(str, output.get("data", {}).values())]
        for text in texts[len(notebook.cells) :]:
            yield from re.findall(r"\b0x[0-9a-f]{6,}", text)
    for text in texts:
        yield from HERE_ONLY.findall(text)
        if f"{ROOT}/" in text:
            yield "a path of this machine"


def has_one_title(notebook):
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    titles = re.findall(r"^# .+", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M)
    if len(titles) != 1:
        yield f"titles {titles}"


def is_in_normal_form(notebook):
    if nbformat.writes(notebook) + "\n" != normal_form(copy.deepcopy(notebook)):
        yield "not as book/execute.py writes it"


RULES = [
    is_plain_python,
    has_no_star_import,
    has_short_cells,
    fits_the_page,
    stores_what_it_prints,
    was_run_in_order,
    ran_clean,
    shows_figures_with_alt_text,
    hides_nothing_from_nbval,
    travels,
    has_one_title,
    is_in_normal_form,
]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_committed_notebook_keeps_the_rules(path):
    notebook = nbformat.read(path, as_version=4)
    faults = [f"{rule.__name__}: {fault}" for rule in RULES for fault in rule(notebook)]
    assert not faults, "\n".join(faults)
    assert path.read_bytes() == normal_form(notebook).encode(), f"run: python -m book.execute {path.name}"


def test_there_are_notebooks():
    assert {path.parent.name for path in NOTEBOOKS} >= {"exercises", "solutions"}


def config_files():
    files = [ROOT / name for name in ("pyproject.toml", "Makefile", "conftest.py", "tests/conftest.py")]
    return [path for path in [*files, *ROOT.glob(".ci/**/*"), *ROOT.glob(".github/**/*")] if path.is_file()]


def test_no_setting_weakens_the_comparison():
    assert not [path.name for path in config_files() if OPTIONS.search(path.read_text())]
    assert OPTIONS.search("pytest --nbval-lax") and OPTIONS.search("pytest --nbval-sanitize-with=x.cfg")


# Planted faults.

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
