"""What the server costs while nobody does anything: five pages open, and something else reads thousands of files.

A copy of the app with a real `.venv` folder of 6,000 files beside it is served by ``streamlit run app.py``. Five pages
are open in Chromium, each on another page of the app; a process of its own reads the files of `.venv` round and round
meanwhile, as an indexer, a backup or another Python does. The processor time of the server is read before and after a
minute of this. "Before" is the same with the file watcher that Streamlit starts by default. Run it as

    python -m benchmarks.idle

It writes ``benchmarks/results/idle.txt``. Bar: at most 1 % of a core.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tests.browser.driving import chromium, start_server, stop_server  # noqa: E402 - needs the project's path

RESULTS = PROJECT / "benchmarks" / "results" / "idle.txt"
PAGES = ("map", "clusters", "suspects", "training", "data")
FILES, FILES_A_FOLDER = 6_000, 200
BAR_PERCENT = 1.0
DEFAULT_WATCHER = ("--server.fileWatcherType=auto",)
SETTLED_PERCENT, SETTLE_S = 5.0, 180.0
_READER = """
import sys
from pathlib import Path
files = [path for path in Path(sys.argv[1]).rglob("*") if path.is_file()]
while True:
    for path in files:
        path.read_bytes()
"""


def copy_app(folder: Path) -> Path:
    """The app's files in ``folder``, and a real `.venv` with thousands of files; returns that folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"], cwd=PROJECT, capture_output=True, check=True
    ).stdout
    for name in listed.decode().split("\0"):
        if name.startswith((".streamlit/", "core/", "data/", "pages/")) or name == "app.py":
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((PROJECT / name).read_bytes())
    environment = folder / ".venv"
    for number in range(FILES):
        inside = environment / f"package_{number // FILES_A_FOLDER}" / f"module_{number}.py"
        inside.parent.mkdir(parents=True, exist_ok=True)
        inside.write_text("VALUE = 1\n" * 100)
    return environment


def busy_percent(server, seconds: float) -> float:
    """Processor time of the server and its children over the next ``seconds``, in percent of one core."""
    before = processor_time(server)
    began = time.monotonic()
    time.sleep(seconds)
    return 100 * (processor_time(server) - before) / (time.monotonic() - began)


def processor_time(server) -> float:
    """Seconds of processor time that the server and its children have used so far."""
    import psutil

    process = psutil.Process(server.pid)
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def wait_until_settled(server) -> None:
    """Until the pages' first runs are over; at most three minutes, where something never ends."""
    deadline = time.monotonic() + SETTLE_S
    while time.monotonic() < deadline and busy_percent(server, 5.0) > SETTLED_PERCENT:
        pass


def measure(browser, folder: Path, *, seconds: float, flags: Sequence[str], read: bool) -> tuple[float, int]:
    """Percent of a core that the server takes with five idle pages, and how many bytes its log grew meanwhile."""
    log = folder / "server.log"
    env = {**os.environ, "GLITCH_AUDIT_HOME": str(folder / "home"), "PYTHONPATH": str(folder)}
    url, server = start_server(folder / "app.py", log=log, env=env, cwd=folder, flags=flags)
    contexts, reader = [], None
    try:
        for name in PAGES:
            contexts.append(browser.new_context())
            page = contexts[-1].new_page()
            page.set_default_timeout(120_000)
            page.goto(f"{url}/{name}")
            page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"] h1')
        wait_until_settled(server)
        if read:
            reader = subprocess.Popen([sys.executable, "-c", _READER, str(folder / ".venv")])
        before = log.stat().st_size
        share = busy_percent(server, seconds)
        return share, log.stat().st_size - before
    finally:
        if reader is not None:
            reader.kill()
            reader.wait()
        for context in contexts:
            context.close()
        stop_server(server)


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    lines: list[str] = []

    def write(text: str) -> None:
        print(text, flush=True)
        lines.append(text)

    write(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}; python {' '.join(sys.argv)}")  # fmt: skip
    write(f"five pages open ({', '.join(name or 'map' for name in PAGES)}), processor time of the server over "
          f"{options.seconds:.0f} s, in percent of one core")  # fmt: skip
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        copy_app(folder)
        for title, flags, read in (
            ("before, Streamlit's own watcher, nothing else goes on", DEFAULT_WATCHER, False),
            (f"before, something reads {FILES:,} files of .venv round and round", DEFAULT_WATCHER, True),
            ("now, nothing else goes on", (), False),
            (f"now, something reads {FILES:,} files of .venv round and round", (), True),
        ):
            share, logged = measure(browser, folder, seconds=options.seconds, flags=flags, read=read)
            bar = "" if flags else f" (bar {BAR_PERCENT:.0f} %)"
            write(f"{title}: {share:.2f} %{bar}, the log grew by {logged:,} bytes")
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
