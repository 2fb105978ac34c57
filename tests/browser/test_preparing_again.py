"""Preparing again in the real app: the old map stays until the new one is there, then the page changes by itself."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from core.jobs.job import JobReporter, job_status, stop_job
from core.pipeline.settings import Settings, load_settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import prepare
from core.progress import Progress
from core.workspace import HOME_VARIABLE, workspace_for
from tests.browser.driving import PROJECT, the_map

pytestmark = pytest.mark.browser

JOB_MS = 240_000


@pytest.fixture(scope="module")
def served(run_app, tmp_path_factory):
    """``(url, workspace, folder)`` of a server with a map of ready-made coordinates; "moved.npy" has others."""
    folder = tmp_path_factory.mktemp("preparing")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(folder / "home"))
        ids = []
        for number in range(40):
            label = "Blip" if number < 20 else "Whistle"
            (folder / "data" / label).mkdir(parents=True, exist_ok=True)
            Image.new("L", (17, 14), number).save(folder / "data" / label / f"{number:02d}.png")
            ids.append(f"{label}/{number:02d}")
        plane = np.random.default_rng(1).normal(np.repeat([[0, 0], [6, 0]], 20, axis=0), 0.3).astype(np.float32)
        for name, matrix in (("here", plane), ("moved", plane[::-1])):
            np.save(folder / f"{name}.npy", matrix)
            (folder / f"{name}.txt").write_text("\n".join(ids))
        (folder / "wrong.npy").write_bytes(b"this is no array")
        workspace = workspace_for(folder / "data")
        read_dataset(workspace)
        save_settings(workspace, Settings(vectors=str(folder / "here.npy")))
        prepare(workspace, report=lambda progress: None)
        yield run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(folder / "home")}), workspace, folder
        stop_job(workspace)


def test_a_map_changes_by_itself_when_a_terminal_has_made_another(served, open_page):
    url, workspace, folder = served
    page = open_page()
    settings = Settings(vectors=str(folder / "moved.npy"))
    # This process plays a terminal: the page sees its job, and touches nothing.
    with JobReporter(workspace, subject="prepare") as job:
        job.propose(asdict(settings))
        page.goto(the_map(url, data=workspace.name))
        page.get_by_text("A new map is being made").wait_for()
        page.locator("canvas").first.wait_for()
        assert load_settings(workspace).vectors == str(folder / "here.npy")
        job.report(Progress("Laying out the map (UMAP)", 3, 10, None, None))
        page.get_by_text("Laying out the map").wait_for()
        prepare(workspace, report=lambda progress: None, settings=settings)
        job.propose(None)
        # The audit of the new map goes on, and the page shows it already.
        page.get_by_text("A new map is being made").wait_for(state="detached")
        page.locator("canvas").first.wait_for()
        job.done("made")


def test_a_failure_is_said_where_one_looks_and_leaves_the_map(served, open_page):
    url, workspace, folder = served
    kept = load_settings(workspace)
    desk, watcher = open_page(), open_page()
    desk.goto(f"{url}/data?data={workspace.name}")
    desk.get_by_role("textbox", name="Ready-made embeddings").fill(str(folder / "wrong.npy"))
    desk.get_by_role("button", name="Prepare the map").click()
    desk.get_by_text("Nothing was changed").wait_for(timeout=JOB_MS)
    assert job_status(workspace).state == "failed" and "wrong.npy" in job_status(workspace).message
    assert load_settings(workspace) == kept
    expect(desk.get_by_role("textbox", name="Ready-made embeddings")).to_have_value(str(folder / "wrong.npy"))
    watcher.goto(the_map(url, data=workspace.name))
    watcher.get_by_text("The last preparation failed").wait_for()
    watcher.locator("canvas").first.wait_for()
