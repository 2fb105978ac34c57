"""Filters and the selection they bound."""

import numpy as np
import pandas as pd
import pytest

from core.dataset.selection import Filters
from core.errors import GlitchAuditError
from core.space.filters import filter_mask, make_selection

SAMPLES = pd.DataFrame(
    {
        "label": ["Blip", "Blip", "Tomte", "Whistle"],
        "detector": ["H1", "L1", "H1", None],
        "snr": [8.0, 12.0, np.nan, 20.0],
        "duration": pd.array([1, 2, None, 4], dtype="Int64"),
    },
    index=pd.Index(["aB1", "cd2", "ef3", "gh.4"], name="sample_id"),
)
CLUSTERS = np.array([0, 1, -1, 1])


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), [0, 1, 2, 3]),
        (Filters(labels=("Blip",)), [0, 1]),
        (Filters(labels=("Blip", "Tomte"), detectors=("H1",)), [0, 2]),
        (Filters(detectors=("L1", "V1")), [1]),
        (Filters(clusters=(1,)), [1, 3]),
        (Filters(clusters=(-1,)), [2]),
        (Filters(ranges=(("snr", 8, 12),)), [0, 1]),
        (Filters(ranges=(("duration", 2, 9),)), [1, 3]),
        (Filters(ranges=(("snr", 9, 99), ("duration", 0, 3))), [1]),
        (Filters(text=" AB "), [0]),
        (Filters(text="."), [3]),
        (Filters(values=(("detector", "L1"), ("detector", "V1"))), [1]),
        (Filters(values=(("detector", "H1"), ("label", "Blip"))), [0]),
        (Filters(labels=("Koi_Fish",)), []),
    ],
)
def test_filters_keep_what_they_name(filters, expected):
    assert np.flatnonzero(filter_mask(SAMPLES, CLUSTERS, filters)).tolist() == expected


@pytest.mark.parametrize(
    ("filters", "word"),
    [
        (Filters(splits=("train",)), "no column 'split'"),
        (Filters(ranges=(("peak", 0, 1),)), "no column 'peak'"),
        (Filters(values=(("coat", "brown"),)), "no column 'coat'"),
        (Filters(ranges=(("label", 0, 1),)), "holds text"),
        (Filters(clusters=(1,)), "before they are clustered"),
    ],
)
def test_a_filter_on_what_is_not_there_is_refused_in_a_sentence(filters, word):
    with pytest.raises(GlitchAuditError, match=word):
        filter_mask(SAMPLES, None, filters)


def test_no_samples_pass_any_filter():
    mask = filter_mask(SAMPLES.iloc[:0], CLUSTERS[:0], Filters(labels=("Blip",), text="a", ranges=(("snr", 0, 1),)))
    assert mask.shape == (0,)
    assert mask.dtype == bool


def test_a_selection_never_reaches_beyond_the_filters():
    filters = Filters(labels=("Blip",))
    selection = make_selection(
        SAMPLES,
        np.array([False, True, True, True]),
        how="lasso",
        filters=filters,
        polygon=np.array([[0, 0], [1, 0], [1, 1]], dtype=np.float32),
        dataset_fingerprint="d",
        layout_fingerprint="l",
    )
    assert selection.sample_ids == ("cd2",)
    assert selection.polygon == ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
    assert (selection.how, selection.filters) == ("lasso", filters)
    assert (selection.dataset_fingerprint, selection.layout_fingerprint) == ("d", "l")


def test_a_cluster_selection_names_its_cluster():
    selection = make_selection(SAMPLES, CLUSTERS == 1, how="cluster", cluster=np.int32(1))
    assert selection.sample_ids == ("cd2", "gh.4")
    assert type(selection.cluster) is int


def test_a_selection_of_unknown_making_or_wrong_length_is_refused():
    with pytest.raises(ValueError, match="guess"):
        make_selection(SAMPLES, CLUSTERS == 1, how="guess")
    with pytest.raises(ValueError, match="2 samples for a data set of 4"):
        make_selection(SAMPLES, np.ones(2, bool), how="box")
