"""Each sentence of the book that compares carries its claim or says why it needs none, and the lint would notice."""

from pathlib import Path

import nbformat
import pytest
from comparisons import REASONS, without_claim

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path for at in ("book/*.md", "book/*.ipynb", "exercises/t*.md", "exercises/**/*.ipynb") for path in ROOT.glob(at)
)


def markdown_of(path):
    if path.suffix == ".md":
        return path.read_text()
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_comparing_sentence_has_its_claim(path):
    assert not list(without_claim(markdown_of(path)))


@pytest.mark.parametrize(
    "sentence",
    [
        "The average ends clearly nearer to the minimum.",
        "A penalty helps here.",
        "The two ends differ clearly.",
        "Adam makes it worse.",
        "The second run is\nslower on every seed than the first.",
        "**Cosine beats a constant rate.**",
        "- In a list the rate 0.1 is better.",
        "| in a table | the average wins. |",
        "It costs fewer updates than before. <!-- no claim: a matter of taste -->",
    ],
)
def test_the_lint_finds(sentence):
    page = f"# Title\n\nFirst, a plain sentence. {sentence} And a last one."
    assert list(without_claim(page)) or list(without_claim(f"# Title\n\n{sentence}"))


@pytest.mark.parametrize(
    "text",
    [
        "It ends clearly nearer. <!-- claim: nearer -->",
        "It ends nearer, <!-- claim: nearer --> and that is all.",
        "It ends nearer. <!-- claim:\nnearer --> The rest is plain.",
        *(f"Two is more than one. <!-- no claim: {reason} -->" for reason in REASONS),
        "Is it better?",
        "Whether it is better, a measurement tells; this page asks whether it helps.",
        "Take another rather than none, other than this.",
        "```python\nbetter = worse  # helps\n```",
        "## What helps\n\nThe value of `better` is 2 and $best < 1$.",
    ],
)
def test_the_lint_passes(text):
    assert not list(without_claim(text))


def test_a_claim_covers_its_own_sentence_only():
    assert list(without_claim("Plain. It helps. It is better. <!-- claim: better -->")) == ["It helps."]
