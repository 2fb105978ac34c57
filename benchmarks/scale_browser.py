"""The map of a very large prepared set in a real browser: opening it, mouse-up to count, colours, search.

    python -m benchmarks.scale_browser [--samples 34332 613786]

The set is that of benchmarks/scale_pages.py, prepared by it: vectors beside a table, without pictures. The app is
served as users serve it; a headless Chromium of 1280 x 800 with software WebGL stands on the same machine. "The page"
is from the call of its address until the map is drawn and says how many samples it shows: first on a server that has
opened nothing yet, then in further tabs. "Count" is from the mouse button coming up after a lasso until the panel says
how many samples are selected, "tiles" until the first page of the contact sheet is there; lassos of three sizes in
turn. "Colour" is from the choice until the legend is there.
Results: benchmarks/results/scale_browser.txt. Bars of issue 18.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import Page

from benchmarks.layout import ROOT
from benchmarks.machine import when_and_where
from core.workspace import HOME_VARIABLE, workspace_for
from tests.browser.driving import choose_option, chromium, start_server, stop_server, wait_until_idle
from tests.browser.loop_steps import lasso_everything, wait_for_map

RESULT = ROOT / "benchmarks" / "results" / "scale_browser.txt"
BARS = {"the page again": 3.0, "count": 0.5, "tiles": 1.0, "colour": 1.0}
MEMORY_BAR = 3.0
SHARES, ROUNDS = (0.12, 0.3, 0.8), 3
COLOURS = ("snr", "detector", "label")
LAST_COUNT = """(before) => {
  const heading = [...document.querySelectorAll("h3, h4")].find((one) => one.innerText.endsWith("samples selected"));
  return heading && heading.innerText !== before ? [performance.now() - window.upAt, heading.innerText] : null;
}"""
TILES = """(before) => {
  const tiles = [...document.querySelectorAll("*")].flatMap((one) =>
    one.shadowRoot ? [...one.shadowRoot.querySelectorAll(".tile")] : []);
  const names = tiles.map((one) => one.dataset.id).join(" ");
  return names && names !== before ? [performance.now() - window.upAt, names] : null;
}"""
NOTE_UP = """() => {
  const note = () => { window.upAt = performance.now(); };
  document.addEventListener("pointerup", note, true);
  document.addEventListener("keydown", (event) => { if (event.key === "Enter") note(); }, true);
}"""
NOTE_LEGEND = """(name) => {
  window.legendAt = null;
  const looking = setInterval(() => {
    const titles = [...document.querySelectorAll("*")].flatMap((one) =>
      one.shadowRoot ? [...one.shadowRoot.querySelectorAll(".legend-title")] : []);
    if (titles.some((one) => one.innerText === name)) {
      window.legendAt = performance.now();
      clearInterval(looking);
    }
  }, 20);
}"""


def open_map(browser, url: str, samples: int) -> tuple[Page, float]:
    """Open the map in a tab of its own; returns it and how long it took, in s."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(120_000)
    began = time.perf_counter()
    page.goto(url)
    page.get_by_text(f"{samples:,} samples").first.wait_for()
    wait_for_map(page)
    took = time.perf_counter() - began
    wait_until_idle(page)
    page.evaluate(NOTE_UP)
    return page, took


def counts(page: Page) -> dict[str, list[float]]:
    """Seconds from mouse-up to the count and to the first tiles of each lasso, by what it took in."""
    found: dict[str, list[float]] = {}
    before = tiles = ""
    for _ in range(ROUNDS):
        for share in SHARES:
            lasso_everything(page, share)
            answer = page.wait_for_function(LAST_COUNT, arg=before, polling=20).json_value()
            before = answer[1]
            found.setdefault(f"count of {before.split()[0]}", []).append(answer[0] / 1000)
            seconds, tiles = page.wait_for_function(TILES, arg=tiles, polling=20).json_value()
            found.setdefault(f"tiles of {before.split()[0]}", []).append(seconds / 1000)
            wait_until_idle(page)
    return found


def colours(page: Page) -> dict[str, list[float]]:
    """Seconds from the choice of a colour until the legend names it."""
    found: dict[str, list[float]] = {}
    for name in COLOURS:
        page.evaluate(NOTE_LEGEND, name)
        choose_option(page, "Colour by", name)
        seconds = page.wait_for_function("() => window.legendAt && window.legendAt - window.upAt").json_value()
        found.setdefault(f"colour by {name}", []).append(seconds / 1000)
        wait_until_idle(page)
    return found


def line(what: str, seconds: list[float]) -> str:
    """A figure of the result."""
    bar = next((bar for name, bar in BARS.items() if what.startswith(name)), None)
    middle, longest = statistics.median(seconds), max(seconds)
    verdict = "" if bar is None else f" (bar {bar:g} s: {'met' if middle <= bar else 'MISSED'})"
    return f"  {what:<24} {middle:6.2f} s, longest {longest:5.2f} of {len(seconds)}{verdict}"


def of_one_size(folder: Path, samples: int) -> list[str]:
    """Serve the set of so many samples, look at its map, and return the lines of the result."""
    os.environ[HOME_VARIABLE] = str(folder / "home")
    lines = [f"{samples:,} samples, without pictures"]
    server_url, server = start_server(ROOT / "app.py", log=folder / "server.log")
    try:
        url = f"{server_url}/map?data={workspace_for(folder / 'table.parquet').name}"
        with chromium() as browser:
            page, first = open_map(browser, url, samples)
            lines.append(line("the first page", [first]))
            page.close()
            again = []
            for _ in range(ROUNDS):
                page, took = open_map(browser, url, samples)
                again.append(took)
            lines.append(line("the page again", again))
            for what, seconds in {**counts(page), **colours(page)}.items():
                lines.append(line(what, seconds))
        memory = psutil.Process(server.pid).memory_info().rss / 2**30
        lines.append(f"  memory of the server     {memory:6.2f} GB (bar {MEMORY_BAR:g})")
    finally:
        stop_server(server)
    return lines


def main() -> None:
    """Look at the map of each size, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, nargs="+", default=[34_332, 613_786])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "glitch-audit-scale")
    options = parser.parse_args()
    lines = [f"{when_and_where()}; python -m benchmarks.scale_browser"]
    for samples in options.samples:
        lines += of_one_size(options.folder / str(samples), samples)
    text = "\n".join(lines) + "\n"
    print(text)
    RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
