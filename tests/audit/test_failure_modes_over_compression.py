"""Over-compression: separate parts or a long gradient under one label, and what only looks like them."""

import json

import numpy as np
import pandas as pd
import pytest

from core.audit.failure_modes import judge_failure_modes

SIZE = 40
STABLE = pd.Series(0.9, index=range(8))


def clouds(count, *, spread=0.15, seed=4):
    """``count`` round clouds of 40 glitches, 1.4 apart, and the number of each glitch's cloud."""
    random = np.random.default_rng(seed)
    number = np.repeat(np.arange(count), SIZE)
    return np.eye(count, 12)[number] + spread * random.normal(size=(len(number), 12)) / np.sqrt(12), number


def verdict_on(case, label, *, stability=STABLE, **options):
    table = judge_failure_modes(case, stability=stability, **options)
    rows = table[(table["mode"] == "over-compression") & (table["label"] == label)]
    assert len(rows) == 1
    return rows.iloc[0]


NAMES = np.array(["Broad", "Broad", "Broad", "C", "D", "E"])


def test_three_morphologies_under_one_label(make_input):
    matrix, number = clouds(6)
    verdict = verdict_on(make_input(matrix, NAMES[number], clusters=number), "Broad")
    assert verdict["verdict"] == "supported"
    assert json.loads(verdict["clusters"]) == [0, 1, 2]
    assert verdict["sentence"].startswith("Broad holds 3 separate morphologies: 40, 40 and 40 of its 120 glitches")
    assert json.loads(verdict["numbers"])["kind"] == "separate parts"


def test_one_cluster_a_label(make_input):
    matrix, number = clouds(6)
    case = make_input(matrix, np.array(list("ABCDEF"))[number], clusters=number)
    table = judge_failure_modes(case, stability=STABLE)
    assert set(table.loc[table["mode"] == "over-splitting", "verdict"]) == {"not supported"}
    # Without a physical column nobody can say whether a label is one long gradient.
    assert set(table.loc[table["mode"] == "over-compression", "verdict"]) == {"cannot tell"}


def test_one_cluster_a_label_with_a_column_that_means_nothing(make_input):
    matrix, number = clouds(6)
    column = np.random.default_rng(0).uniform(10, 1000, len(number))
    case = make_input(matrix, np.array(list("ABCDEF"))[number], clusters=number, peak_frequency=column)
    assert set(judge_failure_modes(case, stability=STABLE)["verdict"]) == {"not supported"}


def test_a_cloud_cut_in_two(make_input):
    """Clusters alone are no evidence: the middle between the halves of one cloud is as full as the halves."""
    matrix, number = clouds(5)
    halves = np.where((number == 0) & (matrix[:, 8] > 0), 5, number)
    verdict = verdict_on(make_input(matrix, np.array(list("ABCDE"))[number], clusters=halves), "A")
    assert verdict["verdict"] == "not supported"
    assert "flow into each other" in verdict["sentence"]


def test_wrong_labels_in_the_home_of_another_label(make_input):
    matrix, number = clouds(5)
    labels = np.array(list("ABCDE"))[number]
    labels[SIZE : SIZE + 12] = "A"
    verdict = verdict_on(make_input(matrix, labels, clusters=number), "A")
    assert verdict["verdict"] == "cannot tell", "there is no physical column to look for a gradient along"
    assert json.loads(verdict["clusters"]) == [0]


def test_parts_that_a_detector_explains(make_input):
    matrix, number = clouds(6)
    detector = np.where(number == 0, "H1", np.where(number < 3, "L1", np.where(np.arange(len(number)) % 2, "H1", "L1")))
    labels = np.where(number < 2, "Broad", NAMES[number])
    labels[number == 2] = "Other"
    verdict = verdict_on(make_input(matrix, labels, clusters=number, detector=detector), "Broad")
    assert verdict["verdict"] == "not supported"
    assert "detector explains" in verdict["sentence"]


def test_views_of_the_same_glitches_are_no_parts(make_input):
    matrix, number = clouds(6)
    labels = np.where(number < 2, "Broad", NAMES[number])
    labels[number == 2] = "Other"
    glitches = np.arange(len(number))
    glitches[number == 1] = glitches[number == 0]
    verdict = verdict_on(make_input(matrix, labels, clusters=number, glitches=glitches), "Broad")
    assert verdict["verdict"] == "not supported"
    assert "the same glitches" in verdict["sentence"]


