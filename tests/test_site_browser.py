"""The site in a real browser: nothing is loaded from elsewhere, and the theme can be changed."""

import pytest


@pytest.fixture
def errors(tab):
    """Return the list of what fails to load, and of what scripts complain about, during the test."""
    found = []
    listeners = {
        "requestfailed": lambda request: found.append(request.url),
        "console": lambda message: found.append(message.text) if message.type == "error" else None,
        "pageerror": lambda error: found.append(str(error)),
    }
    for event, listener in listeners.items():
        tab.on(event, listener)
    yield found
    for event, listener in listeners.items():
        tab.remove_listener(event, listener)


@pytest.mark.parametrize("over", ["http", "file"])
def test_page_loads_only_from_the_site_and_without_an_error(goto, address, site, page, over, requests, errors):
    base = address if over == "http" else site.as_uri()
    tab = goto(f"{base}/{page}.html")
    tab.evaluate("Promise.all([...document.images].map(image => { image.loading = 'eager'; return image.decode() }))")
    tab.evaluate("document.fonts.ready.then(() => null)")
    tab.wait_for_load_state("networkidle")
    assert f"{base}/{page}.html" in requests
    assert [url for url in requests if not url.startswith((base, "data:"))] == []
    assert errors == []


def test_dark_theme_can_be_chosen_and_turns_figures_over(goto, page):
    tab = goto(f"{page}.html")
    background = "getComputedStyle(document.body).backgroundColor"
    light = tab.evaluate(background)
    for _ in range(3):  # the button goes round automatic, light and dark
        if tab.locator("html").get_attribute("data-theme") != "dark":
            tab.locator(".theme-switch-button:visible").click()
    assert tab.locator("html").get_attribute("data-theme") == "dark"
    assert tab.evaluate(background) != light
    for figure in tab.locator(".cell_output img, .slider-figure svg").all():
        assert "invert(1)" in figure.evaluate("figure => getComputedStyle(figure).filter")
