"""The tests under stand-ins for other processors: other kernels, other instruction sets, one, two and four threads.

    python -m benchmarks.portable [--runs 1 5 9] [--numeric] [--add] [tests ...]

Sums of products differ in their last bits from processor to processor, so a test that pins floats passes on one machine
and fails on the next. Nine runs put each value of three settings beside each value of the other two (an orthogonal
array, Taguchi's L9), which finds whatever one setting or a pair of them breaks:

    OPENBLAS_CORETYPE    Haswell, Zen, SkylakeX       the kernels of numpy's and scipy's products
    ATEN_CPU_CAPABILITY  default, avx2, avx512        torch's own kernels; oneDNN, MKL, numpy's loops and numba follow
    threads              1, 2, 4                      of OpenMP, MKL, torch and numba, also beyond the cores; and of
                                                      OpenBLAS, which takes no more than there are cores

Runs 1, 5 and 9 hold each value once; they run all unit tests, the others those whose results hang on floats (NUMERIC).
What really ran stands in each line: OpenBLAS's wheels have no kernels of their own for Zen and take Haswell's, and a
setting that this processor lacks is named and left out. ``--add`` adds the outcome to benchmarks/results/portable.txt.

The module is also a pytest plugin: ``-p benchmarks.portable`` sets the threads that no variable can set.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "portable.txt"
OUTPUT = Path(tempfile.gettempdir()) / "glitch-audit-portable"
THREADS = "GLITCH_AUDIT_TEST_THREADS"
NUMERIC = [
    *(
        f"tests/{room}"
        for room in ("space", "audit", "embed", "classify", "simulate", "pipeline", "statistics", "evidence")
    ),
    *("tests/ledger/views/test_agreement_figures.py", "tests/test_demo.py"),
]
UNIT_TESTS = "not browser and not faults and not slow_faults"

# Kernels, instruction set, threads: any two columns hold each of their nine pairs once.
RUNS = (
    ("Haswell", "default", 1),
    ("Haswell", "avx2", 2),
    ("Haswell", "avx512", 4),
    ("Zen", "default", 2),
    ("Zen", "avx2", 4),
    ("Zen", "avx512", 1),
    ("SkylakeX", "default", 4),
    ("SkylakeX", "avx2", 1),
    ("SkylakeX", "avx512", 2),
)
ALL_UNIT_TESTS_IN = (1, 5, 9)

# What goes with an instruction set of torch's in the libraries that do not listen to torch's variable.
ALONGSIDE = {
    "default": {"ONEDNN_MAX_CPU_ISA": "SSE41", "MKL_ENABLE_INSTRUCTIONS": "SSE4_2", "NUMBA_CPU_NAME": "generic"},
    "avx2": {
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
        "NUMBA_CPU_NAME": "haswell",
        "NUMBA_CPU_FEATURES": "+sse4.2,+avx,+avx2,+fma,+bmi,+bmi2,+popcnt",
    },
    "avx512": {},
}
# numpy's loops (sums, exp, log) that are left out, as numpy names them.
WITHOUT = {"default": ("X86_V3", "X86_V4", "AVX512"), "avx2": ("X86_V4", "AVX512"), "avx512": ()}

PROBE = """
import numba, numpy, torch
from benchmarks.portable import kernels
numpy.ones((99, 99), numpy.float32) @ numpy.ones((99, 99), numpy.float32)
torch.nn.Conv2d(3, 8, 3)(torch.rand(1, 3, 32, 32))
torch.rand(99, 99) @ torch.rand(99, 99)
numba.njit(lambda values: values.sum())(numpy.ones(99))
print(kernels())
"""


def environment(coretype: str, capability: str, threads: int) -> dict[str, str]:
    """The variables of one run, beside those that are set already."""
    numbers = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", THREADS)
    return {
        **os.environ,
        **dict.fromkeys(numbers, str(threads)),
        **ALONGSIDE[capability],
        "OPENBLAS_CORETYPE": coretype,
        "ATEN_CPU_CAPABILITY": capability,
        "NPY_DISABLE_CPU_FEATURES": " ".join(_numpy_features(WITHOUT[capability])),
    }


def kernels() -> str:
    """What runs in this process: OpenBLAS's kernels, torch's instruction set, threads of each."""
    import numba
    import scipy.linalg  # noqa: F401
    import torch
    from threadpoolctl import threadpool_info

    found = [pool for pool in threadpool_info() if pool["internal_api"] == "openblas"]
    names = "/".join(sorted({pool["architecture"] for pool in found})) or "no OpenBLAS"
    widths = "/".join(sorted({str(pool["num_threads"]) for pool in found})) or "-"
    return (
        f"OpenBLAS {names} with {widths} threads, torch {torch.backends.cpu.get_cpu_capability()} with "
        f"{torch.get_num_threads()}, numba {numba.config.CPU_NAME or 'host'} with {numba.config.NUMBA_NUM_THREADS}"
    )


def pytest_configure() -> None:
    """Sets the threads of torch and OpenMP, which take more than there are cores from a call but not from a variable.

    OpenBLAS is left with its variable, so with the cores at most: raised past them by a call, scipy 1.15's OpenBLAS
    0.3.28 ends ``eigh`` in a segmentation fault.
    """
    if threads := os.environ.get(THREADS):
        import sklearn.cluster  # noqa: F401
        import torch
        from threadpoolctl import threadpool_limits

        threadpool_limits(int(threads), user_api="openmp")
        torch.set_num_threads(int(threads))


def pytest_terminal_summary(terminalreporter: object) -> None:
    """Writes what really ran."""
    terminalreporter.write_line(f"kernels: {kernels()}")


def run_tests(number: int, tests: list[str], folder: Path) -> tuple[str, bool]:
    """One line about run ``number`` (1 to 9), whose output is kept in ``folder``, and whether it passed."""
    coretype, capability, threads = RUNS[number - 1]
    variables = environment(coretype, capability, threads)
    asked = f"{number}. {coretype:8} {capability:7} {threads} threads"
    probe = subprocess.run([sys.executable, "-c", PROBE], cwd=ROOT, env=variables, capture_output=True, text=True)
    if probe.returncode:
        return f"{asked}: not on this processor ({probe.stderr.strip().splitlines()[-1:] or probe.returncode})", True
    command = ["-m", "pytest", "-p", "benchmarks.portable", "-m", UNIT_TESTS, "-p", "no:cacheprovider", *tests]
    output = folder / f"portable-{number}.txt"
    began = time.monotonic()
    with output.open("w", encoding="utf-8") as file:
        done = subprocess.run([sys.executable, *command], cwd=ROOT, env=variables, stdout=file, stderr=file)
    text = output.read_text(encoding="utf-8")
    ran = re.findall(r"^kernels: (.*)$", text, re.M)[-1:]
    counts = re.findall(r"^.*\b(?:passed|failed|error)\b.* in .*$", text, re.M)[-1:]
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", text, re.M)
    what = "all unit tests" if tests == ["tests"] else "numeric tests" if tests == NUMERIC else " ".join(tests)
    lines = [f"{asked}: {what}: {(counts or ['no tests ran'])[0]} ({time.monotonic() - began:.0f} s)"]
    lines += [f"   ran with {(ran or ['unknown'])[0]}", *(f"   FAILED {name}" for name in failed)]
    return "\n".join(lines), done.returncode == 0


def main() -> int:
    """Runs the tests under each setting; the exit status is 1 where a test failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests", nargs="*", help="these tests in every run")
    parser.add_argument("--runs", nargs="+", type=int, choices=range(1, 10), default=range(1, 10), metavar="1..9")
    parser.add_argument("--numeric", action="store_true", help="only the tests whose results hang on floats")
    parser.add_argument("--add", action="store_true", help="add the outcome to benchmarks/results/portable.txt")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="folder for what pytest prints")
    chosen = parser.parse_args()
    chosen.output.mkdir(parents=True, exist_ok=True)
    head = (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {_processor()}, {os.cpu_count()} cores, {platform.python_version()}"
    )
    lines, good = [head, "python -m benchmarks.portable " + " ".join(sys.argv[1:])], True
    print("\n".join(lines), flush=True)
    for number in chosen.runs:
        whole = number in ALL_UNIT_TESTS_IN and not chosen.numeric
        line, passed = run_tests(number, chosen.tests or (["tests"] if whole else NUMERIC), chosen.output)
        print(line, flush=True)
        lines.append(line)
        good = good and passed
    if chosen.add:
        with RESULT.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n\n")
    return 0 if good else 1


def _numpy_features(left_out: tuple[str, ...]) -> list[str]:
    # numpy warns of names that it was not built with, so only those that it would use here are named.
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    return [name for name in __cpu_dispatch__ if name.startswith(left_out) and __cpu_features__.get(name)]


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", information.read_text()) if information.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


if __name__ == "__main__":
    sys.exit(main())
