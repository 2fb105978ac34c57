"""The audit of a workspace: made once, stage by stage, kept, and made anew when its input changes."""

from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from core.errors import Cancelled, GlitchAuditError
from core.pipeline.audit import audit_key, load_audit, run_audit
from core.pipeline.audit_input import audit_input
from core.pipeline.settings import Settings, load_settings, save_settings
from core.pipeline.stages import prepare
from core.space.clustering import ClusterParams

RNG = np.random.default_rng(5)
SIZE = 40
LABELS = ["Blip"] * SIZE + ["Whistle"] * (SIZE - 1) + ["Blip"]
WRONG = f"Blip/sample{2 * SIZE - 1:03d}"
MATRIX = np.concatenate([RNG.normal(0, 0.1, (SIZE, 8)) + np.eye(8)[axis] for axis in (0, 1)])


def quiet(progress):
    """Nobody watches."""


@pytest.fixture
def prepared(make_workspace):
    """Two groups of 40 samples; the last one carries the other group's label."""
    return prepare(make_workspace(LABELS, MATRIX), report=quiet)


def test_what_was_made_is_what_is_loaded(prepared):
    assert audit_key(prepared) is None
    assert load_audit(prepared) is None
    made = run_audit(prepared, report=quiet)
    loaded = load_audit(prepared)
    assert audit_key(prepared) == made.fingerprint == loaded.fingerprint
    for name in ("confounding", "clusters", "labels", "twins", "outliers", "verdicts"):
        pd.testing.assert_frame_equal(getattr(made, name), getattr(loaded, name), check_dtype=False)
    pd.testing.assert_frame_equal(made.suspects.table, loaded.suspects.table)
    assert asdict(loaded.overall).keys() == asdict(made.overall).keys()
    assert loaded.overall.homogeneity_interval == made.overall.homogeneity_interval
    assert np.array_equal(made.stability.jaccard, loaded.stability.jaccard)


def test_the_planted_wrong_label_is_the_first_suspect(prepared):
    table = run_audit(prepared, report=quiet).suspects.table
    assert table["score"].idxmax() == WRONG
    assert table.loc[WRONG, "suggested"] == "Whistle"


def test_every_stage_reports_and_a_stopped_audit_goes_on(prepared):
    stages = []

    def stop_at_stability(progress):
        stages.append(progress.stage)
        if "stability" in progress.stage:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        run_audit(prepared, report=stop_at_stability)
    assert "Looking for suspects" in stages
    resumed = []
    run_audit(prepared, report=lambda progress: resumed.append(progress.stage))
    assert "Looking for suspects" not in resumed, "the suspects were finished and kept"
    assert any("drifts" in stage for stage in resumed)


def test_other_clusters_ask_for_another_audit(prepared):
    run_audit(prepared, report=quiet)
    settings = load_settings(prepared.workspace)
    changed = Settings(
        settings.embed, settings.layout, ClusterParams(min_cluster_size=10, min_samples=5), settings.vectors
    )
    save_settings(prepared.workspace, changed)
    assert audit_key(prepare(prepared.workspace, report=quiet)) is None


def test_coordinates_of_a_plane_are_audited_too(make_workspace):
    random = np.random.default_rng(6)
    plane = np.concatenate([random.normal(0, 0.3, (SIZE, 2)), random.normal((6, 0), 0.3, (SIZE, 2))])
    prepared = prepare(make_workspace(LABELS, plane), report=quiet)
    case = audit_input(prepared)
    assert np.allclose(np.linalg.norm(case.matrix, axis=1), 1)
    # Who is near on the plane is near on the sphere.
    near = np.argsort(-(case.matrix @ case.matrix[0]))[:5]
    distances = np.linalg.norm(prepared.embedding.matrix - prepared.embedding.matrix[0], axis=1)
    assert set(near) <= set(np.argsort(distances)[:8])
    audit = run_audit(prepared, report=quiet)
    assert audit.suspects.table["score"].idxmax() == WRONG


@pytest.mark.parametrize(
    ("labels", "matrix"),
    [
        (["Blip"] * 30, RNG.normal(0, 1, (30, 4))),
        (["Blip", "Whistle"], np.eye(2, 4)),
        (["Blip"], np.eye(1, 4)),
        (["Blip", "Tomte"] * 15, np.ones((30, 4))),
        ([f"label{number}" for number in range(30)], RNG.normal(0, 1, (30, 4))),
    ],
    ids=["one label", "two samples", "one sample", "all alike", "every label once"],
)
def test_poor_data_sets_are_audited_without_a_traceback(make_workspace, labels, matrix):
    try:
        audit = run_audit(prepare(make_workspace(labels, matrix), report=quiet), report=quiet)
    except GlitchAuditError as error:
        assert str(error).endswith((".", "CLASS)")) and "\n" not in str(error)
        return
    assert not audit.suspects.table["flagged"].any()
    assert not (audit.verdicts["verdict"] == "supported").any()
    assert audit.drifts == ()


def test_a_whole_audit_is_not_begun_again(prepared):
    made = run_audit(prepared, report=quiet)
    stages = []
    assert run_audit(prepared, report=lambda progress: stages.append(progress.stage)).fingerprint == made.fingerprint
    assert stages == []
