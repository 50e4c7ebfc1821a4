"""Make each exercise notebook and its solution notebook from one master: ``python -m exercises.generate``.

Outputs are carried over from the committed notebook for every cell whose id and source are the same, so that on an
unchanged tree nothing changes. New or changed cells come out bare; ``make notebooks`` runs them. An interrupted run
leaves each notebook whole, old or new; the same command again makes the rest.
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
HEADING = re.compile(r"## (.+)")
LEVEL = re.compile(r"^\*(Warm-up|Core|Stretch)\.\*", re.M)
REGION = re.compile(r"^([ \t]*)# BEGIN SOLUTION\n(.*?)^[ \t]*# END SOLUTION$", re.M | re.S)
TASK = '<details class="task"><summary>The task</summary>'  # closed in a later cell: a page folds all cells between
PROMPTS = {"code_prompt_show": "Show what it prints", "code_prompt_hide": "Hide what it prints"}
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
    What the tag ``hide-output`` folds away on a page of exercises is part of a task that a page of solutions folds.
    """
    cells, hints, there = [], 0, ""
    for cell in jupytext.read(master).cells:
        tags = cell.metadata.get("tags", [])
        hints = hints + 1 if "hint" in tags else 0  # hints of one exercise stand together
        if not {"hint", "student"}.isdisjoint(tags) if solved else "solution" in tags:
            continue
        source, metadata = LEVEL.sub(r'<em class="level">\1</em>', cell.source), {}
        if heading := HEADING.match(source):
            there = f"{{}}{master.stem}.ipynb#{anchor(heading[1])}"
            if solved:
                task = f"[The exercise]({there.format('../')}), with its hints.\n\n{TASK}"
                source = f"{heading[0]}\n\n{task}{source[heading.end() :]}"
        elif hints or ("seen" in tags and not solved):
            source = fold(f"Hint {hints}" if hints else "What you see", source)
        elif cell.cell_type == "code":
            if REGION.search(source):
                metadata = {"tags": ["solution" if solved else "your-turn"]}
                if solved:  # the text before it is the last of the task
                    cells[-1] = new_cell("markdown", f"{cells[-1].source}\n\n</details>", {})
            elif "hide-output" in tags and not solved:
                metadata = {"mystnb": PROMPTS, "tags": ["hide-output"]}
            source = REGION.sub(r"\2" if solved else r"\1# YOUR CODE\n\1raise NotImplementedError", source).rstrip()
        check = CHECK.fullmatch(source)
        if check:
            source = exercises.check_cell(check[1])
        cells.append(new_cell(cell.cell_type, source, metadata))
        if check and not solved:
            cells.append(new_cell("markdown", f"[Solution of {check[1]}]({there.format('solutions/')})", {}))
    if there and not solved:
        cells += [new_markdown_cell(PROGRESS[0], id="where-you-stand"), new_code_cell(PROGRESS[1], id="status")]
    notebook = new_notebook(cells=cells)
    nbformat.validate(notebook)  # refuses two cells with the same text, too
    return notebook


def new_cell(kind: str, source: str, metadata: dict) -> NotebookNode:
    """Make a cell whose id is a digest of its source."""
    make = new_code_cell if kind == "code" else new_markdown_cell
    return make(source, metadata=metadata, id=hashlib.sha256(source.encode()).hexdigest()[:12])


def fold(summary: str, source: str) -> str:
    """Hide a text cell behind a line that opens it, on the site and in Jupyter."""
    return f"<details><summary>{summary}</summary>\n\n{source}\n\n</details>"


def anchor(heading: str) -> str:
    """Return the name under which the site links to a heading."""
    return re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-"))


def with_outputs(notebook: NotebookNode, committed: Path) -> str:
    """Give the cells the outputs they have in the committed notebook, and return the notebook's text."""
    if committed.exists():
        old = {(cell.id, cell.source): cell for cell in nbformat.read(committed, as_version=4).cells}
        for cell in notebook.cells:
            twin = old.get((cell.id, cell.source))
            if twin and cell.cell_type == "code":
                cell.outputs, cell.execution_count = twin.outputs, twin.execution_count
    return normal_form(notebook)


def main() -> None:
    """Write every notebook that has changed, and name it."""
    for path, text in notebooks().items():
        if write_if_changed(path, text):
            print(f"{path.relative_to(HERE.parent)}: written", file=sys.stderr)


if __name__ == "__main__":
    main()
