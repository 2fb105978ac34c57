"""Samples of one data set are looked for in another of the same backbone, as pictures with the views they have."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.dataset import Dataset
from core.embed.likeness import Vectors
from core.embed.model import Embedding
from core.pipeline import other_data_sets, stages
from core.pipeline.kept_pictures import example_of
from core.pipeline.other_data_sets import as_pictures, searched_likewise
from core.pipeline.settings import Settings, save_settings
from core.pipeline.snapshot import read_snapshot
from core.space.likeness_search import examples_of, likenesses, make_index
from core.workspace import Workspace

OWN, WIDTH = "glitch-resnet18", 4
RANDOM = np.random.default_rng(5)


def made(views, *, samples=6, seen=None):
    """The index of so many samples in these views; where a view was not ``seen`` it is filled in."""
    rows = RANDOM.normal(size=(samples, len(views) * WIDTH)).astype(np.float32)
    weights = None if seen is None else np.where(seen, 1, 0.25).astype(np.float32)
    return make_index(Vectors(rows, weights), views=len(views))


def data_set(views, samples=6):
    ids = [f"s{number}" for number in range(samples)]
    pictures = pd.DataFrame([(name, view) for name in ids for view in views], columns=["sample_id", "view"])
    table = pd.DataFrame({"label": "Blip"}, index=pd.Index(ids, name="sample_id"))
    return Dataset("d", None, "folder", table, pictures, None, (), "f", "p")


def brought(index, rows, views, **more):
    owned = data_set(views)
    told = views if len(views) > 1 else ()
    return as_pictures(
        index, rows, samples=owned.samples, dataset=owned, views=told, backbone=OWN, origin="here",
        jpegs=[b""] * len(rows), **more,
    )  # fmt: skip


def test_likeness_to_a_sample_is_the_same_as_to_its_picture():
    views = ("0.5", "1.0")
    index = made(views)
    (picture,) = brought(index, [2], views)
    example = example_of(picture, index, views=views, backbone=OWN)
    assert np.allclose(likenesses(index, example), likenesses(index, examples_of(index, [2])), atol=1e-6)
    assert (picture.name, picture.origin, picture.in_words) == ("s2", "here", "s2 of the data set here")


def test_a_view_that_was_filled_in_does_not_go_along():
    seen = np.ones((6, 2), bool)
    seen[1, 0] = False
    views = ("0.5", "1.0")
    assert [one.views for one in brought(made(views, seen=seen), [0, 1], views)] == [views, ("1.0",)]


def test_a_data_set_of_one_view_is_searched_by_that_view():
    views, there = ("0.5", "1.0"), made(("1.0",))
    index = made(views)
    (picture,) = brought(index, [3], views, first="1.0")
    example = example_of(picture, there, views=(), backbone=OWN)
    block = index.matrix[3, WIDTH:]
    cosines = there.matrix @ block / np.linalg.norm(block) / np.linalg.norm(there.matrix, axis=1)
    assert np.allclose(likenesses(there, example)[:, 0], cosines, atol=1e-6)


def test_a_plain_picture_may_be_any_view():
    (picture,) = brought(made(("picture",)), [0], ("picture",))
    assert picture.views == ("",)


@pytest.fixture
def embedded(make_workspace, monkeypatch):
    """``embedded(backbone)``: a data set of plain pictures, prepared by that network as far as anybody can tell."""

    def embed(dataset, params, **_):
        ids = tuple(dataset.samples.index.astype(str))
        rows = np.random.default_rng(0).normal(size=(len(ids), 512)).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return Embedding(ids, rows, params.unit, params.backbone, fingerprint="made")

    monkeypatch.setattr("core.embed.embedder.embed_pictures", embed)

    def make():
        workspace = make_workspace(["Blip"] * 8 + ["Tomte"] * 8, np.zeros((16, 8)))
        save_settings(workspace, Settings())
        stages.prepare(workspace, report=lambda progress: None)
        return workspace

    return make


def test_those_of_the_same_backbone_are_offered(embedded, tmp_path):
    workspace = embedded()
    nowhere = Workspace(tmp_path / "nowhere", tmp_path / "gone")
    ours = read_snapshot(workspace)
    assert searched_likewise([workspace, nowhere], ours, backbone=OWN) == {workspace: ""}
    assert searched_likewise([workspace], ours, backbone="resnet18") == {}
    # With vectors from a file nobody knows what looked at the pictures; without results there is nothing to search.
    save_settings(workspace, Settings(vectors=str(tmp_path / "vectors.npy")))
    assert searched_likewise([workspace], ours, backbone=OWN) == {}


def test_a_shared_view_is_needed_where_both_know_theirs(embedded, monkeypatch):
    workspace, glitches = embedded(), data_set(("0.5", "1.0"))
    there = read_snapshot(workspace)
    for views, found in (("1.0", {workspace: "1.0"}), ("2.0", {})):
        as_if = replace(there, pictures=there.pictures.assign(view=views))
        monkeypatch.setattr(other_data_sets, "read_snapshot", lambda _, as_if=as_if: as_if)
        assert searched_likewise([workspace], glitches, backbone=OWN) == found
