"""All columns of all families."""

import numpy as np
import pytest

from core.detector.coupling.counts import Epoch
from core.detector.model import GlitchTimes, segments
from core.errors import GlitchAuditError
from core.impact.columns.table import CostParams, cost_table, costs_as_brought_and_now
from core.impact.glitches import with_boxes
from tests.impact.made import BEGIN, DAY, glitches, whole_days


@pytest.fixture(scope="module")
def made():
    random = np.random.default_rng(0)
    times = BEGIN + random.uniform(0, 6 * DAY, 300)
    return glitches(
        times,
        ["A"] * 200 + ["B"] * 100,
        durations=random.uniform(0.1, 2, 300),
        middle=random.uniform(20, 200, 300),
        bandwidth=np.full(300, 10.0),
        snr=random.uniform(8, 30, 300),
        brought=np.array(["A"] * 150 + ["B"] * 150, dtype=object),
        disputed=np.arange(300) % 10 == 0,
    )


def test_each_figure_has_value_interval_unit_and_definition(made):
    epochs = (Epoch("all", BEGIN, BEGIN + 6 * DAY),)
    table = cost_table(
        made,
        whole_days(6),
        detector="L1",
        epochs=epochs,
        open_suspects={"A": 20, "B": 10},
        judgement_seconds=np.arange(5.0, 25.0),
    )
    frame = table.frame()
    assert len(frame) == 2 * len(table.columns)
    assert set(frame["family"]) == {"A", "B"}
    assert (frame["low"] <= frame["value"]).all()
    assert (frame["value"] <= frame["high"]).all()
    assert frame["definition"].str.endswith(".").all()
    assert len({one.key for one in table.columns}) == len(table.columns)
    assert table.column("rate").figures["A"].value == pytest.approx(200 / 144)
    assert table.live_hours == pytest.approx(144)
    with pytest.raises(GlitchAuditError, match="no column nonsense"):
        table.column("nonsense")


def test_the_labels_as_brought_and_now(made):
    brought, now = costs_as_brought_and_now(made, whole_days(6), detector="L1")
    assert brought.column("rate").figures["A"].value == pytest.approx(150 / 144)
    assert now.column("rate").figures["A"].value == pytest.approx(200 / 144)


def test_bad_input_is_said_so(made):
    with pytest.raises(GlitchAuditError, match="no glitches of H1"):
        cost_table(made, whole_days(6), detector="H1")
    with pytest.raises(GlitchAuditError, match="outside of its livetime"):
        cost_table(made, segments([(0.0, 10 * DAY)]), detector="L1")
    with pytest.raises(GlitchAuditError, match="too few for an interval"):
        cost_table(made, whole_days(2), detector="L1")
    with pytest.raises(GlitchAuditError, match="0 s or more"):
        CostParams(pad=-1)
    few = GlitchTimes(made.sample_ids, made.times, made.detectors, made.families)
    with pytest.raises(GlitchAuditError, match="snr has 2 values for 300"):
        with_boxes(few, snr=np.zeros(2))
