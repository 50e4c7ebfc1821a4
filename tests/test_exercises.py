"""The exercises: right answers pass, wrong ones are named, unknown ones are described, accidents are survived."""

import _thread
import difflib
import runpy
import textwrap
import threading
import time
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from exercises import generate
from nnopt_course._tensorflow import tf
from nnopt_course.checking import check, core, exercises
from nnopt_course.checking.core import Exercise, Probe
from nnopt_course.checking.observing import Answer, observe, same

ROOT = Path(__file__).parents[1]
ANSWERS = sorted((ROOT / "exercises" / "answers").glob("*/*.py"))
SEEDS = (0, 1, 2)
IDS = tuple(exercises.MODULES)


def answers(kind: str) -> list:
    return [pytest.param(path, id=f"{path.parent.name}-{path.stem}") for path in ANSWERS if path.stem.startswith(kind)]


def load(path: Path):
    """Return the answer's exercise id and its function."""
    exercise_id = path.parent.name
    return exercise_id, runpy.run_path(str(path))[exercises.load(exercise_id).function]


@pytest.fixture(scope="module")
def notebook_functions(tmp_path_factory):
    """Run the code cells of a generated notebook, without its checks, and return what they define."""

    def run(exercise_id: str, *, solved: bool) -> dict:
        master = ROOT / "exercises" / "masters" / f"{exercise_id[:3].replace('.', '_')}_exercises.py"
        cells = [cell.source for cell in generate.build(master, solved=solved).cells if cell.cell_type == "code"]
        script = tmp_path_factory.mktemp("notebook") / "cells.py"  # a file, because AutoGraph reads the source
        script.write_text("\n".join(cell for cell in cells if not cell.startswith("check(")))
        return runpy.run_path(str(script))

    return run


@pytest.mark.parametrize("exercise_id", IDS)
def test_the_solution_passes_and_the_stub_fails_kindly(exercise_id, notebook_functions, capsys):
    name = exercises.load(exercise_id).function
    solution = notebook_functions(exercise_id, solved=True)[name]
    assert [check(exercise_id, solution, seed=seed).passed for seed in SEEDS] == [True, True, True]

    stub = notebook_functions(exercise_id, solved=False)[name]
    capsys.readouterr()
    result = check(exercise_id, stub)
    assert not result.passed and result.mistake is None
    assert capsys.readouterr().out.startswith(f"{exercise_id} not written yet.")


@pytest.mark.parametrize("path", answers("ok"))
def test_unusual_right_answers_pass(path):
    exercise_id, answer = load(path)
    for seed in SEEDS:
        result = check(exercise_id, answer, seed=seed)
        assert result.passed, result.message


@pytest.mark.parametrize("path", answers("wrong"))
def test_a_wrong_answer_gets_the_name_on_its_first_line(path, capsys):
    exercise_id, answer = load(path)
    mistake = path.read_text().splitlines()[0].removeprefix("# ")
    assert mistake in {known.id for known in exercises.load(exercise_id).mistakes}
    for seed in SEEDS:
        capsys.readouterr()
        result = check(exercise_id, answer, seed=seed)
        assert (result.passed, result.mistake) == (False, mistake)
        assert capsys.readouterr().out.splitlines()[0] == f"{exercise_id} not yet: {mistake}"


@pytest.mark.parametrize("path", answers("uncatalogued"))
def test_an_uncatalogued_answer_is_told_what_differs_and_gets_no_name(path):
    exercise_id, answer = load(path)
    for seed in SEEDS:
        result = check(exercise_id, answer, seed=seed)
        assert (result.passed, result.mistake) == (False, None)
        assert "expected" in result.message and "got" in result.message
        assert not any(known.id in result.message for known in exercises.load(exercise_id).mistakes)


