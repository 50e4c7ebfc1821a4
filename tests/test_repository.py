"""What a newcomer relies on before anything runs: the lock, the documents and the commands they name."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


def declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    texts = [*project["dependencies"], *(text for extra in project["optional-dependencies"].values() for text in extra)]
    return [Requirement(text) for text in texts]


def locked():
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.M))


def test_the_lock_satisfies_every_declared_range():
    lock = locked()
    for requirement in declared():
        assert requirement.specifier.contains(lock[requirement.name]), requirement


def test_the_lock_holds_names_versions_and_hashes_only():
    line = re.compile(r"#.*|[a-z0-9-]+==\S+( ; [^;]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|    # via.*|    #   .*")
    text = (ROOT / "requirements.txt").read_text()
    assert not [each for each in text.splitlines() if not line.fullmatch(each)]
    assert "://" not in text and "index" not in text.replace("--no-emit-index-url", "")


def test_the_lock_serves_three_pythons_and_three_systems():
    assert "--universal --python-version 3.11" in (ROOT / "requirements.txt").read_text().splitlines()[1]
    assert re.search(r'requires-python = ">=3\.11,<3\.14"', (ROOT / "pyproject.toml").read_text())


def test_the_documents_exist_and_their_links_lead_somewhere():
    documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "exercises/README.md"]
    documents += ["exercises/teaching.md"]
    for name in documents:
        path = ROOT / name
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
            assert (path.parent / target).exists(), f"{name} links to {target}"


def test_every_make_command_of_the_documents_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    for path in [*ROOT.glob("*.md"), *ROOT.glob("book/*.md"), ROOT / ".ci" / "run"]:
        named = re.findall(r"(?:^|`)make ([a-z]+)", path.read_text(), re.M)
        assert set(named) <= targets, f"{path.name} names {named}"
    assert {"book", "test", "check", "notebooks", "lock"} <= targets


def test_ci_runs_the_commands_of_the_readme():
    run, readme = (ROOT / ".ci" / "run").read_text(), (ROOT / "README.md").read_text()
    for command in ("make book", "make test"):
        assert re.search(rf"^{command}\b", run, re.M) and re.search(rf"^{command}\b", readme, re.M)
    assert "run: bash .ci/run" in (ROOT / ".github" / "workflows" / "ci.yml").read_text()
