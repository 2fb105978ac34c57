"""The map against streamlit-plotly-events and st.plotly_chart: first draw, lasso to count, bytes both ways.

    python -m benchmarks.map --sizes 34332 300000 1000000

Every figure is taken in headless Chromium with software WebGL, the three maps in turn; ratios hold on other machines,
seconds do not. Each map shows one marker a sample and the number of selected samples below it. The lasso is drawn as a
hand draws it, 60 moves a second whether or not the page keeps up, and time counts from the moment the button comes up:
what the page still has to catch up with is part of the wait.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import platform
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

from tests.browser.driving import CHROMIUM, CHROMIUM_FLAGS, start_server, stop_server

APP = Path(__file__).parent / "apps" / "map_app.py"
RESULTS = Path(__file__).parent / "results" / "map.txt"
NAMES = {"ours": "glitch map", "events": "streamlit-plotly-events", "native": "st.plotly_chart"}
SHARES = (0.1, 0.5)
LASSO_STEPS = 60
MOVES_A_SECOND = 60
ANSWER_TIMEOUT_S = 60
NO_ANSWER = "no answer"  # not tried again
AXIS_SPAN = 1.04  # the Plotly axes run from -0.02 to 1.02
FIT_MARGIN = 0.94  # the glitch map leaves 3 % free on each side

READY = {
    "ours": '.glitch-map[data-ready="true"]',
    "events": ".gl-container canvas",
    "native": ".gl-container canvas",
}
SURFACE = {"ours": '[data-part="surface"]', "events": ".nsewdrag", "native": ".nsewdrag"}

# Notes when the button came up, in whichever frame the map lives: the time that the browser stamped on the input, not
# the time at which a busy page got to it. Absolute, so that every frame means the same clock.
NOTE_MOUSE_UP = """() => addEventListener("pointerup", (event) => {
  top.mouseUpAt = performance.timeOrigin + event.timeStamp;
}, true)"""

# Notes when the count below the map reads differently and has been painted.
NOTE_COUNT = """() => {
  const read = () => document.querySelector('[data-testid="stText"]')?.textContent;
  const before = read();
  window.countShown = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      const text = read();
      if (!text || text === before || text.startsWith("0 ")) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve({
        seconds: (performance.timeOrigin + performance.now() - window.mouseUpAt) / 1000, text,
      })));
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}"""

TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass
class Measured:
    """One map at one size: seconds and bytes of every round."""

    first_draw: list[float] = field(default_factory=list)
    down: list[int] = field(default_factory=list)
    answer: dict[float, list[float]] = field(default_factory=lambda: {share: [] for share in SHARES})
    up: dict[float, list[int]] = field(default_factory=lambda: {share: [] for share in SHARES})
    selected: dict[float, str] = field(default_factory=dict)


class Traffic:
    """Bytes of the page's web sockets in both directions."""

    def __init__(self, page) -> None:
        self.down = self.up = 0
        page.on("websocket", self._listen)

    def _listen(self, socket) -> None:
        socket.on("framereceived", lambda payload: self._add("down", payload))
        socket.on("framesent", lambda payload: self._add("up", payload))

    def _add(self, way: str, payload: bytes | str) -> None:
        setattr(self, way, getattr(self, way) + len(payload))


async def map_frame(page, which: str):
    """The frame that holds the map: streamlit-plotly-events lives in an iframe of its own."""
    if which != "events":
        return page.main_frame
    holder = await page.wait_for_selector("iframe", timeout=ANSWER_TIMEOUT_S * 1000)
    return await holder.content_frame()


def radii(which: str, box: dict[str, float], share: float) -> tuple[float, float]:
    """Half-axes in pixels of an ellipse around the middle that holds this share of the unit square."""
    radius = math.sqrt(share / math.pi)
    if which == "ours":
        side = FIT_MARGIN * min(box["width"], box["height"])
        return radius * side, radius * side
    return radius * box["width"] / AXIS_SPAN, radius * box["height"] / AXIS_SPAN


async def draw_lasso(page, which: str, surface, share: float) -> None:
    """Sends the moves at their times without waiting for the page to handle them."""
    box = await surface.bounding_box()
    centre = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    wide, high = radii(which, box, share)
    devtools = await page.context.new_cdp_session(page)
    sent = []

    def send(kind: str, step: int, buttons: int) -> None:
        angle = 2 * math.pi * step / LASSO_STEPS
        place = {"x": centre[0] + wide * math.cos(angle), "y": centre[1] + high * math.sin(angle)}
        event = {"type": kind, **place, "button": "left", "buttons": buttons, "clickCount": 1}
        sent.append(asyncio.ensure_future(devtools.send("Input.dispatchMouseEvent", event)))

    await page.mouse.move(centre[0] + wide, centre[1])
    send("mousePressed", 0, 1)
    for step in range(1, LASSO_STEPS + 1):
        await asyncio.sleep(1 / MOVES_A_SECOND)
        send("mouseMoved", step, 1)
    send("mouseReleased", LASSO_STEPS, 0)
    await asyncio.gather(*sent)


async def measure_lasso(page, which: str, frame, share: float) -> tuple[float, str]:
    """Seconds from mouse-up to the painted count, and the count's text."""
    await page.evaluate(NOTE_COUNT)
    await draw_lasso(page, which, await frame.wait_for_selector(SURFACE[which]), share)
    answer = await asyncio.wait_for(page.evaluate("() => countShown"), ANSWER_TIMEOUT_S)
    return answer["seconds"], answer["text"]


