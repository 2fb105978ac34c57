"""The reference audit's unit: each picture a sample, and proposals still about glitches."""

import pandas as pd

from core.dataset import PLAIN_VIEW, Dataset
from core.dataset.pictures_as_samples import glitch_of, pictures_as_samples, proposal_targets
from core.dataset.selection import Selection
from core.evidence.tiles import picture_locations


def two_glitches():
    samples = pd.DataFrame(
        {"label": ["Blip", "Tomte"], "snr": [9.0, 12.0]}, index=pd.Index(["a", "b"], name="sample_id")
    )
    rows = [("a", "0.5", "x"), ("a", "4.0", "y"), ("b", "1.0", "z")]
    pictures = pd.DataFrame(rows, columns=["sample_id", "view", "location"])
    return Dataset("two", None, "made up", samples, pictures, None, (), "before")


def test_each_picture_is_a_sample_with_its_glitchs_label():
    dataset = pictures_as_samples(two_glitches())
    assert dataset.samples.index.tolist() == ["a/0.5", "a/4.0", "b/1.0"]
    assert dataset.samples["label"].tolist() == ["Blip", "Blip", "Tomte"]
    assert dataset.samples["snr"].tolist() == [9.0, 9.0, 12.0]
    assert dataset.pictures["sample_id"].tolist() == dataset.samples.index.tolist()
    assert dataset.samples["view"].tolist() == ["0.5", "4.0", "1.0"]
    assert dataset.fingerprint != "before"


def test_every_sample_shows_its_picture_in_the_one_view_there_is():
    dataset = pictures_as_samples(two_glitches())
    assert dataset.views == (PLAIN_VIEW,)
    assert picture_locations(dataset, ["a/0.5", "b/1.0"], view=PLAIN_VIEW) == {"a/0.5": "x", "b/1.0": "z"}


def test_a_proposal_speaks_of_each_glitch_once():
    samples = pictures_as_samples(two_glitches()).samples
    selection, labels = proposal_targets(samples, Selection(("a/4.0", "a/0.5", "b/1.0"), how="lasso"))
    assert selection.sample_ids == ("a", "b")
    assert labels.to_dict() == {"a": "Blip", "b": "Tomte"}


def test_a_glitch_is_itself_where_glitches_are_the_unit():
    samples = two_glitches().samples
    assert glitch_of(samples).tolist() == ["a", "b"]
