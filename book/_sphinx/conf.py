"""The book without Jupyter Book: plain Sphinx with the same extensions, settings and table of contents.

Jupyter Book 1 is a thin layer over Sphinx. What its keys of ``_config.yml`` mean to Sphinx is written here; everything
under ``sphinx: config:`` is Sphinx's own and taken as it is. Build: ``make book-sphinx``.
"""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
book = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))

sys.path += sorted({str(ROOT / folder) for folder in book["sphinx"]["local_extensions"].values()})

project = html_title = book["title"]
author = book["author"]
copyright = book["copyright"]
exclude_patterns = ["_build", *book["exclude_patterns"]]
external_toc_path = str(ROOT / "_toc.yml")
external_toc_exclude_missing = book["only_build_toc_files"]
nb_execution_mode = book["execute"]["execute_notebooks"]
myst_enable_extensions = book["parse"]["myst_enable_extensions"]
bibtex_bibfiles = [str(ROOT / file) for file in book["bibtex_bibfiles"]]
html_favicon = str(ROOT / book["html"]["favicon"])
# What Jupyter Book 1 sets by itself.
html_theme = "sphinx_book_theme"
html_sourcelink_suffix = ""
numfig = True
suppress_warnings = ["myst.domains"]

globals().update(book["sphinx"]["config"])
extensions = [name for name in book["sphinx"]["config"]["extensions"] if name != "jupyter_book"]
for name in ("html_static_path", "templates_path"):
    globals()[name] = [str(ROOT / folder) for folder in globals()[name]]
