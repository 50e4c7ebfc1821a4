"""Fixtures that several files of tests use: the built book, a browser, the figure style, what was displayed."""

import os
import re
import subprocess
import sysconfig
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urljoin

import hypothesis
import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from filelock import FileLock

from book import chromium
from nnopt_course import figures

ROOT = Path(__file__).resolve().parents[1]


def pytest_generate_tests(metafunc):
    """Run a test that takes ``page`` once for every page in the table of contents; those of a page run together."""
    if "page" in metafunc.fixturenames:
        toc = (ROOT / "_toc.yml").read_text("utf-8")
        metafunc.parametrize("page", re.findall(r"^ *(?:- file|root): (\S+)$", toc, re.M), scope="module")


@pytest.fixture(scope="session")
def build():
    """Return a function that builds the book in one folder into another by the documented command."""

    def run(source, output):
        program = Path(sysconfig.get_path("scripts"), "jupyter-book")
        command = [program, "build", ".", "-W", "-n", "--keep-going", "--all", "--path-output", output]
        return subprocess.run(command, cwd=source, capture_output=True, encoding="utf-8")

    return run


@pytest.fixture(scope="session")
def site(build, tmp_path_factory):
    """Return the folder of the site, freshly built; of several pytest-xdist workers the first one builds it for all."""
    base = tmp_path_factory.getbasetemp()
    output = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "site"
    with FileLock(f"{output}.lock"):
        if not output.exists():
            done = build(ROOT, output)
            (output / "refused").write_text(done.stderr if done.returncode else "")
    if refused := (output / "refused").read_text():
        pytest.fail(f"the book does not build:\n{refused}", pytrace=False)
    return output / "_build" / "html"


@pytest.fixture(scope="session")
def chromium_program():
    """Return the path of the browser's program; without one the tests are skipped, and in CI they fail."""
    program = chromium.find()
    if program is None:
        message = "no Chromium is installed, so the site and the PDF file were not tried"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    return program


@pytest.fixture(scope="module")  # not longer: Playwright's event loop would get in the way of notebook kernels
def browser(chromium_program):
    with chromium.launch(chromium_program) as browser:
        yield browser


class SilentHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def address(site):
    """The address under which a server on this machine offers the site."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SilentHandler, directory=site)) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def tab(browser):
    """One tab for all tests of a file, because opening one takes longer than most pages. No page remembers the last."""
    # Colors that slide from light to dark would be measured halfway.
    with browser.new_context(reduced_motion="reduce") as context:
        context.add_init_script("localStorage.clear()")
        yield context.new_page()


@pytest.fixture
def goto(tab, address):
    """Return a function that opens a page of the site, or a whole address, in the light theme."""

    def run(path, width=1280, height=900):
        tab.emulate_media(color_scheme="light")
        tab.set_viewport_size({"width": width, "height": height})
        tab.goto(urljoin(f"{address}/", path))
        return tab

    yield run
    tab.goto("about:blank")  # ends what is still loading, before the next test listens


@pytest.fixture
def requests(tab):
    """Return the list of the addresses that the tab asks for during the test."""
    asked = []

    def note(request):
        asked.append(request.url)

    tab.on("request", note)
    yield asked
    tab.remove_listener("request", note)


@pytest.fixture
def style():
    """Draw in the style of the course and leave no setting and no figure behind."""
    with mpl.rc_context():
        figures.use_style()
        yield
    plt.close("all")


@pytest.fixture
def displayed(monkeypatch):
    """Return the list of what was displayed, each with the options of the call."""
    calls = []
    monkeypatch.setattr(figures, "display", lambda data, **options: calls.append((data, options)))
    return calls


@pytest.fixture
def nothing_printed(capfd):
    """Fail a test whose calls write to standard output or error, C++ libraries included."""
    yield
    assert tuple(capfd.readouterr()) == ("", "")


# The same examples in every run: a red test stays red until somebody fixes it.
hypothesis.settings.register_profile("course", derandomize=True, deadline=None, max_examples=50)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=2000, print_blob=True)
hypothesis.settings.load_profile("course")
