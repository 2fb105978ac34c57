"""How many decisions a minute somebody makes by key, and how long after a key the next pictures are there.

Run ``python -m benchmarks.pace`` for this tree, or ``python -m benchmarks.pace --beside /path/to/another/tree`` for
both in turn. A real Chromium of 1280 x 800 decides on the demo: Ada accepts suspects, Ben reviews what she proposed,
blind and then again where the proposal is shown, Mo settles the conflicts that come of it, and Cem proposes one label
for what a lasso takes in, all of it and all but one. Whoever decides needs no time to look: the next key comes as soon
as the pictures of the next sample are drawn.

Then Ada judges pages of 24 look-alikes together, and suspects one by one beside them, on the demo with an audit made up
that finds many suspects of three kinds (``tests/browser/look_alikes_app.py``): the demo itself has too few of one kind.
A page's keys count only when its pictures were on screen for a quarter of a second, which is part of the figure.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError

from benchmarks.machine import when_and_where
from pages.parts.selection.propose import LARGE_BATCH
from tests.browser.driving import chromium, sit_down, start_server, stop_server, wait_until_idle
from tests.browser.loop_steps import choose_label, lasso_everything, wait_for_map

ROOT = Path(__file__).parents[1]
NOTE_KEYS = "document.addEventListener('keydown', () => { window.pressedAt = performance.now(); }, true)"
DRAWN = """(before) => {
  const deep = (selector) => [...document.querySelectorAll("*")].flatMap((one) =>
    one.shadowRoot ? [...one.shadowRoot.querySelectorAll(selector)] : []);
  const card = deep(".card").find((one) => one.dataset.busy === "false");
  if (!card) return document.body.innerText.includes("You have reviewed everything") ? [0, "", ""] : null;
  const state = `${card.dataset.sample} ${card.dataset.stage ?? ""}`;
  if (state === before) return null;
  const views = document.querySelector(".st-key-suspect_views");
  const tiles = [...views.querySelectorAll("*")].flatMap((one) =>
    one.shadowRoot ? [...one.shadowRoot.querySelectorAll(".tile")] : []);
  if (!tiles.some((tile) => tile.dataset.id === card.dataset.sample)) return null;
  if (deep(".tile img").some((one) => !one.complete)) return null;
  return [performance.now() - window.pressedAt, state, card.dataset.stage ?? ""];
}"""


@dataclass(frozen=True)
class Keyed:
    """Decisions by key: seconds of each key, decisions a minute, and seconds of the page's thread a decision."""

    seconds: list[float]
    pace: float
    browser: float


def press(page, key: str, before: str) -> tuple[float, str, str]:
    """Press a key; returns the seconds until the next card and its pictures are drawn, what it is, and its stage."""
    page.keyboard.press(key)
    milliseconds, state, stage = page.wait_for_function(DRAWN, arg=before, polling="raf").json_value()
    return milliseconds / 1000, state, stage


def begin(page, url: str, name: str) -> str:
    """Sit down at a page with a card; returns what is on it."""
    page.set_default_timeout(120_000)
    sit_down(page, url, name)
    wait_until_idle(page)
    page.evaluate(NOTE_KEYS)
    page.evaluate("window.pressedAt = performance.now()")
    return page.wait_for_function(DRAWN, arg="", polling="raf").json_value()[1]


