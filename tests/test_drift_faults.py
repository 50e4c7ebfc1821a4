"""The drift test sees what is rounded, knows what is dangerous, and fails on faults that are planted."""

import ast
import math

import nbformat
import numpy as np
import pytest
from drift import Record, run, unrecorded, worst_cases
from drift_recorder import Recorder
from drift_rewriter import RECORDER, Rewriter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from processors import SETTINGS, possible

THIRD = 1 / 3
SIGNS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}


@pytest.mark.parametrize(
    ("source", "how", "argument", "value"),
    [
        ("f'{third:.4f} of it'", "format", ".4f", THIRD),
        ("f'{third!s:>9.4}'", "format", "", THIRD),
        ("f'{third:.{2 + 1}f}'", "format", ".3f", THIRD),
        ("'{:.2f}'.format(third)", "format", ".2f", THIRD),
        ("(lambda row: row(third))('{:.1%}'.format)", "format", ".1%", THIRD),
        ("print(third)", "format", "", THIRD),
        ("round(third, 2)", "round", 2, THIRD),
        ("round(third)", "round", 0, THIRD),
        ("np.round(third, decimals=2)", "round", 2, THIRD),
        ("np.float64(third).round(3)", "round", 3, THIRD),
        *((f"third {sign} third", "compare", name, 0.0) for sign, name in SIGNS.items()),
        ("third < 1", "compare", "lt", THIRD - 1),
        ("np.argmin([third, 2.0, 1.0])", "compare", "gt", 1 - THIRD),
        ("np.array([[third, 2.0, 1.0], [5, 7, 4]]).argmax(axis=1)", "compare", "gt", [1.0, 2.0]),
    ],
)
def test_the_recorder_notes_what_loses_digits_and_changes_no_answer(source, how, argument, value):
    recorder, names = Recorder(), {"third": THIRD, "np": np}
    tree = Rewriter().visit(ast.parse(source, mode="eval"))
    assert str(eval(compile(tree, "page", "eval"), {**names, RECORDER: recorder})) == str(eval(source, names))
    (record,) = recorder.records
    assert record[2:4] == (how, argument) and record[4].ravel().tolist() == np.ravel(value).tolist()


@pytest.mark.parametrize(
    "source", ["f'{3}'", "'a' < 'b'", "3 < 4", "round(7, -1)", "np.argmax([1, 2])", "0.1 < 0.2 < 0.3"]
)
def test_the_recorder_leaves_alone_what_has_no_floats_and_chains(source):
    recorder = Recorder()
    tree = Rewriter().visit(ast.parse(source, mode="eval"))
    assert eval(compile(tree, "page", "eval"), {"np": np, RECORDER: recorder}) == eval(source, {"np": np})
    assert not recorder.records


@pytest.mark.parametrize(
    ("how", "argument", "here", "there", "is_safe"),
    [
        ("format", ".2f", 0.125, 0.125, True),  # on the edge, and exact
        ("format", ".4f", 0.83975, 0.83975, False),  # on the edge, and not exact: no binary number is
        ("format", ".4f", 0.00195 + 1e-17, 0.00195 + 1e-17, False),  # as a difference of shares
        ("format", ".3f", np.float32(0.1234999), np.float32(0.1234999), False),  # within some float32 ulps
        ("format", ".2f", 0.12, 0.1204, True),
        ("format", ".2f", 0.12, 0.1206, False),
        ("format", ".2f", [0.12, 0.1249], [0.1201, 0.125], False),  # the second has less room
        ("format", ">9.1%", 0.1234, 0.123409, True),
        ("format", ">9.1%", 0.1234, 0.123411, False),
        ("format", ".3g", 1200.0, 1200.4, True),
        ("format", ".3g", 1200.0, 1200.6, False),
        ("format", ".1e", 1.23e-9, 1.231e-9, True),
        ("format", ".1e", 1.23e-9, 1.233e-9, False),
        ("format", ">8", 0.1, 0.1, True),  # all digits show
        ("format", ">8", 0.1, math.nextafter(0.1, 1), False),
        ("format", ".2f", math.nan, math.nan, True),
        ("format", ".2f", math.inf, 1e300, False),
        ("round", 2, 0.12, 0.1204, True),
        ("round", 2, 0.12, 0.1206, False),
        ("compare", "gt", 1e-9, 1.05e-9, True),
        ("compare", "gt", 1e-9, 1.15e-9, False),
        ("compare", "gt", [0.0, 1e-9], [0.0, 1.05e-9], True),  # 0 is exact
        ("compare", "gt", [1e-9, 1.0], [1e-9, 1.0 + 1e-9], False),  # the neighbor tells what it drifts by
        ("compare", "gt", [1e-9, 1e30], [1e-9, 1.01e30], True),  # this one diverges and tells nothing
        ("figure", None, 12.34, 12.34 + 4e-4, True),
        ("figure", None, 12.34, 12.34 + 6e-4, False),
        ("figure", None, 12.345, 12.345 + 1e-9, True),  # Matplotlib writes 12.345000 for both
        ("figure", None, 12.345 + 4.9e-7, 12.345 + 4.8e-7, False),
    ],
)
def test_a_number_is_safe_if_its_margin_exceeds_ten_times_its_drift(how, argument, here, there, is_safe):
    pair = [[Record(3, "it", how, argument, np.asarray(values))] for values in (here, there)]
    (worst,) = worst_cases(*pair)
    assert (worst.room > 1) == is_safe, worst


def test_runs_that_went_other_ways_are_refused():
    one, two = Record(3, "it", "round", 1, np.ones(2)), Record(3, "it", "round", 1, np.ones(3))
    for other in ([], [two], [one._replace(code="that")], [one, one]):
        with pytest.raises(ValueError, match=r"became|shorter|longer"):
            list(worst_cases([one], other))


PAGE = """\
import matplotlib.pyplot as plt
from nnopt_course import figures
from nnopt_course.comparison import paired_difference
import tensorflow as tf

@tf.function(jit_compile=True)
def squares(x):
    return tf.reduce_sum(x * x - 0.3 * x)

total = squares(tf.constant([[i / 7] for i in range(1000)]))
print(f"{total:.4f}", f"{total:.0e}")
print(paired_difference([0.1, 0.2], [0.0, 0.3]))
print("%.1e" % total)
figures.to_svg(plt.figure(figsize=(1 / 7, 1)))
"""


@pytest.mark.skipif(not possible("avx2"), reason="this processor has no fused multiply-add to go without")
def test_a_float32_sum_with_many_digits_fails_and_with_few_passes(tmp_path):
    page = tmp_path / "page.ipynb"
    output = new_output("stream", name="stdout", text="+0.0000 ± 0.1000: not clear\n6.7e+06\n")
    nbformat.write(new_notebook(cells=[new_code_cell(PAGE, outputs=[output])]), page)
    (here, texts), (there, _) = (run(page, each, tmp_path / "out") for each in ({}, SETTINGS["sse4.2"]))
    found = list(worst_cases(here, there))
    assert {each.argument for each in found if each.room <= 1} == {".4f"}
    assert any("comparison" in each.code for each in found)
    drawn = np.concatenate([each.values.ravel() for each in here if each.how == "figure"])
    widths = drawn[abs(drawn - 72 / 7) < 1e-3]  # in points, of the figure and of the path around it
    assert len(widths) > 1 and max(abs(widths - 72 / 7)) < 1e-9
    assert unrecorded(page, texts) == (["cell 0: 6.7e+06"], 3)
