"""What a page costs before it can be read: its weight, and that nothing moves once it is there."""

import base64
import gzip
import io
import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from fontTools.ttLib import TTFont

from book._ext.lean_theme import drop_unused_rules

BOOK = Path(__file__).parents[1] / "book"
PACKAGES = BOOK / "_ext" / "node_modules"
CHAPTERS = sorted(f"book/{path.stem}" for path in BOOK.glob("4_*.ipynb"))
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}  # a telephone
OBSERVE_SHIFTS = """
  window.shifts = [];
  new PerformanceObserver(list => list.getEntries().forEach(({value, sources}) => {
    shifts.push([value, ...sources.map(({node}) => node?.outerHTML?.slice(0, 99) ?? node?.nodeValue)]);
  })).observe({type: "layout-shift", buffered: true});
"""
# What the page shows in each web font, as [family, italic, text]: text, and what styles put before and after elements.
SHOWN_IN_WEB_FONTS = """() => {
  const web = new Set([...document.fonts].map(face => face.family.replaceAll('"', "")));
  const found = [];
  const add = (style, text) => {
    const family = style.fontFamily.split(",")[0].replaceAll('"', "");
    if (web.has(family)) found.push([family, style.fontStyle == "italic", text]);
  };
  for (const element of document.body.querySelectorAll("*")) {
    if (element.matches("script, style, .katex-mathml *")) continue;
    const text = [...element.childNodes].filter(node => node.nodeType == Node.TEXT_NODE).map(node => node.nodeValue);
    if (text.join("").trim()) add(getComputedStyle(element), text.join(""));
    for (const pseudo of ["::before", "::after"]) {
      const style = getComputedStyle(element, pseudo);
      if (style.content.startsWith('"')) add(style, style.content.slice(1, -1));
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def faces(site):
    """The characters of each font of the site, by family and whether it is italic."""
    found = defaultdict(set)
    for sheet in (site / "_static").rglob("*.css"):
        for rule in re.findall(r"@font-face\s*\{[^}]*\}", sheet.read_text("utf-8")):
            family = re.search(r'font-family:\s*"?([^";]+)', rule)[1].replace("\\", "")
            data = base64.b64decode(re.search(r"base64,([^)]+)\)", rule)[1])
            found[family, "italic" in rule] |= set(map(chr, TTFont(io.BytesIO(data)).getBestCmap()))
    return found


@pytest.fixture(scope="module")
def originals():
    """The characters of the fonts as their makers publish them: what these lack, no cut of ours can have."""
    found = {}
    for path in PACKAGES.glob("*/*/files/source-*-latin-wght-*.woff2"):
        family = "Source Serif 4 Variable" if "serif" in path.name else "Source Sans 3 Variable"
        found[family, "italic" in path.name] = set(map(chr, TTFont(path).getBestCmap()))
    return found


def test_page_weighs_little_and_every_character_is_in_its_font(goto, site, page, requests, faces, originals):
    tab = goto(f"{page}.html")
    tab.wait_for_load_state("networkidle")
    files = {unquote(urlsplit(url).path)[1:] for url in requests if not url.startswith("data:")}
    files = {file for file in files if not file.startswith("_images/")}
    weights = {file: len(gzip.compress((site / file).read_bytes())) for file in files}
    assert f"{page}.html" in weights and len(weights) > 10
    assert sum(weights.values()) <= (250_000 if page in CHAPTERS else 200_000), weights
    assert not [file for file in files if re.search(r"search|language_data|fontawesome|\.woff2?$|\.ttf$", file)]
    assert ("_static/katex/katex.css" in files) == (tab.locator(".katex").count() > 0)

    shown = defaultdict(set)
    for family, italic, text in tab.evaluate(SHOWN_IN_WEB_FONTS):
        shown[family, italic and (family, italic) in faces].update(text)
    assert ("Font Awesome 6 Free", False) in shown
    missing = {}
    for face, characters in shown.items():
        lost = characters - faces[face] - set(" \n\t\u200b")
        missing[face] = lost & originals[face] if face in originals else lost
    assert not any(missing.values()), missing


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_a_chapter_arrives_slowly(browser, address, chapter, width):
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        tab = context.new_page()
        tab.add_init_script(OBSERVE_SHIFTS)
        context.new_cdp_session(tab).send("Network.emulateNetworkConditions", SLOW)
        tab.goto(f"{address}/{chapter}.html")
        tab.wait_for_load_state("networkidle")
        tab.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
        assert tab.evaluate("shifts") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colors_are_right_before_any_script_file_arrives(browser, address, scheme):
    with browser.new_context(color_scheme=scheme) as context:
        context.route("**/*.js*", lambda route: route.abort())
        tab = context.new_page()
        tab.goto(f"{address}/book/index.html")
        assert tab.locator("html").get_attribute("data-theme") == scheme


def test_fonts_keep_their_licenses(site):
    for path in ("fonts/source-serif-4-LICENSE.txt", "fonts/source-sans-3-LICENSE.txt", "katex/LICENSE.txt"):
        assert re.search("Open Font License|MIT License", (site / "_static" / path).read_text("utf-8"))


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        (".used{color:red}.unused{color:red}", ".used{color:red}"),
        (".unused .used,.used>p{color:red}", ".used>p{color:red}"),
        ("a:not(.unused,.used){color:red}", "a:not(.unused,.used){color:red}"),
        ("/*! of x.com */.used{margin:.5em}", "/*! of x.com */.used{margin:.5em}"),
        ("@media print{.unused{color:red}p{color:red}}", "@media print{p{color:red}}"),
        ("@font-face{src:url(a.b)}@keyframes x{0%{top:0}}", "@font-face{src:url(a.b)}@keyframes x{0%{top:0}}"),
    ],
)
def test_only_rules_that_cannot_apply_leave_the_theme(css, expected):
    assert drop_unused_rules(css, {"used"}) == expected
