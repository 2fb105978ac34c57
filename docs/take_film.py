"""Takes the film strip of the moderators' guide: ``python docs/take_film.py``; one way from a doubt to a release."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from PIL import Image  # noqa: E402 - needs the project's path

from docs.example_acts import write_example_acts  # noqa: E402
from docs.take_screens import DESKTOP, SETTLED_MS, Screen, lasso_island, opened, picture  # noqa: E402
from tests.browser.driving import chromium, start_server, stop_server, wait_until_idle  # noqa: E402

FILM = PROJECT / "docs" / "film"
WIDTH, QUALITY = 960, 80


class Camera:
    """Writes ``docs/film/<number>.webp``, counting on."""

    def __init__(self) -> None:
        self.taken = 0

    def take(self, page) -> None:
        """Take the next frame when nothing moves any more."""
        wait_until_idle(page)
        page.wait_for_timeout(SETTLED_MS)
        self.taken += 1
        frame = picture(page)
        frame = frame.resize((WIDTH, round(frame.height * WIDTH / frame.width)), Image.Resampling.LANCZOS)
        frame.save(FILM / f"{self.taken}.webp", quality=QUALITY, method=6)


def press(page, key: str) -> None:
    """Press a key when the card takes one, and wait for what comes next."""
    page.locator('.card[data-busy="false"]').first.wait_for()
    page.keyboard.press(key)
    page.locator('.card[data-busy="false"]').first.wait_for()
    wait_until_idle(page)


def judge(camera: Camera, browser, url: str) -> None:
    """Start, and the suspects by key."""
    page = opened(browser, url, Screen("start", "", "Cleo"), size=DESKTOP)
    camera.take(page)
    page.context.close()
    page = opened(browser, url, Screen("suspects", "suspects", "Cleo"), size=DESKTOP)
    camera.take(page)
    for key in "aak":
        press(page, key)
    camera.take(page)
    page.context.close()


def propose(camera: Camera, browser, url: str) -> None:
    """A lasso on the map, its pictures, and a proposal for what is odd in it."""
    page = opened(browser, url, Screen("map", "map", "Cleo"), size=DESKTOP)
    lasso_island(page)
    camera.take(page)
    box = page.get_by_role("combobox", name="New label")
    box.scroll_into_view_if_needed()
    box.click()
    box.press_sequentially("Tomte")
    page.get_by_role("option", name="Tomte").first.wait_for()
    page.keyboard.press("Enter")
    wait_until_idle(page)
    page.get_by_role("textbox", name="Reason").fill("one triangle, no arms")
    page.keyboard.press("Tab")
    wait_until_idle(page)
    page.get_by_role("button", name=re.compile("Propose for")).click()
    page.get_by_role("button", name="Undo").or_(page.get_by_role("button", name="Yes, propose")).first.wait_for()
    camera.take(page)
    page.context.close()


def settle(camera: Camera, browser, url: str) -> None:
    """A second opinion, a conflict, and what is handed out."""
    page = opened(browser, url, Screen("review", "review", "Cleo"), size=DESKTOP)
    camera.take(page)
    page.context.close()
    page = opened(browser, url, Screen("decisions", "decisions", "Mo"), size=DESKTOP)
    camera.take(page)
    page.context.close()
    page = opened(browser, url, Screen("corrections", "corrections", "Mo"), size=DESKTOP)
    camera.take(page)
    page.context.close()


def main() -> None:
    """Start the app on the demo where a team was at work, and take the strip."""
    FILM.mkdir(exist_ok=True)
    camera = Camera()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        write_example_acts(Path(folder))
        env = {**os.environ, "GLITCH_AUDIT_HOME": folder}
        url, server = start_server(PROJECT / "app.py", log=Path(folder) / "log", env=env)
        try:
            for part in (judge, propose, settle):
                part(camera, browser, url)
        finally:
            stop_server(server)
    for path in sorted(FILM.glob("*.webp")):
        print(f"{path.relative_to(PROJECT)}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
