"""Processors and settings under which the pages must print the same digits: environments that imitate them.

Each limits all that chooses its instructions while it runs: XLA, NumPy, its OpenBLAS, oneDNN (TensorFlow multiplies
float32 matrices with it whatever ``TF_ENABLE_ONEDNN_OPTS`` says) and the C library's mathematics. What starts the
process sets the variables. ``tests/test_processors.py`` asks each of the five whether it obeys.
"""

from pathlib import Path


def _threads(number: int) -> dict[str, str]:
    names = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return dict.fromkeys(names, str(number))


_NUMPY_AVX512 = "X86_V4 AVX512_ICL AVX512_SPR"  # NumPy's names of what it chooses among; X86_V3 is AVX2 with FMA
_WITHOUT_FMA = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4",
    "NPY_DISABLE_CPU_FEATURES": f"X86_V3 {_NUMPY_AVX512}",
}

SETTINGS: dict[str, dict[str, str]] = {
    "as-it-is": {},
    "sse4.2": _WITHOUT_FMA
    | {
        "XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2",
        "OPENBLAS_CORETYPE": "NEHALEM",
        "ONEDNN_MAX_CPU_ISA": "SSE41",
    },
    "avx": _WITHOUT_FMA
    | {
        "XLA_FLAGS": "--xla_cpu_max_isa=AVX",
        "OPENBLAS_CORETYPE": "SANDYBRIDGE",
        "ONEDNN_MAX_CPU_ISA": "AVX",
    },
    "avx2": {
        "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",
        "NPY_DISABLE_CPU_FEATURES": _NUMPY_AVX512,
        "OPENBLAS_CORETYPE": "HASWELL",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
    },
    "avx512": {
        "XLA_FLAGS": "--xla_cpu_max_isa=AVX512",
        "OPENBLAS_CORETYPE": "SKYLAKEX",
        "ONEDNN_MAX_CPU_ISA": "AVX512_CORE",
    },
    "one-thread": _threads(1),
    "four-threads": _threads(4),
    "onednn": {"TF_ENABLE_ONEDNN_OPTS": "1"},
}

_NEEDED = {"sse4.2": "sse4_2", "avx": "avx", "avx2": "avx2", "avx512": "avx512f"}


def possible(setting: str) -> bool:
    """Say whether this machine's processor has the instructions of a setting (on Linux, which lists them)."""
    listed = Path("/proc/cpuinfo")
    return setting not in _NEEDED or (listed.exists() and _NEEDED[setting] in listed.read_text().split())
