"""Takes every screen anew, light, dark and on a phone: ``python docs/take_screens.py``."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from PIL import Image  # noqa: E402 - needs the project's path

from docs.example_acts import write_example_acts  # noqa: E402
from docs.take_screenshots import LASSO, draw  # noqa: E402
from tests.browser.driving import chromium, sit_down, start_server, stop_server  # noqa: E402

SCREENS = PROJECT / "docs" / "screens"
DESKTOP, PHONE = (1280, 800), (390, 844)
_QUALITY, _GAP = 78, 12
_PATIENCE_MS, SETTLED_MS = 90_000, 2_500
_AT_REST = '[data-testid="stApp"][data-test-script-state="notRunning"] h1'


@dataclass(frozen=True)
class Screen:
    """A screen: the name of its picture, its address, who looks at it, and what happens before it is taken."""

    name: str
    path: str
    person: str = "Ada"
    before: Callable | None = None


def lasso_island(page) -> None:
    """Choose the island that carries two labels."""
    draw(page, LASSO)
    page.locator(".tile img").first.wait_for()


def wait_for_map(page) -> None:
    """Until the points are drawn."""
    page.wait_for_selector('.glitch-map[data-ready="true"]')


def wait_for_charts(page) -> None:
    """Until a chart is drawn that can be clicked, and the run is over."""
    page.locator('iframe[title*="plotly_events"]').first.content_frame.locator(".nsewdrag").first.wait_for()
    page.wait_for_selector(_AT_REST)


ALL = (
    Screen("start", "", "Mo"),
    Screen("map", "map", before=lasso_island),
    Screen("clusters", "clusters"),
    Screen("suspects", "suspects", "Cleo"),
    Screen("search", "search?like=e3c4TC6iXm"),
    Screen("practice", "practice", "Cleo"),
    Screen("review", "review", "Cleo"),
    Screen("decisions", "decisions", "Mo"),
    Screen("releases", "decisions?decisions_section=Releases", "Mo"),
    Screen("corrections", "corrections"),
    Screen("mine", "mine"),
    Screen("detector", "detector?detector_source=simulated", before=wait_for_charts),
    Screen("impact", 'impact?impact_counts=["rate","snr%20share"]', before=wait_for_charts),
    Screen("classify", "classify"),
    Screen("training", "training"),
    Screen("evaluation", "evaluation"),
    Screen("data", "data"),
)


def opened(browser, url: str, screen: Screen, *, size: tuple[int, int], dark: bool = False):
    """The screen at rest, in a window of its own."""
    width, height = size
    theme = "dark" if dark else "light"
    thumb = size == PHONE
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, has_touch=thumb, is_mobile=thumb
    )
    context.set_default_timeout(_PATIENCE_MS)
    page = context.new_page()
    sit_down(page, f"{url}/{screen.path}", screen.person)
    page.wait_for_selector(_AT_REST)
    if screen.path == "map":
        wait_for_map(page)
    page.wait_for_timeout(SETTLED_MS)
    if screen.before is not None:
        screen.before(page)
        page.wait_for_timeout(SETTLED_MS)
    return page


def picture(page) -> Image.Image:
    """What the window shows."""
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def side_by_side(light: Image.Image, dark: Image.Image, phone: Image.Image) -> Image.Image:
    """The light screen at its size, the dark one at half of it above the phone's."""
    half = dark.resize((dark.width // 2, dark.height // 2), Image.Resampling.LANCZOS)
    room = light.height - half.height - _GAP
    small = phone.resize((round(phone.width * room / phone.height), room), Image.Resampling.LANCZOS)
    joined = Image.new("RGB", (light.width + _GAP + half.width, light.height), "white")
    joined.paste(light, (0, 0))
    joined.paste(half, (light.width + _GAP, 0))
    joined.paste(small, (light.width + _GAP, half.height + _GAP))
    return joined


def take_screen(browser, url: str, screen: Screen) -> Path:
    """Write ``docs/screens/<name>.webp``; returns its path."""
    found = []
    for size, dark in ((DESKTOP, False), (DESKTOP, True), (PHONE, False)):
        page = opened(browser, url, screen, size=size, dark=dark)
        found.append(picture(page))
        page.context.close()
    path = SCREENS / f"{screen.name}.webp"
    side_by_side(*found).save(path, quality=_QUALITY, method=6)
    return path


def main() -> None:
    """Start the app on the demo where a team was at work, and take every screen."""
    SCREENS.mkdir(exist_ok=True)
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        write_example_acts(Path(folder))
        url, server = start_server(
            PROJECT / "app.py", log=Path(folder) / "log", env={**os.environ, "GLITCH_AUDIT_HOME": folder}
        )
        try:
            for screen in ALL:
                if not wanted or screen.name in wanted:
                    take_screen(browser, url, screen)
                    print(
                        f"docs/screens/{screen.name}.webp: {(SCREENS / f'{screen.name}.webp').stat().st_size:,} bytes"
                    )
        finally:
            stop_server(server)


if __name__ == "__main__":
    main()
