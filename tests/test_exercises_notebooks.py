"""The notebooks that are generated from the masters: what they hold, and that they are up to date."""

import difflib
import textwrap
from pathlib import Path

import pytest

from exercises import generate
from nnopt_course.checking import exercises

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("solved", [False, True])
def test_an_exercise_page_holds_what_it_should(solved):
    for master in sorted((ROOT / "exercises" / "masters").glob("*.py")):
        text = "\n".join(cell.source for cell in generate.build(master, solved=solved).cells)
        assert ("raise NotImplementedError" in text) != ("**Why.**" in text)
        assert ("# YOUR CODE" in text, "**Why.**" in text) == (not solved, solved)
        assert "SOLUTION" not in text
        chapter = master.stem.removesuffix("_exercises").replace("_", ".")
        for exercise_id in exercises.of_chapters({chapter}):
            task = text.split(f"\n## {exercise_id} ")[1].split("\n## ")[0]
            assert exercises.check_cell(exercise_id) in task
            assert ("<summary>Hint 2</summary>" in task) != solved
            assert (task.count('<details class="task">'), task.count("exercises.ipynb#")) == (int(solved), 1)
            assert task.count("<details") == task.count("</details>")
        assert text.endswith("\nstatus()") != solved


def test_what_answers_a_prediction_is_shown_on_demand():
    for path in sorted((ROOT / "exercises").glob("*.ipynb")):
        asked, hidden = set(), set()
        for cell in generate.nbformat.read(path, 4).cells:
            if heading := generate.HEADING.match(cell.source):
                exercise = heading[1]
            if cell.cell_type == "markdown" and "<details>" not in cell.source and "Predict" in cell.source:
                asked.add(exercise)
            if "hide-output" in cell.metadata.get("tags", []):
                hidden.add(exercise)
                assert cell.outputs and cell.metadata["mystnb"] == generate.PROMPTS
        assert asked and asked <= hidden


def test_every_exercise_has_a_master():
    chapters = {path.stem[:3].replace("_", ".") for path in (ROOT / "exercises" / "masters").glob("*.py")}
    assert {exercises.chapter(exercise_id) for exercise_id in exercises.MODULES} == chapters


def test_an_untouched_notebook_says_that_nothing_is_written_yet_and_its_solution_that_all_passes():
    for folder, says in [(ROOT / "exercises", "not written yet."), (ROOT / "exercises" / "solutions", "passed.")]:
        cells = [cell for path in folder.glob("*.ipynb") for cell in generate.nbformat.read(path, 4).cells]
        shown = {cell.source: cell.outputs[0].text for cell in cells if "check(" in cell.source and cell.get("outputs")}
        for exercise_id in exercises.MODULES:
            assert shown[exercises.check_cell(exercise_id)].startswith(f"{exercise_id} {says}")


def test_generated_notebooks_are_up_to_date():
    made = generate.notebooks()
    on_disk = {*(ROOT / "exercises").glob("*.ipynb"), *(ROOT / "exercises" / "solutions").glob("*.ipynb")}
    assert set(made) == on_disk
    for path, text in made.items():
        diff = difflib.unified_diff(path.read_text().splitlines(), text.splitlines(), "committed", "generated", n=1)
        assert path.read_bytes() == text.encode(), "\n".join([f"stale {path.name}: {generate.COMMAND}", *diff])


def test_generating_keeps_outputs_of_unchanged_cells_only(tmp_path):
    master = tmp_path / "small.py"
    source = """\
        # %% [markdown]
        # # Small

        # %%
        print(1)

        # %%
        print(2)
        """
    master.write_text(textwrap.dedent(source))
    first = generate.build(master, solved=False)
    committed = tmp_path / "small.ipynb"
    for count, cell in enumerate(first.cells[1:], start=1):
        cell.execution_count = count
        cell.outputs = [generate.nbformat.v4.new_output("stream", text=f"{count}\n")]
    committed.write_text(generate.normal_form(first))
    assert generate.with_outputs(generate.build(master, solved=False), committed) == committed.read_text()

    master.write_text(master.read_text().replace("print(2)", "print(3)").replace("# # Small", "# # Small\n#\n# New."))
    changed = generate.nbformat.reads(generate.with_outputs(generate.build(master, solved=False), committed), 4)
    assert [len(cell.outputs) for cell in changed.cells[1:]] == [1, 0]
    assert [cell.execution_count for cell in changed.cells[1:]] == [1, None]
