"""A learner's accidents in a real kernel: each gets its few lines, and the next cell works.

One kernel lives through all of them, in this order, on the generated notebook of chapter 4.1.
"""

import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from nnopt_course.checking import exercises

ROOT = Path(__file__).parents[1]
NOTEBOOK = nbformat.read(ROOT / "exercises" / "4_1_exercises.ipynb", 4)
CELLS = [cell.source for cell in NOTEBOOK.cells if cell.cell_type == "code"]
IMPORTS = CELLS[0]
CHECK = exercises.check_cell("4.1.1")
STATUS = CELLS[-1]
QUICK = CHECK.replace("mean_squared_error)", "mean_squared_error, seconds=1)")  # a learner waits 20 seconds
PASSED = "4.1.1 passed. mean_squared_error is right in every probe.\n"
FIRST = "4.1.1 not yet: one forecast of 3 where the truth is 5, shape (1,)\n"
SLOW = f"{FIRST}It did not return within 1 seconds. Is there a loop that never ends?\n"


def written(*body):
    """Return a cell that defines the function of exercise 4.1.1 with these lines."""
    return "\n    ".join(["def mean_squared_error(y_true, y_pred):", *body])


RIGHT = written(
    "if y_true.shape != y_pred.shape:",
    '    raise ValueError("shapes differ")',
    "return tf.reduce_mean(tf.square(y_true - y_pred))",
)
# name -> the cells of the accident, what the last of them prints, the cells that mend it
ACCIDENTS = {
    "the function's cell was not run": ([CHECK], "NameError: name 'mean_squared_error' is not defined", []),
    "the first cell was not run": (
        [RIGHT, CHECK],
        f"{FIRST}your code raised NameError: name 'tf' is not defined\n"
        "in line 4 of mean_squared_error: return tf.reduce_mean(tf.square(y_true - y_pred))\n"
        "Run the first cell of the notebook, which imports what the page needs.\n",
        [IMPORTS],
    ),
    "unwritten": (
        [written("# YOUR CODE", "raise NotImplementedError"), CHECK],
        "4.1.1 not written yet.\nReplace `raise NotImplementedError` in mean_squared_error and run both cells.\n",
        [],
    ),
    "exception": (
        [written("", "return tf.reduce_men(y_true)"), CHECK],
        f"{FIRST}your code raised AttributeError: module 'tensorflow' has no attribute 'reduce_men'\n"
        "in line 3 of mean_squared_error: return tf.reduce_men(y_true)\n",
        [],
    ),
    "no return": (
        [written("tf.reduce_mean(tf.square(y_true - y_pred))"), CHECK],
        f"{FIRST}your function returned None. Is a `return` missing?\n",
        [],
    ),
    "the value": (
        [RIGHT, CHECK.replace("error)", "error(tf.constant([1.0]), tf.constant([2.0])))")],
        "4.1.1 not yet: a function is needed\nYou passed a EagerTensor. "
        'Pass the function itself, without calling it: check("4.1.1", mean_squared_error)\n',
        [],
    ),
    "NumPy": (
        [f"import numpy as np\n\n{RIGHT.replace('tf.reduce_mean', 'np.mean').replace('tf.sq', 'np.sq')}", CHECK],
        "4.1.1 not yet: the gradient for five forecasts\n"
        "the gradient is None, so nothing can be trained with this loss.\n"
        "NumPy, float(...) or .numpy() inside the function loses it: use the tf operations.\n",
        [],
    ),
    "endless loop": ([written("while True:", "    pass"), QUICK], SLOW, []),
    "endless loop in a tf.function": (
        ["@tf.function\n" + written("while tf.reduce_all(y_true < 9.0):", "    y_pred += 1.0", "return y_pred"), QUICK],
        SLOW,
        [],
    ),
    "endless tf.while_loop": (
        [written("return tf.while_loop(lambda y: True, lambda y: [y + 1.0], [y_true])"), QUICK],
        SLOW,
        [],
    ),
    "endless printing": (
        [written("while True:", "    print('a line of forty characters and no more')"), CHECK],
        f"{FIRST}It printed more than 10,000 characters. Take the print out of the loop.\n",
        [],
    ),
    "tf is a number": (
        ["tf = 3", RIGHT, CHECK],
        f"{FIRST}your code raised AttributeError: 'int' object has no attribute 'reduce_mean'\n"
        "in line 4 of mean_squared_error: return tf.reduce_mean(tf.square(y_true - y_pred))\n"
        "In your notebook `tf` is now a value of type int. "
        "Give your variable another name and run the first cell again.\n",
        [IMPORTS],
    ),
    "check is a number": (["check = True", RIGHT, CHECK], PASSED, []),
    "an unknown id": (
        [CHECK.replace("4.1.1", "4.1.99")],
        'There is no exercise "4.1.99". Write check(ID, your_function), with one of these as ID: '
        f"{', '.join(exercises.MODULES)}\n",
        [],
    ),
}
if sys.platform == "linux":
    MORE = "That is more memory than a check may use. Look at the shapes.\n"
    ACCIDENTS |= {
        "a huge array": (
            ["import numpy as np", written("return np.zeros((10**6, 10**7))"), CHECK],
            f"{FIRST}your code raised MemoryError: "
            "Unable to allocate 72.8 TiB for an array with shape (1000000, 10000000) and data type float64\n"
            f"in line 2 of mean_squared_error: return np.zeros((10**6, 10**7))\n{MORE}",
            [],
        ),
        "a huge tensor": (
            [written("return tf.ones((10**5, 10**5)) @ y_true"), CHECK],
            f"{FIRST}your code raised ResourceExhaustedError: OOM when allocating tensor with shape[100000,100000]",
            [],
        ),
        "a list that grows": (
            [written("rows = []", "while True:", "    rows.append(bytes(10**7))"), CHECK],
            f"{FIRST}your code raised MemoryError\nin line 4 of mean_squared_error: ",
            [],
        ),
    }


