"""Web fonts inside the style sheets, each cut down to the characters that the site shows in it.

All of Font Awesome weighs 300 KB where two dozen icons are in use, and a font that arrives after the text shifts the
page. So when all pages are written, the fonts of the text, of the formulas and of the icons go into the ``@font-face``
rules that name them, as data. Then there is nothing to preload (which browsers refuse for pages opened from a disk),
and every character stands where it stays from the first moment on.
"""

import base64
import html
import io
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from npm_packages import PACKAGES, install
from sphinx.application import Sphinx

FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum"]  # the fonts also have fractions, for example
FACE = re.compile(r"@font-face\s*\{[^}]*\}")
Face = tuple[str, bool, bool]  # family, italic, bold


def copy_typefaces(app: Sphinx) -> None:
    """Put the fonts that ``fonts.css`` names beside it, with their licenses."""
    if app.builder.format != "html":
        return
    install()
    target = Path(app.outdir, "_static", "fonts")
    target.mkdir(parents=True, exist_ok=True)
    for package in ("source-serif-4", "source-sans-3"):
        source = PACKAGES / "@fontsource-variable" / package
        for font in source.glob("files/*-latin-wght-*.woff2"):
            shutil.copy(font, target)
        shutil.copy(source / "LICENSE", target / f"{package}-LICENSE.txt")


def cut(path: Path, characters: set[str], weights: list[float]) -> bytes:
    """Return the font with these characters and weights only, or nothing if it has none of the characters."""
    font = TTFont(path)
    if characters.isdisjoint(map(chr, font.getBestCmap())):
        return b""
    # The names that remain are copyright and license: a cut font may not bear its maker's reserved name.
    subsetter = Subsetter(Options(hinting=False, layout_features=FEATURES, name_IDs=[0, 13, 14], notdef_outline=True))
    subsetter.populate(text="".join(characters))
    subsetter.subset(font)
    if "fvar" in font:
        instantiateVariableFont(font, {"wght": (weights[0], weights[-1])}, inplace=True)
    font.flavor = "woff2"
    data = io.BytesIO()
    font.save(data)
    return data.getvalue()


def formula_texts(page: str) -> Iterator[tuple[set[str], str]]:
    """Yield each piece of text that a page's formulas show, with the classes of all elements around it."""
    for formula in re.finditer('<span class="katex-html"', page):
        around = [{"katex"}]
        for tag in re.compile(r"<(/?)span([^>]*)>([^<]*)").finditer(page, formula.start()):
            if tag[1]:
                around.pop()
            else:
                around.append(set(" ".join(re.findall('class="([^"]*)"', tag[2])).split()))
            if len(around) == 1:
                break
            if tag[3]:
                yield set().union(*around), html.unescape(tag[3])


def face(rule: str) -> Face:
    """Return the face that a rule describes or asks for."""
    family = re.search(r'font-family:\s*"?([^";}]+)', rule)[1]
    return family, "italic" in rule, bool(re.search(r"font-weight:\s*700[;}]", rule))


def formula_characters(css: str, pages: list[str]) -> dict[Face, set[str]]:
    """Return what each face of KaTeX has to show: its style sheet says which classes are set in which face."""
    rules = []
    for selectors, rule in re.findall(r"([^{}]+)(\{font-family:[^}]*\})", FACE.sub("", css)):
        rules += [(set(re.findall(r"\.([\w-]+)", selector)), face(rule)) for selector in selectors.split(",")]
    found = defaultdict(set)
    for around, text in {(frozenset(around), text) for page in pages for around, text in formula_texts(page)}:
        for each in [each for classes, each in rules if classes <= around] or [("KaTeX_Main", False, False)]:
            found[each].update(text)
    return found


def embed(css: str, folder: Path, shown: dict[Face, set[str]]) -> str:
    """Return a style sheet that holds the fonts instead of naming their files."""

    def replace(rule: re.Match) -> str:
        file = re.search(r"url\(([^)]+\.woff2)\)", rule[0])
        if not file:  # the style sheet of the last build, which this one did not have to write again
            return rule[0]
        weights = re.search(r"font-weight:\s*([\d ]+)", rule[0])[1].split()
        font = cut(folder / file[1], shown[face(rule[0])], [float(weight) for weight in weights])
        source = f'src:url(data:font/woff2;base64,{base64.b64encode(font).decode()}) format("woff2")'
        return re.sub(r"src:[^;}]*", source, rule[0]) if font else ""

    return FACE.sub(replace, css)


def embed_fonts(app: Sphinx, exception: Exception | None) -> None:
    """Put the fonts into the style sheets and remove the files."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    pages = [path.read_text("utf-8") for path in Path(app.outdir).rglob("*.html")]
    sheets = {path: path.read_text("utf-8") for path in static.rglob("*.css")}
    symbols = {chr(int(code, 16)) for css in sheets.values() for code in re.findall(r"\\([0-9a-f]{4})\b", css)}
    for path, css in sheets.items():
        shown = defaultdict(lambda: symbols.union(*pages))
        shown |= {each: symbols for each in map(face, FACE.findall(css)) if "Awesome" in each[0]}
        if "KaTeX_Main" in css:
            shown = formula_characters(css, pages)
        path.write_text(embed(css, path.parent, shown), "utf-8")
    for path in [*static.rglob("*.woff2"), *static.rglob("*.ttf")]:
        path.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    """Fetch the fonts before the build, embed them after it."""
    app.connect("builder-inited", copy_typefaces)
    app.connect("build-finished", embed_fonts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
