"""Clusters that sort views, detectors, runs or splits are told from those that do not."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_mutual_info_score, mutual_info_score

from core.audit.confounding import COLUMNS, confounding
from core.statistics.intervals import wilson_interval

VIEWS = ["0.5", "1.0", "2.0", "4.0"]


def four_views(make_input, clusters_of, glitches=60, seed=0, **columns):
    """``glitches`` glitches of three labels with four views each; ``clusters_of(label, view, random)`` (rows,)."""
    random = np.random.default_rng(seed)
    glitch = np.repeat(np.arange(glitches), 4)
    label = glitch % 3
    view = np.tile(np.arange(4), glitches)
    return make_input(
        random.normal(size=(4 * glitches, 3)),
        [f"label {number}" for number in label],
        clusters=clusters_of(label, view, random),
        glitches=glitch,
        view=[VIEWS[number] for number in view],
        **columns,
    )


def test_the_reference_audits_first_fault_is_caught(make_input):
    """Its clusters 41, 5, 28 and 10, one a duration, a tenth as large; all its others taken to mix views evenly."""
    published, glitches = [392, 370, 350, 348], 858

    def durations(label, view, random):
        place = random.permuted(np.tile(np.arange(glitches), (4, 1)), axis=1).T.ravel()
        return np.where(place < np.array(published)[view], view, 10 + label)

    found = confounding(four_views(make_input, durations, glitches=glitches)).loc["view"]
    pure = sum(published) / (4 * glitches)
    assert found["share"] == pytest.approx(pure, abs=0.02)
    assert found["purity"] == pytest.approx(pure + (1 - pure) * 0.25, abs=0.03)
    assert found["dominates"]
    assert found["sentence"].startswith("Clusters mostly sort views: knowing the cluster tells 4")


def test_views_sorted_worked_by_hand(make_input):
    """One label has a cluster a view, one a cluster for two views, one a cluster for all."""

    def durations(label, view, random):
        return np.where(label == 2, 12, np.where(label == 1, 8 + view // 2, view))

    found = confounding(four_views(make_input, durations)).loc["view"]
    # A third of the pictures has its view told whole (2 bits), a third by half (1 bit), a third not at all.
    assert found["bits"] == pytest.approx(1)
    assert found["entropy_bits"] == pytest.approx(2)
    assert found["purity"] == pytest.approx((1 + 1 / 2 + 1 / 4) / 3)
    assert found["whole_share"] == pytest.approx(1 / 3)
    assert found["p_value"] == pytest.approx(1 / 201)
    assert found["dominates"]
    assert "knowing the cluster tells 50 % of which view a picture is" in found["sentence"]


def test_pure_view_clusters_explain_everything(make_input):
    found = confounding(four_views(make_input, lambda label, view, random: view)).loc["view"]
    assert (found["values"], found["dominates"]) == (4, True)
    assert found[["bits", "share", "purity", "adjusted"]].tolist() == pytest.approx([2, 1, 1, 1])
    assert found["whole_share"] == 0
    assert found["chance_purity"] == 0.25
    assert (found["purity_low"], found["purity_high"]) == wilson_interval(60, 60)
    assert "tells 100 % of which view" in found["sentence"]


def test_clusters_of_morphology_do_not_sort_views(make_input):
    found = confounding(four_views(make_input, lambda label, view, random: label)).loc["view"]
    assert not found["dominates"]
    assert found[["bits", "share", "adjusted"]].tolist() == pytest.approx([0, 0, 0], abs=1e-9)
    assert found["p_value"] == 1
    assert found["whole_share"] == 1
    assert found["sentence"].startswith("Clusters do not sort views")


def test_mutual_information_is_scikit_learns(make_input):
    random = np.random.default_rng(1)
    clusters, detector = random.integers(-1, 6, 400), random.choice(["H1", "L1", "V1"], 400, p=[0.5, 0.3, 0.2])
    clusters = np.where((detector == "V1") & (clusters >= 0), 0, clusters)
    case = make_input(random.normal(size=(400, 4)), ["x"] * 400, clusters=clusters, detector=detector)
    found = confounding(case, shuffles=400).loc["detector"]
    inside = clusters >= 0
    assert found["bits"] == pytest.approx(mutual_info_score(detector[inside], clusters[inside]) / np.log(2))
    expected = adjusted_mutual_info_score(detector[inside], clusters[inside])
    # The same but for its chance level, which is drawn where scikit-learn's is summed up.
    assert found["adjusted"] == pytest.approx(expected, abs=0.003)
    assert found["share"] == pytest.approx(found["bits"] / found["entropy_bits"])
    assert np.isnan(found["whole_share"])


def test_chance_level_is_scikit_learns_expected_information(make_input):
    random = np.random.default_rng(2)
    clusters, split = random.integers(0, 8, 300), random.choice(["train", "test"], 300)
    case = make_input(random.normal(size=(300, 4)), ["x"] * 300, clusters=clusters, split=split)
    found = confounding(case, shuffles=500).loc["split"]
    # (8 - 1) (2 - 1) / (2 n) nats, the first term of the expected mutual information of independent variables.
    assert found["chance_share"] * found["entropy_bits"] == pytest.approx(7 / 600 / np.log(2), rel=0.1)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_a_common_value_alone_does_not_dominate(make_input, share):
    random = np.random.default_rng(3)
    detector = np.where(random.random(500) < share, "H1", "L1")
    case = make_input(random.normal(size=(500, 4)), ["x"] * 500, clusters=random.integers(0, 5, 500), detector=detector)
    found = confounding(case).loc["detector"]
    assert found["purity"] >= share - 0.05
    assert not found["dominates"]


def test_many_small_clusters_do_not_dominate_by_chance(make_input):
    """Clusters of three samples each look half pure by luck alone."""
    fired = []
    for seed in range(20):
        random = np.random.default_rng(seed)
        case = make_input(
            random.normal(size=(90, 4)),
            ["x"] * 90,
            clusters=random.permutation(90) // 3,
            detector=random.choice(["H1", "L1", "V1"], 90),
        )
        found = confounding(case, shuffles=100).loc["detector"]
        assert found["share"] > 0.3
        fired.append(found["dominates"])
    assert not any(fired)


def test_p_values_are_uniform_when_nothing_is_there(make_input):
    """Detectors belong to glitches; shuffled row by row, four views in one place would look like a finding."""
    p_values = []
    for seed in range(40):
        random = np.random.default_rng(seed)
        case = four_views(
            make_input,
            lambda label, view, random: np.repeat(random.integers(0, 5, len(label) // 4), 4),
            glitches=30,
            seed=seed,
            detector=np.repeat(random.choice(["H1", "L1"], 30), 4),
        )
        p_values.append(confounding(case, shuffles=50, seed=seed).loc["detector", "p_value"])
    assert np.mean(np.array(p_values) <= 0.1) < 0.25
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.12)


def test_labels_that_go_with_a_detector_are_no_confounding(make_input):
    """Clusters are the labels, and Whistles come from one detector only, as in the real pictures at hand."""
    random = np.random.default_rng(9)
    label = np.repeat(["Scratchy", "Whistle", "Blip"], [30, 80, 80])
    detector = np.where(label == "Scratchy", "H1", np.where(label == "Whistle", "L1", random.choice(["H1", "L1"], 190)))
    case = make_input(
        random.normal(size=(190, 4)), label, clusters=np.repeat([0, 1, 2], [30, 80, 80]), detector=detector
    )
    found = confounding(case).loc["detector"]
    assert found["share"] > 0.4
    assert found["label_share"] == pytest.approx(found["share"])
    assert not found["dominates"]
    assert found["sentence"].startswith("Clusters go with detectors mostly as the labels do")


def test_clusters_that_part_each_label_by_detector_are_caught(make_input):
    random = np.random.default_rng(10)
    label, detector = np.arange(200) % 3, random.integers(0, 2, 200)
    case = make_input(
        random.normal(size=(200, 4)),
        label.astype(str),
        clusters=2 * label + detector,
        detector=np.array(["H1", "L1"])[detector],
    )
    found = confounding(case).loc["detector"]
    assert found["dominates"]
    assert found["label_share"] < 0.1


def test_a_weak_dependence_is_told_apart_from_sorting_and_from_none(make_input):
    def slightly(share):
        def clusters(label, view, random):
            return np.where(random.random(len(view)) < share, view, 4 + label)

        return clusters

    weak = confounding(four_views(make_input, slightly(0.3), glitches=200)).loc["view"]
    assert not weak["dominates"]
    assert weak["sentence"].startswith("Clusters depend on views, but do not mostly sort them")
    none = confounding(four_views(make_input, slightly(0.03), glitches=2000)).loc["view"]
    assert none["p_value"] < 0.01
    assert none["sentence"].startswith("Clusters do not sort views")


def test_runs_come_from_event_times_unless_given(make_input):
    random = np.random.default_rng(4)
    times = np.where(np.arange(100) < 50, 1.13e9, 1.17e9)
    case = make_input(random.normal(size=(100, 4)), ["x"] * 100, clusters=np.arange(100) // 50, event_time=times)
    found = confounding(case)
    assert found.index.tolist() == ["run"]
    assert found.loc["run", ["share", "purity", "dominates"]].tolist() == [pytest.approx(1), 1, True]
    given = make_input(
        random.normal(size=(100, 4)), ["x"] * 100, clusters=np.arange(100) // 50, event_time=times, run=["A", "B"] * 50
    )
    assert confounding(given).loc["run", "share"] == pytest.approx(0, abs=1e-9)


def test_samples_whose_value_is_unknown_are_left_out(make_input):
    random = np.random.default_rng(5)
    detector = ["H1", "L1", None, np.nan] * 25
    case = make_input(random.normal(size=(100, 4)), ["x"] * 100, clusters=np.arange(100) % 4, detector=detector)
    found = confounding(case).loc["detector"]
    assert (found["values"], found["purity"]) == (2, 1)
    assert (found["purity_low"], found["purity_high"]) == wilson_interval(50, 50)


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"detector": ["H1"] * 40},
        {"detector": [None] * 40},
        {"detector": [np.nan] * 40, "event_time": [np.nan] * 40, "split": pd.array([pd.NA] * 40)},
        {"event_time": ["unknown"] * 40},
    ],
)
def test_factors_without_two_values_are_left_out(make_input, columns):
    random = np.random.default_rng(6)
    case = make_input(random.normal(size=(40, 4)), ["x"] * 40, clusters=np.arange(40) % 2, **columns)
    found = confounding(case)
    assert found.empty
    assert found.columns.tolist() == list(COLUMNS)


def test_all_noise_gives_an_empty_table_and_one_cluster_explains_nothing(make_input):
    random = np.random.default_rng(7)
    points, detector = random.normal(size=(40, 4)), ["H1", "L1"] * 20
    assert confounding(make_input(points, ["x"] * 40, clusters=[-1] * 40, detector=detector)).empty
    found = confounding(make_input(points, ["x"] * 40, clusters=[3] * 40, detector=detector)).loc["detector"]
    assert (found["bits"], found["p_value"], found["dominates"]) == (0, 1, False)


def test_one_sample_a_cluster_proves_nothing(make_input):
    random = np.random.default_rng(8)
    case = make_input(random.normal(size=(40, 4)), ["x"] * 40, clusters=np.arange(40), detector=["H1", "L1"] * 20)
    found = confounding(case).loc["detector"]
    assert (found["share"], found["p_value"], found["dominates"]) == (pytest.approx(1), 1, False)


def test_the_same_seed_gives_the_same_numbers(make_input):
    case = four_views(make_input, lambda label, view, random: random.integers(0, 4, len(view)))
    pd.testing.assert_frame_equal(confounding(case, seed=5), confounding(case, seed=5))
