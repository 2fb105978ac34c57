"""A run that a newer one has overtaken ends late and takes nothing with it: the newer page's parts go on to answer."""

from __future__ import annotations

from contextlib import closing

import pandas as pd
import pytest

from core.dataset.selection import Selection
from core.ledger import open_ledger, propose
from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, sit_down, wait_until_idle
from tests.browser.slow_votes_app import SECONDS

pytestmark = pytest.mark.browser


@pytest.fixture
def url(run_app, tmp_path):
    """The app with slow votes, where Ada has proposed Chirp for a sample of the demo."""
    samples = pd.read_parquet(PROJECT / "data" / "demo.parquet", columns=["sample_id", "label"]).drop_duplicates()
    labels = samples.set_index("sample_id")["label"]
    with closing(open_ledger(tmp_path / "demo" / "corrections.duckdb")) as ledger:
        propose(ledger, Selection(tuple(labels.index[:1]), how="click"), labels, "Chirp", author="Ada", app_version="0")
    (tmp_path / "demo" / "roles.toml").write_text('[people]\n"Ada" = "moderator"\n')
    return run_app(PROJECT / "tests" / "browser" / "slow_votes_app.py", env={HOME_VARIABLE: str(tmp_path)})


def test_parts_drawn_by_the_newer_run_answer_after_the_overtaken_one_has_ended(url, open_page):
    page = open_page()
    # The name begins a run of the section Samples, which reads the votes while the section Taxonomy is drawn.
    sit_down(page, f"{url}/decisions", "Ada")
    page.get_by_test_id("stButtonGroup").get_by_text("Taxonomy").click()
    page.get_by_test_id("stButtonGroup").get_by_text("rename").wait_for()
    wait_until_idle(page)
    page.wait_for_timeout(1_000 * (SECONDS + 1))
    page.get_by_test_id("stButtonGroup").get_by_text("rename").click()
    page.get_by_text("a label gets another name").wait_for()
