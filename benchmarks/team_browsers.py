"""Twenty people in twenty browsers at two servers on one ledger: how long a decision takes on the page, what is lost.

    python -m benchmarks.team_browsers [--people 20] [--decisions 8] [--seconds 20 10 5]

PostgreSQL is Debian's; two servers and a proxy that keeps a visitor at one of them stand on this machine, and so does
the Chromium with a window for each person, which takes more of the cores than the servers. Everybody opens Suspects on
the demo, with an audit made up that finds many suspects (``tests/browser/look_alikes_app.py``), has twenty reserved and
keeps the label of one after the other by key, with so many ``--seconds`` between two keys, evenly spread. "On the page"
is the time from the key until the next sample's pictures are drawn. "Seen" is the time from then until a replica of its
own, which looks every 50 ms, has the judgement: what another server shows when it is next asked. At the end the ledger
must hold each decision once, and nobody may have judged what was reserved for another. Results:
benchmarks/results/team_browsers.txt.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from playwright.async_api import Page, async_playwright

from benchmarks.machine import when_and_where
from benchmarks.pace import DRAWN, NOTE_KEYS
from core.ledger import judgements, open_ledger
from core.ledger.storage.team.address import LEDGER_VARIABLE
from core.pipeline.claims import SUSPECTS, live_claims
from core.workspace import HOME_VARIABLE, Workspace
from tests.browser.driving import CHROMIUM, CHROMIUM_FLAGS, start_server, stop_server
from tests.deploy.sticky_proxy import StickyProxy
from tests.postgres import Postgres

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_name("results") / "team_browsers.txt"
APP = ROOT / "tests" / "browser" / "look_alikes_app.py"
NAMES = (
    *("Ada", "Boris", "Chidi", "Dunja", "Emil", "Fatou", "Gustav", "Hypatia", "Ingrid", "Jomo", "Kurt", "Lamia"),
    *("Marek", "Noor", "Otto", "Petra", "Quentin", "Rosa", "Sappho", "Tove"),
)
PAGE_BAR_S, SEEN_BAR_S = 0.5, 2.0
WAIT_MS = 180_000


@dataclass
class Desk:
    """One person's window: what was decided on it, when the next pictures were there, and how long that took."""

    name: str
    page: Page
    state: str = ""
    decided: list[str] = field(default_factory=list)
    drawn_at: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