def test_every_answer_file_is_of_a_known_kind_and_there_are_enough():
    for exercise_id in IDS:
        stems = [path.stem for path in ANSWERS if path.parent.name == exercise_id]
        count = {kind: sum(stem.startswith(kind) for stem in stems) for kind in ("ok_", "wrong_", "uncatalogued_")}
        assert sum(count.values()) == len(stems)
        assert count["ok_"] >= 2 and count["wrong_"] >= 4 and count["uncatalogued_"] >= 1
        assert len(exercises.load(exercise_id).mistakes) >= 6
    assert {path.parent.name for path in ANSWERS} == set(IDS)


@pytest.mark.parametrize("exercise_id", IDS)
def test_catalogued_mistakes_differ_pairwise_and_fail_under_their_own_name(exercise_id):
    mistakes = exercises.load(exercise_id).mistakes
    assert len({mistake.id for mistake in mistakes}) == len(mistakes)
    for named, other in permutations(mistakes, 2):
        looks = named.fingerprint
        agree = [same(observe(look, Answer(named.function)), observe(look, Answer(other.function))) for look in looks]
        assert not all(agree), f"{other.id} would be named {named.id}"
    for mistake in mistakes:
        for seed in SEEDS:
            assert check(exercise_id, mistake.function, seed=seed).mistake == mistake.id


@pytest.mark.parametrize("exercise_id", IDS)
def test_one_agreeing_look_names_nothing(exercise_id):
    """An answer that equals a mistake except on the last look of its fingerprint is not that mistake."""
    for mistake in exercises.load(exercise_id).mistakes:
        asked = []
        for look in mistake.fingerprint[-1:]:
            observe(look, Answer(lambda *arguments, asked=asked: asked.extend(arguments[:2]) or 0.0))

        def answer(*arguments, mistake=mistake, asked=asked):
            if arguments[0] is asked[0]:
                return tf.constant(-123.0)
            return mistake.function(*arguments)

        assert check(exercise_id, answer).mistake != mistake.id


def test_probes_draw_other_numbers_for_another_seed():
    """A table of the numbers seen at one seed does not pass at another."""
    seen = {}

    def record(seed):
        seen[seed] = []
        check("4.1.2", lambda *a: seen[seed].append(a[1].numpy().tolist()) or _right(*a), seed=seed)
        return seen[seed]

    assert record(0) == record(0) != record(1)


def _right(y_true, y_pred, cost, profit):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes differ")
    return tf.reduce_sum(tf.maximum(cost * (y_pred - y_true), profit * (y_true - y_pred)))


def raises(y_true, y_pred):
    return tf.no_such_function(y_true - y_pred)


def prints(y_true, y_pred):
    print(tf.reduce_mean(tf.square(y_true - y_pred)))


