"""Progress: rate and time left from the items done since the first report."""

import pytest

from core.progress import ProgressMeter


def test_rate_counts_from_the_first_report():
    times = iter([100.0, 104.0])
    meter = ProgressMeter("Embedding", clock=lambda: next(times))
    first = meter.at(50, 250)
    assert (first.rate, first.seconds_left, first.fraction) == (None, None, 0.2)
    later = meter.at(90, 250)
    assert later.rate == pytest.approx(10.0)
    assert later.seconds_left == pytest.approx(16.0)


def test_nothing_to_do_is_done():
    assert ProgressMeter("x").at(0, 0).fraction == 1.0
