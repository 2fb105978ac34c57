"""The stand-ins for other processors cover what they promise, and set what they say."""

import os
import subprocess
import sys
from itertools import combinations, product
from pathlib import Path

from benchmarks.portable import ALL_UNIT_TESTS_IN, NUMERIC, RUNS, environment

PROJECT = Path(__file__).parent.parent
VALUES = (("Haswell", "Zen", "SkylakeX"), ("default", "avx2", "avx512"), (1, 2, 4))


def test_each_pair_of_values_is_run_together_once():
    for first, second in combinations(range(3), 2):
        pairs = [(run[first], run[second]) for run in RUNS]
        assert sorted(map(str, pairs)) == sorted(map(str, product(VALUES[first], VALUES[second])))


def test_all_unit_tests_meet_each_value_once():
    whole = [RUNS[number - 1] for number in ALL_UNIT_TESTS_IN]
    assert [set(column) for column in zip(*whole, strict=True)] == [set(values) for values in VALUES]


def test_the_numeric_tests_are_there():
    assert [name for name in NUMERIC if not (PROJECT / name).exists()] == []


def test_threads_beyond_the_cores_are_really_set():
    code = "import benchmarks.portable as p; p.pytest_configure(); print(p.kernels())"
    wanted = os.cpu_count() + 2
    variables = environment("Haswell", "default", wanted)
    # The processor's own kernels, so that this holds on every one.
    own = {name: value for name, value in variables.items() if name not in ("OPENBLAS_CORETYPE", "ATEN_CPU_CAPABILITY")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=own, capture_output=True, text=True, check=True
    )
    assert f"torch {done.stdout.split('torch ')[1].split()[0]} with {wanted}, " in done.stdout
    assert f"numba generic with {wanted}" in done.stdout
