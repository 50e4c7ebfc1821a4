"""The site in a real browser: nothing is loaded from elsewhere, and a keyboard is enough to use every page."""

import pytest

STATE = """(input) => {
  const figure = input.closest("figure");
  const curves = [...figure.querySelectorAll("svg path")].map(path => path.getAttribute("d"));
  return [curves.join(), figure.querySelector("output").value, input.getAttribute("aria-valuetext")];
}"""


@pytest.mark.parametrize("over", ["http", "file"])
def test_page_loads_only_from_the_site_and_without_an_error(open_page, address, site, page, over):
    base = address if over == "http" else site.as_uri()
    requests, errors = [], []

    def watch(tab):
        tab.on("request", lambda request: requests.append(request.url))
        tab.on("requestfailed", lambda request: errors.append(request.url))
        tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: errors.append(str(error)))

    tab = open_page(f"{base}/{page}.html", watch=watch)
    tab.evaluate("Promise.all([...document.images].map(image => { image.loading = 'eager'; return image.decode() }))")
    tab.evaluate("document.fonts.ready.then(() => null)")
    tab.wait_for_load_state("networkidle")
    assert requests
    assert [url for url in requests if not url.startswith((base, "data:"))] == []
    assert errors == []


def test_page_fits_a_telephone_and_its_wide_boxes_are_reachable(open_page, address, page):
    tab = open_page(f"{address}/{page}.html", width=390)
    assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    tab.wait_for_function(
        """() => [...document.querySelectorAll("div.math, pre, .pst-scrollable-table-container")]
             .every(box => box.scrollWidth <= box.clientWidth || box.tabIndex >= 0)"""
    )


def test_dark_theme_can_be_chosen_and_turns_figures_over(open_page, address, page):
    tab = open_page(f"{address}/{page}.html")
    background = "getComputedStyle(document.body).backgroundColor"
    light = tab.evaluate(background)
    for _ in range(3):  # the button goes round automatic, light and dark
        if tab.locator("html").get_attribute("data-theme") != "dark":
            tab.locator(".theme-switch-button:visible").click()
    assert tab.locator("html").get_attribute("data-theme") == "dark"
    assert tab.evaluate(background) != light
    for figure in tab.locator(".cell_output img, .slider-figure svg").all():
        assert "invert(1)" in figure.evaluate("figure => getComputedStyle(figure).filter")


def test_search_finds_a_function_of_the_package(open_page, address):
    tab = open_page(f"{address}/search.html?q=paired_difference")
    first = tab.locator("#search-results li a").first
    first.wait_for()
    assert first.get_attribute("href").endswith("book/api/comparison.html#nnopt_course.comparison.paired_difference")


def pages_with(site, text):
    """Return the pages that hold ``text``; there must be one, or the test would show nothing."""
    pages = [path.relative_to(site) for path in site.rglob("*.html") if text in path.read_text("utf-8")]
    assert pages
    return pages


def test_sliders_answer_to_the_arrow_keys(open_page, address, site):
    for path in pages_with(site, '<figure class="slider-figure"'):
        tab = open_page(f"{address}/{path.as_posix()}", width=390)
        for slider in tab.locator(".slider-figure input").all():
            slider.focus()
            before = slider.evaluate(STATE)
            at_the_end = slider.evaluate("input => input.value === input.max")
            slider.press("ArrowLeft" if at_the_end else "ArrowRight")
            after = slider.evaluate(STATE)
            assert all(old != new for old, new in zip(before, after, strict=True)), after
            assert slider.bounding_box()["height"] >= 44
            assert slider.evaluate("input => getComputedStyle(input).outlineStyle") != "none"


def test_hidden_answers_open_by_keyboard(open_page, address, site):
    pages = pages_with(site, "<details")  # all of them, because the navigation has such elements too
    articles = {path: (site / path).read_text("utf-8").partition("<article")[2] for path in pages}
    hiding = [path for path, text in articles.items() if "<details" in text.partition("</article")[0]]
    assert hiding
    for path in hiding:
        tab = open_page(f"{address}/{path.as_posix()}")
        summaries = tab.locator("article details > summary").element_handles()
        assert summaries
        for summary in summaries:
            summary.focus()
            tab.keyboard.press("Enter")
        assert tab.locator("article details").evaluate_all("all => all.every(each => each.open)")
