"""Splits go by glitch, keep every label's share and the data set's own parts, and refuse a leak."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.leak import last_inflation
from core.classify.params import TrainParams
from core.classify.training.splits import check_no_leak, leak_sentence, make_split
from core.errors import GlitchAuditError

VIEWS = ("1.0", "2.0")


def params(**changes):
    return TrainParams(**{"views": VIEWS, **changes})


def test_no_glitch_stands_on_two_sides(make_drawn):
    for dataset, views in ((make_drawn(60), VIEWS), (make_drawn(60, by_picture=True), ("picture",))):
        split = make_split(dataset, params(unit="picture", views=views))
        assert len(split.rows) == 120 and split.rows["glitch"].nunique() == 60
        assert (split.rows.groupby("glitch")["split"].nunique() == 1).all()
        assert split.leak == "" and not split.honoured


def test_samples_that_show_one_glitch_stay_together(make_drawn):
    split = make_split(make_drawn(30, by_picture=True), params(views=("picture",)))
    assert len(split.rows) == 60
    assert (split.rows.groupby("glitch")["split"].nunique() == 1).all()


def test_the_same_seed_deals_the_same_glitches_whatever_the_unit(make_drawn):
    dataset = make_drawn(60)
    by_sample = make_split(dataset, params()).rows.set_index("glitch")["split"]
    by_picture = make_split(dataset, params(unit="picture", architecture="vgg16")).rows
    assert (by_picture["split"].to_numpy() == by_sample.loc[by_picture["glitch"]].to_numpy()).all()
    other = make_split(dataset, params(seed=1)).rows.set_index("glitch")["split"]
    assert (other != by_sample).any()


def test_each_label_has_its_shares(make_drawn):
    rows = make_split(make_drawn(120), params(validation_share=0.2, test_share=0.1)).rows
    counts = pd.crosstab(rows["label"], rows["split"])
    assert counts["validation"].tolist() == [8, 8, 8] and counts["test"].tolist() == [4, 4, 4]


@pytest.mark.parametrize(("count", "expected"), [(1, "train"), (2, "test train"), (3, "test train validation")])
def test_rare_labels_are_learnt_first(make_drawn, count, expected):
    dataset = make_drawn(60)
    labels = dataset.samples["label"].copy()
    labels.iloc[:count] = "Paired_Doves"
    rows = make_split(replace(dataset, samples=dataset.samples.assign(label=labels)), params()).rows
    assert " ".join(sorted(rows.loc[rows["label"] == "Paired_Doves", "split"])) == expected


def test_no_test_part_where_none_is_wanted(make_drawn):
    assert set(make_split(make_drawn(30), params(test_share=0.0)).rows["split"]) == {"train", "validation"}


def test_the_data_sets_own_split_is_kept(make_drawn):
    own = ["train", "train", "test", "validation"] * 10
    split = make_split(make_drawn(40, split=own), params())
    assert split.honoured and split.rows["split"].tolist() == own


def test_a_part_that_the_data_set_lacks_comes_out_of_its_training_part(make_drawn):
    own = ["train", "train", "train", "test"] * 15
    split = make_split(make_drawn(60, split=own), params(validation_share=0.2))
    dealt = split.rows["split"].to_numpy()
    assert split.honoured
    assert (dealt[np.array(own) == "test"] == "test").all()
    assert (dealt == "test").sum() == 15 and (dealt == "validation").sum() == 9


def test_samples_without_a_part_are_dealt(make_drawn):
    own = ["train", "test", "validation", "nan"] * 15
    dealt = make_split(make_drawn(60, split=own), params()).rows["split"].to_numpy()
    assert set(dealt[3::4]) <= {"train", "validation", "test"}
    assert (dealt[0::4] == "train").all() and (dealt[1::4] == "test").all()


def test_a_split_of_other_words_is_no_split(make_drawn):
    split = make_split(make_drawn(40, split=["O1", "O2"] * 20), params())
    assert not split.honoured and set(split.rows["split"]) == {"train", "validation", "test"}


def test_a_data_set_that_leaks_is_refused_by_name(make_drawn):
    own = ["train", "test"] + ["train"] * 40 + ["validation"] * 20 + ["test"] * 18
    dataset = make_drawn(40, by_picture=True)
    dataset = replace(dataset, samples=dataset.samples.assign(split=own))
    with pytest.raises(GlitchAuditError, match=r"Sample glitch000 has pictures in train and test: .*Split by sample"):
        make_split(dataset, params(views=("picture",)))


def test_check_no_leak_counts_the_others():
    rows = pd.DataFrame(
        {"glitch": ["a", "a", "b", "b", "c"], "split": ["train", "test", "train", "validation", "train"]}
    )
    with pytest.raises(GlitchAuditError, match=r"Sample a .*, and 1 more:"):
        check_no_leak(rows)
    check_no_leak(rows.iloc[[0, 2, 4]])


def test_splitting_by_picture_says_what_it_inflates(make_drawn):
    split = make_split(make_drawn(60), params(unit="picture", split_by="picture"))
    sides = split.rows.groupby("glitch")["split"].nunique()
    assert split.leak.startswith(f"Split by picture: {(sides > 1).mean():.0%} of the samples")
    assert "inflated" in split.leak and not split.honoured
    assert leak_sentence(split.rows).endswith(f"Measured by benchmarks/leak.py: {last_inflation()}.")


def test_unreadable_pictures_and_unwanted_views_are_left_out(make_drawn):
    dataset = make_drawn(30, missing=((0, "1.0"),))
    readable = np.ones(len(dataset.pictures), dtype=bool)
    readable[0] = False
    split = make_split(dataset, params(), readable=readable)
    assert "glitch000" not in set(split.rows["sample_id"]) and len(split.rows) == 29
    assert len(make_split(dataset, params(views=("1.0",))).rows) == 29


@pytest.mark.parametrize(
    ("samples", "changes", "sentence"),
    [
        (30, {"labels": ("Blip",)}, "All samples of drawn are labelled Blip"),
        (2, {"labels": ("Blip", "Tomte")}, "too few samples for the validation part"),
    ],
)
def test_what_cannot_be_split_is_refused(make_drawn, samples, changes, sentence):
    with pytest.raises(GlitchAuditError, match=sentence):
        make_split(make_drawn(samples, **changes), params())


def test_no_readable_picture_is_refused(make_drawn):
    dataset = make_drawn(6)
    with pytest.raises(GlitchAuditError, match="no readable picture"):
        make_split(dataset, params(), readable=np.zeros(len(dataset.pictures), dtype=bool))
