"""The page Evaluation in the real app, on the packed demo: a clicked confusion cell opens exactly its samples."""

from __future__ import annotations

import os

import numpy as np
import pytest

from core.classify.evaluation.evaluate import cell_samples, load_evaluation
from core.pipeline.snapshot import read_snapshot
from core.workspace import DEMO_RESULTS, DEMO_SOURCE, Workspace, open_workspace
from tests.browser.driving import PROJECT, choose_option, sit_down, wait_until_idle, wait_until_it_fits
from tests.parts.fake_run import fake_run

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return open_workspace(
        Workspace(root=tmp_path_factory.mktemp("home") / "demo", source=DEMO_SOURCE, shipped=DEMO_RESULTS)
    )


@pytest.fixture(scope="module")
def run(demo):
    return fake_run(demo, read_snapshot(demo), wrong=0.3)


@pytest.fixture(scope="module")
def url(run_app, demo, run):
    return run_app(PROJECT / "app.py", env={**os.environ, "GLITCH_AUDIT_HOME": str(demo.root.parent)})


def open_section(page, name):
    page.get_by_role("radio", name=name, exact=True).or_(
        page.get_by_role("button", name=name, exact=True)
    ).first.click()
    wait_until_idle(page)


@pytest.fixture
def matrix_page(open_page, url):
    def start(**options):
        page = open_page(**options)
        page.goto(f"{url}/evaluation")
        open_section(page, "Confusion matrix")
        chart(page).locator(".heatmaplayer image").first.wait_for()
        return page

    return start


def chart(page):
    return page.frame_locator('iframe[title*="plotly_events"]')


def click_cell(page, confusion, label, predicted):
    """Click the middle of a cell; the drag layer covers exactly the cells."""
    row, column = list(confusion.index).index(label), list(confusion.columns).index(predicted)

    def place():
        box = chart(page).locator(".nsewdrag").first.bounding_box()
        x = box["x"] + box["width"] * (column + 0.5) / len(confusion.columns)
        return x, box["y"] + box["height"] * (row + 0.5) / len(confusion.index)

    x, y = place()
    if not 0 < y < page.viewport_size["height"]:
        page.mouse.wheel(0, y - page.viewport_size["height"] / 2)
        wait_until_idle(page)
        x, y = place()
    page.mouse.move(x - 3, y)
    page.mouse.click(x, y)


def shown_samples(page) -> set[str]:
    return set(page.locator(".tile").evaluate_all("tiles => tiles.map(tile => tile.dataset.id)"))


def fullest_wrong_cell(confusion):
    counts = confusion.to_numpy() * ~np.eye(len(confusion), dtype=bool)
    row, column = np.unravel_index(counts.argmax(), counts.shape)
    return confusion.index[row], confusion.columns[column]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_clicked_cell_opens_exactly_its_samples_and_can_be_clicked_again(matrix_page, run, scheme):
    evaluation = load_evaluation(run)
    confusion = evaluation.confusion
    page = matrix_page(color_scheme=scheme)
    wrong = fullest_wrong_cell(confusion)
    right = ("Chirp", "Chirp")
    for cell in (wrong, right, wrong):
        wanted = set(cell_samples(evaluation, *cell))
        assert 0 < len(wanted) <= 48
        click_cell(page, confusion, *cell)
        what = "sample" if len(wanted) == 1 else "samples"
        page.get_by_role("heading", name=f"{len(wanted)} {what}: {cell[0]} named {cell[1]}").wait_for()
        page.locator(".tile img").nth(len(wanted) - 1).wait_for()
        wait_until_idle(page)
        assert shown_samples(page) == wanted
    page.reload()
    page.locator(".tile img").nth(len(wanted) - 1).wait_for()
    assert shown_samples(page) == wanted


def test_the_names_choose_a_cell_too_and_the_clicked_one_can_be_clicked_again(matrix_page, run):
    evaluation = load_evaluation(run)
    confusion = evaluation.confusion
    page = matrix_page()
    first = fullest_wrong_cell(confusion)
    click_cell(page, confusion, *first)
    page.get_by_role("heading", name=f"{first[0]} named {first[1]}").wait_for()
    wait_until_idle(page)
    for name in ("Label", "Named by the classifier"):
        page.locator(".tile img").first.wait_for()
        choose_option(page, name, "Chirp")
    page.get_by_role("heading", name="Chirp named Chirp").wait_for()
    chart(page).locator(".heatmaplayer image").first.wait_for()
    wait_until_idle(page)
    assert shown_samples(page) == set(cell_samples(evaluation, "Chirp", "Chirp"))
    click_cell(page, confusion, *first)
    page.get_by_role("heading", name=f"{first[0]} named {first[1]}").wait_for()


def test_a_phone_scrolls_the_matrix_and_not_the_page(matrix_page):
    page = matrix_page(viewport={"width": 400, "height": 850})
    wait_until_it_fits(page)
    box = page.locator(".st-key-evaluation_matrix_box")
    assert box.evaluate("node => node.scrollWidth > node.clientWidth")


def test_what_confuses_it_is_judged_in_the_queue_with_its_run(open_page, url, run, demo):
    page = open_page()
    sit_down(page, f"{url}/evaluation", "Ada")
    open_section(page, "What confuses it most")
    page.get_by_role("link", name="Judge them in the queue of suspects").click()
    page.get_by_role("heading", name="Suspects", exact=True).wait_for()
    page.get_by_text("held-out samples are named otherwise").wait_for()
    page.locator('.card[data-busy="false"] [data-kind="keep"]:enabled').wait_for()
    sample = page.locator(".card").get_attribute("data-sample")
    wait_until_idle(page)
    page.keyboard.press("k")
    page.locator(f'.card[data-busy="false"]:not([data-sample="{sample}"])').wait_for()
    page.get_by_text("1 by you today").wait_for()
    wait_until_idle(page)
    page.keyboard.press("z")
    page.locator(f'.card[data-busy="false"][data-sample="{sample}"]').wait_for()
    page.get_by_text("0 by you today").wait_for()
    # The neighbours' queue is one choice away, and as it was.
    wait_until_idle(page)
    # What says that it was taken back lies over the list of sources for as long as it shows.
    page.get_by_test_id("stToast").wait_for(state="hidden")
    page.get_by_role("combobox", name="Found by").click()
    page.get_by_role("option", name="neighbours").click()
    page.get_by_text("samples are flagged").wait_for()
