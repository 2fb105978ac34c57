"""The same classifier taught with the labels as brought and with those of a reading, on samples that nobody touched."""

import numpy as np
import pytest

from core.errors import GlitchAuditError
from core.pipeline.learnt_labels import learnt_labels, load_learnt_labels
from core.pipeline.reading import Reading, read_as
from core.pipeline.stages import prepare

SIZE = 30
RNG = np.random.default_rng(5)
MATRIX = np.concatenate([RNG.normal(0, 0.25, (SIZE, 8)) + np.eye(8)[axis] for axis in (0, 1)])
# Of the second kind 18 of 30 were called as the first, so that both halves are named Blip.
LABELS = ["Blip"] * SIZE + ["Whistle"] * 12 + ["Blip"] * 18


def quiet(progress):
    """Nobody watches."""


@pytest.fixture
def prepared(make_workspace):
    return prepare(make_workspace(LABELS, MATRIX), report=quiet)


def read(prepared, *, right, kept=()):
    """The reading in which the first ``right`` wrong labels were put right, and ``kept`` were confirmed."""
    labels = prepared.samples["label"].astype("str").copy()
    decided = [f"Blip/sample{number:03d}" for number in range(42, 42 + right)]
    labels[decided] = "Whistle"
    return read_as(prepared, Reading(labels, labels.index.to_series().isin([*decided, *kept])))


def test_what_was_put_right_teaches_to_name_the_others(prepared):
    after = read(prepared, right=18)
    assert load_learnt_labels(prepared, after) is None
    found = learnt_labels(prepared, after)
    assert (found.relabelled, found.touched) == (18, 18)
    row = found.figures.loc["accuracy"]
    # The 30 Blips and 12 Whistles are judged by; the Whistles lay among more samples that were called Blip.
    assert row["samples"] == 42 and row["after"] > 0.95 and row["before"] < 0.85
    assert found.figures.loc["f1_macro", "difference"] > 0
    kept = load_learnt_labels(prepared, after)
    assert kept.figures.equals(found.figures) and (kept.relabelled, kept.touched) == (18, 18)


def test_samples_whose_label_was_confirmed_are_touched_too(prepared):
    found = learnt_labels(prepared, read(prepared, right=5, kept=["Blip/sample000", "Blip/sample001"]))
    assert (found.relabelled, found.touched) == (5, 7) and (found.figures["samples"] == 2 * SIZE - 7).all()


def test_other_labels_have_other_figures(prepared):
    learnt_labels(prepared, read(prepared, right=18))
    assert load_learnt_labels(prepared, read(prepared, right=17)) is None


def test_where_nothing_differs_or_nothing_is_left_it_is_said(prepared):
    with pytest.raises(GlitchAuditError, match="No label differs"):
        learnt_labels(prepared, prepared)
    every = read(prepared, right=18, kept=list(prepared.samples.index))
    with pytest.raises(GlitchAuditError, match="nothing is left"):
        learnt_labels(prepared, every)


def test_a_damaged_result_is_made_anew(prepared):
    after = read(prepared, right=18)
    found = learnt_labels(prepared, after)
    for path in prepared.workspace.cache.glob("learnt_labels-*/figures.parquet"):
        path.write_bytes(b"nothing")
    assert load_learnt_labels(prepared, after) is None
    assert learnt_labels(prepared, after).figures.equals(found.figures)
