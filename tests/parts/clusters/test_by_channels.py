"""The page Clusters beside a detector: what its channels say stands with the verdicts."""

import pytest

from core.commands.parser import main
from core.detector.simulated import SimulationParams, simulate_detector
from core.pipeline.audit import run_audit
from core.pipeline.detector import Bringing, keep_bringing
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import prepare
from core.workspace import HOME_VARIABLE, workspace_for
from tests.parts.detector.conftest import write_detector, write_samples

PILES = {"Scattered_Light": 0, "Blip": 0, "Fast_Scattering": 1, "Tomte": 2, "Koi_Fish": 3}
"""Scattered_Light and Blip look alike: they lie in one pile."""


@pytest.fixture
def look_alikes(tmp_path, monkeypatch):
    """Two labels in one pile, audited, and a detector brought that was not read yet."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    made = simulate_detector(SimulationParams(days=30, glitches=300.0), seed=1)
    workspace = workspace_for(write_samples(tmp_path / "glitches.csv", made, piles=PILES))
    read_dataset(workspace)
    prepared = prepare(workspace, report=lambda progress: None)
    run_audit(prepared, report=lambda progress: None)
    files = write_detector(tmp_path / "detector", made)
    keep_bringing(workspace, Bringing((str(files),), str(files / "L1-observing.txt")))
    return prepared


def said(app):
    return " ".join(item.value for kind in ("markdown", "caption") for item in getattr(app, kind)).replace("\\", "")


def test_the_channels_are_asked_and_then_stand_beside_the_verdict(look_alikes, open_app):
    workspace = look_alikes.workspace
    app = open_app("pages/clusters.py", workspace=workspace.name, clusters_view="Failure modes")
    assert "were not asked about these verdicts yet" in said(app) and "go with different channels" not in said(app)
    assert any(button.key == "clusters_ask_channels" for button in app.button)
    main(["couple", str(workspace.source), "--quiet"])
    app.run()
    assert "not asked" not in said(app)
    assert "**The detector’s channels:** They go with different channels: the rate of" in said(app)
    assert any("the detector’s channels tell 1 of them apart" in one.label for one in app.expander)
    assert "show this to somebody who knows the detector before you merge them" in said(app)


def test_without_a_detector_nothing_is_said_of_channels(audited, open_app):
    app = open_app("pages/clusters.py", workspace=audited.workspace.name, clusters_view="Failure modes")
    assert "channels" not in said(app)
    assert not any(button.key == "clusters_ask_channels" for button in app.button)
