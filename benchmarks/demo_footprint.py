"""What the public demo costs its host: the server's memory and processor time, at the start and after visitors.

Serves ``demo/streamlit_app.py`` as Streamlit Community Cloud does, and lets visitors open every page one after the
other in a real Chromium, each visitor in a browser of his own. Community Cloud gives about 690 MB. Classify and
Training are left out: they need torch, which is not installed there. Run it as

    python -m benchmarks.demo_footprint --beside /path/to/another/tree

for both trees in turn, round by round. It writes ``benchmarks/results/demo_footprint.txt``. Processor time is that of
the server's own process, so that other programs on the machine lengthen it little.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from pathlib import Path

from benchmarks.idle import processor_time
from benchmarks.machine import when_and_where
from tests.browser.driving import PROJECT, chromium, start_server, stop_server

RESULTS = PROJECT / "benchmarks" / "results" / "demo_footprint.txt"
PAGES = ("", "map", "suspects", "clusters", "review", "decisions", "corrections", "evaluation", "data")
VISITORS = 4
AT_REST = '[data-testid="stApp"][data-test-script-state="notRunning"]'
SETTLED_MS = 1500


def memory_mb(process: int) -> float:
    """Resident memory of a process, in MB."""
    import psutil

    return psutil.Process(process).memory_info().rss / 1e6


def visit(browser, url: str) -> None:
    """Open every page of the demo in a browser of its own."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(60_000)
    for name in PAGES:
        page.goto(f"{url}/{name}")
        page.wait_for_selector(AT_REST)
        page.wait_for_timeout(SETTLED_MS)
    page.context.close()


def measure(browser, tree: Path) -> dict[str, float]:
    """Megabytes and seconds of one fresh server of a tree."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "GLITCH_AUDIT_HOME": f"{folder}/home", "PYTHONPATH": str(tree)}
        url, server = start_server(
            tree / "demo" / "streamlit_app.py", log=Path(folder) / "log", env=env, cwd=tree, forked=False
        )
        try:
            found = {"server answers, processor time (s)": processor_time(server)}
            page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
            page.set_default_timeout(60_000)
            page.goto(url)
            page.get_by_role("heading", level=1).first.wait_for()
            page.wait_for_selector(AT_REST)
            page.wait_for_timeout(SETTLED_MS)
            found["first screen drawn, processor time (s)"] = processor_time(server)
            found["first screen drawn, memory (MB)"] = memory_mb(server.pid)
            page.context.close()
            for number in range(1, VISITORS + 1):
                visit(browser, url)
                if number in (1, VISITORS):
                    found[f"after {number} visitor{'s' * (number > 1)}, memory (MB)"] = memory_mb(server.pid)
            return found
        finally:
            stop_server(server)


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--beside", type=Path, help="another tree to compare with, such as a checkout of before")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    lines = [when_and_where(), f"python -m benchmarks.demo_footprint --rounds {options.rounds}"]
    trees = {"here": PROJECT} | ({"before": options.beside.resolve()} if options.beside else {})
    found: dict[str, list[dict[str, float]]] = {name: [] for name in trees}
    with chromium() as browser:
        for _ in range(options.rounds):
            for name, tree in trees.items():
                found[name].append(measure(browser, tree))
    lines.append(
        f"{'medians of ' + str(options.rounds) + ' servers each':42}" + "".join(f"{name:>9}" for name in trees)
    )
    for what in found["here"][0]:
        middle = {name: statistics.median(one[what] for one in rounds) for name, rounds in found.items()}
        figures = "".join(f"{value:9.2f}" if "(s)" in what else f"{value:9.0f}" for value in middle.values())
        ratio = f"   here / before {middle['here'] / middle['before']:.2f}" if "before" in middle else ""
        lines.append(f"{what:42}{figures}{ratio}")
    text = "\n".join(lines) + "\n"
    print(text, end="")
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
