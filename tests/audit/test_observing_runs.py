"""The observing run that a GPS time lies in: the published first and last seconds, and the times between."""

from datetime import UTC, datetime

import numpy as np
import pytest

from core.audit.observing_runs import RUNS, observing_run

GPS_EPOCH = datetime(1980, 1, 6, tzinfo=UTC)

PUBLISHED = {
    "O1": (datetime(2015, 9, 12, tzinfo=UTC), datetime(2016, 1, 19, 16, tzinfo=UTC)),
    "O2": (datetime(2016, 11, 30, 16, tzinfo=UTC), datetime(2017, 8, 25, 22, tzinfo=UTC)),
    "O3a": (datetime(2019, 4, 1, 15, tzinfo=UTC), datetime(2019, 10, 1, 15, tzinfo=UTC)),
    "O3b": (datetime(2019, 11, 1, 15, tzinfo=UTC), datetime(2020, 3, 27, 17, tzinfo=UTC)),
    "O4a": (datetime(2023, 5, 24, 15, tzinfo=UTC), datetime(2024, 1, 16, 16, tzinfo=UTC)),
    "O4b": (datetime(2024, 4, 10, 15, tzinfo=UTC), datetime(2025, 1, 28, 17, tzinfo=UTC)),
    "O4c": (datetime(2025, 1, 28, 17, tzinfo=UTC), datetime(2025, 11, 18, 16, tzinfo=UTC)),
}


def gps(moment):
    """GPS seconds: no leap seconds since 1980, of which 17 were inserted by 2016 and 18 from 2017 on."""
    return int((moment - GPS_EPOCH).total_seconds()) + (17 if moment.year < 2017 else 18)


def test_the_table_holds_the_published_dates_in_gps_seconds():
    assert [(name, gps(start), gps(end)) for name, (start, end) in PUBLISHED.items()] == list(RUNS)


@pytest.mark.parametrize(("name", "start", "end"), RUNS)
def test_a_run_holds_its_first_second_and_not_the_one_before(name, start, end):
    assert observing_run(np.array([start, (start + end) / 2, end - 1])).tolist() == [name] * 3
    assert observing_run(np.array([start - 1]))[0] != name


def test_times_outside_the_runs_say_where():
    found = observing_run(np.array([0.0, 1155520422.8, 1.2e9, 1.6e9, np.nan, np.inf]))
    assert found.tolist() == ["before O1", "before O2", "before O3a", "after O4c", None, None]
    assert observing_run(np.zeros(0)).tolist() == []
