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
def plain():
    """The settings in ``conf.py``, with paths as in ``_config.yml``."""
    settings = {name: value for name, value in runpy.run_path(str(CONF)).items() if not name.startswith("_")}
    texts = json.dumps({name: value for name, value in settings.items() if isinstance(value, (int, str, list, dict))})
    return json.loads(texts.replace(f"{ROOT.as_posix()}/", ""))


def test_every_setting_of_the_book_arrives(plain):
    ours, default = passed_on(ROOT / "_config.yml"), passed_on({})
    settings = {name: value for name, value in ours.items() if default.get(name) != value}
    assert {"html_title", "bibtex_bibfiles", "nb_execution_mode", "html_theme_options"} <= set(settings)
    settings["exclude_patterns"] = set(settings["exclude_patterns"]) - PATTERNS
    # Behind this list Jupyter Book adds two extensions that the book does not need, for LaTeX and numbered contents.
    listed = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]["config"]["extensions"]
    settings["extensions"] = [name for name in listed if name != "jupyter_book"]
    for name, value in settings.items():
        found = set(plain[name]) if isinstance(value, set) else plain[name]
        assert found == value, name


def test_what_jupyter_book_sets_by_itself_arrives_too(plain):
    default = passed_on({})
    for name in ("html_theme", "html_sourcelink_suffix", "numfig", "suppress_warnings"):
        assert plain[name] == default[name]
