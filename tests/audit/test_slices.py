"""Where suspects come from: a slice is named where chance would not fill it, and only there."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact

from core.audit.slices import (
    ANNOTATOR,
    DETECTOR,
    RUN,
    SLICE_COLUMNS,
    SNR,
    WEEK,
    Slice,
    find_slices,
    in_slice,
    slice_sentence,
    slice_values,
)

MAY_2019 = 1241049618.0
"""GPS seconds of 5 May 2019, 00:00 UTC, a Sunday."""


def entries_of(rows):
    """``rows`` of (label, suggested, flagged, count)."""
    table = pd.DataFrame(
        [(label, suggested, flagged) for label, suggested, flagged, count in rows for _ in range(count)],
        columns=["label", "suggested", "flagged"],
    )
    return table.set_axis(pd.Index([f"s{number}" for number in range(len(table))], name="sample_id"))


def values_of(entries, *counts, kind=DETECTOR):
    texts = [name for name, count in counts for _ in range(count)]
    return {kind: pd.Series(texts, index=entries.index, dtype="string")}


@pytest.fixture
def blips():
    """Ten Blips that look like Tomte, ninety others, a hundred Tomtes; all ten from H1, the others as often from L1."""
    entries = entries_of([("Blip", "Tomte", True, 10), ("Blip", "Tomte", False, 90), ("Tomte", "Blip", False, 100)])
    return entries, values_of(entries, ("H1", 55), ("L1", 45), ("H1", 50), ("L1", 50))


def test_a_slice_has_the_larger_chance_of_two_exact_tests(blips):
    found = find_slices(*blips)
    assert found[["label", "suggested", "kind", "value"]].to_numpy().tolist() == [["Blip", "Tomte", DETECTOR, "H1"]]
    among_blips = fisher_exact([[10, 0], [45, 45]], alternative="greater").pvalue
    among_look_alikes = fisher_exact([[10, 0], [50, 50]], alternative="greater").pvalue
    assert found["p_value"].iloc[0] == pytest.approx(max(among_blips, among_look_alikes))
    # Of two detectors both could be tested.
    assert found["q_value"].iloc[0] == pytest.approx(2 * max(among_blips, among_look_alikes))
    assert found["expected"].iloc[0] == pytest.approx(10 * max(55 / 100, 60 / 110))


def test_the_sentence_says_how_many_of_how_many_and_where(blips):
    assert slice_sentence(find_slices(*blips).iloc[0]) == (
        "10 of the 10 suspects called Blip that look like Tomte come from one detector (H1), where 6 would be expected"
    )


def test_the_samples_of_a_slice_are_its_suspects_alone(blips):
    entries, values = blips
    chosen = in_slice(entries, values, Slice("Blip", "Tomte", DETECTOR, "H1"))
    assert list(np.flatnonzero(chosen)) == list(range(10))
    assert not in_slice(entries, values, Slice("Blip", "Tomte", DETECTOR, "L1")).any()
    assert not in_slice(entries, values, Slice("Blip", "Tomte", WEEK, "3 to 9 May 2019")).any()


def test_a_label_that_is_suspect_everywhere_makes_no_slice():
    entries = entries_of([("Blip", "Tomte", True, 60), ("Tomte", "Blip", False, 100)])
    values = values_of(entries, ("H1", 60), ("H1", 40), ("L1", 60))
    assert find_slices(entries, values).empty


def test_a_week_with_many_of_what_they_look_like_makes_no_slice():
    """All Tomtes come from H1, so whatever is a Tomte and called Blip comes from there, by whomever."""
    entries = entries_of([("Blip", "Tomte", True, 10), ("Blip", "Chirp", False, 200), ("Tomte", "Blip", False, 100)])
    values = values_of(entries, ("H1", 10), ("H1", 20), ("L1", 180), ("H1", 100))
    assert find_slices(entries, values).empty


def test_unknown_values_are_left_out(blips):
    entries, values = blips
    values[DETECTOR].iloc[100:150] = pd.NA
    found = find_slices(entries, values)
    assert found["expected"].iloc[0] == pytest.approx(5.5)


def test_without_suspects_or_facts_there_is_no_slice(blips):
    entries, values = blips
    for asked in ((entries.assign(flagged=False), values), (entries, {}), (entries.iloc[:0], values)):
        found = find_slices(*asked)
        assert found.empty
        assert list(found.columns) == list(SLICE_COLUMNS)


def test_a_slice_is_lost_among_many_tests():
    """Three of three in a week that a tenth of the samples lie in: 1 in 1,000 alone, too common among many pairs."""
    pairs = [(f"A{n}", f"B{n}", True, 3) for n in range(60)] + [(f"A{n}", f"B{n}", False, 97) for n in range(60)]
    entries = entries_of(pairs)
    weeks = np.where(np.arange(len(entries)) % 10 == 0, "w0", "w1").astype(object)
    weeks[:180] = "w1"
    weeks[:3] = "w0"
    assert find_slices(entries, {WEEK: pd.Series(weeks, index=entries.index, dtype="string")}).empty


def test_weeks_run_from_sunday_to_saturday_in_utc():
    times = [MAY_2019 - 1, MAY_2019 + 1, MAY_2019 + 7 * 86400 - 1, MAY_2019 + 30 * 86400, np.nan]
    weeks = slice_values(pd.DataFrame({"event_time": times}))[WEEK]
    assert weeks.iloc[0] == "28 April to 4 May 2019"
    assert list(weeks.iloc[1:3]) == ["5 to 11 May 2019"] * 2
    assert weeks.isna().tolist() == [False] * 4 + [True]


def test_facts_are_taken_where_they_are_there_and_vary():
    samples = pd.DataFrame(
        {
            "event_time": [MAY_2019, 1126051300.0, np.nan, MAY_2019],
            "detector": ["H1", "H1", "H1", "H1"],
            "snr": [1.0, 2.0, 3.0, 4.0],
            "volunteer": ["ada", "", None, "bob"],
        }
    )
    values = slice_values(samples)
    assert set(values) == {WEEK, RUN, SNR, ANNOTATOR}
    assert values[RUN].fillna("").tolist() == ["O3a", "O1", "", "O3a"]
    assert values[ANNOTATOR].fillna("").tolist() == ["ada", "", "", "bob"]
    assert values[SNR].tolist() == ["below 1.75", "1.75 to 2.5", "2.5 to 3.25", "from 3.25 on"]


def test_times_and_snr_that_are_no_numbers_say_nothing():
    samples = pd.DataFrame({"event_time": ["soon", "later"], "snr": ["loud", "quiet"]})
    assert slice_values(samples) == {}


def test_chance_alone_names_few_slices():
    """Errors drawn without regard to the facts: the false-discovery rate bounds how often any is named (Welch 1938)."""
    named = 0
    for seed in range(40):
        random = np.random.default_rng([seed, 21])
        label = random.choice(list("ABCD"), 800)
        flagged = random.random(800) < 0.1
        suggested = np.where(label == "A", "B", "A")
        entries = pd.DataFrame({"label": label, "suggested": suggested, "flagged": flagged})
        values = {
            name: pd.Series(random.integers(0, many, 800).astype(str), dtype="string")
            for name, many in ((DETECTOR, 3), (WEEK, 40), (SNR, 4))
        }
        named += len(find_slices(entries, values)) > 0
    # 5 % of 40 are 2; 7 or more have a chance below 0.5 %.
    assert named <= 6
