"""Plain Sphinx gets from book/_sphinx/conf.py what Jupyter Book makes of _config.yml, without Jupyter Book.

The second environment is not needed here: Jupyter Book itself says what it would pass on.
"""

import json
import runpy
from pathlib import Path

import pytest
import yaml
from jupyter_book.config import get_final_config

ROOT = Path(__file__).resolve().parents[1]
CONF = ROOT / "book" / "_sphinx" / "conf.py"
PATTERNS = {".DS_Store", "Thumbs.db", "**.ipynb_checkpoints"}  # Jupyter Book's own; nothing outside _toc.yml is built


def passed_on(config):
    """Return the settings that Jupyter Book makes of a ``_config.yml``."""
    return get_final_config(user_yaml=config, sourcedir=ROOT, cli_config={"latex_individualpages": False})[0]


@pytest.fixture(scope="module")
def settings():
    """What ``conf.py`` sets."""
    found = {name: value for name, value in runpy.run_path(str(CONF)).items() if not name.startswith("_")}
    return {name: value for name, value in found.items() if isinstance(value, (int, str, list, dict))}


@pytest.fixture(scope="module")
def plain(settings):
    """The same, with paths as in ``_config.yml``."""
    return json.loads(json.dumps(settings).replace(f"{ROOT.as_posix()}/", ""))


def test_every_setting_of_the_book_arrives(plain):
    ours, default = passed_on(ROOT / "_config.yml"), passed_on({})
    wanted = {name: value for name, value in ours.items() if default.get(name) != value}
    assert {"html_title", "bibtex_bibfiles", "nb_execution_mode", "html_theme_options"} <= set(wanted)
    wanted["exclude_patterns"] = set(wanted["exclude_patterns"]) - PATTERNS
    # Behind this list Jupyter Book adds two extensions that the book does not need, for LaTeX and numbered contents.
    listed = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]["config"]["extensions"]
    wanted["extensions"] = [name for name in listed if name != "jupyter_book"]
    for name, value in wanted.items():
        found = set(plain[name]) if isinstance(value, set) else plain[name]
        assert found == value, name


def strings(value):
    """Yield every text in a setting."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def test_files_of_the_repository_are_found_from_the_folder_of_conf(settings):
    """Sphinx looks for relative ones beside ``conf.py``, and says nothing when a folder is not there."""
    named = [text for name, value in settings.items() if name != "book" for text in strings(value) if "/" in text]
    assert len([text for text in named if Path(text).is_absolute() and Path(text).exists()]) >= 4
    assert [text for text in named if not Path(text).is_absolute() and (ROOT / text).exists()] == []


def test_what_jupyter_book_sets_by_itself_arrives_too(plain):
    default = passed_on({})
    for name in ("html_theme", "html_sourcelink_suffix", "numfig", "suppress_warnings"):
        assert plain[name] == default[name]
