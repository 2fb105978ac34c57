"""Digits, photographs, medical pictures and folders by class, opened, prepared and looked at in the real app."""

from __future__ import annotations

import re

import numpy as np
import pytest

from core.workspace import HOME_VARIABLE
from tests.browser.any_pictures import CIFAR, KINDS, mean_colour, plane_of
from tests.browser.driving import PROJECT, wait_until_idle

pytestmark = pytest.mark.browser

READY_MS = 300_000
OF_GLITCHES = re.compile(r"glitch|detector|\bGPS\b|gravity.?spy|energ|observing run|spectrogram|\bLIGO", re.I)
OURS = re.compile(r"Glitch Audit|Glitch demo|glitch-resnet18|spectrograms of glitches")
PAGES = ("", "map", "clusters", "suspects", "search", "practice", "review", "decisions", "corrections", "mine")
COLOURS_OF = """async images => Promise.all(images.map(async image => {
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const drawing = canvas.getContext("2d");
    drawing.drawImage(image, 0, 0);
    const sums = [0, 0, 0], pixels = drawing.getImageData(0, 0, canvas.width, canvas.height).data;
    for (let place = 0; place < pixels.length; place += 4)
        for (const channel of [0, 1, 2]) sums[channel] += pixels[place + channel];
    return sums.map(sum => sum / (pixels.length / 4));
}))"""


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(tmp_path_factory.mktemp("home"))})


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_opened_prepared_and_seen_in_its_own_colours(url, open_page, tmp_path, kind):
    if kind == "cifar" and not CIFAR.is_file():
        pytest.skip(f"the pictures of CIFAR-10H are not here: they would lie at {CIFAR}")
    folder = tmp_path / kind
    sample = KINDS[kind](folder)
    plane_of(folder, tmp_path / "plane.npy")
    page = open_page()
    page.goto(f"{url}/data")
    page.get_by_role("textbox", name="Folder or file on the computer").fill(str(folder))
    page.get_by_test_id("stFormSubmitButton").filter(has_text="Open").get_by_role("button").click()
    page.get_by_text("Recognised as ordinary pictures").wait_for()
    wait_until_idle(page)
    assert words_of_glitches(page) == []
    page.get_by_role("textbox", name="Ready-made embeddings").fill(str(tmp_path / "plane.npy"))
    page.get_by_role("button", name="Prepare the map").click()
    page.get_by_text("is ready").first.wait_for(timeout=READY_MS)
    data = page.evaluate("new URLSearchParams(location.search).get('data')") or ""
    for path in PAGES:
        page.goto(f"{url}/{path}" + (f"?data={data}" if data else ""))
        page.get_by_test_id("stSidebar").first.wait_for()
        wait_until_idle(page)
        assert words_of_glitches(page) == [], path
    page.goto(f"{url}/sample?sample={sample}" + (f"&data={data}" if data else ""))
    picture = page.get_by_test_id("stImage").locator("img").first
    picture.wait_for()
    wait_until_idle(page)
    (seen,) = page.get_by_test_id("stImage").locator("img").first.evaluate_all(COLOURS_OF)
    wanted = mean_colour(folder / f"{sample}.png")
    # JPEG, and the paper beside pictures that are not as wide as their frame, move the mean a little.
    assert np.abs(np.asarray(seen) - wanted).max() < 12, (seen, wanted.tolist())


def words_of_glitches(page) -> list[str]:
    """What stands on the screen around each word that fits glitches alone."""
    text = OURS.sub("", page.locator("body").inner_text())
    return [text[max(0, hit.start() - 60) : hit.end() + 40] for hit in OF_GLITCHES.finditer(text)]