def uses_numpy(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes differ")
    return np.mean(np.square(y_true - y_pred))


def loops(y_true, y_pred):
    while True:
        pass


def loops_and_swallows_once(y_true, y_pred):
    try:
        loops(y_true, y_pred)
    except:  # noqa: E722
        loops(y_true, y_pred)


def loops_and_swallows_exceptions(y_true, y_pred):
    while True:
        try:
            loops(y_true, y_pred)
        except Exception:
            pass


def reads_numbers(y_true, y_pred):
    if y_true.numpy().shape != y_pred.numpy().shape:
        raise ValueError("shapes differ")
    return tf.reduce_mean(tf.square(y_true - y_pred))


ACCIDENTS = {
    "exception": (raises, ["raised AttributeError", "of raises: return tf.no_such_function(y_true - y_pred)"]),
    "too few arguments": (lambda y_true: y_true, ["raised TypeError", "takes 1 positional argument but 2 were given"]),
    "no return": (prints, ["returned None. Is a `return` missing?"]),
    "no number": (lambda y_true, y_pred: "0.0 euros", ["returned a str, which is not a number"]),
    "numpy": (uses_numpy, ["the gradient is None", "use the tf operations"]),
    "endless loop": (loops, ["did not return within 0.3 seconds", "a loop that never ends"]),
    "loop in a bare except": (loops_and_swallows_once, ["did not return within 0.3 seconds"]),
    "loop in an except": (loops_and_swallows_exceptions, ["did not return within 0.3 seconds"]),
    "value": (tf.constant(2.5), ["You passed a EagerTensor", 'check("4.1.1", mean_squared_error)']),
    "none": (None, ["You passed None"]),
    "eager only": (reads_numbers, ["inside tf.function", "raised AttributeError", "While tracing"]),
}


@pytest.mark.parametrize("name", ACCIDENTS)
def test_an_accident_gets_a_short_message_and_no_mistake(name):
    answer, words = ACCIDENTS[name]
    result = check("4.1.1", answer, seconds=0.3 if "loop" in name else 20)
    assert (result.exercise, result.passed, result.mistake) == ("4.1.1", False, None)
    assert all(word in result.message for word in words), result.message
    assert len(result.message.splitlines()) <= 4


@pytest.mark.parametrize("exercise_id", ["4.1.9", "", 4.1, raises, tf.constant(1.0)], ids=repr)
def test_an_unknown_id_lists_the_ones_that_exist(exercise_id):
    result = check(exercise_id, raises)
    assert not result.passed
    assert all(known in result.message for known in IDS)


def test_not_implemented_by_tensorflow_is_not_unwritten():
    """NumPy inside tf.function raises NotImplementedError too; the learner has written something there."""

    def half_numpy(y_true, y_pred):
        if y_true.shape != y_pred.shape:
            raise ValueError("shapes differ")
        return tf.reduce_mean(tf.square(y_true - y_pred)) + 0.0 * np.sum(y_true)

    result = check("4.1.1", half_numpy)
    assert "raised NotImplementedError" in result.message and "not written" not in result.message


def test_an_accident_is_told_before_a_mistake_of_another_probe():
    """Without a gradient the advice is about the gradient, although the missing shape check is a known mistake."""
    result = check("4.1.2", lambda y, p, cost, profit: np.sum(np.maximum(cost * (p - y), profit * (y - p))))
    assert result.mistake is None and "the gradient is None" in result.message


def test_a_notebook_shows_the_message_once(capsys):
    result = check("4.1.1", raises)
    assert capsys.readouterr().out == result.message + "\n"
    result._ipython_display_()
    assert capsys.readouterr().out == ""
    with pytest.raises(AttributeError):
        result.passed = True


def test_the_users_interrupt_is_not_swallowed():
    threading.Timer(0.2, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        check("4.1.1", loops)


def test_nothing_is_interrupted_after_a_check_that_was_stopped():
    check("4.1.1", loops, seconds=0.1)
    deadline = time.monotonic() + 0.5
    while time.monotonic() < deadline:
        pass


def test_a_probes_own_bug_is_not_blamed_on_the_learner(monkeypatch):
    def look(answer):
        answer(1)
        raise ZeroDivisionError("the probe's own")

    def late(rng):
        yield Probe("one", lambda answer: answer(1), 1)
        raise ZeroDivisionError("the generator's own")

    for probes in (lambda rng: [Probe("one", look, 1)], late):
        exercise = Exercise("identity", probes, ())
        monkeypatch.setattr(core.exercises, "load", lambda _, exercise=exercise: exercise)
        with pytest.raises(ZeroDivisionError, match="own"):
            check("4.1.1", lambda x: x)


@pytest.mark.parametrize("solved", [False, True])
def test_an_exercise_page_holds_what_it_should(solved):
    for master in sorted((ROOT / "exercises" / "masters").glob("*.py")):
        text = "\n".join(cell.source for cell in generate.build(master, solved=solved).cells)
        assert ("raise NotImplementedError" in text) != ("**Why.**" in text)
        assert ("# YOUR CODE" in text, "**Why.**" in text) == (not solved, solved)
        assert "SOLUTION" not in text
        for exercise_id in IDS:
            task = text.split(f"\n## {exercise_id} ")[1].split("\n## ")[0]
            assert f'check("{exercise_id}", {exercises.load(exercise_id).function})' in task
            assert ("<summary>Hint 2</summary>" in task) != solved


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
