"""Run notebooks afresh and store their outputs: ``python -m book.execute book/*.ipynb exercises/*.ipynb``.

A notebook whose cell raises or writes to standard error is refused and left as it was, as is one that cannot be
written. One that prints what it printed before keeps its bytes, so that the diff shows what changed and nothing else.
An interrupted run leaves each notebook as it was or with all its outputs; the same command again does the rest.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from nbformat import NotebookNode

from nnopt_course._files import replacing

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
KEPT_CELL_METADATA = ("mystnb", "tags")


def normal_form(notebook: NotebookNode) -> str:
    """Return the one text under which a notebook is committed: no versions, times or editor's marks."""
    notebook.metadata = NotebookNode(kernelspec=KERNEL)
    for cell in notebook.cells:
        cell.metadata = NotebookNode({key: cell.metadata[key] for key in KEPT_CELL_METADATA if key in cell.metadata})
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def write_if_changed(path: Path, text: str) -> bool:
    """Write ``text`` in one step, never half of it, and only if the file does not hold it yet."""
    data = text.encode()
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(data)
    return True


def execute(path: Path) -> str:
    """Run a notebook in its own folder with a fresh kernel and return its normal form.

    Raises:
      RuntimeError: names the notebook and the first cell that raised, wrote to standard error, or did not end.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],  # the kernel's own start-up warnings
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    try:
        client.execute()
    except (CellControlSignal, DeadKernelError) as error:
        raise RuntimeError(_fault(notebook) or str(error).strip()) from error
    if fault := _fault(notebook):
        raise RuntimeError(fault)
    return normal_form(notebook)


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join neighboring pieces of one stream; how a kernel cuts them depends on timing."""
    joined: list[NotebookNode] = []
    for output in outputs:
        if joined and output.output_type == "stream" and output.get("name") == joined[-1].get("name"):
            joined[-1] = NotebookNode(joined[-1], text=joined[-1].text + output.text)
        else:
            joined.append(output)
    return joined


def _fault(notebook: NotebookNode) -> str:
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return f"cell {number} raises {output.ename}: {output.evalue}"
            if output.get("name") == "stderr":
                return f"cell {number} writes to standard error: {output.text.strip()}"
    return ""


def main(names: list[str]) -> int:
    """Execute every named notebook; return 1 if one was refused."""
    refused = 0
    for name in names:
        try:
            changed = write_if_changed(Path(name), execute(Path(name)))
        except (OSError, RuntimeError) as error:
            refused += 1
            print(f"{name}: refused, not written: {error}", file=sys.stderr)
        else:
            print(f"{name}: {'written' if changed else 'unchanged'}")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
