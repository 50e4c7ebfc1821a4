"""TensorFlow starts without Keras and without a word on standard error, and only its start-up is changed."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nnopt_course import _tensorflow

ROOT = Path(__file__).resolve().parents[1]
VARIABLES = ("TF_CPP_MIN_LOG_LEVEL", "TF_ENABLE_ONEDNN_OPTS", "PYTHONUNBUFFERED")

SCRIPT = """
import os, sys
from nnopt_course._tensorflow import _standard_error_discarded, tf
print("half a line ", end="", file=sys.stderr)
with _standard_error_discarded():
    print("not heard", file=sys.stderr)
early = {"keras", "matplotlib", "sklearn"} & set(sys.modules)
total = tf.function(lambda x: tf.reduce_sum(x @ x), jit_compile=True)(tf.ones((2, 2))) + tf.reduce_sum(tf.ones(2))
loss = tf.keras.losses.MeanSquaredError()([1.0], [3.0])
print(*early, float(total), float(loss), os.environ["TF_CPP_MIN_LOG_LEVEL"], os.environ["TF_ENABLE_ONEDNN_OPTS"])
print("python speaks", file=sys.stderr, flush=True)
os.write(2, b"the process speaks\\n")
"""


@pytest.fixture(scope="module")
def fresh():
    """Return the finished processes: one with no variable set, and one with the user's own values."""
    clean = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    environments = {"defaults": clean, "own": clean | {"TF_CPP_MIN_LOG_LEVEL": "0", "TF_ENABLE_ONEDNN_OPTS": "1"}}
    started = {
        name: subprocess.Popen(
            [sys.executable, "-c", SCRIPT], cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for name, env in environments.items()
    }
    return {name: (*process.communicate(), process.returncode) for name, process in started.items()}


def test_importing_and_computing_writes_nothing_and_standard_error_works_afterwards(fresh):
    out, err, code = fresh["defaults"]
    assert err == "half a line python speaks\nthe process speaks\n"
    assert (out, code) == ("10.0 4.0 2 0\n", 0)


def test_the_users_own_variables_are_kept_and_level_0_restores_the_lines(fresh):
    out, err, code = fresh["own"]
    assert (out, code) == ("10.0 4.0 0 1\n", 0)
    assert "python speaks\nthe process speaks\n" in err
    assert "tensorflow" in err.replace("python speaks\nthe process speaks\n", "").lower()


def test_standard_error_comes_back_after_an_exception_and_no_descriptor_is_left_open(capfd):
    lowest_free = os.dup(1)
    os.close(lowest_free)
    with pytest.raises(ZeroDivisionError), _tensorflow._standard_error_discarded():
        os.write(2, b"not heard\n")
        print("not heard either", file=sys.__stderr__, flush=True)
        raise ZeroDivisionError
    os.write(2, b"heard\n")
    assert capfd.readouterr().err == "heard\n"
    assert os.dup(1) == lowest_free
    os.close(lowest_free)


def test_keras_is_refused_only_where_it_is_not_yet_loaded_and_only_for_the_time(monkeypatch):
    finders = list(sys.meta_path)
    importlib.import_module("keras")
    with _tensorflow._without_keras():
        assert importlib.util.find_spec("json").origin
        assert importlib.import_module("keras").__name__ == "keras"
        monkeypatch.delitem(sys.modules, "keras")
        assert importlib.util.find_spec("keras").origin
        with pytest.raises(ImportError, match="when it is used"):
            importlib.import_module("keras")
    assert sys.meta_path == finders
