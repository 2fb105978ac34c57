"""A split in time learns from nothing later than what it is judged on, nor from anything within the gap."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.classify.params import TrainParams, check_params
from core.classify.training.run_folder import identity
from core.classify.training.splits import make_split
from core.classify.training.splits_in_time import gap_text, has_times, parts_in_time
from core.errors import GlitchAuditError

VIEWS = ("1.0", "2.0")
DAY = 86_400.0
START = 1_126_051_217.0


def params(**changes):
    return TrainParams(**{"views": VIEWS, "split_by": "time", **changes})


def dated(dataset, days, **columns):
    """The data set with event times so many days after the start."""
    times = START + DAY * np.asarray(days, dtype=float)
    return replace(dataset, samples=dataset.samples.assign(event_time=times, **columns))


def test_the_latest_are_tested_with_gaps_between_the_parts(make_drawn):
    # One glitch a day, 100 days: the last 15 are tested (85 to 99); a gap of 7 days leaves out 78 to 84; the last 15
    # before that validate (63 to 77); 56 to 62 are the other gap; 0 to 55 are learnt.
    order = np.random.default_rng(0).permutation(100)
    dataset = dated(make_drawn(100), order)
    split = make_split(dataset, params())
    day_of = pd.Series(order, index=dataset.samples.index)
    found = {part: sorted(day_of[rows["sample_id"]]) for part, rows in split.rows.groupby("split")}
    assert found == {
        "train": list(range(56)),
        "validation": list(range(63, 78)),
        "test": list(range(85, 100)),
    }
    assert "a gap of 7 days" in split.note and "14 glitches in between left out" in split.note
    times = parts_in_time(split.rows, dataset)
    assert times.loc["test", "first"] == START + 85 * DAY and times.loc["train", "last"] == START + 55 * DAY


@pytest.mark.parametrize("gap", [0.0, 0.5, 3.0, 7.0])
def test_no_glitch_of_an_earlier_part_lies_within_the_gap_or_later(make_drawn, gap):
    days = np.random.default_rng(3).uniform(0, 200, 90)
    dataset = dated(make_drawn(90), days)
    times = parts_in_time(make_split(dataset, params(gap_days=gap)).rows, dataset)
    assert list(times.index) == ["train", "validation", "test"]
    for earlier, later in (("train", "validation"), ("validation", "test")):
        assert times.loc[later, "first"] - times.loc[earlier, "last"] > gap * DAY


def test_a_gap_takes_at_most_a_tenth_of_a_short_span(make_drawn):
    # 10 days: gaps of one day each, though a week was asked for.
    split = make_split(dated(make_drawn(101), np.linspace(0, 10, 101)), params())
    assert "a gap of 1 day between" in split.note
    assert split.rows["split"].value_counts().to_dict() == {"train": 51, "validation": 15, "test": 15}


def test_views_of_a_glitch_stay_together(make_drawn):
    pictures = make_drawn(60, by_picture=True)
    days = np.repeat(np.arange(60), 2)
    for dataset, views in ((dated(make_drawn(60), np.arange(60)), VIEWS), (dated(pictures, days), ("picture",))):
        rows = make_split(dataset, params(unit="picture", views=views)).rows
        assert (rows.groupby("glitch")["split"].nunique() == 1).all()
        assert (rows.groupby("glitch").size() == 2).all()


def test_pictures_of_one_glitch_with_different_times_go_by_the_first(make_drawn):
    days = np.repeat(np.arange(60), 2).astype(float)
    days[1] = 1000  # the second picture of the first glitch
    dataset = dated(make_drawn(60, by_picture=True), days)
    rows = make_split(dataset, params(views=("picture",), gap_days=0.0)).rows
    assert set(rows.loc[rows["glitch"] == "glitch000", "split"]) == {"train"}


def test_same_data_same_split_whatever_the_order_of_rows_and_the_seed(make_drawn):
    dataset = dated(make_drawn(60), np.repeat(np.arange(20), 3))
    turned = replace(dataset, pictures=dataset.pictures.iloc[::-1].reset_index(drop=True))
    first = make_split(dataset, params()).rows.set_index("sample_id")["split"]
    again = make_split(dataset, params(seed=8)).rows.set_index("sample_id")["split"]
    other = make_split(turned, params()).rows.set_index("sample_id")["split"]
    assert first.equals(again) and first.sort_index().equals(other.sort_index())


def test_of_two_at_one_instant_none_is_learnt_while_the_other_is_judged_by(make_drawn):
    dataset = dated(make_drawn(40), np.repeat(np.arange(4), 10))
    rows = make_split(dataset, params(gap_days=0.0, test_share=0.1, validation_share=0.1)).rows
    day = (dataset.samples["event_time"].loc[rows["sample_id"]].to_numpy() - START) / DAY
    assert set(day[rows["split"] == "test"]) == {3} and set(day[rows["split"] == "validation"]) == {2}
    assert set(day[rows["split"] == "train"]) == {0, 1}


def test_a_label_that_only_comes_late_is_told_judged_and_not_asked_when_to_stop(make_drawn):
    labels = ["Blip", "Tomte"] * 50
    labels[70] = labels[90] = labels[95] = "Fast_Scattering"
    dataset = dated(make_drawn(100), np.arange(100), label=labels)
    split = make_split(dataset, params())
    rows = split.rows[split.rows["label"] == "Fast_Scattering"]
    assert list(rows["split"]) == ["test", "test"]
    assert "Only the later part has Fast_Scattering (2): nobody learns it" in split.note
    assert "Only the later part" not in make_split(dated(make_drawn(100), np.arange(100)), params()).note


def test_the_data_sets_own_split_does_not_count(make_drawn):
    dataset = dated(make_drawn(40, split=["test", "train"] * 20), np.arange(40))
    split = make_split(dataset, params())
    assert not split.honoured and set(split.rows["sample_id"].iloc[-6:]) <= set(
        split.rows.loc[split.rows["split"] == "test", "sample_id"]
    )


def test_glitches_without_a_time_are_left_out_and_told(make_drawn):
    days = np.arange(50, dtype=float)
    days[:3] = np.nan
    split = make_split(dated(make_drawn(50), days), params())
    assert not set(split.rows["sample_id"]) & {"glitch000", "glitch001", "glitch002"}
    assert "3 glitches without a time left out" in split.note


def test_without_times_it_is_refused_in_a_sentence(make_drawn):
    without = make_drawn(40)
    same, unknown = dated(without, np.zeros(40)), dated(without, np.full(40, np.nan))
    for dataset, sentence in (
        (without, r"has no times \(event_time\), so it cannot be split in time: split it by glitch"),
        (unknown, "has no times"),
        (same, "has the same time for all"),
    ):
        assert not has_times(dataset)
        with pytest.raises(GlitchAuditError, match=sentence):
            make_split(dataset, params())
    assert has_times(dated(without, np.arange(40)))


def test_too_few_before_the_gap_is_refused(make_drawn):
    # All but one on the last day: nothing is left before the gap.
    with pytest.raises(GlitchAuditError, match=r"too few samples for the train part \(0\).*split it by glitch"):
        make_split(dated(make_drawn(40), [0, *[100] * 39]), params())


def test_no_test_part_where_none_is_wanted(make_drawn):
    rows = make_split(dated(make_drawn(100), np.arange(100)), params(test_share=0.0)).rows
    assert rows["split"].value_counts().to_dict() == {"train": 78, "validation": 15}


def test_the_gap_is_checked_and_is_part_of_a_run_only_where_it_counts():
    with pytest.raises(GlitchAuditError, match="gap_days must be a number"):
        check_params(params(gap_days=-1.0))
    assert identity(TrainParams(gap_days=1.0)) == identity(TrainParams())
    assert identity(params(gap_days=1.0)) != identity(params())


@pytest.mark.parametrize(("days", "text"), [(7.0, "7 days"), (1.0, "1 day"), (0.25, "6 hours"), (2.5, "2.5 days")])
def test_gaps_are_told_in_words(days, text):
    assert gap_text(days) == text