def run(sources, **options):
    """Run cells in a fresh kernel and return what each of them put out, errors included."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(notebook, timeout=300, kernel_name="python3", allow_errors=True, **options).execute()
    return [cell.outputs for cell in notebook.cells]


def text(outputs):
    parts = [out.text if out.output_type == "stream" else f"{out.ename}: {out.evalue}" for out in outputs]
    return "".join(parts)


@pytest.fixture(scope="module")
def session():
    """Run every accident, then a right answer, in one kernel; return the outputs of both for each accident."""
    cells, at = [], {}
    for name, (accident, _, mending) in ACCIDENTS.items():
        at[name] = len(cells) + len(accident) - 1
        cells += [*accident, *mending, RIGHT, CHECK] if name != "the function's cell was not run" else accident
    outputs = run([*cells, STATUS])
    return {name: outputs[at[name] :] for name in at} | {"status": outputs[-1:]}


@pytest.mark.parametrize("name", ACCIDENTS)
def test_an_accident_in_a_notebook_is_told_and_the_next_cell_works(session, name):
    outputs = session[name]
    words = ACCIDENTS[name][1]
    printed = text(outputs[0])
    if name == "endless printing":
        printed = printed[printed.index("4.1.1") :]
    assert printed == words or (not words.endswith("\n") and printed.startswith(words)), printed
    assert len(printed.splitlines()) <= 5
    if name != "the function's cell was not run":
        assert text(outputs[len(ACCIDENTS[name][2]) + 2]) == PASSED


def test_the_overview_shows_the_latest_check_of_each_exercise(session):
    ids = exercises.of_chapters({"4.1"})
    others = [f"  {exercise_id} not checked.\n" for exercise_id in ids[1:]]
    expected = f"1 of {len(ids)} passed in this session.\n  4.1.1 passed.\n" + "".join(others)
    assert text(session["status"][0]) == expected


def test_a_kernel_that_dies_is_only_restarted():
    """No check survives the end of its process; the notebook does, and the grader counts it as failed."""
    dies = written("import os", "os._exit(1)")
    with pytest.raises(DeadKernelError):
        run([IMPORTS, dies, CHECK, RIGHT, CHECK])
    assert text(run([IMPORTS, RIGHT, CHECK])[-1]) == PASSED


def test_the_notebook_as_it_is_handed_out_runs_in_any_state_of_its_names():
    outputs = run(["check = status = 0", *CELLS])
    assert not [out for cell in outputs for out in cell if out.output_type == "error"]
    assert text(outputs[-1]).startswith("0 of ")
