"""The page Training in the real app, with a real training: started, watched from two tabs, stopped, resumed."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from playwright.sync_api import expect

from core.classify.training.runs import load_run, read_curves, run_folder
from core.jobs.job import TRAINING, job_status, stop_job
from core.pipeline.snapshot import read_dataset
from core.workspace import HOME_VARIABLE, workspace_for
from tests.browser.driving import PROJECT, wait_until_idle

pytestmark = pytest.mark.browser

EPOCHS = 40
TRAINING_MS = 240_000


@pytest.fixture(scope="module")
def trained(run_app, tmp_path_factory):
    """``(url, workspace)`` of a server with a small data set."""
    folder = tmp_path_factory.mktemp("training")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(folder / "home"))
        draw(folder / "few")
        workspace = workspace_for(folder / "few")
        read_dataset(workspace)
        yield run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(folder / "home")}), workspace
        stop_job(workspace, TRAINING)


def draw(folder):
    """Two labels of 20 pictures each: a bright upper half, a bright lower half, in noise."""
    rng = np.random.default_rng(1)
    for label, rows in (("High", slice(0, 70)), ("Low", slice(70, 140))):
        (folder / label).mkdir(parents=True)
        for number in range(20):
            pixels = rng.integers(0, 120, (140, 170), dtype=np.uint8)
            pixels[rows] += 60
            Image.fromarray(pixels).save(folder / label / f"{number:02d}.png")


def choose(page, name, option):
    box = page.get_by_role("combobox", name=name)
    for attempt in range(5):
        box.click()
        try:
            # Whatever moves the page meanwhile, such as a section that unfolds, closes open lists.
            page.get_by_role("option", name=option).click(timeout=6_000)
            break
        except PlaywrightTimeoutError:
            assert attempt < 4, f"the list {name} does not stay open"
            page.keyboard.press("Escape")
    wait_until_idle(page)


def fill(page, name, value):
    box = page.get_by_role("spinbutton", name=name)
    box.fill(str(value))
    box.press("Enter")
    wait_until_idle(page)


def test_start_watch_stop_and_resume_to_the_end(trained, open_page):
    url, workspace = trained
    page, other = open_page(), open_page()
    page.goto(f"{url}/training?data={workspace.name}")
    page.get_by_text("to learn from").wait_for()
    wait_until_idle(page)
    choose(page, "Architecture", "Small CNN")
    page.get_by_text("It knows nothing yet").wait_for()
    page.get_by_text("More settings").click()
    wait_until_idle(page)
    choose(page, "Picture size", "70 x 85")
    fill(page, "Epochs at most", EPOCHS)
    fill(page, "Stop after epochs without gain", 1000)
    page.get_by_role("textbox", name="Name of the training run").fill("tiny")
    page.get_by_role("textbox", name="Name of the training run").press("Enter")
    wait_until_idle(page)
    page.get_by_role("button", name="Start training").click()

    # Its curves appear while it runs, in another tab too.
    page.get_by_text("Epochs done").wait_for(timeout=TRAINING_MS)
    page.locator(".scatterlayer .point").first.wait_for()
    page.get_by_role("button", name="Stop").click()
    other.goto(f"{url}/training?data={workspace.name}")
    page.get_by_role("button", name="Resume").wait_for(timeout=TRAINING_MS)
    other.get_by_role("button", name="Resume").wait_for(timeout=TRAINING_MS)
    assert job_status(workspace, TRAINING).state == "cancelled"
    before = read_curves(load_run(run_folder(workspace, "tiny")))
    assert 1 <= len(before) < EPOCHS
    # The choices are still there.
    expect(page.get_by_role("spinbutton", name="Epochs at most")).to_have_value(str(EPOCHS))

    wait_until_idle(page)
    page.get_by_role("button", name="Resume").click()
    page.get_by_role("button", name="Stop").wait_for()
    # The other tab learns of it when somebody looks at it again.
    other.mouse.move(200, 200)
    other.get_by_role("button", name="Stop").wait_for()
    page.get_by_role("button", name="How good it is").wait_for(timeout=TRAINING_MS)
    run = load_run(run_folder(workspace, "tiny"))
    curves = read_curves(run)
    assert (run.state, len(curves)) == ("done", EPOCHS)
    assert curves.iloc[: len(before)].equals(before)

    wait_until_idle(page)
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="How good it is").wait_for()
