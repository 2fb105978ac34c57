"""What a classifier finds, as suspects of the data set as it is now."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.classify.evaluation.run_suspects import finder_reason, run_suspects

RUN = SimpleNamespace(name="small-1", fingerprint="abc123")
FOUND = pd.DataFrame(
    {
        "label": ["A", "A", "B", "B"],
        "suggested": ["B", "B", "A", "A"],
        "score": [3.0, 2.0, 1.0, np.nan],
        "chance_wrong": [0.9, 0.8, 0.7, np.nan],
        "flagged": [True, True, True, False],
        "glitch": ["s1", "s2", "s3", "s4"],
    },
    index=pd.Index(["s1", "s2", "s3", "s4"], name="sample_id"),
)


def frame(labels: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({"label": labels.values()}, index=pd.Index(labels, name="sample_id"))


def test_the_gone_and_the_relabelled_are_left_out_and_the_most_suspect_comes_first():
    samples = frame({"s4": "B", "s3": "B", "s1": "A", "s2": "B", "other": "A"})
    suspects = run_suspects(RUN, FOUND, samples, glitches=samples.index.to_series())
    assert list(suspects.table.index) == ["s1", "s3", "s4"]
    assert suspects.fingerprint == "classifier abc123"
    expected, low, high = suspects.expected_right(["s1", "s3", "s4"])
    assert expected == pytest.approx(1.6)
    assert 0 <= low <= expected <= high <= 2


def test_every_picture_of_a_glitch_says_what_is_said_of_the_glitch():
    samples = frame({"s1/0.5": "A", "s1/1.0": "A", "s3/0.5": "B"})
    glitches = pd.Series(["s1", "s1", "s3"], index=samples.index)
    table = run_suspects(RUN, FOUND, samples, glitches=glitches).table
    assert table["score"].to_dict() == {"s1/0.5": 3.0, "s1/1.0": 3.0, "s3/0.5": 1.0}
    assert table["glitch"].to_list() == [0, 0, 1]


def test_nothing_found_is_an_empty_table():
    samples = frame({"s1": "A"})
    assert run_suspects(RUN, FOUND.iloc[:0], samples, glitches=samples.index.to_series()).table.empty


@pytest.mark.parametrize("verdict", ["accept", "keep"])
def test_the_reason_names_the_run_and_its_fingerprint(verdict):
    said = finder_reason(RUN, verdict, 0.97)
    assert "the classifier small-1 (run abc123) names it otherwise (chance 97 %)" in said
    assert said.startswith("Suspect queue: ")


def test_without_a_chance_none_is_named():
    assert "chance" not in finder_reason(RUN, "accept", float("nan"))