async def measure_round(browser, url: str, which: str, share: float, measured: Measured) -> None:
    """One visit: load the page, draw one lasso, note everything in ``measured``."""
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(ANSWER_TIMEOUT_S * 1000)
    traffic = Traffic(page)
    try:
        started = time.perf_counter()
        await page.goto(url)
        frame = await map_frame(page, which)
        await frame.wait_for_selector(READY[which])
        await page.evaluate(TWO_FRAMES)
        measured.first_draw.append(time.perf_counter() - started)
        measured.down.append(traffic.down)
        await frame.evaluate(NOTE_MOUSE_UP)
        await page.wait_for_timeout(1000)
        before = traffic.up
        seconds, text = await measure_lasso(page, which, frame, share)
        measured.answer[share].append(seconds)
        measured.up[share].append(traffic.up - before)
        measured.selected[share] = text
    except (PlaywrightError, TimeoutError) as problem:
        measured.selected[share] = f"{NO_ANSWER} ({type(problem).__name__})"
    finally:
        await context.close()


async def measure_size(count: int, *, rounds: int, maps: list[str]) -> dict[str, Measured]:
    """Every map at one size; a server each, visited in turn by a fresh page."""
    results = {which: Measured() for which in maps}
    with tempfile.TemporaryDirectory() as folder:
        servers = {which: start_server(APP, which, str(count), log=Path(folder) / which) for which in maps}
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
                for which, (url, _) in servers.items():  # the first visit fills the caches and is not counted
                    await measure_round(browser, url, which, SHARES[0], Measured())
                for turn in range(rounds * len(SHARES)):
                    share = SHARES[turn % len(SHARES)]
                    for which, (url, _) in servers.items():
                        if not results[which].selected.get(share, "").startswith(NO_ANSWER):
                            await measure_round(browser, url, which, share, results[which])
                await browser.close()
        finally:
            for _, server in servers.values():
                stop_server(server)
    return results


def middle(values: list) -> float:
    return statistics.median(values) if values else math.nan


def report(count: int, results: dict[str, Measured]) -> list[str]:
    ours = results["ours"]
    lines = [f"{count:,} samples", f"{'':26}{'first draw':>12}{'down':>14}{'a sample':>10}"]
    for which, measured in results.items():
        down = middle(measured.down)
        lines.append(f"{NAMES[which]:26}{middle(measured.first_draw):10.2f} s{down:12,.0f} B{down / count:8.1f} B")
    lines.append(f"{'':26}{'selected':>12}{'mouse-up to count':>20}{'ratio to ours':>15}{'up':>14}")
    for share in SHARES:
        for which, measured in results.items():
            seconds = middle(measured.answer[share])
            ratio = seconds / middle(ours.answer[share])
            shown = measured.selected.get(share, "")
            if math.isnan(seconds):
                lines.append(f"{NAMES[which]:26}{share:12.0%}  {shown} within {ANSWER_TIMEOUT_S} s")
            else:
                up = middle(measured.up[share])
                lines.append(f"{NAMES[which]:26}{share:12.0%}{seconds:18.3f} s{ratio:15.1f}{up:12,.0f} B  {shown}")
    return [*lines, ""]


def bars(everything: dict[int, dict[str, Measured]]) -> list[str]:
    """The project's bars, each with what was measured."""
    lines = []
    smallest, largest = min(everything), max(everything)
    for share in SHARES:
        base = middle(everything[smallest]["ours"].answer[share])
        if "events" in everything[smallest]:
            rival = middle(everything[smallest]["events"].answer[share])
            lines.append(_bar(f"{smallest:,}, {share:.0%}: ours / plotly-events", base / rival, 0.5))
        if largest > smallest:
            far = middle(everything[largest]["ours"].answer[share])
            lines.append(_bar(f"ours, {share:.0%}: {largest:,} / {smallest:,}", far / base, 3.0))
    for count, results in everything.items():
        ours = results["ours"]
        lines.append(_bar(f"{count:,}: bytes a sample down", middle(ours.down) / count, 10))
        up = max(value for values in ours.up.values() for value in values)
        lines.append(_bar(f"{count:,}: bytes up", up, 5000))
    return lines


def _bar(what: str, value: float, limit: float) -> str:
    return f"{'pass' if value <= limit else 'FAIL'}  {what}: {value:,.2f} (at most {limit:,})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[34_332, 300_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3, help="counted visits a map, size and share")
    parser.add_argument("--maps", nargs="+", choices=list(NAMES), default=list(NAMES), help="ours is always measured")
    options = parser.parse_args()
    maps = [which for which in NAMES if which in {"ours", *options.maps}]
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.platform()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f} before the start, software WebGL",
        f"command: python -m benchmarks.map {' '.join(sys.argv[1:])}".rstrip(),
        f"medians of {options.rounds} visits a share, the three maps in turn",
        "",
    ]
    everything = {}
    for count in options.sizes:
        everything[count] = asyncio.run(measure_size(count, rounds=options.rounds, maps=maps))
        section = report(count, everything[count])
        print("\n".join(section), flush=True)
        lines += section
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text("\n".join([*lines, *bars(everything)]) + "\n")  # after every size: the last takes long
    print("\n".join(bars(everything)))


if __name__ == "__main__":
    main()