async def open_desk(browser, url: str, name: str) -> Desk:
    """Sit somebody down at Suspects, with twenty samples reserved."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    page.set_default_timeout(WAIT_MS)
    await page.goto(url)
    box = page.get_by_role("textbox", name="Your name")
    await box.fill(name)
    await box.press("Enter")
    await page.get_by_role("button", name="Give me 20").click()
    await page.get_by_text("reserved for you").first.wait_for()
    await page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    await page.evaluate(NOTE_KEYS)
    return Desk(name, page)


async def look(desk: Desk) -> None:
    """Wait until a sample with its pictures is drawn that is not the one before."""
    await desk.page.evaluate("window.pressedAt ??= performance.now()")
    found = await desk.page.wait_for_function(DRAWN, arg=desk.state, polling=20)
    milliseconds, desk.state, _ = await found.json_value()
    desk.seconds.append(milliseconds / 1000)
    desk.drawn_at.append(time.time())


async def judge(desk: Desk, decisions: int, *, every: float, begin: float) -> None:
    """Keep so many labels by key, ``every`` so many seconds but never before the pictures are there."""
    desk.seconds, desk.drawn_at, desk.decided = [], [], []
    for number in range(decisions):
        await asyncio.sleep(max(0.0, begin + number * every - time.time()))
        desk.decided.append(desk.state.split(" ")[0])
        await desk.page.keyboard.press("k")
        await look(desk)


class Watcher(threading.Thread):
    """Notes when each judged sample is first in a replica of its own."""

    def __init__(self, path: Path, url: str) -> None:
        super().__init__(daemon=True)
        from core.ledger.storage.team.team_ledger import TeamLedger

        self.ledger = TeamLedger(path, url)
        self.seen: dict[str, float] = {}
        self.over = threading.Event()

    def run(self) -> None:
        """Look every 50 ms until it is over."""
        while not self.over.wait(0.05):
            with self.ledger.cursor() as cursor:
                found = cursor.execute("SELECT sample_id FROM judgement").fetchall()
            for (sample_id,) in found:
                self.seen.setdefault(sample_id, time.time())


def told(desks: list[Desk], watcher: Watcher, every: float, home: Path) -> str:
    """Return a round's figures as a line; the ledger is read anew for them."""
    seconds = np.concatenate([desk.seconds for desk in desks])
    seen = [
        max(0.0, watcher.seen.get(sample, np.inf) - at)
        for desk in desks
        for sample, at in zip(desk.decided, desk.drawn_at, strict=True)
    ]
    workspace = Workspace(root=home / "demo", source=home)
    ledger = open_ledger(workspace.ledger_path)
    found = judgements(ledger)
    ledger.close()
    said = sorted((desk.name, sample) for desk in desks for sample in desk.decided)
    written = sorted(zip(found["author"], found["sample_id"], strict=True))
    own = {one.name: set(one.sample_ids) for one in live_claims(workspace) if one.kind == SUSPECTS}
    foreign = sum(sample not in own.get(name, {sample}) for name, sample in written)
    lost, doubled = len(set(said) - set(written)), len(written) - len(set(written))
    return (
        f"{every:9.0f} s {len(said):10} {np.median(seconds):9.2f} s {np.quantile(seconds, 0.95):8.2f} s "
        f"{max(seen):8.2f} s {lost:6} {doubled:8} {foreign:14}"
    )


async def rounds(url: str, watcher: Watcher, options: argparse.Namespace, home: Path) -> list[str]:
    """Have everybody sit down, and judge at each pace."""
    lines = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        desks = []
        for name in NAMES[: options.people]:
            desks.append(await open_desk(browser, url, name))
            await look(desks[-1])
        for every in options.seconds:
            begin = time.time() + 2
            await asyncio.gather(
                *(
                    judge(desk, options.decisions, every=every, begin=begin + place * every / len(desks))
                    for place, desk in enumerate(desks)
                )
            )
            await asyncio.sleep(SEEN_BAR_S)
            lines.append(told(desks, watcher, every, home))
            print(lines[-1], flush=True)
        await browser.close()
    return lines


def main() -> None:
    """Start all of it, measure, print the figures and keep them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--decisions", type=int, default=6)
    parser.add_argument("--seconds", type=float, nargs="+", default=[20.0, 10.0, 5.0])
    options = parser.parse_args()
    head = [when_and_where(), f"python -m benchmarks.team_browsers --people {options.people}", ""]
    head.append("a key every  decisions     median  95th pct      seen   lost  doubled  of others")
    database = Postgres(lasting=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        os.environ |= {HOME_VARIABLE: str(home), LEDGER_VARIABLE: database.url()}
        servers = [start_server(APP, log=Path(folder) / f"{number}.log") for number in range(2)]
        proxy = StickyProxy([int(url.rsplit(":", 1)[1]) for url, _ in servers])
        watcher = Watcher(home / "demo" / "corrections.duckdb", database.url())
        try:
            watcher.start()
            lines = asyncio.run(rounds(proxy.url, watcher, options, home))
        finally:
            watcher.over.set()
            proxy.stop()
            for _, server in servers:
                stop_server(server)
            database.remove()
    load = f"Load when it ended: {os.getloadavg()[0]:.1f}."
    tail = ["", f"Bars: on the page {PAGE_BAR_S} s, seen within {SEEN_BAR_S:.0f} s. {load}"]
    text = "\n".join([*head, *lines, *tail]) + "\n"
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
