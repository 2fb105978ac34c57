"""The case that costs are counted from: livetime, doubts about labels, epochs, what is missing and why."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.detector.model import Channel, ChannelTable, GlitchTimes, segments
from core.detector.simulated import SimulationParams, simulate_detector
from core.errors import GlitchAuditError
from core.impact.columns.table import CostParams
from core.impact.models.params import ModelParams
from core.impact.ranking import rank_families
from core.pipeline.detector import play
from core.pipeline.impact import (
    SaidOfLabels,
    case_costs,
    case_epochs,
    case_preventables,
    case_range,
    case_time_line,
    costs_csv,
    days_with_glitches,
    ids_of,
    sample_case,
    simulated_case,
    why_no_columns,
    with_selection,
)
from core.pipeline.impact_figure import ranking_png
from core.pipeline.kept_detector import Detector
from core.pipeline.rate_models import (
    fit_family_model,
    fit_rate_model,
    glitches_most_foreseen,
    load_family_model,
    load_rate_model,
)
from core.workspace import Workspace

DAY = 86_400.0
BEGIN = 1_238_112_000.0
NOTHING = SaidOfLabels.nothing()


def samples(times, labels, **columns):
    ids = [f"g{number}" for number in range(len(times))]
    return pd.DataFrame({"event_time": times, "label": labels, "detector": "L1", **columns}, index=ids)


def case_of(table, said=NOTHING, brought=None, **beside):
    glitches = GlitchTimes(
        table.index.to_numpy(dtype=object),
        table["event_time"].to_numpy(),
        table["detector"].to_numpy(dtype=object),
        table["label"].to_numpy(dtype=object),
    )
    brought = table["label"] if brought is None else pd.Series(brought, index=table.index)
    return sample_case(table, brought, glitches, said, by_label=True, **beside)


def six_days(labels=("A", "B")):
    """Two glitches a day on six days, of one family each."""
    times = [BEGIN + day * DAY + hour * 3600 for day in range(6) for hour in (1, 2)]
    return samples(times, list(labels) * 6)


def test_whole_days_with_glitches_stand_in_for_a_livetime_that_is_not_known():
    found = days_with_glitches(np.array([BEGIN + 5.0, BEGIN + DAY - 1, BEGIN + 3 * DAY]))
    assert found.spans.tolist() == [[BEGIN, BEGIN + DAY], [BEGIN + 3 * DAY, BEGIN + 4 * DAY]]
    case = case_of(six_days())
    assert case.assumed == {"L1"} and case.live["L1"].seconds == 6 * DAY
    table = case_costs(case, detector="L1")
    assert table.column("rate").figures["A"].value == pytest.approx(6 / (6 * 24))


def test_a_brought_livetime_counts_and_what_lies_outside_of_it_does_not():
    table = ChannelTable(
        (), BEGIN, 600.0, np.zeros((0, 6 * 144), np.float32), {"L1": segments([(BEGIN, BEGIN + 5 * DAY)])}
    )
    case = case_of(six_days(), detector=Detector(table))
    assert not case.assumed
    costs = case_costs(case, detector="L1")
    assert costs.outside == {"A": 1, "B": 1} and costs.live_hours == pytest.approx(120)
    assert len(ids_of(case, detector="L1", family="A")) == 5


def test_a_label_is_in_doubt_where_it_is_an_open_suspect_in_conflict_or_another_is_asked_for():
    said = SaidOfLabels(
        suspects=frozenset({"g0", "g2"}),
        judged=frozenset({"g2", "g4", "g6", "g8"}),
        contested={"g4": ("conflict", "A"), "g6": ("in review", "B"), "g8": ("in review", "A")},
        seconds=np.full(10, 36.0),
    )
    case = case_of(six_days(), said)
    assert [str(one) for one in case.glitches.sample_ids[case.glitches.disputed]] == ["g0", "g4", "g6"]
    assert case.open_suspects == {"A": 1}
    costs = case_costs(case, detector="L1")
    assert costs.column("label doubt").figures["A"].value == pytest.approx(3 / 6)
    assert costs.column("labelling cost").figures["A"].value == pytest.approx(36 / 3600)
    assert costs.column("labelling cost").figures["B"].value == 0


def test_what_was_not_measured_is_not_known_and_the_band_lies_around_its_middle():
    bare = case_costs(case_of(six_days()), detector="L1")
    assert "duration and a band" in bare.column("overlap heavy black holes").figures["A"].why
    assert "signal-to-noise" in bare.column("snr share").figures["A"].why
    measured = six_days().assign(duration=1.0, central_freq=100.0, bandwidth=40.0, snr=[3.0, 1.0] * 6)
    case = case_of(measured)
    assert (case.glitches.lowest[0], case.glitches.highest[0]) == (80.0, 120.0)
    costs = case_costs(case, detector="L1")
    assert costs.column("snr share").figures["A"].value == pytest.approx(0.75)
    # Two merged black holes of 60 solar masses never reach 80 Hz.
    assert costs.column("overlap heavy black holes").figures["A"].value == 0
    assert costs.column("overlap binary neutron star").figures["A"].value == 1


def test_windows_beyond_the_glitches_make_the_deadtime():
    costs = case_costs(case_of(six_days().assign(duration=1.0)), detector="L1", params=CostParams(pad=2.0))
    assert costs.column("deadtime").figures["A"].value == pytest.approx(6 * 5 / (6 * DAY))


def test_under_the_labels_as_brought_the_families_are_others():
    case = case_of(six_days(), brought=["A"] * 9 + ["B"] * 3)
    before, now = (case_costs(case, detector="L1", brought=one) for one in (True, False))
    assert before.column("rate").figures["A"].value == pytest.approx(9 / 144)
    assert now.column("rate").figures["A"].value == pytest.approx(6 / 144)


def test_a_selection_stands_as_a_family_and_leaves_the_others():
    case = case_of(six_days())
    apart = with_selection(case, ["g0", "g1", "g2", "gone"], name="the selection")
    table = case_costs(apart, detector="L1")
    rates = {name: round(144 * one.value) for name, one in table.column("rate").figures.items()}
    assert rates == {"A": 4, "B": 5, "the selection": 3}
    assert "the selection" in case_costs(apart, detector="L1", brought=True).families
    for ids, name, said in ((["gone"], "the selection", "No sample"), (["g0"], "A", "called A already")):
        with pytest.raises(GlitchAuditError, match=said):
            with_selection(case, ids, name=name)


def test_observing_runs_are_the_epochs_where_there_are_several():
    times = [1_126_100_000.0 + day * DAY for day in range(4)] + [1_164_600_000.0 + day * DAY for day in range(4)]
    case = case_of(samples(times, ["A", "B"] * 4))
    assert [one.name for one in case_epochs(case, "L1")] == ["O1", "O2"]
    assert case_epochs(case_of(six_days()), "L1") == ()


def test_a_range_channel_is_found_by_its_unit():
    live = {"L1": segments([(BEGIN, BEGIN + 6 * DAY)])}
    channels = (Channel("L1:WIND", "L1", "mi / h"), Channel("L1:DEAD", "L1", "Mpc"), Channel("L1:RANGE", "L1", "Mpc"))
    values = np.stack([np.ones(864), np.zeros(864), np.full(864, 100.0)]).astype(np.float32)
    case = case_of(six_days(), detector=Detector(ChannelTable(channels, BEGIN, 600.0, values, live)))
    assert case_range(case, "L1").name == "L1:RANGE"
    costs = case_costs(case, detector="L1")
    # A steady range: the share of the volume is that of the time.
    deadtime = costs.column("deadtime").figures["A"].value
    assert costs.column("volume-time lost").figures["A"].value == pytest.approx(deadtime, rel=1e-6)
    assert "Volume-time lost if vetoed" not in why_no_columns(case, detector="L1")


def test_what_is_missing_says_why_and_what_to_bring():
    why = why_no_columns(case_of(six_days()), detector="L1")
    assert "No range channel" in why["Volume-time lost if vetoed"] and "page Detector" in why["Preventable share"]
    assert "not audited" in why["Labelling cost"]
    with pytest.raises(GlitchAuditError, match="no glitches of V1"):
        case_costs(case_of(six_days()), detector="V1")


def test_a_day_is_chosen_and_the_time_line_counts_it():
    case = case_of(six_days())
    line = case_time_line(case, detector="L1")
    assert line.glitches.tolist() == [[1.0] * 6, [1.0] * 6]
    within = (float(line.begins[2]), float(line.begins[2] + DAY))
    assert ids_of(case, detector="L1", family="B", within=within) == ("g5",)


def test_the_table_as_csv_runs_nothing_in_a_spreadsheet():
    text = costs_csv(case_costs(case_of(six_days(("=1+1", "B"))), detector="L1")).decode()
    assert "\n=1+1" not in text and "1+1" in text and text.startswith("family,column,value,low,high,unit,why")


@pytest.fixture(scope="module")
def small():
    made = simulate_detector(SimulationParams(days=24, glitches=300.0, others=1, beta=1.2), seed=21)
    return Detector(made.channels, fingerprint=made.channels.fingerprint), made.glitches


PARAMS = ModelParams(refits=19, trees=20, draws=100)


def test_a_model_is_kept_and_is_the_same_when_it_is_read(small, tmp_path):
    detector, glitches = small
    workspace = Workspace(tmp_path / "workspace", tmp_path / "data.csv")
    asked = {"family": "Scattered_Light", "name": "L1", "params": PARAMS}
    assert load_rate_model(workspace, detector, glitches, **asked) is None
    fitted = fit_rate_model(workspace, detector, glitches, **asked)
    kept = load_rate_model(workspace, detector, glitches, **asked)
    for name in ("foreseen", "contributions", "importance", "chance_importance", "quiet", "grouped", "judged"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(fitted, name))
    assert (kept.skill.value, kept.sentence, kept.fingerprint) == (
        fitted.skill.value,
        fitted.sentence,
        fitted.fingerprint,
    )
    assert kept.features.names == fitted.features.names and kept.skilled is bool(fitted.skilled)
    first = glitches_most_foreseen(kept, glitches)
    rates = [kept.foreseen[kept.features.grid.bin_of(np.array([time]))[0]] for _, time in first]
    assert len(first) > 200 and rates[0] == max(rates)
    other = replace(PARAMS, trees=21)
    assert load_rate_model(workspace, detector, glitches, family="Scattered_Light", name="L1", params=other) is None


def test_families_told_apart_are_kept(small, tmp_path):
    detector, glitches = small
    workspace = Workspace(tmp_path / "workspace", tmp_path / "data.csv")
    fitted = fit_family_model(workspace, detector, glitches, name="L1", params=PARAMS)
    kept = load_family_model(workspace, detector, glitches, name="L1", params=PARAMS)
    np.testing.assert_array_equal(kept.chances, fitted.chances)
    assert (kept.families, kept.groups, kept.sentence) == (fitted.families, fitted.groups, fitted.sentence)
    assert list(kept.given) == list(fitted.given) and kept.skilled == fitted.skilled


def test_only_groups_that_a_family_goes_with_may_prevent_something():
    case = simulated_case(play(days=24, seed=3), seed=3)
    found = case_preventables(case, detector="L1", draws=50)
    assert set(found) == {"Blip", "Fast_Scattering", "Koi_Fish", "Scattered_Light", "Tomte"}
    together = {one.group for one in case.coupling.couplings if one.verdict == "goes with"}
    assert {one.members for one in found["Blip"]} == {case.coupling.groups[one].members for one in together}
    assert case_preventables(replace(case, coupling=None), detector="L1") == {}
    assert "were not compared" in why_no_columns(replace(case, coupling=None), detector="L1")["Preventable share"]


def test_the_ranking_is_a_figure_with_its_weights():
    table = case_costs(case_of(six_days()), detector="L1")
    png = ranking_png(rank_families(table, {"rate": 1.0}), table, axis="score")
    with Image.open(io.BytesIO(png)) as image:
        assert image.size[0] == 1200 and len(image.convert("L").getcolors()) > 10
