"""The checks under hostile answers, and the grader under hostile notebooks and grades."""

import contextlib
import io
import json
import tempfile
from pathlib import Path

import contract
import hostile
import pytest
from contract import Case
from hypothesis import given, settings
from hypothesis import strategies as st

from nnopt_course import checking
from nnopt_course.checking import exercises, progress, submission
from nnopt_course.checking import grade as grading
from nnopt_course.checking.submission import Grade, Outcome, Rules

pytestmark = pytest.mark.usefixtures("nothing_printed")


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    """Let the checks of this file forget what they found."""
    monkeypatch.setattr(progress, "_results", {})


def returning(value):
    """Return an answer that takes anything and returns this."""
    return lambda *arguments, **named: value


answers = hostile.anything | hostile.anything.map(returning)
checks = {
    "exercise_id": st.sampled_from(sorted(exercises.MODULES)),
    "answer": answers,
    "seed": st.sampled_from([0, 7, 2**40]),
    "seconds": st.sampled_from([20.0, 1e300]),
}


def printed(function):
    """Return what a call returns and what it prints, which is its answer."""

    def call(**chosen):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            return function(**chosen), said.getvalue()

    return call


def shows_a_failure(result, chosen):
    found, said = result
    assert not found.passed and found.message == said.rstrip("\n") and said.count("\n") < 12


def checked_and_listed(**chosen):
    checking.check(**chosen)
    return checking.status()


def shows_a_list(result, chosen):
    assert (result[0] is None and "passed in this session" in result[1]) or "Nothing has been checked" in result[1]


# What JSON can hold, in the places where a notebook has its cells and their sources; none shows an exercise.
strange = st.sampled_from([10**400, "", "code", "## 9.9.9 x", "\ud800", "x = 1"])
leaves = st.none() | st.booleans() | st.floats() | strange
trees = st.recursive(leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner))
cells = st.fixed_dictionaries({"cell_type": st.just("code") | trees, "source": st.just("x = 1") | trees})
notebooks = st.fixed_dictionaries({"cells": st.lists(cells, max_size=2) | trees}) | trees
contents = notebooks.map(json.dumps).map(str.encode) | st.binary(max_size=20) | st.sampled_from([b"[" * 20000])


def of_a_file(function):
    """Write a notebook and call with its path."""

    def call(content, **chosen):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a.ipynb")
            path.write_bytes(content)
            return function(path, **chosen)

    return call


def shows_a_note(result, chosen):
    assert result.note and not result.outcomes and result.passed == 0


texts = st.text(max_size=5) | st.sampled_from(['"', ",\n", "=1+1", "\x1b[31m"])
file_names = st.text('a*[]\\"\n\x1b\0 ', max_size=5)  # no slash and no dot: a folder is searched at any depth
outcomes = st.builds(Outcome, st.sampled_from(sorted(exercises.MODULES)), st.booleans(), st.none() | texts, texts)
grades = st.builds(Grade, texts, st.lists(outcomes, max_size=3).map(tuple), texts, st.sampled_from([0.0, hostile.NAN]))


def shows_rows(result, chosen):
    assert {len(row) for row in result} == {len(result[0])} and len(result) == 1 + len(chosen["grades"])
    assert all(isinstance(cell, str) for row in result for cell in row)


def shows_text(result, chosen):
    assert result.startswith("submission")


def shows_json(result, chosen):
    assert json.loads(json.dumps(result))["tests"] == result["tests"]


def in_an_empty_folder(names):
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        return grading.notebooks(names)


def shows_paths(result, chosen):
    assert all(isinstance(path, Path) for path in result)


nothing_bad = {"bad": {"grades": st.lists(grades), "grade": grades, "names": st.lists(file_names)}}
CASES = {
    "checking.check": Case(
        st.fixed_dictionaries(checks), shows_a_failure, printed(checking.check), {"answer": answers}
    ),
    "checking.status": Case(
        st.fixed_dictionaries(checks), shows_a_list, printed(checked_and_listed),
        {"answer": answers, "exercise_id": answers, "seed": st.just(1), "seconds": st.just(9)},
    ),
    "checking.submission.grade": Case(
        st.fixed_dictionaries({"content": contents, "rules": st.just(Rules(0))}),
        shows_a_note, of_a_file(submission.grade), {"content": contents, "rules": st.just(Rules(1))},
    ),
    "checking.grade.rows": Case(st.fixed_dictionaries({"grades": st.lists(grades)}), shows_rows, **nothing_bad),
    "checking.grade.report": Case(
        st.fixed_dictionaries({"grades": st.lists(grades)}), shows_text,
        **nothing_bad,
    ),
    "checking.grade.gradescope": Case(
        st.fixed_dictionaries({"grade": grades}), shows_json,
        lambda grade: grading.gradescope(grade, Rules(0)), **nothing_bad,
    ),
    "checking.grade.notebooks": Case(
        st.fixed_dictionaries({"names": st.lists(file_names, max_size=1)}), shows_paths, in_an_empty_folder,
        **nothing_bad,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
@settings(max_examples=settings.default.max_examples // 2)
def test_eagerly(name, data):
    contract.keeps(name, CASES[name], contract.arguments(data, CASES[name]))
