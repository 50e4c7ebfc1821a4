"""Everybody can read the site: axe-core finds nothing in either theme, a keyboard is enough, small screens fit."""

import contextlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError

AXE = Path(__file__).resolve().parents[1] / "book" / "_ext" / "node_modules" / "axe-core" / "axe.min.js"
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TALL = 4000  # axe leaves out what is scrolled away
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"
# Takes away what is drawn in pieces that nobody is read, as STRUCTURE makes sure, and of the tokens of code all but the
# first of each kind in each kind of place: the style sheets give those one color. That leaves a fifth of the time.
ONE_OF_A_KIND = """() => {
  document.querySelectorAll(".katex-html > *, .slider-figure svg > *").forEach(each => each.remove());
  const seen = new Set();
  for (const token of document.querySelectorAll("pre span")) {
    const kind = [];
    for (let each = token; each; each = each.parentElement) kind.push(each.className);
    if (seen.has(kind.join("/"))) token.remove();
    seen.add(kind.join("/"));
  }
}"""
# axe measures no contrast on a gradient, such as the shade at an edge where something scrolls, near what a style draws,
# and of a single letter.
PLAIN = """
  * { background-image: none !important }
  :is(summary, .admonition-title)::before, :is(summary, .admonition-title)::after { display: none !important }
"""
RUN_AXE = """async (rules) => {
  const found = await axe.run({runOnly: rules, resultTypes: ["violations", "incomplete"]});
  const told = ({id, nodes}) => nodes.map(node => `${id}: ${node.target}: ${node.html}: ${node.any[0]?.message}`);
  const unmeasured = found.incomplete.filter(each => each.id === "color-contrast").flatMap(told);
  return [...found.violations.flatMap(told), ...unmeasured.filter(each => !/only non-text|is too short/.test(each))];
}"""
STRUCTURE = r"""() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const levels = all("main :is(h1, h2, h3, h4, h5, h6)").filter(each => each.checkVisibility()).map(h => +h.tagName[1]);
  const ids = all("[id]").map(each => each.id);
  const faults = [];
  if (levels[0] !== 1 || levels.filter(level => level === 1).length !== 1) faults.push(`levels begin ${levels}`);
  faults.push(...levels.filter((level, i) => i && level > levels[i - 1] + 1).map(level => `h${level} skips a level`));
  faults.push(...ids.filter((id, i) => ids.indexOf(id) !== i).map(id => `id ${id} twice`));
  faults.push(...all("article th:not([scope])").map(each => `no scope: ${each.outerHTML}`));
  // A formula is read from MathML, which must not be hidden, and not again from what is drawn.
  for (const formula of all(".katex")) {
    const spoken = formula.querySelector(".katex-mathml math"), drawn = formula.querySelector(".katex-html");
    const mute = !spoken?.textContent.trim() || spoken.closest("[aria-hidden]")
      || getComputedStyle(spoken.parentElement).display === "none";
    if (mute) faults.push(`mute: ${formula.textContent}`);
    if (drawn?.getAttribute("aria-hidden") !== "true") faults.push(`read twice: ${formula.textContent}`);
  }
  for (const drawing of all(".slider-figure svg")) {
    if (drawing.getAttribute("role") !== "img") faults.push(`read in pieces: ${drawing.getAttribute("aria-label")}`);
  }
  const texts = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    if (/[\u4e00-\u9fff]/.test(data) && !parentElement.closest("[lang|=zh]")) faults.push(`no Chinese: ${data}`);
  }
  return faults;
}"""
TOO_WIDE = """() => {
  const page = document.documentElement, faults = [];
  if (page.scrollWidth > page.clientWidth) faults.push(`the page: ${page.scrollWidth} px`);
  for (const box of document.querySelectorAll("div.math, pre, .pst-scrollable-table-container")) {
    if (box.scrollWidth > box.clientWidth && box.tabIndex < 0) faults.push(box.textContent.trim().slice(0, 50));
  }
  return faults;
}"""
STATE = """(input) => {
  const figure = input.closest("figure");
  const curves = [...figure.querySelectorAll("svg path")].map(path => path.getAttribute("d"));
  return [curves.join(), figure.querySelector("output").value, input.getAttribute("aria-valuetext")];
}"""


