"""What a page keeps between runs belongs to the results that are shown, not to others of the same size."""

import numpy as np
import pytest

from core.pipeline.settings import Settings, save_settings
from core.pipeline.stages import prepare

COUNT = 30


@pytest.fixture
def without(make_workspace, tmp_path):
    """``without(number)``: the same data set prepared with vectors of all samples but that one."""
    labels = ["Blip"] * COUNT
    places = np.random.default_rng(0).normal(size=(COUNT, 2)).astype(np.float32)
    workspace = make_workspace(labels, places)
    ids = [f"Blip/sample{number:03d}" for number in range(COUNT)]

    def make(left_out):
        kept = [number for number in range(COUNT) if number != left_out]
        vectors = tmp_path / f"without-{left_out}.npy"
        np.save(vectors, places[kept])
        vectors.with_suffix(".txt").write_text("\n".join(ids[number] for number in kept))
        save_settings(workspace, Settings(vectors=str(vectors)))
        return prepare(workspace, report=lambda progress: None)

    return make


def test_a_glitch_has_its_own_row_after_preparing_with_other_samples(without):
    first, second = without(0), without(COUNT - 1)
    assert len(first.samples) == len(second.samples)
    assert first.dataset.fingerprint == second.dataset.fingerprint
    for prepared in (first, second):
        assert {glitch: prepared.samples.index[row] for glitch, row in prepared.row_of_glitch.items()} == {
            name: name for name in prepared.samples.index
        }


def test_results_on_other_samples_have_another_fingerprint(without):
    first, second = without(0), without(COUNT - 1)
    assert first.fingerprint != second.fingerprint
    assert without(0).fingerprint == first.fingerprint
