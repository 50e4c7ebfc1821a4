"""Every claim of the book, and every fact about Keras in it, has its test, and every such test its sentence.

A sentence that compares two set-ups carries a comment, ``<!-- claim: name -->``, on its page, and for the page
``4_2_learning_rate`` the file ``test_claims_learning_rate.py`` has ``test_name``. The test runs the page's own cells
and judges the results they leave behind: seeds 0 to 9, a clear difference, in the direction that the sentence says.
(That the page prints these results is what ``pytest --nbval`` checks.)

A box about Keras or TensorFlow carries ``<!-- keras: name -->``, and ``test_keras_facts_learning_rate.py`` has
``test_name``. When a new version changes a fact, a search for that name finds the box to rewrite.
"""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
BOOK = TESTS.parent / "book"


def sentences(kind):
    """Return (subject of the page, name) of every comment of a kind; the subject is the page's name without number."""
    pages = [*BOOK.glob("*.ipynb"), *BOOK.glob("*.md")]
    return [
        (re.sub(r"^\d_\d_", "", page.stem), name)
        for page in pages
        for name in re.findall(rf"<!-- {kind}: (\w+) -->", page.read_text("utf-8"))
    ]


def names_of_tests(family):
    """Return (subject of the file, name) of every test of a family of files."""
    return [
        (path.stem.removeprefix(family), name)
        for path in TESTS.glob(f"{family}*.py")
        for name in re.findall(r"^def test_(\w+)", path.read_text("utf-8"), re.M)
    ]


@pytest.mark.parametrize(("kind", "family"), [("claim", "test_claims_"), ("keras", "test_keras_facts_")])
def test_sentences_and_tests_match_one_to_one(kind, family):
    assert sorted(set(sentences(kind))) == sorted(names_of_tests(family))  # a summary may name a claim again
    assert len(sentences(kind)) > 20
