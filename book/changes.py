"""Say what an update changed since the last commit: ``python -m book.changes``, in the repository's folder.

Versions of packages, printed numbers by page and cell, and by how much the points of a figure moved. What one reads in
a figure, and the sentence that describes it, count as printed.
"""

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import chain
from math import inf
from pathlib import Path
from typing import NamedTuple

NUMBER = re.compile(r"(?<![\w.])[-+\N{MINUS SIGN}]?\d+(?:[.,]\d+)*(?:e[-+]?\d+)?")
KINDS = (".ipynb", "requirements.txt")
PIN = re.compile(r"^([\w.-]+)==([^\s;]+)", re.M)
# Of a figure: names and descriptions, which follow from the rest; what one reads; where things are.
DERIVED = re.compile(r'\bd[0-9a-f]{8}-| aria-[a-z]+="[^"]*"')
WORDS = re.compile(r'(?<=>)[^<>\n]+(?=<)|(?<=[\[,]")(?!M-?\d)[^"]+(?=")')
PLACES = re.compile(r'(?<= [dxy]=")[^"]*|(?<=")M-?\d[^"]*')
ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
COORDINATE = re.compile(r"-?\d+(?:\.\d+)?")


class Output(NamedTuple):
    """What a cell shows."""

    place: int  # of the cell in its notebook, from 0
    lines: list[str]
    figures: str  # as markup

    def numbers(self) -> list[str]:
        """Return the numbers that one reads."""
        return [number for line in self.lines for number in NUMBER.findall(line)]


def outputs(notebook: str) -> dict[str, Output]:
    """Return what each code cell of a notebook's text shows, by the cell's id."""
    shown = {}
    for place, cell in enumerate(json.loads(notebook)["cells"]):
        lines, figures = [], ""
        for output in cell.get("outputs", []):
            data = {kind: "".join(text) for kind, text in output.get("data", {}).items()}
            text = data.pop("text/plain", "") + "".join(output.get("text", ""))
            markup = DERIVED.sub("", "\n".join(data.values()))
            lines += text.splitlines() + [ESCAPE.sub(_letter, words) for words in WORDS.findall(markup)]
            figures += WORDS.sub("", markup)
        if cell["cell_type"] == "code":
            shown[cell["id"]] = Output(place, lines, figures)
    return shown


def differences(old: list[str], new: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield what stands in one list and what stands in its place in the other."""
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield old[i:j], new[k:m]


def shift(old: str, new: str) -> float:
    """Return by how many points a place in the figures moved at most; infinite if they consist of other elements."""
    frames = [PLACES.sub(lambda place: COORDINATE.sub("", place[0]), figures) for figures in (old, new)]
    if frames[0] != frames[1]:
        return inf
    places = (map(float, COORDINATE.findall(" ".join(PLACES.findall(figures)))) for figures in (old, new))
    return max((abs(was - now) for was, now in zip(*places, strict=True)), default=0.0)


def of_cell(old: Output | None, new: Output | None, count: Counter) -> Iterator[str]:
    """Yield what differs between two states of a cell, of which one may be missing, and count it."""
    if old is None or new is None:
        yield f"  cell {new.place} is new" if new else f"  cell {old.place} is gone"
        return
    changed = sum(max(len(was), len(now)) for was, now in differences(old.numbers(), new.numbers()))
    if old.lines != new.lines:
        yield f"  cell {new.place}, numbers changed: {changed}"
    for was, now in differences(old.lines, new.lines):
        yield from [f"    - {line}" for line in was] + [f"    + {line}" for line in now]
    moved = shift(old.figures, new.figures)
    if moved:
        yield f"  cell {new.place}, figure: {'other elements' if moved == inf else f'moved by {moved:.2f} pt at most'}"
    count.update(changed=changed, figures=moved > 0)


def of_pages(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """Yield what differs between two states of the notebooks, given as texts by name, and last a line of counts."""
    count = Counter()
    for name in sorted(old.keys() | new.keys()):
        before, after = (outputs(pages[name]) if name in pages else {} for pages in (old, new))
        count["numbers"] += sum(len(cell.numbers()) for cell in after.values())
        if name in old and name in new:
            cells = dict.fromkeys([*after, *before])
            said = [line for key in cells for line in of_cell(before.get(key), after.get(key), count)]
        else:
            said = [f"  the page is {'new' if name in new else 'gone'}"]
        yield from [name, *said] if said else []
    yield (
        f"{count['changed']} of {count['numbers']} printed numbers changed on {len(new)} pages, "
        f"and {count['figures']} figures."
    )


def of_packages(old: str, new: str) -> Iterator[str]:
    """Yield each package that has another version in the new locks than in the old ones, and last a line of counts."""
    before, after = set(PIN.findall(old)), set(PIN.findall(new))
    names = sorted({name for name, _ in before ^ after})
    for name in names:
        was, now = (", ".join(sorted(v for n, v in pins if n == name)) for pins in (before, after))
        yield f"{name} {was or 'none'} -> {now or 'none'}"
    yield f"{len(names)} packages changed."


def main() -> None:
    """Compare the files of this folder with those of the last commit."""
    committed = _git("ls-tree", "-r", "--name-only", "HEAD").splitlines()
    here = _git("ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    old = {name: _git("show", f"HEAD:{name}") for name in committed if name.endswith(KINDS)}
    new = {name: Path(name).read_text("utf-8") for name in here if name.endswith(KINDS) and Path(name).exists()}
    pages = ({name: text for name, text in files.items() if name.endswith(".ipynb")} for files in (old, new))
    locks = ("".join(text for name, text in files.items() if name.endswith(".txt")) for files in (old, new))
    for line in chain(of_packages(*locks), of_pages(*pages)):
        print(line)


def _letter(escape: re.Match) -> str:
    return chr(int(escape[1], 16))


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


if __name__ == "__main__":
    main()
