"""Tables of triggers, in each form, and what is wrong with them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.detector.channels.triggers import read_triggers
from core.errors import GlitchAuditError
from tests.detector.channels.making import START, trigger_file


@settings(max_examples=20, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offsets=st.lists(st.integers(0, 10**6), min_size=1, max_size=30), form=st.sampled_from(["csv", "parquet", "h5"]))
def test_triggers_are_read_in_order_of_time_whatever_the_form(tmp_path, offsets, form):
    times = [START + one / 8 for one in offsets]
    path = tmp_path / f"L1-ASC_X_triggers.{form}"
    table = pd.DataFrame({"time": times, "snr": 9.5, "frequency": 20.0})
    if form == "h5":
        trigger_file(path, times, snr=9.5)
    else:
        table.to_csv(path, index=False) if form == "csv" else table.to_parquet(path)
    (triggers,) = read_triggers(path)
    assert (triggers.channel.name, triggers.channel.detector) == ("L1:ASC_X", "L1")
    np.testing.assert_array_equal(triggers.times, np.sort(times))
    assert set(triggers.snr) == {9.5}


def test_a_column_of_channels_makes_a_table_each_with_its_safety(tmp_path):
    rows = {"peak_time": [START, START + 1, START + 2], "snr": [8, 9, 10], "channel": ["L1:B", "L1:A", "L1:B"]}
    pd.DataFrame(rows).to_csv(tmp_path / "all.csv", index=False)
    first, second = read_triggers(tmp_path / "all.csv", safety={"L1:A": "unsafe"})
    assert (first.channel.name, first.channel.safety, first.times.tolist()) == ("L1:A", "unsafe", [START + 1])
    assert second.channel.safety == "unknown" and second.snr.tolist() == [8, 10] and np.isnan(second.frequencies).all()


def test_ligo_lw_is_read_through_gwpy(tmp_path):
    pytest.importorskip("igwn_ligolw")
    from gwpy.table import EventTable

    rows = {
        "peak_time": [int(START)], "peak_time_ns": [500_000_000], "snr": [12.0], "peak_frequency": [42.0],
    }  # fmt: skip
    EventTable(rows).write(tmp_path / "L1-ASC_X_triggers.xml.gz", format="ligolw", tablename="sngl_burst")
    (triggers,) = read_triggers(tmp_path / "L1-ASC_X_triggers.xml.gz")
    assert (triggers.times.tolist(), triggers.snr.tolist(), triggers.frequencies.tolist()) == (
        [START + 0.5],
        [12],
        [42],
    )


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("when,snr\n1187008800,9\n", "L1-A.csv", "a column of GPS seconds called time and one called snr; it has when"),
        ("time,loudness\n1187008800,9\n", "L1-A.csv", "one called snr"),
        ("time,snr\n", "L1-A.csv", "holds no trigger"),
        ("time,snr\n1187008800,9\n", "mine.csv", "nothing says which channel"),
        ("time,snr\n1187008800,\n", "L1-A.csv", "SNR of 1 triggers is missing"),
        ("time,snr\n1187008800,loud\n", "L1-A.csv", "snr holds what is no number"),
        ("time,snr\n2017-08-17T12:41:04,9\n", "L1-A.csv", "bring GPS seconds"),
        ("time,snr,channel\n1187008800,9,WIND\n", "L1-A.csv", "does not begin with a detector"),
    ],
)
def test_a_table_that_is_none_of_triggers_is_refused(tmp_path, text, name, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(GlitchAuditError, match=said):
        read_triggers(tmp_path / name)
