"""The site in a real browser: nothing is loaded from elsewhere, and the theme can be changed."""

import pytest


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
