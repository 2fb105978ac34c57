"""Takes the pictures of ``docs/story.md``: ``python docs/take_story.py``; from 65 suspects to a release.

Ada judges all suspects, Ben gives the second opinion, Mo settles what they do not agree about and makes the release.
Whoever clicks here needs no time to look: the minutes it prints are those of the workbench alone.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from PIL import Image  # noqa: E402 - needs the project's path

from core.pipeline.audit import load_audit  # noqa: E402
from core.pipeline.stages import load_prepared  # noqa: E402
from core.workspace import demo_workspace  # noqa: E402
from docs.take_screens import DESKTOP, SETTLED_MS, picture  # noqa: E402
from tests.browser.driving import chromium, sit_down, start_server, stop_server, wait_until_idle  # noqa: E402

STORY = PROJECT / "docs" / "story"
WIDTH, QUALITY = 960, 80
PATIENCE_MS, AUDIT_MS = 30_000, 400_000
FIRST = 20
"""How many suspects are judged before they are ranked anew."""
SURE = 50
"""Per cent: below it Ada keeps the label."""
REFUSED = (4, 9, 15)
"""On which of the reviews Ben sees the label that stands."""
DONE = re.compile(
    "Every flagged sample is judged|No suspect that is|You have reviewed everything|Every conflict is settled|"
    "No sample is in conflict"
)
READY = '.card[data-busy="false"]'


class Story:
    """Takes a picture a chapter, and the seconds from one to the next."""

    def __init__(self) -> None:
        self.began = time.perf_counter()

    def take(self, page, name: str, said: str = "") -> None:
        """Write ``docs/story/<name>.webp`` when nothing moves any more."""
        wait_until_idle(page)
        page.wait_for_timeout(SETTLED_MS)
        frame = picture(page)
        frame = frame.resize((WIDTH, round(frame.height * WIDTH / frame.width)), Image.Resampling.LANCZOS)
        frame.save(STORY / f"{name}.webp", quality=QUALITY, method=6)
        minutes, seconds = divmod(round(time.perf_counter() - self.began), 60)
        print(f"{minutes:2d}:{seconds:02d}  {name}  {said}", flush=True)


def seat(browser, url: str, name: str):
    """A window of its own with somebody at the desk."""
    context = browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    sit_down(page, url, name)
    wait_until_idle(page)
    return page


def on_card(page) -> str:
    """What the card is about, once it takes a key; empty where the queue is done."""
    done = page.get_by_text(DONE)
    page.locator(READY).or_(done).first.wait_for()
    card = page.locator(READY)
    return f"{card.get_attribute('data-sample')} {card.get_attribute('data-stage')}" if card.count() else ""


def press(page, key: str) -> str:
    """Press a key; returns what is on the card then."""
    before = on_card(page)
    page.keyboard.press(key)
    for _ in range(600):
        page.wait_for_timeout(50)
        if (now := on_card(page)) != before:
            return now
    raise AssertionError(f"nothing came after {key} on {before}")


def judge(page, count: int) -> int:
    """Judge suspects as the workbench advises: accept where the label is more likely wrong than right."""
    for number in range(count):
        chance = page.get_by_text(re.compile(r"wrong with a chance of|almost certainly wrong")).first
        said = chance.inner_text() if chance.count() else ""
        percent = re.search(r"(\d+) %", said)
        if not press(page, "k" if percent and int(percent[1]) < SURE else "a"):
            return number + 1
    return count


def main() -> None:
    """Start the app on the demo, with Mo as its moderator, and go the whole way."""
    STORY.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        home = Path(folder) / "home"
        (home / "demo").mkdir(parents=True)
        (home / "demo" / "roles.toml").write_text('[people]\n"Mo" = "moderator"\n', encoding="utf-8")
        env = {**os.environ, "GLITCH_AUDIT_HOME": str(home)}
        url, server = start_server(PROJECT / "app.py", log=Path(folder) / "log", env=env)
        try:
            story = Story()
            for chapter in (suspects, second_opinions, conflicts, labels_now, release):
                chapter(story, browser, url)
        finally:
            stop_server(server)


def suspects(story: Story, browser, url: str) -> None:
    """Ada's part: Start, twenty suspects, ranked anew, and the rest."""
    page = seat(browser, url, "Ada")
    story.take(page, "1-start")
    page = seat(browser, f"{url}/suspects", "Ada")
    judge(page, FIRST)
    page.get_by_role("button", name="Rank anew").click()
    page.get_by_text("Ranked anew with").first.wait_for()
    story.take(page, "2-ranked-anew")
    judge(page, 60)
    story.take(page, "3-suspects-done")


def second_opinions(story: Story, browser, url: str) -> None:
    """Ben's part: what he sees, blind, and then his word on what was proposed."""
    suggested = suggestions()
    page = seat(browser, f"{url}/review", "Ben")
    story.take(page, "4-blind")
    number = 0
    while on_card(page):
        refuses = number in REFUSED
        see(page, "" if refuses else suggested[page.locator(READY).get_attribute("data-sample")])
        # Who sees what was proposed has agreed with it, and is asked about the next.
        if page.locator(f'{READY}[data-stage="revealed"]').count():
            if number == REFUSED[0]:
                story.take(page, "5-two-opinions")
            press(page, "r")
        number += 1


def suggestions() -> dict[str, str]:
    """What Ada's suspects were suggested to be, which is what Ben sees, by glitch."""
    audit = load_audit(load_prepared(demo_workspace()))
    return {str(name): str(label) for name, label in audit.suspects.table["suggested"].items()}


def see(page, label: str) -> None:
    """Answer the blind question with a label, or with the one that stands."""
    button = page.locator(f'{READY} [data-value="{label}"][aria-keyshortcuts]') if label else None
    key = button.first.get_attribute("aria-keyshortcuts") if button is not None and button.count() else "k"
    press(page, key)


def conflicts(story: Story, browser, url: str) -> None:
    """Mo's part: who stands for what, and a key a side."""
    page = seat(browser, f"{url}/decisions", "Mo")
    page.locator(READY).wait_for()
    story.take(page, "6-conflict")
    while on_card(page):
        press(page, "1")


def labels_now(story: Story, browser, url: str) -> None:
    """What the labels are now, and what changed."""
    page = seat(browser, f"{url}/suspects", "Mo")
    page.get_by_role("combobox", name="Labels shown").click()
    page.get_by_role("option", name=re.compile("^now")).click()
    page.get_by_text(re.compile("Labels as they are now")).wait_for(timeout=AUDIT_MS)
    wait_until_idle(page)
    page.get_by_role("button", name="What changed").click()
    page.get_by_text(re.compile(r"because of these \d+ decisions")).wait_for()
    story.take(page, "7-what-changed")


def release(story: Story, browser, url: str) -> None:
    """A release of it."""
    page = seat(browser, f"{url}/decisions?decisions_section=Releases", "Mo")
    page.get_by_role("textbox", name="Name", exact=True).fill("2026-11")
    page.get_by_role("textbox", name="Authors to cite, one a line").fill("Lovelace, Ada")
    page.get_by_role("button", name="Make the release").click()
    page.get_by_text("Release 2026-11 is made").wait_for()
    story.take(page, "8-release")


if __name__ == "__main__":
    main()