def thread_clock(page) -> Callable[[], float]:
    """Return a clock of the seconds that the page's own thread has worked since now, whoever else used the cores."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")

    first = worked()
    return lambda: worked() - first


def suspects_by_key(page, url: str, count: int) -> Keyed:
    """Accept suspects."""
    state, seconds = begin(page, f"{url}/suspects", "Ada"), []
    started, browser = time.perf_counter(), thread_clock(page)
    for _ in range(count):
        took, state, _ = press(page, "a", state)
        seconds.append(took)
    return Keyed(seconds, 60 * count / (time.perf_counter() - started), browser() / count)


def review_by_key(page, url: str, count: int) -> Keyed:
    """Keep the label blind, and reject what was proposed: two keys a decision."""
    state, seconds = begin(page, f"{url}/review", "Ben"), []
    started, browser = time.perf_counter(), thread_clock(page)
    for _ in range(count):
        key = page.locator('.card[data-stage="blind"] [aria-keyshortcuts]').first.get_attribute("aria-keyshortcuts")
        for pressed in (key, "r"):
            took, state, _ = press(page, pressed, state)
            seconds.append(took)
    return Keyed(seconds, 60 * count / (time.perf_counter() - started), browser() / count)


def conflicts_by_key(page, url: str, count: int) -> Keyed:
    """Settle what Ada and Ben do not agree about, each for the first side."""
    state, seconds = begin(page, f"{url}/decisions", "Mo"), []
    started, browser = time.perf_counter(), thread_clock(page)
    for _ in range(count - 1):
        took, state, _ = press(page, "1", state)
        seconds.append(took)
    return Keyed(seconds, 60 * len(seconds) / (time.perf_counter() - started), browser() / len(seconds))


def bulk_from_lasso(page, url: str) -> list[tuple[str, float, int]]:
    """Propose one label for what a lasso takes in, and then for all of it but one.

    Returns what was done, the seconds until it is written, and how many samples it is.
    """
    page.set_default_timeout(30_000)
    sit_down(page, f"{url}/map", "Cem")
    wait_for_map(page)
    wait_until_idle(page)
    started = time.perf_counter()
    lasso_everything(page, 0.3)
    heading = page.get_by_role("heading", name="samples selected")
    heading.wait_for()
    count = int(heading.inner_text().split()[0].replace(",", ""))
    first = propose(page, "Chirp", count)
    found = [("from mouse to written", time.perf_counter() - started, first)]
    started = time.perf_counter()
    page.locator(".tile .face").first.click()
    second = propose(page, "Helix", count - 1)
    return [*found, ("one taken out, another label, written", time.perf_counter() - started, second)]


def propose(page, label: str, count: int) -> int:
    """Propose the label with a reason; returns for how many samples."""
    choose_label(page, label)
    page.get_by_role("textbox", name="Reason").fill("they look alike")
    page.keyboard.press("Tab")
    wait_until_idle(page)
    button = page.get_by_role("button", name=re.compile("Propose for"))
    count = min(count, int(re.search(r"Propose for ([\d,]+)", button.inner_text())[1].replace(",", "")))
    button.click()
    if count > LARGE_BATCH:
        page.get_by_role("button", name="Yes, propose").click()
    page.get_by_text(f"{count:,} proposals of {label}").first.wait_for()
    return count


PAGE_READY = """(before) => {
  const cards = [...document.querySelectorAll("*")].flatMap((one) =>
    one.shadowRoot ? [...one.shadowRoot.querySelectorAll(".card[data-page]")] : []);
  const card = cards.find((one) => one.dataset.busy === "false" && one.dataset.page !== before);
  return card ? [performance.now() - window.pressedAt, card.dataset.page, Number(card.dataset.left)] : null;
}"""
TAKEN_OUT = """(left) => [...document.querySelectorAll("*")].some((one) =>
  one.shadowRoot?.querySelector(`.card[data-left="${left}"]`))"""
ALIKE_APP = "tests/browser/look_alikes_app.py"
ALIKE_PAGES = 8
ALIKE = {"together": 0, "together, one out": 1}
"""What is done on pages of look-alikes, and how many tiles are taken out of each."""


def take_name(page, url: str) -> None:
    """Open the made-up audit, with Ada at the desk."""
    page.set_default_timeout(120_000)
    page.goto(url)
    page.locator('.card[data-busy="false"]').wait_for()
    page.get_by_role("textbox", name="Your name").fill("Ada")
    page.keyboard.press("Enter")
    page.locator('[data-kind="accept"]:enabled').wait_for()
    wait_until_idle(page)
    page.evaluate(NOTE_KEYS)
    page.evaluate("window.pressedAt = performance.now()")


def beside_together(page, url: str, count: int) -> tuple[list[float], float]:
    """Accept suspects of the made-up audit one by one; returns the seconds of each key, and decisions a minute."""
    take_name(page, url)
    state, seconds = page.wait_for_function(DRAWN, arg="", polling="raf").json_value()[1], []
    started = time.perf_counter()
    for _ in range(count):
        took, state, _ = press(page, "a", state)
        seconds.append(took)
    return seconds, 60 * count / (time.perf_counter() - started)


def together_by_key(page, url: str, pages: int, *, out: int) -> tuple[list[float], float]:
    """Accept pages of look-alikes, all but ``out`` tiles of each; returns as :func:`beside_together`."""
    take_name(page, f"{url}/?judge=Look-alikes+together")
    _, shown, left = page.wait_for_function(PAGE_READY, arg="", polling="raf").json_value()
    decided, seconds = 0, []
    started = time.perf_counter()
    for _ in range(pages):
        for place in range(out):
            page.locator(".st-key-suspect_page .tile .face").nth(place).click()
            left -= 1
            page.wait_for_function(TAKEN_OUT, arg=left, polling="raf")
        decided += left
        page.keyboard.press("a")
        took, shown, left = page.wait_for_function(PAGE_READY, arg=shown, polling="raf").json_value()
        seconds.append(took / 1000)
    return seconds, 60 * decided / (time.perf_counter() - started)


def look_alikes(browser, *, count: int, pages: int) -> None:
    """Print how many a minute are decided together, and how many times as many as one by one."""
    alone = 0.0
    for what, out in {"one by one": None, **ALIKE}.items():
        # Each begins with a ledger of its own, so that all of them have the same suspects.
        with tempfile.TemporaryDirectory() as folder:
            env = {**os.environ, "GLITCH_AUDIT_HOME": f"{folder}/home"}
            url, server = start_server(Path.cwd() / ALIKE_APP, log=Path(folder) / "log", env=env, cwd=Path.cwd())
            try:
                page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
                if out is None:
                    seconds, alone = beside_together(page, url, count)
                    say(what, seconds, f"{alone:.0f} decisions a minute")
                else:
                    seconds, pace = together_by_key(page, url, pages, out=out)
                    say(what, seconds, f"{pace:.0f} decisions a minute, {pace / alone:.1f} times one by one")
                page.context.close()
            finally:
                stop_server(server)


WORK = {"suspects": suspects_by_key, "review": review_by_key, "conflicts": conflicts_by_key}
"""What is done by key, in this order: each works on what the one before left."""


def measure(count: int) -> None:
    """Print the figures of the tree that is imported."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "GLITCH_AUDIT_HOME": f"{folder}/home"}
        roles = Path(folder) / "home" / "demo" / "roles.toml"
        roles.parent.mkdir(parents=True)
        roles.write_text('[people]\n"Mo" = "moderator"\n', encoding="utf-8")
        url, server = start_server(Path.cwd() / "app.py", log=Path(folder) / "log", env=env, cwd=Path.cwd())
        try:
            with chromium() as browser:
                for what, work in WORK.items():
                    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
                    done = work(page, url, count)
                    page.context.close()
                    thread = f"{1000 * done.browser:.0f} ms of the browser's thread each"
                    say(what, done.seconds, f"{done.pace:.0f} decisions a minute; {thread}")
                page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
                try:
                    for what, took, samples in bulk_from_lasso(page, url):
                        pace = f"{60 * samples / took:.0f} a minute"
                        print(f"  lasso      {samples} samples in {took:.1f} s, {what}: {pace}", flush=True)
                except PlaywrightError as trouble:
                    print(f"  lasso      not measured: {str(trouble).splitlines()[0]}", flush=True)
                if (Path.cwd() / ALIKE_APP).exists():
                    look_alikes(browser, count=count, pages=ALIKE_PAGES)
        finally:
            stop_server(server)


def say(what: str, seconds: list[float], pace: str) -> None:
    """Print one line of figures."""
    late = statistics.quantiles(seconds, n=20)[-1]
    middle = statistics.median(seconds)
    print(f"  {what:10} key to next pictures: median {middle:.2f} s, 95 % {late:.2f} s; {pace}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beside", type=Path, help="another tree to compare with, such as a checkout of before")
    parser.add_argument("--count", type=int, default=30, help="decisions of each kind")
    options = parser.parse_args()
    print(f"{when_and_where()}\npython -m benchmarks.pace --count {options.count}", flush=True)
    for name, tree in {"before": options.beside, "here": ROOT}.items():
        if tree is None:
            continue
        print(name, flush=True)
        env = {**os.environ, "PYTHONPATH": str(tree.resolve()), "OMP_NUM_THREADS": "1"}
        script = [sys.executable, str(Path(__file__).resolve()), "--only-measure", str(options.count)]
        subprocess.run(script, cwd=tree, env=env, check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--only-measure"]:
        measure(int(sys.argv[2]))
    else:
        main()
