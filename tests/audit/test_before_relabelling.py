"""What the verdicts say to whoever is about to relabel samples, by verdict and by the labels at hand."""

import pytest

from core.audit.failure_modes.before_relabelling import TAXONOMY, VERDICTS, advice_before_relabelling
from core.audit.failure_modes.verdicts import (
    CANNOT_TELL,
    NOT_SUPPORTED,
    OVER_COMPRESSION,
    OVER_SPLITTING,
    SUPPORTED,
    Verdict,
    verdict_table,
)


def one_shape(verdict, labels=("Blip", "Tomte")):
    return Verdict(OVER_SPLITTING, verdict, "figures", 19, "", {}, (19,), labels)


def several_shapes(verdict, label="Blip", kind="separate parts"):
    return Verdict(OVER_COMPRESSION, verdict, "figures", None, label, {"kind": kind}, (1, 2), (label,))


def advice(counts, *verdicts, new_label=""):
    return advice_before_relabelling(counts, verdict_table(verdicts), new_label=new_label)


def test_two_names_for_one_shape_are_a_question_of_names():
    (found,) = advice({"Blip": 6, "Tomte": 4}, one_shape(SUPPORTED))
    assert found.sentence.startswith("Blip and Tomte may be names for the same kind: in cluster 19")
    assert found.leads_to == TAXONOMY


def test_what_cannot_be_told_claims_nothing():
    (found,) = advice({"Blip": 6, "Tomte": 4}, one_shape(CANNOT_TELL))
    assert found.sentence.startswith(
        "It is not clear whether Blip and Tomte are the same kind: the computer could not say (cluster 19)"
    )
    assert found.leads_to == VERDICTS


@pytest.mark.parametrize(
    ("counts", "new_label", "said"),
    [
        ({"Blip": 6}, "", False),
        ({"Blip": 6}, "Tomte", True),
        ({"Blip": 6}, "Whistle", False),
        ({"Blip": 95, "Tomte": 5}, "", False),
        ({"Blip": 90, "Tomte": 10}, "", True),
    ],
)
def test_a_pair_counts_where_both_names_are_at_hand(counts, new_label, said):
    assert bool(advice(counts, one_shape(SUPPORTED), new_label=new_label)) == said


def test_a_label_of_several_shapes_counts_in_the_selection_and_as_the_new_label():
    assert "Blip seems to be one name for several kinds" in advice({"Blip": 3}, several_shapes(SUPPORTED))[0].sentence
    assert (
        "Blip seems to be one name for several kinds"
        in advice({"Tomte": 3}, several_shapes(SUPPORTED), new_label="Blip")[0].sentence
    )
    assert "little by little" in advice({"Blip": 3}, several_shapes(SUPPORTED, kind="gradient"))[0].sentence


@pytest.mark.parametrize(
    "verdict", [one_shape(NOT_SUPPORTED), several_shapes(NOT_SUPPORTED), several_shapes(CANNOT_TELL)]
)
def test_a_verdict_without_support_is_no_advice(verdict):
    assert advice({"Blip": 5, "Tomte": 5}, verdict) == ()


def test_the_surest_two_come_first():
    found = advice(
        {"Blip": 5, "Tomte": 5, "Chirp": 5},
        one_shape(CANNOT_TELL),
        several_shapes(SUPPORTED, "Chirp"),
        one_shape(SUPPORTED, ("Blip", "Chirp")),
    )
    assert [item.leads_to for item in found] == [TAXONOMY, TAXONOMY]


def test_no_selection_and_no_verdict_are_no_advice():
    assert advice({}) == ()
    assert advice({}, one_shape(SUPPORTED), several_shapes(SUPPORTED)) == ()
