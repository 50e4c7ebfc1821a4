"""What a newcomer relies on before anything runs: the lock, the documents and the commands they name."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]


LOCKS = [ROOT / "requirements.txt", ROOT / "book" / "_sphinx" / "requirements.txt"]
each_lock = pytest.mark.parametrize("lock", LOCKS, ids=["Jupyter Book", "plain Sphinx"])


def declared(lock):
    """Return what pyproject.toml asks of a lock: every extra, or for plain Sphinx its own group instead of some."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project, extras = pyproject["project"], pyproject["project"]["optional-dependencies"]
    main = lock == LOCKS[0]
    parts = extras.values() if main else [extras["site"], extras["dev"], pyproject["dependency-groups"]["sphinx"]]
    return [Requirement(text) for part in [project["dependencies"], *parts] for text in part]


def locked(lock):
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text(), re.M))


@each_lock
def test_the_lock_satisfies_every_declared_range(lock):
    versions = locked(lock)
    for requirement in declared(lock):
        assert requirement.specifier.contains(versions[requirement.name]), requirement


def test_jupyter_book_is_in_the_one_lock_and_a_new_sphinx_in_the_other():
    book, plain = map(locked, LOCKS)
    assert "jupyter-book" in book and "jupyter-book" not in plain
    assert Version(book["sphinx"]).major < 9 <= Version(plain["sphinx"]).major
    assert book["tensorflow"] == plain["tensorflow"]


@each_lock
def test_the_lock_holds_names_versions_and_hashes_only(lock):
    line = re.compile(r"#.*|[a-z0-9-]+==\S+( ; [^;]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|    # via.*|    #   .*")
    text = lock.read_text()
    assert not [each for each in text.splitlines() if not line.fullmatch(each)]
    assert "://" not in text and "index" not in text.replace("--no-emit-index-url", "")


@each_lock
def test_the_lock_serves_three_pythons_and_three_systems(lock):
    assert "--universal --python-version 3.11" in lock.read_text().splitlines()[1]
    assert re.search(r'requires-python = ">=3\.11,<3\.14"', (ROOT / "pyproject.toml").read_text())


def test_the_documents_exist_and_their_links_lead_somewhere():
    documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "exercises/README.md"]
    documents += ["exercises/teaching.md", "LICENSES.md"]
    for name in documents:
        path = ROOT / name
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
            assert (path.parent / target).exists(), f"{name} links to {target}"


def test_every_make_command_of_the_documents_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    workflows = ROOT.glob(".github/workflows/*.yml")
    for path in [*ROOT.glob("*.md"), *ROOT.glob("book/*.md"), ROOT / ".ci" / "run", *workflows]:
        named = re.findall(r"(?:^|`|run: )make ([a-z-]+)", path.read_text(), re.M)
        assert set(named) <= targets, f"{path.name} names {named}"
    assert {"book", "test", "check", "notebooks", "lock", "book-sphinx"} <= targets


def test_ci_runs_the_commands_of_the_readme():
    run, readme = (ROOT / ".ci" / "run").read_text(), (ROOT / "README.md").read_text()
    for command in ("make book", "make test"):
        assert re.search(rf"^{command}\b", run, re.M) and re.search(rf"^{command}\b", readme, re.M)
    assert "run: bash .ci/run" in (ROOT / ".github" / "workflows" / "ci.yml").read_text()


def test_what_the_page_on_using_the_book_names_is_there():
    page = (ROOT / "book" / "using.md").read_text()
    named = set(re.findall(r"`((?:\.|_)?[\w/]+(?:\.\w+)+|\.\w+)`", page)) - {".venv", ".venv-sphinx"}
    files = {name for name in named if not name.startswith("_build/") and name != "index.html"}
    assert {".binder", ".github/workflows/pages.yml", "_config.yml", "CONTRIBUTING.md"} <= files
    assert [name for name in files if not (ROOT / name).exists()] == []
    notebooks = re.findall(r"jupyter lab (\S+)", page)
    assert notebooks and all((ROOT / name).exists() for name in notebooks)
    assert "repository:\n  url: &repository " in page
    assert re.search(r"^repository:.*\n  url: &repository ", (ROOT / "_config.yml").read_text(), re.M)


def test_the_pages_workflow_publishes_what_make_book_builds():
    workflow = (ROOT / ".github" / "workflows" / "pages.yml").read_text()
    assert workflow.index("run: make book") < workflow.index("path: _build/html") < workflow.index("deploy-pages")