def find_faults(tab):
    """Return what axe finds in the light theme, and what its contrast rules find in the dark one."""
    tab.evaluate(OPEN_ALL)
    tab.evaluate(ONE_OF_A_KIND)
    tab.add_style_tag(content=PLAIN)
    tab.evaluate(AXE.read_text("utf-8"))
    faults = tab.evaluate(RUN_AXE, EVERYTHING)
    tab.emulate_media(color_scheme="dark")
    tab.locator('html[data-theme="dark"]').wait_for()
    return faults + tab.evaluate(RUN_AXE, ["color-contrast", "link-in-text-block"])


# Pages without a source of their own; the modules' sources are all of one kind.
GENERATED = ["genindex.html", "py-modindex.html", "search.html?q=loss", "_modules/index.html"]
GENERATED += ["_modules/nnopt_course/losses.html", "_modules/nnopt_course/template/forward.html"]


def pages_with(site, text):
    """Return the pages whose article holds the text; there must be one, or a test would show nothing."""
    articles = {
        path: path.read_text("utf-8").partition("<article")[2].partition("</article")[0]
        for path in site.rglob("*.html")
    }
    pages = [path.relative_to(site).as_posix() for path, article in articles.items() if text in article]
    assert pages
    return pages


def test_axe_finds_nothing_in_light_and_dark(goto, page):
    assert find_faults(goto(f"{page}.html", height=TALL)) == []


@pytest.mark.parametrize("path", GENERATED)
def test_axe_finds_nothing_on_pages_without_a_source(goto, path):
    assert find_faults(goto(path, height=TALL)) == []


def test_headings_ids_tables_formulas_and_languages_are_in_order(goto, page):
    assert goto(f"{page}.html").evaluate(STRUCTURE) == []


def test_no_two_pages_have_the_same_title(site):
    paths = [path for path in site.rglob("*.html") if "_static" not in path.parts and path.parent != site]
    titles = [re.search("<title>(.*?)</title>", path.read_text("utf-8"), re.S)[1] for path in paths]
    assert len(titles) > 50
    assert len(set(titles)) == len(titles)


def check_narrow_screens(tab):
    """At 640 px, 1280 magnified twice, and on two telephones: the page fits, and wide boxes take the focus."""
    tab.evaluate(OPEN_ALL)
    for width in (640, 390, 320):
        tab.set_viewport_size({"width": width, "height": 900})
        with contextlib.suppress(TimeoutError):  # the theme looks for wide boxes some time after a change
            tab.wait_for_function(f"({TOO_WIDE})().length === 0", polling=50, timeout=20_000)
        assert tab.evaluate(TOO_WIDE) == [], width


def test_page_fits_small_screens_and_its_wide_boxes_are_reachable(goto, page):
    check_narrow_screens(goto(f"{page}.html"))


@pytest.mark.parametrize("path", GENERATED)
def test_page_without_a_source_fits_small_screens(goto, path):
    check_narrow_screens(goto(path))


def test_sliders_are_moved_by_keyboard_and_say_name_and_value(goto, site):
    for path in pages_with(site, '<figure class="slider-figure"'):
        tab = goto(path, width=390)
        for slider in tab.locator(".slider-figure input").all():
            name = slider.evaluate("input => input.ariaLabel || input.labels[0]?.textContent")
            drawing = slider.locator("xpath=ancestor::figure//*[local-name() = 'svg']")
            assert name and "=" not in name and drawing.get_attribute("aria-label")
            slider.press("End")
            slider.press("Home")
            first = slider.evaluate(STATE)
            for key in ("ArrowRight", "ArrowUp", "PageUp", "End"):
                before = slider.evaluate(STATE)
                at_the_end = slider.evaluate("input => input.value === input.max")
                slider.press(key)
                after = slider.evaluate(STATE)
                assert at_the_end or all(old != new for old, new in zip(before, after, strict=True)), (key, after)
                assert after[2].startswith(after[1]) and not after[2].endswith(". ")
            assert slider.evaluate("input => input.value === input.max")
            slider.press("Home")
            assert slider.evaluate(STATE) == first
            assert slider.bounding_box()["height"] >= 44
            assert slider.evaluate("input => getComputedStyle(input).outlineStyle") != "none"


