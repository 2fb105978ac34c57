"""Over-splitting: supported only where nothing tells two labels of a stable cluster apart."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from core.audit.failure_modes import judge_failure_modes

SIZE = 60


@pytest.fixture
def corpus(make_input):
    """``corpus(labels_of_first, frequency=, shift=)``: four round morphologies, each its own cluster.

    Three have 60 glitches; the first has as many as labels are given, and these labels. Where its label is "B",
    ``frequency`` adds to the logarithm of the peak frequency (and moves the profile's line), ``shift`` moves the
    embedding, and ``line`` says along which of its 16 numbers.
    """

    def make(labels_of_first, *, frequency=0.0, shift=0.0, line=10, profiles=True, physical=True, **changes):
        random = np.random.default_rng(3)
        morphology = np.repeat(np.arange(4), [len(labels_of_first), SIZE, SIZE, SIZE])
        centres = 3 * np.eye(4, 16)
        matrix = centres[morphology] + 0.3 * random.normal(size=(len(morphology), 16))
        labels = np.array([*labels_of_first, *np.repeat(["C", "D", "E"], SIZE)])
        second = labels == "B"
        matrix[second, line] += shift
        peak = 1.5 + 0.3 * morphology + 0.05 * random.normal(size=len(labels)) + frequency * second
        rows = np.exp(-0.5 * ((np.linspace(1, 3.5, 25) - peak[:, None]) / 0.1) ** 2)
        columns = {"peak_frequency": 10**peak, "snr": 10 + random.random(len(labels))} if physical else {}
        return make_input(
            matrix,
            labels,
            clusters=morphology,
            profiles=(rows + 0.05 * random.random(rows.shape)).astype(np.float32) if profiles else None,
            **(columns | changes),
        )

    return make


def verdict_on(case, *, stability=0.9, **options):
    known = None if stability is None else pd.Series(stability, index=[0, 1, 2, 3])
    table = judge_failure_modes(case, stability=known, **options)
    rows = table[(table["mode"] == "over-splitting") & (table["cluster"] == 0)]
    assert len(rows) == 1
    return rows.iloc[0]


TOSSED = ["A", "B"] * 100


def test_two_names_for_one_morphology(corpus):
    verdict = verdict_on(corpus(TOSSED))
    assert verdict["verdict"] == "supported"
    assert "A and B share cluster 0 (stability 0.90) and nothing tells them apart" in verdict["sentence"]
    numbers = json.loads(verdict["numbers"])
    assert set(numbers["probes"]) == {"embedding", "pictures", "physical columns"}
    assert all(found["low"] <= 0.5 <= found["high"] for found in numbers["probes"].values())
    assert numbers["blind"] is False
    assert set(numbers["planted"]) == set(numbers["probes"])
    # The sentence names what would have been seen, the largest over the kinds of evidence, and it is below the margin.
    smallest = max(found["visible"] for found in numbers["planted"].values())
    assert numbers["smallest_seen"] == smallest <= numbers["margin"]
    assert f"right {100 * smallest:.0f} % of the time would have been seen nine times in ten" in verdict["sentence"]
    assert json.loads(verdict["labels"]) == ["A", "B"] and json.loads(verdict["clusters"]) == [0]


def test_few_glitches_in_many_dimensions_cannot_be_said_to_be_alike(make_input):
    """Nothing is there, but in 200 numbers 20 glitches a label would hide a difference of the margin's size."""
    random = np.random.default_rng(0)
    morphology = np.repeat(np.arange(4), [40, SIZE, SIZE, SIZE])
    matrix = 3 * np.eye(4, 200)[morphology] + 0.3 * random.normal(size=(len(morphology), 200))
    labels = np.array([*["A", "B"] * 20, *np.repeat(["C", "D", "E"], SIZE)])
    verdict = verdict_on(
        make_input(matrix, labels, clusters=morphology, peak_frequency=10 + random.random(len(labels)))
    )
    assert verdict["verdict"] == "cannot tell"
    assert "nothing found tells them apart, but with 20 and 20 glitches that says little" in verdict["sentence"]
    assert not (json.loads(verdict["numbers"])["smallest_seen"] or 1) <= 0.8


@pytest.mark.parametrize("accuracy", [0.86, 0.92])
def test_a_difference_along_one_quiet_number_is_never_called_nothing(make_input, accuracy):
    """The best classifier is right 86 or 92 % of the time, along one of 128 numbers, a quiet one."""
    quiet = 2 * norm.ppf(accuracy)
    for seed in range(6):
        random = np.random.default_rng(seed)
        morphology = np.repeat(np.arange(4), [80, 120, 120, 120])
        spread = 1 / np.sqrt(1 + np.arange(128))
        matrix = 4 * np.eye(4, 128)[morphology] + spread * random.normal(size=(len(morphology), 128))
        labels = np.array([*["A", "B"] * 40, *np.repeat(["C", "D", "E"], 120)])
        matrix[labels == "B", 100] += quiet * spread[100]
        case = make_input(matrix, labels, clusters=morphology, peak_frequency=10 + random.random(len(labels)))
        assert verdict_on(case)["verdict"] != "supported"


def test_labels_that_differ_in_frequency_only(corpus):
    verdict = verdict_on(corpus(TOSSED, frequency=0.5))
    assert verdict["verdict"] == "not supported"
    assert "the embedding is blind here" in verdict["sentence"]
    assert json.loads(verdict["numbers"])["blind"] is True


def test_labels_that_the_embedding_tells_apart(corpus):
    verdict = verdict_on(corpus(TOSSED, shift=1.5))
    assert verdict["verdict"] == "not supported"
    assert "the embedding tells them apart" in verdict["sentence"]
    numbers = json.loads(verdict["numbers"])
    assert numbers["blind"] is False and numbers["probes"]["embedding"]["chance_right"] > 0.9


def test_a_handful_of_wrong_labels_is_no_second_name(corpus):
    verdict = verdict_on(corpus(["A"] * (SIZE - 6) + ["B"] * 6))
    assert verdict["verdict"] == "not supported"
    assert verdict["sentence"].startswith("90 % of the 60 glitches in cluster 0 are called A")


def test_a_label_that_lives_elsewhere(corpus, make_input):
    """Fifteen wrong labels out of 75: a quarter of the cluster, but a fifth of the label."""
    case = corpus(["A"] * 45 + ["C"] * 15)
    verdict = verdict_on(case)
    assert verdict["verdict"] == "not supported"
    assert "only 20 % of all C lie here" in verdict["sentence"]


@pytest.mark.parametrize("stability", [None, 0.5])
def test_an_unstable_cluster(corpus, stability):
    verdict = verdict_on(corpus(TOSSED), stability=stability)
    assert verdict["verdict"] == "cannot tell"


def test_without_pictures_and_columns_blindness_cannot_be_ruled_out(corpus):
    verdict = verdict_on(corpus(TOSSED, profiles=False, physical=False))
    assert verdict["verdict"] == "cannot tell"
    assert "not blind" in verdict["sentence"]


def test_loudness_alone_cannot_rule_out_blindness(corpus):
    case = corpus(TOSSED, profiles=False, physical=False, snr=np.linspace(10, 20, 3 * SIZE + len(TOSSED)))
    assert verdict_on(case)["verdict"] == "cannot tell"


def test_columns_that_are_missing_for_all_are_not_used(corpus):
    case = corpus(TOSSED, bandwidth=np.full(3 * SIZE + len(TOSSED), np.nan))
    numbers = json.loads(verdict_on(case)["numbers"])
    assert numbers["physical_columns"] == ["peak_frequency", "snr"]


def test_too_few_of_a_label(corpus):
    case = corpus(["A"] * 30 + ["B"] * 8 + ["F"] * 22)
    kept = np.flatnonzero(~((case.labels == "A") | (case.labels == "F")))
    assert (case.labels[kept] == "B").sum() == 8
    verdicts = judge_failure_modes(case, stability=pd.Series(0.9, index=[0, 1, 2, 3]))
    concerned = verdicts.loc[verdicts["mode"] == "over-splitting", "labels"].map(json.loads)
    assert not any("B" in names for names in concerned)


def test_views_of_one_glitch_count_once(corpus, make_input):
    """The same twenty glitches three times over are twenty glitches: too few of each label to compare."""
    case = corpus(TOSSED)
    others = np.arange(len(TOSSED), 3 * SIZE + len(TOSSED))
    rows = glitches = np.concatenate([np.repeat(np.arange(20), 3), others])
    again = make_input(
        case.matrix[rows],
        case.labels[rows],
        clusters=case.clusters[rows],
        profiles=case.profiles[rows],
        peak_frequency=case.samples["peak_frequency"].to_numpy()[rows],
    )
    # Copies on both sides of a fold give every label away.
    assert json.loads(verdict_on(again)["numbers"])["probes"]["embedding"]["chance_right"] > 0.9
    verdict = verdict_on(again, groups=glitches)
    assert verdict["verdict"] == "cannot tell"
    assert "10 and 10 glitches" in verdict["sentence"]


def test_shuffled_labels(corpus):
    case = corpus(TOSSED)
    random = np.random.default_rng(0)
    for _ in range(5):
        shuffled = case.samples.assign(label=random.permutation(case.labels))
        table = judge_failure_modes(
            type(case)(**(vars(case) | {"samples": shuffled})), stability=pd.Series(0.9, index=[0, 1, 2, 3])
        )
        assert not (table["verdict"] == "supported").any()


def test_the_same_seed_gives_the_same_verdicts(corpus):
    case, stability = corpus(TOSSED), pd.Series(0.9, index=[0, 1, 2, 3])
    first, second = (judge_failure_modes(case, stability=stability, seed=5) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
