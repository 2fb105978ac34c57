"""A table of coordinates or vectors as a data set: map, clusters, audit and report without any picture."""

import numpy as np
import pandas as pd
import pytest

from core.pipeline.audit import run_audit
from core.pipeline.report import write_workspace_report
from core.pipeline.settings import Settings, describe_settings, load_settings, save_settings
from core.pipeline.snapshot import read_dataset, read_snapshot
from core.pipeline.stages import load_prepared, prepare, prepared_key
from core.space.clustering import ClusterParams
from core.workspace import HOME_VARIABLE, workspace_for

COUNT = 40
LABELS = ["Blip"] * 20 + ["Whistle"] * 19 + ["Blip"]
CLUSTERS = [4] * 20 + [41] * 18 + [-1] * 2


def quiet(progress):
    """Nobody watches."""


@pytest.fixture
def make_table(tmp_path, monkeypatch):
    """``make_table(**columns) -> Workspace``: a CSV of 40 samples in two groups that was read."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))

    def make(**columns):
        frame = pd.DataFrame({"id": [f"s{number:03d}" for number in range(COUNT)], "label": LABELS} | columns)
        frame.to_csv(tmp_path / "table.csv", index=False)
        workspace = workspace_for(tmp_path / "table.csv")
        read_dataset(workspace)
        return workspace

    return make


def plane():
    places = np.random.default_rng(0).normal(0, 0.3, (COUNT, 2)).astype(np.float32)
    places[20:, 0] += 6
    return {"x": places[:, 0], "y": places[:, 1]}


def wide():
    matrix = np.random.default_rng(1).normal(0, 0.1, (COUNT, 6)).astype(np.float32)
    matrix[:20, 0] += 1
    matrix[20:, 1] += 1
    return {f"dim_{place}": matrix[:, place] for place in range(6)}


def test_coordinates_and_clusters_are_taken_as_they_are(make_table):
    workspace = make_table(**plane(), cluster=CLUSTERS)
    prepared = prepare(workspace, report=quiet)
    assert np.array_equal(prepared.layout.coordinates, np.column_stack(list(plane().values())))
    assert prepared.clustering.labels.tolist() == CLUSTERS
    assert not prepared.pictured and prepared.dataset.pictures.empty
    again = load_prepared(workspace)
    assert again is not None and again.clustering.labels.tolist() == CLUSTERS
    assert again.dataset.fingerprint == prepared.dataset.fingerprint
    said = describe_settings(again.settings, again.cluster_params, again.dataset.brought)
    assert said == {
        "embedding": "the table's coordinates",
        "unit": "row of the table",
        "layout": "the table's coordinates",
        "clustering": "the table's clusters",
    }


def test_vectors_alone_are_laid_out_and_clustered(make_table):
    prepared = prepare(make_table(**wide()), report=quiet)
    assert prepared.embedding.matrix.shape == (COUNT, 6)
    assert np.allclose(np.linalg.norm(prepared.embedding.matrix, axis=1), 1, atol=1e-5)
    clusters = prepared.clustering.labels
    assert len(set(clusters[:20])) == len(set(clusters[20:])) == 1 and clusters[0] != clusters[20]


def test_with_both_the_neighbours_come_from_the_vectors_and_the_map_from_the_coordinates(make_table):
    prepared = prepare(make_table(**wide(), **plane()), report=quiet)
    assert prepared.embedding.matrix.shape == (COUNT, 6)
    assert np.array_equal(prepared.layout.coordinates, np.column_stack(list(plane().values())))
    cosines = prepared.embedding.matrix @ prepared.embedding.matrix[0]
    cosines[0] = -2
    assert prepared.neighbours.indices[0, 0] == cosines.argmax()


def test_chosen_cluster_sizes_come_before_the_tables_clusters(make_table):
    workspace = make_table(**plane(), cluster=CLUSTERS)
    prepare(workspace, report=quiet)
    save_settings(workspace, Settings(clustering=ClusterParams(5, 5)))
    assert prepared_key(workspace) is None
    clusters = prepare(workspace, report=quiet).clustering.labels
    assert set(clusters) <= {-1, 0, 1, 2, 3} and clusters.tolist() != CLUSTERS


def test_other_vectors_may_be_chosen(make_table, tmp_path):
    workspace = make_table(**plane(), cluster=CLUSTERS)
    np.save(tmp_path / "other.npy", np.column_stack(list(wide().values())))
    save_settings(workspace, Settings(vectors=str(tmp_path / "other.npy")))
    prepared = prepare(workspace, report=quiet)
    assert prepared.embedding.matrix.shape == (COUNT, 6) and prepared.clustering.labels.tolist() != CLUSTERS
    assert load_settings(workspace).vectors


def test_other_clusters_leave_the_map_and_other_places_do_not(make_table):
    before = prepare(make_table(**plane(), cluster=CLUSTERS), report=quiet)
    after = prepare(make_table(**plane(), cluster=[0] * COUNT), report=quiet)
    assert after.layout.fingerprint == before.layout.fingerprint
    assert after.clustering.fingerprint != before.clustering.fingerprint
    moved = plane()
    moved["x"] = moved["x"] + 1
    assert prepare(make_table(**moved), report=quiet).layout.fingerprint != before.layout.fingerprint


def test_the_unit_of_the_settings_does_not_matter(make_table):
    from core.embed.model import EmbedParams

    workspace = make_table(**plane())
    save_settings(workspace, Settings(embed=EmbedParams(unit="picture")))
    assert len(prepare(workspace, report=quiet).samples) == COUNT


@pytest.mark.parametrize("columns", [lambda: plane() | {"cluster": CLUSTERS}, wide], ids=["places", "vectors"])
def test_it_can_be_audited_and_reported(make_table, tmp_path, columns):
    workspace = make_table(**columns(), snr=np.arange(COUNT) + 8.0)
    prepared = prepare(workspace, report=quiet)
    audit = run_audit(prepared, report=quiet)
    assert audit.suspects.table["score"].idxmax() == "s039"
    report = write_workspace_report(prepared, tmp_path / "report", report=quiet)
    assert report.is_file() and (report.parent / "map.html").is_file()


def test_a_table_that_changed_is_told_of(make_table, tmp_path):
    workspace = make_table(**plane())
    assert read_snapshot(workspace).files.trouble() == ""
    (tmp_path / "table.csv").write_text("id,label,x,y\ns000,Blip,1,2\n")
    assert "table.csv has changed" in read_snapshot(workspace).files.trouble()