@pytest.mark.parametrize("stability", [None, pd.Series(0.6, index=range(8))])
def test_unstable_clusters(make_input, stability):
    matrix, number = clouds(6)
    verdict = verdict_on(make_input(matrix, NAMES[number], clusters=number), "Broad", stability=stability)
    assert verdict["verdict"] == "cannot tell"


def test_the_ends_of_a_bent_curve_are_joined_by_its_middle(make_input):
    """A horseshoe in three clusters: its ends are apart, yet it is one morphology."""
    matrix, number = clouds(5)
    random = np.random.default_rng(5)
    angle = np.sort(random.uniform(0, np.pi, 150))
    curve = np.zeros((150, 12))
    curve[:, 7] = 1
    curve[:, 10], curve[:, 11] = 0.8 * np.cos(angle), 0.8 * np.sin(angle)
    curve += 0.05 * random.normal(size=curve.shape) / np.sqrt(12)
    case = make_input(
        np.vstack([matrix, curve]),
        np.concatenate([np.array(list("ABCDE"))[number], np.repeat("Bent", 150)]),
        clusters=np.concatenate([number, np.repeat([5, 6, 7], [65, 20, 65])]),
    )
    verdict = verdict_on(case, "Bent")
    ends = [pair for pair in json.loads(verdict["numbers"])["pairs"] if pair["clusters"] == [5, 7]]
    assert ends[0]["gap"]["p_value"] < 1e-4
    assert verdict["verdict"] == "not supported"
    assert "one morphology that bends" in verdict["sentence"]


def test_runs_that_both_parts_share_explain_nothing(make_input):
    """Eight runs of an eighth each: no run holds much of a part, but all hold the same share of both."""
    matrix, number = clouds(6)
    case = make_input(matrix, NAMES[number], clusters=number, run=np.arange(len(number)) % 8)
    assert verdict_on(case, "Broad")["verdict"] == "supported"


def graded(make_input, *, length, noise=0.05, column="peak_frequency"):
    """Five clouds, and a straight line of 100 glitches along which the column rises hundredfold."""
    matrix, number = clouds(5)
    random = np.random.default_rng(6)
    place = random.uniform(-1, 1, 100)
    line = np.zeros((100, 12))
    line[:, 6], line[:, 7] = 1, length / 2 * place
    line += 0.1 * random.normal(size=line.shape) / np.sqrt(12)
    values = np.concatenate([random.normal(size=len(number)) * 0.1 + 2, 2 + place + noise * random.normal(size=100)])
    return make_input(
        np.vstack([matrix, line]),
        np.concatenate([np.array(list("ABCDE"))[number], np.repeat("Line", 100)]),
        clusters=np.concatenate([number, np.repeat(5, 100)]),
        **{column: 10**values},
    )


def test_a_long_gradient_of_frequency(make_input):
    verdict = verdict_on(graded(make_input, length=3.5), "Line")
    assert verdict["verdict"] == "supported"
    assert verdict["sentence"].startswith("Line is one long gradient of peak frequency from ")
    numbers = json.loads(verdict["numbers"])
    assert numbers["kind"] == "gradient" and numbers["gradients"][0]["correlation"] > 0.95


def test_a_short_dependence_on_loudness_is_none(make_input):
    verdict = verdict_on(graded(make_input, length=0.6, column="snr"), "Line")
    numbers = json.loads(verdict["numbers"])
    assert numbers["gradients"][0]["correlation"] > 0.8 and numbers["gradients"][0]["relative_length"] < 0.6
    assert verdict["verdict"] == "not supported"


def test_a_column_that_the_embedding_does_not_know(make_input):
    verdict = verdict_on(graded(make_input, length=3.5, noise=30.0), "Line")
    assert verdict["verdict"] == "not supported"


def test_too_few_glitches(make_input):
    matrix, number = clouds(3)
    labels = np.array(["Common", "Frequent", "Usual"])[number]
    labels[:15] = "Rare"
    verdict = verdict_on(make_input(matrix, labels, clusters=number), "Rare")
    assert verdict["verdict"] == "cannot tell"
    assert "only 15 glitches" in verdict["sentence"]
