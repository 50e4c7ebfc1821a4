"""A fault planted in a tiny book, built by the book's own settings and extensions, fails the build by name."""

from pathlib import Path

import nbformat
import pytest
from nbformat import v4

ROOT = Path(__file__).resolve().parents[1]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9pt" height="9pt"></svg>'


@pytest.fixture
def build_page(build, tmp_path):
    """Return a function that builds a one-page book from a text and a figure."""

    def run(text, figure):
        config = (ROOT / "_config.yml").read_text("utf-8").replace("book/", f"{ROOT.as_posix()}/book/")
        (tmp_path / "_config.yml").write_text(config, "utf-8")
        (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n", "utf-8")
        cell = v4.new_code_cell("show(figure)", execution_count=1, outputs=[v4.new_output("display_data", figure)])
        notebook = v4.new_notebook(cells=[v4.new_markdown_cell(f"# Page\n\n{text}"), cell])
        notebook.metadata.language_info = {"name": "python"}
        nbformat.write(notebook, tmp_path / "index.ipynb")
        return build(tmp_path, tmp_path / "output")

    return run


def test_sound_page_is_built(build_page):
    done = build_page("A formula: $x^2$.", {"image/svg+xml": SVG, "text/plain": "A square."})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("text", "figure", "message"),
    [
        ("", {"image/svg+xml": SVG}, "image without alt text"),
        ("", {"image/svg+xml": SVG, "text/plain": "<Figure size 640x480 with 1 Axes>"}, "image without alt text"),
        (r"$\frac{1}$", {"text/plain": "1"}, "bad formula: KaTeX parse error"),
        (r"$\unknown$", {"text/plain": "1"}, "bad formula: KaTeX parse error"),
        ("[nowhere](nowhere.md)", {"text/plain": "1"}, "cross-reference target not found"),
    ],
)
def test_fault_fails_the_build(build_page, text, figure, message):
    done = build_page(text, figure)
    assert done.returncode != 0
    warnings = [line for line in done.stderr.splitlines() if "WARNING" in line]
    assert len(warnings) == 1
    assert "index.ipynb" in warnings[0]
    assert message in warnings[0]
