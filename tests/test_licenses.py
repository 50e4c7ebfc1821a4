"""LICENSES.md names the license of everything in the locks, and all of them are accepted.

`make check` compares it with what the packages themselves state; here it is enough to read it.
"""

import json
import re
import runpy
from email.message import Message
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LICENSES = runpy.run_path(str(ROOT / ".ci" / "licenses.py"))
LISTED = dict(re.findall(r"^\| (\S+) \| ([\w. -]+?) \|", (ROOT / "LICENSES.md").read_text("utf-8"), re.M))
LISTED.pop("Package")


def package(**fields):
    """Return the metadata of a package."""
    about = Message()
    about["Name"] = "some-package"
    for name, value in fields.items():
        about[name.replace("_", "-")] = value
    return about


def test_every_locked_package_is_listed_and_nothing_else():
    npm = json.loads((ROOT / "book" / "_ext" / "package-lock.json").read_text("utf-8"))["packages"]
    names = {path.removeprefix("node_modules/") for path in npm if path}
    assert {"katex", "axe-core"} < names and {"tensorflow", "appnope", "roman-numerals"} < set(LICENSES["locked"]())
    assert set(LISTED) == names | set(LICENSES["locked"]())


def test_every_license_is_accepted():
    assert [name for name, license in LISTED.items() if not LICENSES["accepted"](name, license)] == []


def test_no_reason_and_no_license_by_hand_outlives_its_package():
    assert set(LICENSES["MPL"]) <= {name for name, license in LISTED.items() if "MPL" in license}
    assert LICENSES["BY_HAND"].items() <= LISTED.items()


@pytest.mark.parametrize(
    ("about", "license"),
    [
        (package(License_Expression="MIT OR Apache-2.0", License="a long text"), "MIT OR Apache-2.0"),
        (package(License="BSD 3-Clause License\n\nCopyright"), "BSD-3-Clause"),
        (package(License="Copyright 2026", Classifier="License :: OSI Approved :: MIT License"), "MIT"),
    ],
)
def test_a_license_is_read_from_what_a_package_states(about, license):
    assert LICENSES["stated"](about) == license


@pytest.mark.parametrize(
    "about", [package(), package(License="Copyright 2026"), package(License="GPL-3.0"), package(License="MPL-2.0")]
)
def test_an_unknown_or_unwanted_license_is_refused(about):
    with pytest.raises(ValueError, match="some-package must state a license that is known here"):
        LICENSES["stated"](about)


def test_an_expression_that_is_not_permissive_is_refused():
    with pytest.raises(ValueError, match="some-package must have a permissive license"):
        LICENSES["table"]({"some-package": "MIT AND GPL-3.0-only"})
