"""What is advised for each verdict and finding: the sentence, the one action, and the samples to show with it."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.audit.advice import (
    COLLECT_COLUMN,
    COLLECT_SAMPLES,
    LOOK,
    MERGE,
    NOTHING,
    SPLIT,
    agreement_advice,
    confounding_advice,
    drift_advice,
    leak_advice,
    outlier_advice,
    twin_advice,
    verdict_advice,
)
from core.audit.failure_modes.verdicts import OVER_COMPRESSION, OVER_SPLITTING, Verdict, verdict_table

LABELS = ["A"] * 20 + ["B"] * 20
CLUSTERS = np.repeat([0, 1, 0, 1], 10)
SAMPLES = pd.DataFrame(
    {"label": LABELS, "peak_frequency": np.arange(40.0)}, index=pd.Index([f"s{number:02d}" for number in range(40)])
)
STEADY, LOOSE = 0.9, 0.5
PROBED = {"stability": STEADY, "probes": {"embedding": {}, "pictures": {}}, "physical_columns": []}
ONE_PART = [{"cluster": 0, "stability": STEADY}]
TWO_PARTS = [*ONE_PART, {"cluster": 1, "stability": STEADY}]


def advised(verdict):
    return verdict_advice(verdict_table([verdict]).iloc[0], SAMPLES, CLUSTERS)


def splitting(answer, labels=("A", "B"), **numbers):
    return advised(Verdict(OVER_SPLITTING, answer, "The figures.", 0, "", numbers, (0,), labels))


def compression(answer, clusters=(0, 1), sentence="The figures.", **numbers):
    found = {"glitches": 40, "at_home": 0.9, "parts": TWO_PARTS, "pairs": [], "gradients": []} | numbers
    return advised(Verdict(OVER_COMPRESSION, answer, sentence, None, "A", found, clusters, ("A",)))


def test_a_supported_over_splitting_is_a_merge_with_eight_of_each_label():
    found = splitting("supported", **PROBED)
    assert (found.action, found.labels, found.figures) == (MERGE, ("A", "B"), "The figures.")
    assert found.sentence == "A and B may be two names for the same kind."
    assert "well enough to notice a clear one, and found none" in found.said and "cluster 0" in found.said
    assert found.titles == ("Called A", "Called B")
    assert [len(sheet) for sheet in found.sheets] == [8, 8]
    assert set(SAMPLES.loc[list(found.sheets[0]), "label"]) == {"A"}
    assert {CLUSTERS[SAMPLES.index.get_loc(name)] for name in found.sample_ids} == {0}


@pytest.mark.parametrize(
    ("labels", "numbers", "said"),
    [
        ((), {}, "a few samples each of many labels"),
        (("A",), {"top_share": 0.95}, "Nearly all samples in cluster 0 are called A"),
        (("A",), {"top_share": 0.6}, "Most samples in cluster 0 are called A"),
        (("A",), {"top_share": 0.3}, "A is the only label that comes up often"),
        (("A", "B"), {"stability": STEADY}, "a main place of both"),
        (("A", "B"), PROBED | {"blind": True}, "Another comparison, by other features, showed a difference"),
        (("A", "B"), PROBED | {"blind": False}, "inside this pile it can mostly say which sample has which label"),
    ],
)
def test_over_splitting_that_is_not_supported_asks_for_nothing(labels, numbers, said):
    found = splitting("not supported", labels, **numbers)
    assert found.action == NOTHING and found.button == "" and found.sheets == ()
    assert said in found.said


@pytest.mark.parametrize(
    ("numbers", "action", "said"),
    [
        ({"stability": LOOSE}, LOOK, "other piles came out"),
        ({"stability": None}, LOOK, "nobody has checked"),
        ({"stability": STEADY}, COLLECT_SAMPLES, "There are too few samples to say whether A and B"),
        (PROBED | {"probes": {"embedding": {}}}, COLLECT_COLUMN, "Measurements may show a difference"),
        (
            PROBED | {"probes": {"embedding": {}, "physical columns": {}}, "physical_columns": ["snr"]},
            COLLECT_COLUMN,
            "Measurements may show a difference",
        ),
        (PROBED, LOOK, "could have missed one"),
    ],
)
def test_over_splitting_that_cannot_be_told_asks_for_what_is_lacking(numbers, action, said):
    found = splitting("cannot tell", **numbers)
    assert found.action == action
    assert said in found.said
    assert found.action != LOOK or found.button == "Look at 12 of these samples on the map"


def test_separate_parts_are_a_split_with_a_sheet_of_each():
    found = compression("supported", kind="separate parts")
    assert (found.action, found.labels) == (SPLIT, ("A",))
    assert "one name for 2 different kinds" in found.sentence
    assert found.titles == ("Pile 1 (cluster 0)", "Pile 2 (cluster 1)")
    assert [set(CLUSTERS[SAMPLES.index.get_indexer(sheet)]) for sheet in found.sheets] == [{0}, {1}]


def test_a_gradient_is_a_split_with_its_two_ends_by_the_column_that_the_verdict_names():
    found = compression(
        "supported",
        sentence="A is one long gradient of peak frequency from 1 to 9 Hz: …",
        kind="gradient",
        gradients=[{"column": "snr"}, {"column": "peak_frequency"}],
    )
    assert found.action == SPLIT
    assert "in order by peak frequency (how high its strongest tone would be if you could hear it)" in found.said
    assert found.titles == ("Lowest peak frequency", "Highest peak frequency")
    assert found.sheets == (tuple(f"s{n:02d}" for n in range(8)), tuple(f"s{n:02d}" for n in range(12, 20)))


@pytest.mark.parametrize("parts", [ONE_PART, TWO_PARTS])
def test_over_compression_that_is_not_supported_asks_for_nothing(parts):
    assert compression("not supported", parts=parts).action == NOTHING


@pytest.mark.parametrize(
    ("numbers", "action", "said"),
    [
        ({"glitches": 19, "parts": []}, COLLECT_SAMPLES, "too few samples called A"),
        ({"parts": [], "at_home": 0.0}, LOOK, "are among these, or in a pile with other labels"),
        ({"at_home": 0.4}, LOOK, "are among these, or in a pile with other labels"),
        ({"parts": [], "at_home": 0.6}, LOOK, "in piles that are too small"),
        (
            {"parts": [*ONE_PART, {"cluster": 1, "stability": LOOSE}]},
            LOOK,
            "other piles came out",
        ),
        ({"parts": [*ONE_PART, {"cluster": 1, "stability": None}]}, LOOK, "nobody has checked"),
        ({"pairs": [{}]}, LOOK, "too small to be sure"),
        ({"parts": ONE_PART}, COLLECT_COLUMN, "needs a measurement of each sample"),
        ({"parts": ONE_PART, "glitches": 25}, COLLECT_SAMPLES, "There are too few of them for that"),
    ],
)
def test_over_compression_that_cannot_be_told_asks_for_what_is_lacking(numbers, action, said):
    found = compression("cannot tell", **numbers)
    assert found.action == action
    assert said in found.said and found.words.todo
    assert len(found.sample_ids) == 12


def twins(conflict=(False, False), leak=(False, False)):
    return pd.DataFrame(
        {
            "first": ["a", "c"],
            "second": ["b", "d"],
            "kind": ["exact", "near"],
            "conflict": list(conflict),
            "leak": list(leak),
        }
    )


def test_pairs_of_two_labels_are_looked_at_before_the_others():
    assert twin_advice(twins(conflict=(False, True))).sample_ids == ("c", "d")
    assert twin_advice(twins()).sample_ids == ("a", "b", "c", "d")
    assert twin_advice(twins().iloc[:0]).action == NOTHING


def test_pairs_across_the_split_have_a_sentence_of_their_own():
    across = leak_advice(twins(conflict=(False, True), leak=(True, False)))
    assert across.sample_ids == ("a", "b") and across.action == LOOK
    assert across.sentence.startswith("1 pair of samples seems to show the same picture, one for learning")
    assert leak_advice(twins()).action == NOTHING


def outliers(far):
    chance = [0.001] * far + [0.5] * (200 - far)
    return pd.DataFrame({"distance": 0.1, "chance": chance}, index=[f"s{number}" for number in range(200)])


def test_outliers_are_looked_at_only_where_there_are_more_than_luck_gives():
    assert outlier_advice(outliers(2)).action == NOTHING
    found = outlier_advice(outliers(5))
    assert found.action == LOOK and found.sample_ids == ("s0", "s1", "s2", "s3", "s4")
    assert found.sentence.startswith("5 samples") and "there would be about 2." in found.said
    assert "too few samples" in outlier_advice(outliers(0).assign(chance=np.nan)).sentence


@pytest.mark.parametrize(
    ("value", "noise", "said"),
    [
        (0.9, 0.1, "mostly match"),
        (0.5, 0.1, "only partly match"),
        (0.1, 0.1, "hardly match"),
        (float("nan"), 0.1, "cannot say how well"),
        (0.9, 0.6, "do not count here"),
    ],
)
def test_agreement_is_said_in_words(value, noise, said):
    overall = SimpleNamespace(
        adjusted_mutual_information=value, adjusted_mutual_information_interval=(0.0, 1.0), noise_share=noise
    )
    assert said in agreement_advice(overall).said


@pytest.mark.parametrize(
    ("dominates", "figures", "action", "said"),
    [
        (
            True,
            "Clusters mostly sort detectors: …",
            LOOK,
            "mostly put samples from different detectors into different piles",
        ),
        (False, "Clusters do not sort detectors: …", NOTHING, "samples from different detectors are mixed"),
        (
            False,
            "Clusters go with detectors mostly as the labels do: …",
            NOTHING,
            "mostly gave these groups of samples different labels",
        ),
        (False, "Clusters depend on detectors, but …", NOTHING, "not quite evenly"),
    ],
)
def test_what_else_is_sorted_is_said_in_words(dominates, figures, action, said):
    found = confounding_advice("detector", {"dominates": dominates, "sentence": figures})
    assert (found.action, found.figures) == (action, figures)
    assert said in found.said


def test_a_drift_is_looked_at_from_one_end_to_the_other():
    names = tuple(f"s{number}" for number in range(34))
    shape = SimpleNamespace(length_to_width=5.0, chance_length_to_width=1.2, p_value=0.01)

    class Row(SimpleNamespace):
        def __len__(self):
            return len(self.sample_ids)

    drift = Row(sample_ids=names, agreement=0.9, agreement_low=0.8, agreement_high=1.0, one_dimensional=shape)
    found = drift_advice(drift)
    assert found.sample_ids[0] == "s0" and found.sample_ids[-1] == "s33" and len(found.sample_ids) == 12
    assert found.action == LOOK and "34 samples" in found.sentence
