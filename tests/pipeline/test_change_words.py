"""What changed, in words: what is better, what is worse, and what cannot be told from chance."""

import math

import pandas as pd
import pytest

from core.pipeline.before_after import CAME, NAMED, OTHERWISE, PURITY, SUSPECTS, WENT
from core.pipeline.change_words import (
    BETTER,
    NEITHER,
    WORSE,
    change_told,
    figure_sentence,
    interval_told,
    told,
    verdict_on,
    verdict_sentence,
)


def figure(before, after, low, high, *, samples=1200, moved=12):
    row = {"before": before, "after": after, "difference": after - before, "low": low, "high": high}
    return pd.Series(row | {"samples": samples, "moved": moved})


FEWER = figure(64 / 1200, 52 / 1200, -19 / 1200, -5 / 1200)


def test_suspects_are_told_as_numbers_and_fewer_are_better():
    assert (told(SUSPECTS, FEWER, "before"), told(SUSPECTS, FEWER, "after")) == ("64", "52")
    assert (change_told(SUSPECTS, FEWER), interval_told(SUSPECTS, FEWER)) == ("-12", "-19 to -5")
    assert verdict_on(SUSPECTS, FEWER) == BETTER
    said = figure_sentence(SUSPECTS, FEWER)
    # A decision alone takes nothing out of this number, so its change can be held against chance.
    assert said.startswith("52 samples fit their label as badly as the suspects did before") and "chance" in said


@pytest.mark.parametrize(
    ("low", "high", "verdict", "word"),
    [(0.001, 0.02, BETTER, "better"), (-0.02, -0.001, WORSE, "worse"), (-0.01, 0.01, NEITHER, "the other way")],
)
def test_a_share_is_better_or_worse_only_where_its_interval_says_so(low, high, verdict, word):
    row = figure(0.9, 0.9 + (low + high) / 2, low, high)
    assert verdict_on(PURITY, row) == verdict and word in figure_sentence(PURITY, row)


def test_nothing_moved_is_no_change():
    row = figure(0.913, 0.913, -0.002, 0.002, moved=0)
    assert change_told(NAMED, row) == "" and verdict_on(NAMED, row) == NEITHER
    assert figure_sentence(NAMED, row).endswith("Nothing changed in that.")


def test_where_everything_was_relabelled_nothing_is_said():
    row = figure(math.nan, math.nan, math.nan, math.nan, samples=0, moved=0)
    assert interval_told(NAMED, row) == "" and figure_sentence(NAMED, row).startswith("There is no sample")


@pytest.mark.parametrize(
    ("change", "before", "after", "said"),
    [
        (CAME, "", "supported", "asked only now, and the answer is “supported”"),
        (WENT, "supported", "", "before, the answer was “supported”"),
        (OTHERWISE, "supported", "cannot tell", "was “supported”, and is “cannot tell” now"),
    ],
)
def test_a_finding_comes_goes_or_says_something_else(change, before, after, said):
    row = {"change": change, "mode": "over-compression", "subject": "label Blip", "before": before, "after": after}
    sentence = verdict_sentence(pd.Series(row))
    assert sentence.startswith("Label Blip, several kinds under one name: ") and said in sentence
