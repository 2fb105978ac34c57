"""Progress: rate and time left from the items done since the first report."""

import io

import pytest

from core.progress import Progress, ProgressMeter, ProgressPrinter


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


def test_the_printed_line_names_the_workers_of_a_cluster():
    stream = io.StringIO()
    ProgressPrinter(stream).show(Progress("Embedding", 8, 8, 4.0, 0.0, workers=2))
    ProgressPrinter(stream).show(Progress("Embedding", 8, 8, 4.0, 0.0))
    assert stream.getvalue() == ("Embedding: 8 of 8, 2 workers, 4.0/s, 0 s left\nEmbedding: 8 of 8, 4.0/s, 0 s left\n")
