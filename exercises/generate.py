"""Make each exercise notebook and its solution notebook from one master: ``python -m exercises.generate``.

Outputs are carried over from the committed notebook for every cell whose id and source are the same, so that on an
unchanged tree nothing changes. New or changed cells come out bare; ``make notebooks`` runs them.
"""

import hashlib
import re
import sys
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from book.execute import normal_form, write_if_changed
from nnopt_course.checking import exercises

HERE = Path(__file__).resolve().parent
COMMAND = "python -m exercises.generate"
CHECK = re.compile(r'check\("([\d.]+)", \w+\)')
REGION = re.compile(r"^([ \t]*)# BEGIN SOLUTION\n(.*?)^[ \t]*# END SOLUTION$", re.M | re.S)
PROGRESS = (  # the end of a student's notebook
    "## Where you stand\n\nThis cell shows what the latest check of each exercise said since the kernel started.",
    "from nnopt_course.checking import status\n\nstatus()",
)


def notebooks() -> dict[Path, str]:
    """Return the path and the text of every notebook that the masters make."""
    made = {}
    for master in sorted((HERE / "masters").glob("*.py")):
        for folder, solved in ((HERE, False), (HERE / "solutions", True)):
            path = folder / f"{master.stem}.ipynb"
            made[path] = with_outputs(build(master, solved=solved), path)
    return made


def build(master: Path, *, solved: bool) -> NotebookNode:
    """Make one notebook without outputs.

    Cells tagged ``hint`` or ``student`` are left out of the solutions, cells tagged ``solution`` of the exercises.
    A check's cell imports ``check`` itself. A cell's id is a digest of its source: it survives a new cell above it.
    A cell to fill in is tagged ``your-turn``, and ``solution`` where it is filled in, so that a page can mark it.
    """
    cells, hints, checked = [], 0, False
    for cell in jupytext.read(master).cells:
        tags = cell.metadata.get("tags", [])
        hints = hints + 1 if "hint" in tags else 0  # hints of one exercise stand together
        if not {"hint", "student"}.isdisjoint(tags) if solved else "solution" in tags:
            continue
        source, metadata = cell.source, {}
        if hints:
            source = f"<details><summary>Hint {hints}</summary>\n\n{source}\n\n</details>"
        if cell.cell_type == "code":
            if REGION.search(source):
                metadata = {"tags": ["solution" if solved else "your-turn"]}
            source = REGION.sub(r"\2" if solved else r"\1# YOUR CODE\n\1raise NotImplementedError", source).rstrip()
            if check := CHECK.fullmatch(source):
                source, checked = exercises.check_cell(check[1]), True
        make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
        cells.append(make(source, metadata=metadata, id=hashlib.sha256(source.encode()).hexdigest()[:12]))
    if checked and not solved:
        cells += [new_markdown_cell(PROGRESS[0], id="where-you-stand"), new_code_cell(PROGRESS[1], id="status")]
    notebook = new_notebook(cells=cells)
    nbformat.validate(notebook)  # refuses two cells with the same text, too
    return notebook


def with_outputs(notebook: NotebookNode, committed: Path) -> str:
    """Give the cells the outputs they have in the committed notebook, and return the notebook's text."""
    if committed.exists():
        old = {(cell.id, cell.source): cell for cell in nbformat.read(committed, as_version=4).cells}
        for cell in notebook.cells:
            twin = old.get((cell.id, cell.source))
            if twin and cell.cell_type == "code":
                cell.outputs, cell.execution_count = twin.outputs, twin.execution_count
    return normal_form(notebook)


if __name__ == "__main__":
    for path, text in notebooks().items():
        if write_if_changed(path, text):
            print(f"{path.relative_to(HERE.parent)}: written", file=sys.stderr)
