"""The rules that make a notebook's stored outputs verified: each takes a notebook and yields its faults."""

import ast
import copy
import re
from pathlib import Path

import nbformat

from book.execute import normal_form

ROOT = Path(__file__).parents[1]
PRINTING = {"check", "display", "print", "show", "slider", "status"}
TAGS = re.compile(r"nbval-|raises-exception|skip-execution|remove-output")
HERE_ONLY = re.compile(r"(?<![\w.])/(?:home|Users|root|tmp|var|opt|private|mnt)/|\b[A-Z]:\\|site-packages|ipykernel_\d")


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
