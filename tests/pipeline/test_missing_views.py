"""A folder whose glitches lack views, from pictures to clusters; and complete ones, whose results stay as they are."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from core.audit.confounding import confounding
from core.commands.classify import prepared_neighbours
from core.embed.expected_views import learnt_for
from core.embed.likeness import EXPECTED_WEIGHT, FILLED_WEIGHT
from core.embed.model import load_embedding
from core.pipeline.audit_input import audit_input
from core.pipeline.settings import Settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import load_prepared, prepare, prepared_key
from core.space.clustering import ClusterParams
from core.space.filling import fill_in, filling_fingerprint, find_filling
from core.space.neighbours import NeighbourParams, neighbours_fingerprint
from core.workspace import HOME_VARIABLE, workspace_for

VIEWS = ("0.5", "1.0", "2.0", "4.0")
EACH = 30
LABELS = ("Blip", "Whistle")


def quiet(progress):
    """Nobody watches."""


@pytest.fixture
def prepared_views(tmp_path, monkeypatch):
    """``prepared_views(seen)``: a workspace of Gravity Spy figures with ready-made vectors a picture; seen (60, 4).

    With ``ready_made=False`` our own backbone looks at them.
    """
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))

    def make(seen, *, ready_made=True):
        random = np.random.default_rng(0)
        prototypes = random.normal(size=(2, 4, 8))
        names, vectors = [], []
        for number, own in enumerate(seen):
            folder = tmp_path / "data" / LABELS[number // EACH]
            folder.mkdir(parents=True, exist_ok=True)
            for view in np.flatnonzero(own):
                name = f"H1_glitch{number:04d}_spectrogram_{VIEWS[view]}"
                Image.new("L", (17, 14), number).save(folder / f"{name}.png")
                names.append(name)
                vectors.append(prototypes[number // EACH, view] + 0.8 * random.normal(size=8))
        np.save(tmp_path / "vectors.npy", np.asarray(vectors, np.float32))
        (tmp_path / "vectors.txt").write_text("\n".join(names))
        workspace = workspace_for(tmp_path / "data")
        read_dataset(workspace)
        vectors = str(tmp_path / "vectors.npy") if ready_made else ""
        save_settings(workspace, Settings(clustering=ClusterParams(8, 4), vectors=vectors))
        return workspace

    return make


def half_missing():
    """All views, or one half of them, or the other: patterns that nothing else goes with."""
    return np.array([[True] * 4, [True, True, False, False], [False, False, True, True]] * (2 * EACH // 3))


def test_glitches_are_with_their_likes_whatever_they_lack(prepared_views):
    seen = half_missing()
    workspace = prepared_views(seen)
    assert prepared_key(workspace) is None
    prepared = prepare(workspace, report=quiet)
    assert np.array_equal(prepared.embedding.seen, seen)
    assert np.array_equal(prepared.vectors.weights, np.where(seen, 1, np.float32(FILLED_WEIGHT)))
    labels = prepared.samples["label"].to_numpy()
    near = prepared.neighbours.indices[:, :10]
    assert np.mean(labels[near] == labels[:, None]) > 0.95
    code = seen @ np.arange(4)
    assert np.mean(code[near] == code[:, None]) < 0.5
    clusters = prepared.clustering.labels
    assert set(clusters[:EACH]) - {-1} and not (set(clusters[:EACH]) & set(clusters[EACH:])) - {-1}
    case = audit_input(prepared)
    assert np.array_equal(case.weights == 1, seen)
    assert not confounding(case).loc["missing views", "dominates"]


def test_the_results_are_found_again(prepared_views):
    workspace = prepared_views(half_missing())
    made = prepare(workspace, report=quiet)
    key = prepared_key(workspace)
    again = load_prepared(workspace)
    assert np.array_equal(again.vectors.matrix, made.vectors.matrix)
    assert np.array_equal(again.vectors.weights, made.vectors.weights)
    assert np.array_equal(again.neighbours.indices, made.neighbours.indices)
    assert prepared_key(workspace) == key is not None
    stages = []
    prepare(workspace, report=lambda progress: stages.append(progress.stage))
    assert stages == []


def test_results_of_rows_with_zeros_are_not_taken_for_these(prepared_views):
    prepared = prepare(prepared_views(half_missing()), report=quiet)
    before = neighbours_fingerprint(prepared.embedding.fingerprint, NeighbourParams())
    now = neighbours_fingerprint(filling_fingerprint(prepared.embedding.fingerprint), NeighbourParams())
    assert prepared.neighbours.fingerprint == now != before
    assert not list(prepared.workspace.cache.glob(f"neighbours-{before}"))


def test_our_own_backbone_is_told_by_what_was_learnt(prepared_views):
    seen = half_missing()
    workspace = prepared_views(seen, ready_made=False)
    made = prepare(workspace, report=quiet)
    assert np.array_equal(made.vectors.weights, np.where(seen, 1, np.float32(EXPECTED_WEIGHT)))
    learnt = learnt_for(made.settings.embed, VIEWS)
    again = fill_in(
        made.embedding.matrix, seen, find_filling(made.embedding.matrix, seen, learnt=learnt), learnt=learnt
    )
    assert made.vectors.matrix == pytest.approx(again.matrix, abs=1e-5)
    key = filling_fingerprint(made.embedding.fingerprint, learnt)
    assert made.neighbours.fingerprint == neighbours_fingerprint(key, NeighbourParams())
    assert np.array_equal(load_prepared(workspace).vectors.matrix, made.vectors.matrix)


def test_a_map_of_before_anything_was_learnt_stays_until_its_pictures_are_looked_at_otherwise(
    prepared_views, monkeypatch
):
    workspace = prepared_views(half_missing(), ready_made=False)
    with monkeypatch.context() as before:
        before.setattr("core.pipeline.stage_keys.learnt_for", lambda params, views: None)
        old = prepare(workspace, report=quiet)
    assert old.settings.expected_views == ""
    assert np.array_equal(load_prepared(workspace).vectors.matrix, old.vectors.matrix)
    assert prepare(workspace, report=quiet).layout.fingerprint == old.layout.fingerprint
    otherwise = replace(old.settings, embed=replace(old.settings.embed, precision="bfloat16"))
    new = prepare(workspace, report=quiet, settings=otherwise)
    assert new.settings.expected_views == learnt_for(otherwise.embed, VIEWS).fingerprint
    # The form of the page names nothing of the kind.
    assert prepare(workspace, report=quiet, settings=otherwise).settings == new.settings


def test_complete_glitches_keep_their_keys_and_rows(prepared_views):
    prepared = prepare(prepared_views(np.ones((2 * EACH, 4), bool)), report=quiet)
    assert prepared.embedding.seen is None and prepared.vectors.weights is None
    assert prepared.vectors.matrix is prepared.embedding.matrix
    before = neighbours_fingerprint(prepared.embedding.fingerprint, NeighbourParams())
    assert prepared.neighbours.fingerprint == before
    assert not list(prepared.workspace.cache.glob("filling-*"))
    assert "missing views" not in confounding(audit_input(prepared)).index


def test_the_map_and_the_nearest_samples_are_of_filled_in_rows(prepared_views, monkeypatch):
    workspace = prepared_views(half_missing())
    prepared = prepare(workspace, report=quiet)
    kept = load_embedding(next(workspace.cache.glob("embedding-*")))
    assert not kept.matrix.reshape(2 * EACH, 4, -1).any(axis=2).all()
    assert prepared.vectors.matrix.reshape(2 * EACH, 4, -1).any(axis=2).all()
    # Ready-made vectors are not compared with pictures of another origin; as if they were our own:
    object.__setattr__(prepared.settings, "vectors", "")
    source = prepared_neighbours(prepared)
    assert np.array_equal(source.weights, prepared.vectors.weights)
    assert source.vectors.all(axis=1).all()
