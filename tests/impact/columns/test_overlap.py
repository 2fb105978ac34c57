"""Templates' tracks, and the glitches whose boxes they pass through."""

import numpy as np
import pytest

from core.errors import GlitchAuditError
from core.impact.columns.days import days_of
from core.impact.columns.overlap import (
    TEMPLATES,
    Template,
    hit_figure,
    meets,
    merger_times,
    overlap_columns,
    overlap_figure,
)
from tests.impact.made import BEGIN, DAY, glitches, whole_days

NEUTRON_STARS, MIXED, HEAVY = TEMPLATES


def test_two_neutron_stars_one_second_before_they_merge():
    # Worked by hand: M_c = 1.2188 suns = 6.003e-6 s, to the power -5/8 it is 1834.6; (5/256)^(3/8) / pi = 0.07276.
    assert NEUTRON_STARS.chirp_mass == pytest.approx(1.2188, abs=1e-4)
    assert NEUTRON_STARS.frequency(1.0) == pytest.approx(133.5, abs=0.1)
    assert NEUTRON_STARS.before_merger(NEUTRON_STARS.frequency(7.5)) == pytest.approx(7.5)
    # 4,397 Hz over the mass in suns.
    assert NEUTRON_STARS.highest == pytest.approx(4397 / 2.8, rel=1e-3)


def test_which_boxes_a_track_passes_through():
    made = glitches(
        BEGIN + np.arange(1, 6),
        durations=[1, 1, 1, 1, np.nan],
        middle=[30, 60, 1700, 10, 60],
        bandwidth=[10, 20, 100, 10, 20],
    )
    assert meets(made, NEUTRON_STARS).tolist() == [True, True, False, False, False]
    # Heavy black holes end at 36.6 Hz.
    assert meets(made, HEAVY).tolist() == [True, False, False, False, False]
    share = overlap_figure(made, NEUTRON_STARS, days_of(whole_days(5)))
    assert share.value == pytest.approx(2 / 4)
    # Wilson's interval of 2 in 4 at the least.
    assert share.low <= 0.150 + 1e-3
    assert share.high >= 0.850 - 1e-3


def test_when_a_signal_would_have_to_merge():
    made = glitches([BEGIN + 1000.0], durations=[0.5], middle=[100.0], bandwidth=[20.0])
    found = merger_times(made, NEUTRON_STARS).spans[0]
    expected = [999.75 + NEUTRON_STARS.before_merger(110.0), 1000.25 + NEUTRON_STARS.before_merger(90.0)]
    assert found - BEGIN == pytest.approx(expected)
    chance = hit_figure(made, NEUTRON_STARS, days_of(whole_days(5)))
    assert chance.value == pytest.approx((expected[1] - expected[0]) / (5 * DAY))


def test_a_track_followed_step_by_step_meets_the_same_mergers():
    made = glitches([BEGIN + 1000.0], durations=[1.0], middle=[60.0], bandwidth=[30.0])
    tau = np.linspace(1e-3, 200, 400_000)
    frequency = MIXED.frequency(tau)
    in_band = tau[(frequency >= 45) & (frequency <= 75)]
    mergers = np.arange(995, 1010, 0.01)
    met = [bool(((one - in_band >= 999.5) & (one - in_band <= 1000.5)).any()) for one in mergers]
    assert merger_times(made, MIXED).contains(BEGIN + mergers).tolist() == met


def test_columns_of_three_templates_and_ones_own():
    families = {
        "A": glitches([BEGIN + 10.0], durations=[1.0], middle=[50.0], bandwidth=[10.0]),
        "B": glitches([BEGIN + 9.0]),
    }
    columns = overlap_columns(families, days_of(whole_days(5)), (*TEMPLATES, Template("mine", 3.0, 3.0)))
    assert len(columns) == 8
    assert all("overlap, not loss" in one.definition for one in columns)
    assert all("duration and a band" in one.figures["B"].why for one in columns)
    heavy = next(one for one in columns if one.key == "signal met heavy black holes").figures["A"]
    assert heavy.value == 0.0
    assert "no glitch" in heavy.why.lower()


@pytest.mark.parametrize(("masses", "words"), [((0, 1), "above 0"), ((300, 300), "ends at 7.3 Hz")])
def test_masses_that_make_no_track(masses, words):
    with pytest.raises(GlitchAuditError, match=words):
        Template("odd", *masses)