def test_hidden_answers_and_code_open_by_keyboard_and_have_a_name(goto, site):
    for path in pages_with(site, "<details"):
        tab = goto(path)
        summaries = tab.locator("article details > summary")
        for summary in summaries.element_handles():
            summary.focus()
            tab.keyboard.press("Enter")
        # A label would be read instead of what is seen.
        unusable = "!each.innerText.trim() || each.ariaLabel || !each.parentElement.open"
        assert summaries.evaluate_all(f"all => all.filter(each => {unusable}).map(each => each.outerHTML)") == []


def test_tab_reaches_all_controls_visibly_and_the_skip_link_passes_them_by(goto):
    tab = goto("book/4_2_learning_rate.html")
    tab.set_viewport_size({"width": 1280, "height": 900})
    focus = """() => {
      const style = getComputedStyle(document.activeElement);
      const inside = document.activeElement.querySelector(":scope > .toctree-toggle");
      return {
        name: ["innerText", "ariaLabel", "title"].map(each => document.activeElement[each]).join(" ").trim(),
        seen: [style, ...(inside ? [getComputedStyle(inside)] : [])].some(each =>
          each.outlineStyle !== "none" || each.boxShadow !== "none" && !each.boxShadow.startsWith("rgba(0, 0, 0, 0)")),
        main: Boolean(document.activeElement.closest("article"))
      }
    }"""
    reached = []
    while not reached or not reached[-1]["main"]:
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate(focus))
        assert reached[-1]["seen"], reached[-1]
    names = " ".join(each["name"] or "?" for each in reached)
    for control in ("Skip to main content", "Search", "Pages of API reference", "Bibliography", "Download this page"):
        assert control in names
    tab.reload()
    tab.keyboard.press("Tab")
    assert tab.evaluate(focus)["name"].startswith("Skip to main content")
    assert tab.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("Boolean(document.activeElement.closest('main'))")


def test_buttons_work_by_keyboard_and_say_what_they_do(goto):
    tab = goto("book/4_2_learning_rate.html")
    theme = tab.get_by_role("button", name="Color mode: ")
    names = set()
    for _ in range(3):
        theme.press("Enter")
        names.add(theme.aria_snapshot())
    assert len(names) == 3, names  # automatic, light, dark
    tab.keyboard.press("Control+k")
    assert tab.locator("dialog[open]").get_attribute("aria-label") == "Search"
    assert tab.evaluate("document.activeElement.type") == "search"
    tab.keyboard.press("Escape")
    assert tab.locator("dialog[open]").count() == 0
    branch = tab.locator(".bd-sidebar-primary summary[aria-label='Pages of API reference']")
    branch.press("Enter")
    assert branch.evaluate("summary => summary.parentElement.open")
    tab.set_viewport_size({"width": 390, "height": 900})
    tab.get_by_role("button", name="Toggle primary sidebar").press("Enter")
    tab.get_by_role("link", name="4.3 Moving average of the weights").first.wait_for()


def test_nothing_moves_for_a_reader_who_asked_for_rest(goto):
    tab = goto("book/4_2_learning_rate.html")
    moving = """() => [...document.querySelectorAll("*")].filter(each => {
      const style = getComputedStyle(each), times = style.transitionDuration.split(",").map(parseFloat);
      return times.some(Boolean) || style.animationName !== "none" || style.scrollBehavior !== "auto";
    }).map(each => each.outerHTML.slice(0, 100))"""
    assert tab.evaluate(moving) == []


def test_figures_keep_their_paper_when_the_system_forces_colors(goto):
    tab = goto("book/4_2_learning_rate.html")
    tab.emulate_media(forced_colors="active")
    papers = tab.locator(".cell_output img, .slider-figure svg").evaluate_all(
        "all => all.map(each => getComputedStyle(each).backgroundColor)"
    )
    tab.emulate_media(forced_colors="none")
    assert set(papers) == {"rgb(255, 255, 255)"}
