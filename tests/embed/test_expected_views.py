"""What is expected of missing views: the regression, which embeddings it is for, its file, and what ships."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from core.embed import expected_views as module
from core.embed.backbones import BACKBONES, GENERAL_DEFAULT, OFFLINE_DEFAULT, weights_hash
from core.embed.combine import unit_rows
from core.embed.evaluate import knn_labels
from core.embed.expected_views import (
    RIDGE,
    SHIPPED_FILE,
    expected_view,
    fit_shipped_views,
    learn_views,
    learnt_for,
    load_learnt_views,
    save_learnt_views,
)
from core.embed.model import EmbedParams, load_embedding
from core.errors import GlitchAuditError
from core.space.filling import fill_in, find_filling
from core.workspace import DEMO_RESULTS

VIEWS = ("0.5", "1.0", "2.0", "4.0")


def units(count=300, d=5, seed=0):
    random = np.random.default_rng(seed)
    common = random.normal(size=(count, 1, d))
    own = 0.6 * random.normal(size=(count, 4, d)) + np.arange(4)[:, None]
    return unit_rows((common + own).reshape(-1, d)).reshape(count, 4, d)


@pytest.mark.parametrize("have", [[0], [3], [0, 2], [0, 2, 3]])
def test_it_is_ridge_regression_on_the_views_that_were_seen(have):
    found, asked = units(), units(20, seed=1)
    learnt = learn_views(found, components=5)
    seen = np.zeros((20, 4), bool)
    seen[:, have] = True
    given = np.where(seen[..., None], asked, 7.0)
    told, wanted = found[:, have].reshape(300, -1), found[:, 1]
    ridge = Ridge(alpha=300 * RIDGE).fit(told, wanted)
    right = unit_rows(ridge.predict(asked[:, have].reshape(20, -1)))
    assert expected_view(given, seen, 1, learnt) == pytest.approx(right, abs=1e-4)


def test_each_row_is_told_by_the_views_that_it_has():
    learnt, asked = learn_views(units(), components=5), units(40, seed=1)
    seen = np.random.default_rng(0).random((40, 4)) < 0.5
    together = expected_view(asked, seen, 2, learnt)
    rows = np.flatnonzero(~seen[:, 2])
    alone = [expected_view(asked[[row]], seen[[row]], 2, learnt)[0] for row in rows]
    assert together == pytest.approx(np.array(alone), abs=1e-5)
    bare = rows[~seen[rows].any(axis=1)]
    assert len(bare)
    mean = unit_rows(learnt.means[[2]])[0]
    assert together[np.searchsorted(rows, bare[0])] == pytest.approx(mean, abs=1e-6)


def test_some_views_in_another_order_are_told_the_same():
    learnt, asked = learn_views(units(), views=VIEWS, components=3), units(9, seed=1)
    seen = np.tile([True, False, True, False], (9, 1))
    whole = expected_view(asked, seen, 3, learnt)
    part = expected_view(asked[:, [3, 2, 0]], seen[:, [3, 2, 0]], 0, learnt.of(("4.0", "2.0", "0.5")))
    assert part == pytest.approx(whole, abs=1e-6)


def test_only_our_own_backbone_by_glitch_with_its_own_weights(monkeypatch):
    assert learnt_for(EmbedParams(), VIEWS).views == VIEWS
    assert learnt_for(EmbedParams(), ("1.0", "4.0")).means.shape == (2, 512)
    assert learnt_for(EmbedParams(backbone=GENERAL_DEFAULT), VIEWS) is None
    assert learnt_for(EmbedParams(unit="picture"), VIEWS) is None
    assert learnt_for(EmbedParams(), ("1.0", "front")) is None
    monkeypatch.setattr(module, "weights_hash", lambda backbone: "of a backbone trained anew")
    assert learnt_for(EmbedParams(), VIEWS) is None


def test_its_file_comes_back_and_a_damaged_one_is_refused(tmp_path):
    learnt = learn_views(units(), views=VIEWS, components=3, weights="abc")
    again = load_learnt_views(save_learnt_views(learnt, tmp_path / "views.safetensors"))
    assert again.views == VIEWS and again.weights == "abc" and again.fingerprint
    assert again.components == pytest.approx(learnt.components, abs=1e-3)
    assert np.array_equal(again.covariance, learnt.covariance)
    (tmp_path / "views.safetensors").write_bytes(b"no tensors")
    for file in ("views.safetensors", "nowhere.safetensors"):
        with pytest.raises(GlitchAuditError, match="fit-views"):
            load_learnt_views(tmp_path / file)


def test_what_ships_belongs_to_the_weights_and_is_small():
    learnt = load_learnt_views()
    assert learnt.weights == weights_hash(BACKBONES[OFFLINE_DEFAULT])
    assert SHIPPED_FILE.stat().st_size < 2_000_000
    across = np.einsum("vdr,vds->vrs", learnt.components, learnt.components)
    assert across == pytest.approx(np.tile(np.eye(across.shape[1]), (4, 1, 1)), abs=0.01)
    assert np.linalg.eigvalsh(learnt.covariance.astype(float)).min() > -1e-6


def test_few_glitches_that_lack_views_find_their_likes_by_what_ships():
    embedding = load_embedding(next(DEMO_RESULTS.glob("embedding-*")))
    random = np.random.default_rng(5)
    rows = random.permutation(len(embedding.ids))[:200]
    whole = embedding.matrix[rows]
    nearest = knn_labels(whole, np.arange(200), k=1)
    seen = random.random((200, 4)) < 0.5
    seen[~seen.any(axis=1), 1] = True
    lacking = unit_rows((whole.reshape(200, 4, -1) * seen[..., None]).reshape(200, -1))
    learnt = learnt_for(EmbedParams(), VIEWS)

    def nearness(vectors):
        found = knn_labels(vectors.matrix, np.arange(200), k=1, weights=vectors.weights).astype(int)
        return np.mean(np.einsum("nd,nd->n", whole, whole[found]))

    by_donors = nearness(fill_in(lacking, seen, find_filling(lacking, seen)))
    ours = nearness(fill_in(lacking, seen, find_filling(lacking, seen, learnt=learnt), learnt=learnt))
    best = np.mean(np.einsum("nd,nd->n", whole, whole[nearest.astype(int)]))
    assert best - ours < 0.5 * (best - by_donors)


def test_it_is_learnt_from_drawn_glitches(tmp_path):
    told = []
    path = fit_shipped_views(tmp_path / "v.safetensors", glitches=44, on_progress=lambda *at: told.append(at))
    learnt = load_learnt_views(path)
    assert learnt.weights == weights_hash(BACKBONES[OFFLINE_DEFAULT]) and learnt.views == VIEWS
    assert told == [(0, 44)]
    assert learnt.means.shape == (4, 512)
