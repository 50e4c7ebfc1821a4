"""What a reader types into the search leads to the right place, and is among the first three results."""

from urllib.parse import quote

import pytest

API = "book/api/{0}.html#nnopt_course.{0}.{1}".format
SYMBOL = "book/notation.html#symbol-{}".format

QUERIES = {
    # symbols: spoken, as a letter, by their name in the code, in Chinese
    "eta": SYMBOL("Learning-rate"),
    "η": SYMBOL("Learning-rate"),
    "learning rate": SYMBOL("Learning-rate"),
    "learning_rate": SYMBOL("Learning-rate"),
    "学习率": SYMBOL("Learning-rate"),
    "lambda": SYMBOL("Strength-of-the-penalty"),
    "shadow": SYMBOL("Shadow"),
    "decay": SYMBOL("Decay"),
    "batch size": SYMBOL("Examples-in-a-batch"),
    "Hessian": SYMBOL("Hessian"),
    "epsilon": SYMBOL("Added-to-the-root"),
    "sigmoid": SYMBOL("The-sigmoid"),
    "momentum": SYMBOL("Share-of-the-velocity-that-stays"),
    # the package
    "ExponentialDecay": API("schedules", "ExponentialDecay"),
    "paired_difference": API("comparison", "paired_difference"),
    "train": API("training", "train"),
    "soft_threshold": API("regularizers", "soft_threshold"),
    # exercises, with and without their number
    "Staircase and smooth decay": "exercises/4_2_exercises.html#staircase-and-smooth-decay",
    "4.1.4 Softmax twice": "exercises/4_1_exercises.html#softmax-twice",
    # pages and headings
    "Regularization": "book/4_4_regularization.html",
    "global_step": "book/migration.html#global-step",
    "smoothing": "exercises/4_2_exercises.html",
}


def results(tab, folder):
    tab.wait_for_selector("#search-results .search-summary:has-text('finished')")  # results come one by one
    found = tab.locator("#search-results li > a").evaluate_all("links => links.map(link => link.href)")
    return [link.removeprefix(f"{folder}/") for link in found]


@pytest.mark.parametrize("query", QUERIES)
def test_the_first_results_hold_what_is_meant(goto, address, query):
    assert QUERIES[query] in results(goto(f"search.html?q={quote(query)}"), address)[:3]


def test_a_function_typed_in_full_comes_first(goto, address):
    found = results(goto("search.html?q=paired_difference"), address)
    assert found[0] == QUERIES["paired_difference"]


def test_nobody_meets_an_answer_before_the_question(goto, address):
    query = "write the mean squared error"
    found = results(goto(f"search.html?q={quote(query)}"), address)
    are_solutions = [link.startswith("exercises/solutions/") for link in found]
    assert any(are_solutions)
    assert are_solutions == sorted(are_solutions)  # all of them last


def test_solutions_are_found_when_asked_for(goto, address):
    assert results(goto("search.html?q=solutions"), address)[0].startswith("exercises/solutions/")


def test_search_works_from_a_file_and_by_keyboard(goto, site):
    tab = goto((site / "book" / "index.html").as_uri())
    tab.keyboard.press("Control+k")
    tab.keyboard.type("shadow")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search.html?q=shadow")
    assert results(tab, site.as_uri())[0] == SYMBOL("Shadow")
