"""What a data set's labels make of the shipped classifier's confidence, from its embedding alone."""

from dataclasses import replace

import numpy as np
import pytest

from core.classify.naming.shipped import load_fitted, scores_of_views
from core.dataset.model import PLAIN_VIEW, VIEWS
from core.embed.combine import combine_views, one_row_a_picture
from core.embed.glitch_head import load_glitch_head
from core.embed.model import Embedding
from core.errors import GlitchAuditError
from core.pipeline import own_confidence as room
from core.pipeline.own_confidence import fit_to_labels, own_confidence_of
from core.pipeline.stages import load_prepared
from core.workspace import demo_workspace

COUNT, WIDTH = 240, 512
HEAD = load_glitch_head()
FITTED = load_fitted()


@pytest.fixture(scope="module")
def pictures():
    """Pictures of glitches with one to four views whose features lie near the head's: ids, views, labels, features."""
    rng = np.random.default_rng(0)
    numbers = np.arange(COUNT) % 6
    directions = HEAD.weight.reshape(len(HEAD.labels), len(VIEWS), WIDTH)
    rows = []
    for number in range(COUNT):
        for view in sorted(rng.choice(4, 1 + number % 4, replace=False)):
            towards = directions[numbers[number], view] / np.linalg.norm(directions[numbers[number], view])
            feature = towards + rng.normal(0, 0.12, WIDTH)
            feature *= FITTED.length * rng.uniform(0.9, 1.1) / np.linalg.norm(feature)
            rows.append((f"id{number}", VIEWS[view], feature.astype(np.float32)))
    ids, views, features = zip(*rows, strict=True)
    return ids, views, np.array(HEAD.labels)[numbers], np.stack(features)


def own(embedding, labels, glitches, views):
    return fit_to_labels(embedding, labels, glitches=np.array(glitches), views=views, fitted=FITTED)


def test_glitches_with_missing_views_by_the_scores_that_naming_gives(pictures, monkeypatch):
    ids, views, labels, features = pictures
    asked = {}
    monkeypatch.setattr(room, "own_confidence", lambda scores, truth, counts, **rest: asked.update(locals()))
    names, matrix = combine_views(features, sample_ids=ids, views=views, order=VIEWS)
    own(Embedding(names, matrix, "glitch"), labels, names, VIEWS)
    raw = np.zeros((COUNT, len(VIEWS), WIDTH), np.float32)
    present = np.zeros((COUNT, len(VIEWS)), bool)
    for name, view, feature in zip(ids, views, features, strict=True):
        place = int(name[2:]), VIEWS.index(view)
        raw[place], present[place] = feature, True
    expected = scores_of_views(HEAD, raw, present)[0]
    assert asked["counts"].tolist() == present.sum(axis=1).tolist()
    several = asked["counts"] > 1
    assert asked["scores"][several] == pytest.approx(expected[several], abs=1e-3)
    # Of single pictures only the direction is known, so the label stays and the score is near.
    assert np.mean(asked["scores"].argmax(axis=1) == expected.argmax(axis=1)) > 0.95
    assert [HEAD.labels[number] for number in asked["truth"]] == labels.tolist()


def test_pictures_as_samples_are_put_together_to_their_glitches(pictures):
    ids, views, labels, features = pictures
    names, matrix = combine_views(features, sample_ids=ids, views=views, order=VIEWS)
    rows, single = one_row_a_picture(features, sample_ids=ids, views=views)
    by_glitch = own(Embedding(names, matrix, "glitch"), labels, names, VIEWS)
    by_picture = own(Embedding(rows, single, "picture"), labels[[int(name[2:]) for name in ids]], ids, (PLAIN_VIEW,))
    assert by_picture.samples == by_glitch.samples == COUNT
    assert by_picture.temperatures == pytest.approx(by_glitch.temperatures, rel=0.05)


def test_ordinary_samples_of_one_picture_and_labels_that_it_does_not_name(pictures):
    _, _, labels, features = pictures
    names = tuple(f"id{number}" for number in range(COUNT))
    matrix = features[:COUNT] / np.linalg.norm(features[:COUNT], axis=1, keepdims=True)
    found = own(Embedding(names, matrix, "glitch"), labels, names, (PLAIN_VIEW,))
    assert found.samples == COUNT and found.labels == 6
    cats = np.where(np.arange(COUNT) < 200, "cat", labels)
    assert own(Embedding(names, matrix, "glitch"), cats, names, (PLAIN_VIEW,)) is None
    with pytest.raises(GlitchAuditError, match="not told apart by views"):
        own(Embedding(names, matrix, "glitch"), labels, names, VIEWS)


def test_of_many_glitches_some_are_drawn(pictures, monkeypatch):
    ids, views, labels, features = pictures
    monkeypatch.setattr(room, "MOST_SAMPLES", 100)
    names, matrix = combine_views(features, sample_ids=ids, views=views, order=VIEWS)
    assert own(Embedding(names, matrix, "glitch"), labels, names, VIEWS).samples == 100


def test_the_demo_is_calibrated_once_and_anew_for_other_labels(tmp_path, monkeypatch):
    prepared = load_prepared(demo_workspace())
    prepared = replace(prepared, workspace=replace(prepared.workspace, root=tmp_path, shipped=None))
    found = own_confidence_of(prepared)
    assert found.samples > 1000 and found.labels == 22
    monkeypatch.setattr(room, "fit_to_labels", lambda *_, **__: pytest.fail("it was in the cache"))
    assert own_confidence_of(prepared) == found
    other = prepared.samples.assign(label="cat")
    monkeypatch.setattr(room, "fit_to_labels", lambda *_, **__: None)
    assert own_confidence_of(replace(prepared, samples=other)) is None
    by_others = replace(prepared.settings.embed, backbone="resnet18")
    assert own_confidence_of(replace(prepared, settings=replace(prepared.settings, embed=by_others))) is None
