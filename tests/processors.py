"""Processors and settings under which the pages must print the same digits: environments that imitate them.

Each limits everything that chooses instructions while it runs: XLA, NumPy, OpenBLAS and the C library's mathematics.
TensorFlow's own kernels choose none. What starts the process sets the variables, before anything is loaded.
"""

from pathlib import Path

WITHOUT_FMA = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
}


def _threads(number: int) -> dict[str, str]:
    names = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return dict.fromkeys(names, str(number))


SETTINGS: dict[str, dict[str, str]] = {
    "as-it-is": {},
    "sse4.2": {"XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2", "OPENBLAS_CORETYPE": "NEHALEM"} | WITHOUT_FMA,
    "avx": {"XLA_FLAGS": "--xla_cpu_max_isa=AVX", "OPENBLAS_CORETYPE": "SANDYBRIDGE"} | WITHOUT_FMA,
    "avx2": {
        "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",
        "OPENBLAS_CORETYPE": "HASWELL",
        "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
    },
    "avx512": {"XLA_FLAGS": "--xla_cpu_max_isa=AVX512", "OPENBLAS_CORETYPE": "SKYLAKEX"},
    "one-thread": _threads(1),
    "four-threads": _threads(4),
    "onednn": {"TF_ENABLE_ONEDNN_OPTS": "1"},
}

_NEEDED = {"sse4.2": "sse4_2", "avx": "avx", "avx2": "avx2", "avx512": "avx512f"}


def possible(setting: str) -> bool:
    """Say whether this machine's processor has the instructions of a setting (on Linux, which lists them)."""
    listed = Path("/proc/cpuinfo")
    return setting not in _NEEDED or (listed.exists() and _NEEDED[setting] in listed.read_text().split())
