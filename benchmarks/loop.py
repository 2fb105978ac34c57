"""The moderator's loop at full size: from a lasso to the first page of pictures, and the server's memory.

Walks through the demo's loop; then opens a data set of 34,332 samples (the demo's pictures, repeated, with ready-made
coordinates) in the real app and draws a lasso around 3,000 of them, several times. Run it as

    python -m benchmarks.loop

It writes ``benchmarks/results/loop.txt``. Bars: first page of thumbnails visible within 1 s of the mouse button's
release (two cores); the server's memory through the demo's loop at most 600 MB.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tests.browser.driving import chromium, start_server, stop_server  # noqa: E402 - needs the project's path

SAMPLES, INSIDE = 34_332, 3_000
RESULTS = PROJECT / "benchmarks" / "results" / "loop.txt"
RING_CORNERS = 40


def write_data_set(folder: Path, samples: int) -> Path:
    """The demo's pictures over and over under new ids, one view each, and coordinates with an island of 3,000."""
    import pandas as pd

    demo = pd.read_parquet(PROJECT / "data" / "demo.parquet")
    demo = demo[demo["view"] == "1.0"]
    rows = demo.iloc[np.arange(samples) % len(demo)].reset_index(drop=True)
    rows["sample_id"] = [f"s{number:06d}" for number in range(samples)]
    rows.to_parquet(folder / "large.parquet", row_group_size=1000)
    rng = np.random.default_rng(0)
    angle, far = rng.uniform(0, 2 * np.pi, samples), rng.uniform(5, 10, samples)
    far[:INSIDE] = rng.uniform(0, 1, INSIDE)
    order = rng.permutation(samples)
    places = np.column_stack([far * np.cos(angle), far * np.sin(angle)]).astype(np.float32)[order]
    np.save(folder / "places.npy", places)
    (folder / "places.txt").write_text("\n".join(rows["sample_id"]))
    return folder / "large.parquet"


def memory_mb(process: int) -> float:
    """Resident memory of a process in MB."""
    import psutil

    return psutil.Process(process).memory_info().rss / 1e6


def draw_ring(page, share: float) -> None:
    """A lasso around the middle of the map; its radius is a share of half the map's smaller side."""
    box = page.locator('[data-part="surface"]').bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    radius = min(box["width"], box["height"]) / 2 * share
    for corner in range(RING_CORNERS + 1):
        angle = 2 * np.pi * corner / RING_CORNERS
        page.mouse.move(x + radius * np.cos(angle), y + radius * np.sin(angle))
        if corner == 0:
            page.mouse.down()
    page.mouse.up()


def lasso_to_pictures(page) -> tuple[float, float, int]:
    """Seconds from the release to the count and to the first page of pictures, and the count."""
    draw_ring(page, 0.3)
    began = time.perf_counter()
    heading = page.get_by_role("heading", name="samples selected")
    heading.wait_for()
    counted = time.perf_counter() - began
    page.locator(".tile img").last.wait_for()
    while not page.locator(".tile img").evaluate_all("all => all.length > 0 && all.every(one => one.complete)"):
        time.sleep(0.005)
    shown = time.perf_counter() - began
    return counted, shown, int(heading.inner_text().split()[0].replace(",", ""))


def clear(page) -> None:
    """Give the selection up, and wait until the page has followed."""
    page.get_by_test_id("stButton").filter(has_text="Clear selection").get_by_role("button").click()
    page.get_by_text("Draw a lasso around an island").wait_for()
    page.wait_for_timeout(500)


def heavy_imports(source: Path, env: dict[str, str]) -> str:
    """Which of the heavy packages are imported when the prepared workspace is loaded."""
    code = (
        "import sys, time; began = time.perf_counter(); from pathlib import Path\n"
        "from core.pipeline.stages import load_prepared; from core.workspace import workspace_for\n"
        f"prepared = load_prepared(workspace_for(Path({str(source)!r})))\n"
        "heavy = [n for n in ('torch', 'umap', 'numba', 'hdbscan', 'sklearn') if n in sys.modules]\n"
        "print(f'{len(prepared.samples)} samples in {time.perf_counter() - began:.1f} s, heavy imports: {heavy}')"
    )
    return subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=env, capture_output=True, text=True, check=True
    ).stdout.strip()


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    lines: list[str] = []

    def write(text: str) -> None:
        print(text, flush=True)
        lines.append(text)

    write(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}; python {' '.join(sys.argv)}")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        env = {**os.environ, "GLITCH_AUDIT_HOME": f"{folder}/home"}
        source = write_data_set(Path(folder), SAMPLES)
        prepare = [sys.executable, "-m", "core", "prepare", str(source), "--quiet"]
        subprocess.run([*prepare, "--vectors", f"{folder}/places.npy"], cwd=PROJECT, env=env, check=True)
        write(f"loading the cached workspace: {heavy_imports(source, env)}")
        url, server = start_server(PROJECT / "app.py", log=Path(folder) / "log", env=env)
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            page.set_default_timeout(60_000)
            page.goto(f"{url}/map")
            page.wait_for_selector('.glitch-map[data-ready="true"]')
            walk_through_demo(page)
            write(f"server after the demo's loop on cached results: {memory_mb(server.pid):.0f} MB (bar 600)")
            page.get_by_test_id("stSidebar").get_by_test_id("stSelectbox").first.click()
            page.get_by_role("option", name="large").click()
            page.get_by_text(f"{SAMPLES:,} samples").wait_for()
            page.wait_for_timeout(2000)
            rounds = []
            for _ in range(options.rounds):
                rounds.append(lasso_to_pictures(page))
                clear(page)
            counted, shown = (statistics.median(values) for values in list(zip(*rounds, strict=True))[:2])
            write(f"lasso of {rounds[0][2]:,} of {SAMPLES:,} samples, medians of {len(rounds)}: "
                  f"count {counted:.2f} s, first page of pictures {shown:.2f} s (bar 1.00)")  # fmt: skip
            write("each round, count / pictures: " + ", ".join(f"{c:.2f} / {s:.2f}" for c, s, _ in rounds))
            write(f"server with both workspaces open: {memory_mb(server.pid):.0f} MB")
        finally:
            stop_server(server)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def walk_through_demo(page) -> None:
    """Lasso, pictures, a sample opened, the other pages and back."""
    lasso_to_pictures(page)
    page.locator(".tile .open").first.click()
    page.get_by_role("heading", name="Nearest neighbours").wait_for()
    page.keyboard.press("Escape")
    for name in ("Clusters", "Corrections", "Data and settings", "Map"):
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
        page.get_by_role("heading", name=name, exact=True).first.wait_for()
    page.wait_for_selector('.glitch-map[data-ready="true"]')
    page.wait_for_timeout(1000)
    clear(page)


if __name__ == "__main__":
    main()
