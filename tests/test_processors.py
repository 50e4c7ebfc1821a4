"""Every setting takes effect: XLA, NumPy, OpenBLAS, oneDNN and the C library say, or show, which instructions they use.

Names that they do not know pass without an error, so a setting could imitate nothing and its cell would still be green.
"""

import json
import os
import platform
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from processors import SETTINGS, possible

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(
    (platform.system(), platform.machine(), platform.libc_ver()[0]) != ("Linux", "x86_64", "glibc"),
    reason="the settings are those of Linux on x86 processors",
)

# With a fused multiply-add the product below keeps its last bit, 2**-24, which rounding takes away. The three bytes are
# the instruction vzeroupper, with which a compiler ends what it did in AVX's wide registers.
SCRIPT = r"""
import json, math, os, tempfile
from pathlib import Path
dump = tempfile.mkdtemp()
os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + f" --xla_dump_to={dump}"
os.environ["ONEDNN_VERBOSE"] = "1"
import threadpoolctl
from numpy._core import _multiarray_umath as numpy_core
from nnopt_course._tensorflow import tf

x, square = 1 + 2.0**-12, 1 + 2.0**-11
fused = tf.function(lambda x, y: x * x - y, jit_compile=True)(tf.fill([64], x), tf.fill([64], square))
tf.ones((64, 64)) @ tf.ones((64, 64))
tf.nn.conv2d(tf.ones((1, 8, 8, 3)), tf.ones((3, 3, 3, 8)), 1, "SAME")
code = b"".join(path.read_bytes() for path in Path(dump).glob("*.o"))
blas = [each for each in threadpoolctl.threadpool_info() if each["internal_api"] == "openblas"]
names = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
print(json.dumps({
    "xla": [b"\xc5\xf8\x77" in code, bool(fused[0])],
    "numpy": [name for name in numpy_core.__cpu_dispatch__ if numpy_core.__cpu_features__[name]],
    "openblas": sorted({each["architecture"] for each in blas}),
    "sin": [math.sin(k / 97) for k in range(1000)],
    "threads": [names.count("tf_Compute"), max(each["num_threads"] for each in blas)],
}))
"""


@cache
def seen(setting):
    """Return what a process under a setting uses."""
    if not possible(setting):
        pytest.skip(f"not possible here: this machine's processor does not have the instructions of {setting}")
    environment = {name: value for name, value in os.environ.items() if name != "TF_ENABLE_ONEDNN_OPTS"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment | SETTINGS[setting], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    *verbose, last = done.stdout.splitlines()
    lines = [line.split(",") for line in verbose if line.startswith("onednn_verbose")]
    isa = next(line[4] for line in lines if line[3] == "cpu" and line[4].startswith("isa:"))
    return json.loads(last) | {"onednn": isa, "convolution": any("convolution" in line for line in lines)}


@pytest.mark.parametrize(
    ("setting", "xla", "numpy", "openblas", "onednn"),
    [
        ("sse4.2", [False, False], [], "Nehalem", "isa:Intel SSE4.1"),
        ("avx", [True, False], [], "Sandybridge", "isa:Intel AVX"),
        ("avx2", [True, True], ["X86_V3"], "Haswell", "isa:Intel AVX2"),
    ],
)
def test_an_older_processor_is_imitated(setting, xla, numpy, openblas, onednn):
    """XLA shows whether it uses AVX's wide registers, and whether it fuses a product with a sum."""
    found = seen(setting)
    assert found["xla"] == xla
    assert found["numpy"] == numpy
    assert found["openblas"] == [openblas]
    assert found["onednn"] == onednn


@pytest.mark.skipif(not possible("avx2"), reason="without FMA the C library has nothing to choose")
def test_the_c_library_does_without_fused_multiply_add_where_the_processor_would():
    assert seen("sse4.2")["sin"] == seen("avx")["sin"] != seen("avx2")["sin"] == seen("as-it-is")["sin"]


def test_a_processor_with_avx512_uses_it():
    found = seen("avx512")
    assert "X86_V4" in found["numpy"] and found["openblas"] == ["SkylakeX"]
    assert found["onednn"].startswith("isa:Intel AVX-512")


def test_the_numbers_of_threads_are_those_asked_for():
    """OpenBLAS takes no more threads than there are processors."""
    assert seen("one-thread")["threads"] == [1, 1]
    assert seen("four-threads")["threads"] == [4, min(4, len(os.sched_getaffinity(0)))]


def test_onednn_convolves_only_where_it_is_switched_on():
    assert seen("onednn")["convolution"] and not seen("as-it-is")["convolution"]
