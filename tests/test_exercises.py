"""The exercises: right answers pass, wrong ones get their name, unknown ones are described."""

import functools
import re
import runpy
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from exercises import generate
from nnopt_course._tensorflow import tf
from nnopt_course.checking import check, exercises
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
    """Return a function that runs a chapter's generated notebook, without its checks, and returns what it defines."""

    @functools.cache
    def run(chapter: str, *, solved: bool) -> dict:
        master = ROOT / "exercises" / "masters" / f"{chapter.replace('.', '_')}_exercises.py"
        cells = [cell.source for cell in generate.build(master, solved=solved).cells if cell.cell_type == "code"]
        script = tmp_path_factory.mktemp("notebook") / "cells.py"  # a file, because AutoGraph reads the source
        script.write_text("\n".join(cell for cell in cells if not re.search(r"^(check|status)\(", cell, re.M)))
        return runpy.run_path(str(script))

    return run


@pytest.mark.parametrize("exercise_id", IDS)
def test_the_solution_passes_and_the_stub_fails_kindly(exercise_id, notebook_functions, capsys):
    name = exercises.load(exercise_id).function
    solution = notebook_functions(exercise_id[:3], solved=True)[name]
    assert [check(exercise_id, solution, seed=seed).passed for seed in SEEDS] == [True, True, True]

    stub = notebook_functions(exercise_id[:3], solved=False)[name]
    capsys.readouterr()
    result = check(exercise_id, stub)
    assert not result.passed and result.mistake is None
    assert capsys.readouterr().out.startswith(f"{exercise_id} not written yet.")


@pytest.mark.parametrize("exercise_id", IDS)
def test_the_solution_passes_at_any_seed_that_a_grader_may_draw(exercise_id, notebook_functions):
    solution = notebook_functions(exercise_id[:3], solved=True)[exercises.load(exercise_id).function]
    for seed in np.random.default_rng(0).integers(2**31, size=25):
        result = check(exercise_id, solution, seed=int(seed))
        assert result.passed, f"seed {seed}: {result.message}"


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

    @functools.cache
    def shown(look, function):
        return observe(look, Answer(function))

    for named, other in permutations(mistakes, 2):
        agree = (same(shown(look, named.function), shown(look, other.function)) for look in named.fingerprint)
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
