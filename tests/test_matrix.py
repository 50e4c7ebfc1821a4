"""The matrix of processors and versions: its cells, the workflow that runs them, the report of pages that differ."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output
from processors import SETTINGS

ROOT = Path(__file__).parents[1]


def test_the_cells_are_all_processors_and_three_sets_of_versions_on_three_pythons():
    done = subprocess.run([sys.executable, "-m", "nox", "--list", "--json"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    names = {session["session"] for session in json.loads(done.stdout)}
    versions = {f"versions-3.{n}({which})" for n in (11, 12, 13) for which in ("lowest", "locked", "newest")}
    assert names >= versions | {f"processor({setting})" for setting in SETTINGS} | {"drift"}


def test_the_weekly_workflow_runs_whatever_nox_lists_but_the_mutants():
    workflow = (ROOT / ".github" / "workflows" / "scheduled.yml").read_text()
    chosen = '[.[].session | select(startswith("mutation") | not)]'
    assert f"nox --list --json | jq --compact-output '{chosen}'" in workflow
    assert "name: ${{ fromJSON(needs.cells.outputs.names) }}" in workflow
    assert 'nox -s "${{ matrix.name }}"' in workflow


def test_a_page_that_prints_something_else_is_named_with_its_cells(tmp_path):
    shutil.copy(ROOT / "conftest.py", tmp_path)
    stored = [new_output("stream", text="1\n")]
    cells = [new_code_cell(f"print({n})", outputs=stored, execution_count=k) for k, n in enumerate((2, 1, 3), 1)]
    nbformat.write(new_notebook(cells=cells), tmp_path / "page.ipynb")
    environment = os.environ | {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "page.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    line = "page.ipynb prints something else in cells 0, 2"
    assert done.returncode == 1 and line in done.stdout.splitlines(), done.stdout
    assert (tmp_path / "summary.md").read_text() == f"- {line}\n"
