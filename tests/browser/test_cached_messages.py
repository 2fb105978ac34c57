"""What the browser keeps of earlier runs is still there when the server refers to it, whatever crosses on the way.

Without the setting in ``.streamlit/config.toml`` two of six such sessions ended with "Cached ForwardMsg MISS".
"""

from __future__ import annotations

from contextlib import closing

import pandas as pd
import pytest

from core.dataset.selection import Selection
from core.ledger import open_ledger, propose
from core.workspace import HOME_VARIABLE
from tests.browser.driving import PROJECT, sit_down, wait_until_idle

pytestmark = pytest.mark.browser

WAITING, ROUNDS = 6, 4
KEYS = ("k", "u", "z", "r")


@pytest.fixture(scope="module")
def url(run_app, tmp_path_factory):
    """The app where Ada has proposed Chirp for some samples of the demo."""
    home = tmp_path_factory.mktemp("home")
    samples = pd.read_parquet(PROJECT / "data" / "demo.parquet", columns=["sample_id", "label"]).drop_duplicates()
    labels = samples.set_index("sample_id")["label"]
    chosen = Selection(tuple(labels.index[:WAITING]), how="click")
    with closing(open_ledger(home / "demo" / "corrections.duckdb")) as ledger:
        propose(ledger, chosen, labels, "Chirp", author="Ada", app_version="0")
    return run_app(PROJECT / "app.py", env={HOME_VARIABLE: str(home)})


def test_keys_and_a_change_of_theme_that_cross_leave_the_page_alive(url, open_page):
    page = open_page(viewport={"width": 1280, "height": 800})
    sit_down(page, f"{url}/review", "Ben")
    page.locator('.card[data-busy="false"]').first.wait_for()
    for number in range(ROUNDS):
        for key in KEYS:
            page.keyboard.press(key)
            page.emulate_media(color_scheme=("dark", "light")[number % 2])
            page.wait_for_timeout(60)
        wait_until_idle(page)
    assert page.get_by_text("Connection error").count() == 0
    page.locator('.card[data-busy="false"]').first.wait_for()
