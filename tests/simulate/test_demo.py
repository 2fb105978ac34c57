"""The demo: every planted fault is there in the promised share, and the truth file tells them all."""

import io
from collections import Counter

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from PIL import Image

from core.dataset.taxonomy import taxonomy_for
from core.errors import GlitchAuditError
from core.simulate.demo import HIDDEN, HIDING_LABEL, TOSSED_NAMES, build_demo, class_counts, plan_demo
from core.simulate.waveforms import CLASSES, TRAINING_SET_COUNTS

SAMPLES = 150


def decoded(encoded):
    with Image.open(io.BytesIO(encoded)) as picture:
        return np.asarray(picture.convert("L"))


@pytest.fixture(scope="module")
def plan():
    return plan_demo(1200)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    build_demo(folder, SAMPLES, 5)
    pictures = pq.read_table(folder / "demo.parquet").to_pandas()
    return pictures, pd.read_parquet(folder / "demo_truth.parquet").set_index("sample_id")


def test_shares_follow_the_training_set_with_a_floor():
    counts = class_counts(1000, 8)
    assert sum(counts.values()) == 1000
    assert min(counts.values()) == 8
    ratio = TRAINING_SET_COUNTS["Koi_Fish"] / TRAINING_SET_COUNTS["Blip"]
    assert counts["Koi_Fish"] / counts["Blip"] == pytest.approx(ratio, rel=0.05)


def test_the_plan_is_reproducible_and_of_the_right_size(plan):
    assert len(plan) == 1200
    assert plan == plan_demo(1200)
    assert plan != plan_demo(1200, seed=1)
    assert min(Counter(planned.true_label for planned in plan)[label] for label in CLASSES) >= 8


def test_single_errors_follow_the_look_alike_pairs(plan):
    errors = [planned for planned in plan if planned.fault == "label error"]
    assert len(errors) == 60  # 5 % of 1,200
    taxonomy = taxonomy_for(CLASSES)
    assert all(planned.label in taxonomy[planned.true_label].look_alikes for planned in errors)
    assert all(planned.label == planned.true_label for planned in plan if planned.fault == "none")


def test_one_morphology_is_tossed_between_two_names(plan):
    labels = Counter(planned.label for planned in plan if planned.fault == "tossed between two names")
    assert set(labels) == set(TOSSED_NAMES)
    assert min(labels.values()) / sum(labels.values()) > 0.25
    assert sum(labels.values()) >= 40


def test_one_label_hides_three_morphologies(plan):
    hidden = [planned for planned in plan if planned.fault == "hidden in a broad label"]
    assert {planned.label for planned in hidden} == {HIDING_LABEL}
    assert Counter(planned.true_label for planned in hidden) == dict.fromkeys(HIDDEN, 18)


def test_labels_fail_in_the_middle_of_the_drift(plan):
    drift = sorted((planned for planned in plan if planned.drift is not None), key=lambda planned: planned.drift)
    assert len(drift) == 60
    assert np.allclose(np.diff([planned.drift for planned in drift]), 1 / 60)
    wrong = np.array([planned.label != planned.true_label for planned in drift])
    assert wrong[20:40].mean() > 0.3
    assert wrong[:10].mean() + wrong[-10:].mean() < 0.3
    assert {drift[0].true_label, drift[-1].true_label} == {"Repeating_Blips", "Low_Frequency_Burst"}


def test_truth_and_pictures_are_about_the_same_samples(demo):
    pictures, truth = demo
    assert len(pictures) == 4 * SAMPLES
    assert list(pictures["sample_id"].unique()) == list(truth.index)
    shown = pictures.drop_duplicates("sample_id").set_index("sample_id")["label"]
    assert (shown == truth["label"]).all()
    assert "true_label" not in pictures and "fault" not in pictures


def test_exact_duplicates_have_the_same_pictures_and_near_ones_almost(demo):
    pictures, truth = demo
    by_id = {name: list(rows["picture"]) for name, rows in pictures.groupby("sample_id", sort=False)}
    copies = truth[truth["duplicate_of"].notna()]
    assert set(copies["fault"]) == {"exact duplicate", "near duplicate"}
    for name, row in copies.iterrows():
        same = by_id[name] == by_id[row["duplicate_of"]]
        assert same == (row["fault"] == "exact duplicate")
        if not same:
            first, second = (decoded(by_id[key][3]).ravel() for key in (name, row["duplicate_of"]))
            assert np.corrcoef(first, second)[0, 1] > 0.5


def test_broken_pictures_are_where_the_truth_says_and_nowhere_else(demo):
    pictures, truth = demo
    unreadable = set()
    for row in pictures.itertuples():
        try:
            decoded(row.picture)
        except OSError:
            unreadable.add((row.sample_id, row.view))
    broken = truth[truth["broken"] != ""]
    assert unreadable == set(zip(broken.index, broken["broken_view"], strict=True))
    assert len(broken) >= 2


def test_too_small_a_demo_is_refused(tmp_path):
    with pytest.raises(GlitchAuditError, match="at least 150"):
        build_demo(tmp_path, 20)
