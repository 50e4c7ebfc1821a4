"""Every figure that a notebook stores: words that say what it shows, text for a phone, the course's colors."""

import re
from pathlib import Path

import nbformat
import pytest

from nnopt_course import figures

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb")) + sorted((ROOT / "exercises").rglob("*.ipynb"))


def stored(path):
    """Yield words and SVG of the figures of a notebook."""
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if svg := re.search(r"<svg .*</svg>", data.get("image/svg+xml", "") + data.get("text/html", ""), re.S):
                yield data["text/plain"], svg[0]


def faults(words, svg):
    """Yield what is wrong with a figure."""
    if re.match(r"(?:an? |the )?(?:figure|plot|graph|chart|diagram|image|picture)s? (?:of|shows?)\b", words, re.I):
        yield f"says what it is, not what it shows: {words[:40]}"
    if len(words.split()) < 15:
        yield f"says little: {words}"
    if float(re.search(r' width="([0-9.]+)pt"', svg)[1]) > 5.4 * 72:
        yield "wider than a phone can show"
    sizes = re.findall(r"font-size: ([0-9.]+)px", svg)
    if len(sizes) != svg.count("<text") or min(map(float, sizes), default=10) < 10:
        yield f"text of {min(map(float, sizes), default=0)} points, or set in pieces as formulas are"
    if "DejaVu" in svg or 'font-family="' not in svg.split(">")[0]:
        yield "fonts that readers do not have"
    curves = set(re.findall(r"fill: none; stroke: (#[0-9a-f]{6})", svg))
    own = {figures.BLUE, figures.ORANGE, figures.GREEN, figures.PURPLE, figures.RED, figures.GRAY}
    for color in sorted(curves - {name.lower() for name in own} - {"#000000", "#b0b0b0"}):  # ink and grid
        yield f"a color of its own: {color}"


def test_the_book_has_its_figures():
    found = [len(list(stored(path))) for path in NOTEBOOKS if path.parent.name == "book"]
    assert len(found) == 5 and min(found) >= 4


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_figures_say_what_they_show_and_can_be_read(path):
    assert [fault for words, svg in stored(path) for fault in faults(words, svg)] == []


GOOD = (
    "The loss falls from 2.3 to 0.1 within 400 updates, first fast, then slower, and stays there to the end.",
    '<svg font-family="Arial" width="388.8pt"><path style="fill: none; stroke: #1f77c9"/>'
    '<text style="font-size: 10px">loss</text></svg>',
)


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("The loss", "A plot of the loss", "says what it is"),
        (", first fast, then slower, and stays there to the end", "", "says little"),
        ("388.8pt", "400pt", "wider"),
        ("size: 10px", "size: 8.3px", "text of 8.3 points"),
        ("<text style", "<text/><text style", "set in pieces"),
        ("Arial", "DejaVu Sans", "fonts"),
        (' font-family="Arial"', "", "fonts"),
        ("#1f77c9", "#ff0000", "a color of its own: #ff0000"),
    ],
)
def test_each_fault_is_found(good, bad, fault):
    assert list(faults(*GOOD)) == []
    (found,) = faults(*(part.replace(good, bad) for part in GOOD))
    assert fault in found
