"""The migration page has a row for each idiom of TensorFlow 1, its code runs, and its names are where it says."""

import ast
import re
from pathlib import Path

import pytest

from nnopt_course._tensorflow import tf

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "book" / "migration.md").read_text("utf-8")
v1 = tf.compat.v1

# What the notes and the listings opt4_1 to opt4_8 call, spelled as there (typing errors mended).
CALLED = """
    tf.placeholder tf.Session tf.global_variables_initializer tf.Variable tf.assign tf.constant tf.random_normal
    tf.matmul tf.nn.relu tf.float32
    tf.reduce_mean tf.reduce_sum tf.square tf.log tf.clip_by_value tf.where tf.greater tf.argmax
    tf.nn.sparse_softmax_cross_entropy_with_logits
    tf.train.GradientDescentOptimizer tf.train.AdamOptimizer tf.train.exponential_decay
    tf.train.ExponentialMovingAverage tf.trainable_variables tf.control_dependencies tf.no_op
    tf.contrib.layers.l1_regularizer tf.contrib.layers.l2_regularizer
    tf.add_to_collection tf.get_collection tf.add_n
    np.random.RandomState np.mgrid np.c_ np.vstack np.squeeze plt.scatter plt.contour plt.show
""".split()
ALSO = ["feed_dict", "sess.run", ".minimize(", "global_step", "ema.apply", "ema.average", "__main__", "print", "ravel"]


def sections():
    """Return the sections of the idioms: heading to text."""
    parts = re.split(r"^### (.+)$", PAGE, flags=re.M)
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return {heading: re.split(r"^## ", text, flags=re.M)[0] for heading, text in pairs}


def block(label, text):
    """Return the code under "Then" or "Now"."""
    return re.search(rf"^\*\*{label}\*\*\n```python\n(.*?)```", text, re.S | re.M)[1]


@pytest.mark.parametrize("name", [*CALLED, *ALSO])
def test_every_call_of_the_notes_has_a_row(name):
    assert any(name in block("Then", text) for text in sections().values()), name


def defined(path):
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}


def test_every_row_names_a_trap_and_a_proof_that_exists():
    assert len(sections()) > 20
    for heading, text in sections().items():
        assert "\n\n**Trap.** " in text, heading
        proofs = re.search(r"^\*\*Proof\.\*\* (.+?)(?:\n\n|\Z)", text, re.M | re.S)[1]
        named = re.findall(r"`tests/(\w+\.py)::(test_\w+)`", proofs)
        assert named and proofs.count("::") == len(named), heading
        for file, test in named:
            assert test in defined(ROOT / "tests" / file), f"{heading} names {file}::{test}"


def test_code_fits_the_page():
    for code in re.findall(r"```python\n(.*?)```", PAGE, re.S):
        assert all(len(line) <= 60 for line in code.splitlines()), code


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")  # save_weights
def test_the_blocks_of_today_run_one_after_the_other(tmp_path, monkeypatch, style):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__main__"}
    imports = re.search(r"^```python\n(import matplotlib.*?)```", PAGE, re.S | re.M)[1]
    for code in [imports, *(block("Now", text) for text in sections().values())]:
        exec(compile(code, "migration.md", "exec"), names)
    assert names["run"].held_out["weights"]["loss"] < 2  # the last one, 400 updates of the template
    assert {path.name for path in tmp_path.iterdir()} == {"boundary.svg", "net.weights.h5", "run.npz"}


def test_the_blocks_of_then_call_what_tensorflow_1_had():
    for heading, text in sections().items():
        code = block("Then", text)
        if heading != "Python 2":
            ast.parse(code)
        for name in re.findall(r"\btf\.[a-zA-Z_.0-9]*[a-zA-Z0-9_]", code):
            assert reachable(name, v1) or name.startswith("tf.contrib.layers."), name


def test_the_map_at_the_top_leads_to_every_row():
    top = PAGE.split("\n### ")[0]
    anchors = re.findall(r"\]\(#([\w-]+)\)", top)
    assert anchors == [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in sections()]


def reachable(name, root):
    for part in name.removeprefix("tf.").split("."):
        root = getattr(root, part, None)
    return root is not None


def test_the_page_says_truly_where_each_name_of_tensorflow_is_today():
    """The lists "where the names went" hold every name that the notes call, each in the right one."""
    kinds = {
        "Same name": lambda name: reachable(name, tf),
        "New name": lambda name: not reachable(name, tf) and reachable(name, v1),
        "Only in": lambda name: not reachable(name, tf) and reachable(name, v1),
        "Gone": lambda name: not reachable(name, tf) and not reachable(name, v1),
    }
    listed = []
    for kind, holds in kinds.items():
        entry = re.search(rf"^- \*\*{kind}.*?(?=^- |\n\n)", PAGE, re.M | re.S)[0]
        pairs = re.findall(r"`(tf\.[\w.]+)`(?: is\s+`(tf\.[\w.]+)`)?", entry)
        for old, new in pairs:
            if old in ("tf.compat.v1", "tf.contrib"):
                continue  # where the names are, or were
            assert holds(old), f"{old} does not belong under {kind}"
            assert not new or reachable(new, tf), new
            assert bool(new) == (kind == "New name"), old
            listed.append(old)
    assert sorted(listed) == sorted([*(n for n in CALLED if n.startswith("tf.")), "tf.train.Saver"])
