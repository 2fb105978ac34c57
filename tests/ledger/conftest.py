"""A fresh ledger and a selection to propose from."""

import pandas as pd
import pytest

from core.dataset.selection import Filters, Selection
from core.ledger import open_ledger, propose

LABELS = pd.Series(["Blip"] * 4 + ["Tomte"] * 2, index=[f"id{number}" for number in range(6)])


@pytest.fixture
def labels():
    return LABELS.copy()


@pytest.fixture
def ledger(tmp_path):
    opened = open_ledger(tmp_path / "workspace" / "corrections.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def selection():
    return Selection(
        sample_ids=("id2", "id0", "id5"),
        how="lasso",
        polygon=((0.0, 0.0), (1.0, 0.0), (1.0, 1.5)),
        filters=Filters(labels=("Blip", "Tomte"), ranges=(("snr", 7.5, 20.0),)),
        dataset_fingerprint="data",
        layout_fingerprint="layout",
    )


@pytest.fixture
def propose_whistle(ledger, selection, labels):
    """Proposes Whistle for the selection, with whatever else the test asks for."""

    def act(**options):
        options = {"author": "Ada", "app_version": "0.1", "reason": "rises", "confidence": 0.8} | options
        label = options.pop("label", "Whistle")
        return propose(ledger, options.pop("selection", selection), labels, label, **options)

    return act


@pytest.fixture
def count_rows(ledger):
    """How many rows the two append-only tables hold."""

    def act():
        with ledger.cursor() as cursor:
            return cursor.execute("SELECT (SELECT count(*) FROM batch), (SELECT count(*) FROM correction)").fetchone()

    return act
