"""Livingston's auxiliary data of 2019: what experts know of Scattered_Light comes out, the rest does not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.detector.coupling.significance import count_coincidences
from core.detector.coupling.triggers import judge_states, judge_triggers
from core.detector.model import Channel, GlitchTimes, Segments, TriggerTable, segments

AUX = Path(__file__).parents[3].parent / "shared" / "real" / "aux"

pytestmark = pytest.mark.skipif(not AUX.exists(), reason="real auxiliary data are not at hand: shared/real/aux")

ETMX, OM3 = "L1:SUS-ETMX_M0_DAMP_L_IN1_DQ", "L1:SUS-OM3_M1_DAMP_L_IN1_DQ"
DAY = 1239148818.0


@pytest.fixture(scope="module")
def glitches() -> GlitchTimes:
    table = pd.read_csv(AUX / "L1_scattered_light_O3a.csv")
    count = len(table)
    return GlitchTimes(
        table["id"].to_numpy(dtype=object),
        table["time"].to_numpy(dtype=np.float64),
        np.full(count, "L1", dtype=object),
        np.full(count, "Scattered_Light", dtype=object),
    )


@pytest.fixture(scope="module")
def states() -> dict[str, tuple[Segments, Segments]]:
    """By channel: when light would be scattered above 15 Hz, and when that is known."""
    import h5py

    def read(table) -> Segments:
        spans = table[:]
        edges = [spans[f"{end}_time"] + 1e-9 * spans[f"{end}_time_ns"] for end in ("start", "end")]
        return segments(np.column_stack(edges))

    with h5py.File(AUX / "L1-SCATTERING_SEGMENTS_15_HZ-1239148818-86400.h5") as file:
        return {name: (read(group["active"]), read(group["known"])) for name, group in file["segments"].items()}


def test_the_counts_of_the_day_are_those_that_were_published(glitches, states):
    day = glitches.times[(glitches.times >= DAY) & (glitches.times < DAY + 86400)]
    assert len(day) == 756
    counts = {name: int(active.contains(day).sum()) for name, (active, _) in states.items()}
    assert (counts[ETMX], counts[OM3]) == (53, 21)
    active, known = states[ETMX]
    assert 756 * active.seconds / known.seconds == pytest.approx(5.0, abs=0.05)
    active, known = states[OM3]
    assert 756 * active.seconds / known.seconds == pytest.approx(26.2, abs=0.05)


def test_one_channel_goes_with_scattered_light_that_day_and_the_others_do_not(glitches, states):
    live = states[ETMX][1]
    own = [(Channel(name, "L1", safety="safe"), active) for name, (active, _) in states.items()]
    found = {one.channel: one for one in judge_states(own, glitches, live, detector="L1")}
    assert len(found) == 35
    assert [name for name, one in found.items() if one.verdict == "goes with"] == [ETMX]
    assert found[OM3].verdict == "not to be told from chance"
    # One event of that day is listed 96 times: 649 of the 756 are different ones.
    assert (found[ETMX].listed, found[ETMX].glitches, found[ETMX].found) == (756, 649, 52)
    assert found[ETMX].shifted_mean < 10
    assert found[ETMX].q_value < 1e-6


def test_the_triggers_come_with_scattered_light_and_a_second_later_do_not(glitches):
    table = pd.read_csv(AUX / "L1_ASC-X_TR_B_NSUM_OUT_DQ_triggers.csv").sort_values("time")
    times = table["time"].to_numpy(dtype=np.float64)
    span = segments([(times[0], times[-1] + 0.001)])
    inside = np.sort(glitches.times[span.contains(glitches.times)])
    assert (len(times), len(inside)) == (7445, 9579)
    assert count_coincidences(inside, times, 1.0) == 1346
    for shift in (20.0, 60.0, 300.0, 600.0, 1800.0, 3600.0):
        assert 30 <= count_coincidences(inside + shift, times, 1.0) <= 90
    channel = Channel("L1:ASC-X_TR_B_NSUM_OUT_DQ", "L1")
    own = TriggerTable(channel, times, table["snr"].to_numpy(), table["frequency"].to_numpy())
    (found,) = judge_triggers([own], glitches, span, detector="L1")
    assert found.verdict == "goes with"
    assert found.found > 20 * found.shifted_mean
    later = TriggerTable(channel, times + 37.0, own.snr, own.frequencies)
    (none,) = judge_triggers([later], glitches, span, detector="L1")
    assert none.verdict == "not to be told from chance"
