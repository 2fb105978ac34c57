"""How long a newcomer waits: from a server that answers to the first screen, cold.

Each round starts the app by ``streamlit run app.py`` in an empty home, waits until the server answers, and opens its
address in a fresh Chromium at once. Measured is the time until the page's name stands there, until the cards with their
pictures are drawn, and until the run is over; and the processor time of the server until then, which other programs
on the machine do not lengthen. Nothing was imported in that server before. Run it as

    python -m benchmarks.first_paint

It writes ``benchmarks/results/first_paint.txt``. Bar: the cards stand there within 3 s, on two cores.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from benchmarks.idle import processor_time  # noqa: E402 - needs the project's path
from tests.browser.driving import chromium, start_server, stop_server  # noqa: E402 - needs the project's path

RESULTS = PROJECT / "benchmarks" / "results" / "first_paint.txt"
ROUNDS = 5
BAR_S = 3.0
HEAVY = ("torch", "umap", "numba", "sklearn", "hdbscan", "matplotlib")


def measure(browser) -> dict[str, float]:
    """Seconds from a server that answers until each part of the first screen stands there, for one cold server."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"GLITCH_AUDIT_HOME": f"{folder}/home"}
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.set_default_timeout(60_000)
        url, server = start_server(PROJECT / "app.py", log=Path(folder) / "log", env=env)
        began, used = time.monotonic(), processor_time(server)
        try:
            page.goto(url, wait_until="commit")
            page.get_by_role("heading", name="Glitch Audit").wait_for()
            name = time.monotonic() - began
            page.wait_for_function(
                "() => [...document.querySelectorAll('.start-card img')].some((one) => one.complete)"
            )
            cards = time.monotonic() - began
            page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
            over = time.monotonic() - began
            return {"name": name, "cards": cards, "run is over": over, "server's own": processor_time(server) - used}
        finally:
            stop_server(server)
            page.context.close()


def heavy_imports() -> list[str]:
    """The heavy packages that the first screen imports in a process of its own."""
    import subprocess

    code = (
        "import sys; from streamlit.testing.v1 import AppTest; AppTest.from_file('app.py', default_timeout=120).run(); "
        f"print(*(name for name in {HEAVY!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    return done.stdout.split()


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    with chromium() as browser:
        found = [measure(browser) for _ in range(rounds)]
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}; python -m benchmarks.first_paint",
        f"{rounds} cold servers; seconds from a server that answers, median (least to most)",
    ]
    for part in found[0]:
        times = sorted(one[part] for one in found)
        lines.append(f"{part:13} {statistics.median(times):5.2f} ({times[0]:.2f} to {times[-1]:.2f})")
    held = statistics.median(one["cards"] for one in found) <= BAR_S
    lines.append(f"bar: the cards within {BAR_S:.0f} s: {'held' if held else 'NOT held'}")
    lines.append(f"heavy packages imported for it: {', '.join(heavy_imports()) or 'none'}")
    text = "\n".join(lines) + "\n"
    print(text, end="")
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
