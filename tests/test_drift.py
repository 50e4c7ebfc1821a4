"""On every page each number is so far from its rounding edge that other processors print the same digits.

A page has to run twice or more, so `make test` measures the first chapter alone, under the setting that differs most;
`nox -s drift` measures every page under every setting.
"""

import os

import nbformat
import pytest
from drift import DECIMALS, ROOT, run, unrecorded, worst_cases
from processors import SETTINGS, possible

CHAPTERS = sorted((ROOT / "book").glob("*.ipynb"))
SOLUTIONS = sorted((ROOT / "exercises" / "solutions").glob("*.ipynb"))
if os.environ.get("DRIFT") == "all":
    PAGES = CHAPTERS + SOLUTIONS
    OTHERS = {name: setting for name, setting in SETTINGS.items() if setting and possible(name)}
else:
    PAGES = CHAPTERS[:1]
    without_fma = SETTINGS["sse4.2"] if possible("sse4.2") else {}
    OTHERS = {"sse4.2, one thread": without_fma | SETTINGS["one-thread"]}

# In chapter 4.5 a rounding in the last bit of some long runs grows until points near the boundary change sides.
# The page says so, and prints their share with fewer digits than that can change.
SHARES = ("answers[:, 0] > 0.5", "answers == fresh.y[:, 0]")


@pytest.mark.parametrize("notebook", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_numbers_stay_away_from_their_rounding_edges(notebook, tmp_path):
    reference, texts = run(notebook, {}, tmp_path / "records")
    faults = set()
    for name, setting in OTHERS.items():
        found = list(worst_cases(reference, run(notebook, setting, tmp_path / "records")[0]))
        print(f"{notebook.stem}, {name}: the least room of {len(found)}:", min(found, key=lambda each: each.room))
        faults.update(str(each) for each in found if each.room <= 1 and not each.code.endswith(SHARES))
    missing, count = unrecorded(notebook, texts)
    assert not faults, "\n".join(sorted(faults))
    assert count and not missing, f"of {count} numbers the recorder did not see {missing}: print them by f-strings"


def test_students_notebooks_print_no_other_numbers():
    for solution in SOLUTIONS:
        students, solved = (nbformat.read(path, 4).cells for path in (solution.parents[1] / solution.name, solution))
        printed = [str(cell.get("outputs")) for cell in students if DECIMALS.search(str(cell.get("outputs")))]
        assert printed and set(printed) <= {str(cell.get("outputs")) for cell in solved}
