"""What one rerun of each page costs: how often it looks who is at the desk and which data sets there are, and its time.

Run ``python -m benchmarks.reruns`` for this tree, or ``python -m benchmarks.reruns --beside /path/to/another/tree`` for
both in turn, so that load on the machine meets them alike. The pages run without a browser, on the demo, each tree in a
process and a home of its own; of the times the median of the reruns counts, of the trees' ratio the median of rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[1]
PAGES = ("map", "clusters", "suspects", "review", "decisions", "corrections", "classify", "training", "evaluation")
LOOKS = {"data sets": "known_workspaces", "roles": "read_roles"}
"""What is counted, and the function that does it."""
RERUNS = 7


def measure() -> dict[str, dict[str, float]]:
    """For each page of the tree that is imported: seconds of a rerun (median), and how often it looks."""
    from streamlit.testing.v1 import AppTest

    found = {}
    for page in (*PAGES, "data"):
        app = AppTest.from_file(str(Path.cwd() / "app.py"), default_timeout=300)
        app.run()
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, (page, [error.value for error in app.exception])
        seconds = []
        for _ in range(RERUNS):
            start = perf_counter()
            app.run()
            seconds.append(perf_counter() - start)
        found[page] = {"seconds": median(seconds), **counted(app)}
    return found


def counted(app) -> dict[str, int]:
    """How often one rerun calls each of ``LOOKS``."""
    import threading

    counts = dict.fromkeys(LOOKS, 0)
    names = {name: what for what, name in LOOKS.items()}

    def note(frame, event, _):
        if event == "call" and frame.f_code.co_name in names and "/core/" in frame.f_code.co_filename:
            counts[names[frame.f_code.co_name]] += 1

    # AppTest runs the page in a thread of its own.
    threading.setprofile(note)
    try:
        app.run()
    finally:
        threading.setprofile(None)
    return counts


def in_process(tree: Path) -> dict[str, dict[str, float]]:
    """What :func:`measure` finds in a tree, which need not have this file."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, str(Path(__file__).resolve()), "--only-measure"],
            cwd=tree,
            env={**os.environ, "PYTHONPATH": str(tree), "GLITCH_AUDIT_HOME": home, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beside", type=Path, help="another tree to compare with, such as a checkout of before")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    from benchmarks.machine import when_and_where

    trees = {"here": ROOT, **({"beside": options.beside.resolve()} if options.beside else {})}
    rounds = [{name: in_process(tree) for name, tree in trees.items()} for _ in range(options.rounds)]
    print(when_and_where())
    print(f"{'page':12}" + "".join(f"{name + ' ' + what:>22}" for name in trees for what in ("ms", *LOOKS)), end="")
    print(f"{'time, here/beside':>20}" if options.beside else "")
    for page in rounds[0]["here"]:
        line = f"{page:12}"
        for name in trees:
            line += f"{1000 * median(one[name][page]['seconds'] for one in rounds):22.0f}"
            line += "".join(f"{rounds[0][name][page][what]:22d}" for what in LOOKS)
        if options.beside:
            ratio = median(one["here"][page]["seconds"] / one["beside"][page]["seconds"] for one in rounds)
            line += f"{ratio:20.2f}"
        print(line)


if __name__ == "__main__":
    if sys.argv[1:] == ["--only-measure"]:
        print(json.dumps(measure()))
    else:
        main()
