"""Simulated glitches with times and boxes, prepared: alone, and beside the detector they were drawn with."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from core.detector.simulated import SimulationParams, simulate_detector
from core.impact.simulated_boxes import with_simulated_boxes
from core.pipeline.detector import Bringing, couple, glitches_of, keep_bringing, read_detector
from core.pipeline.impact import SaidOfLabels
from core.pipeline.impact_input import prepared_case
from core.pipeline.rate_models import fit_rate_model
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import load_prepared, prepare
from core.workspace import HOME_VARIABLE, workspace_for
from tests.parts.detector.conftest import write_detector, write_samples

SMALL = SimulationParams(days=24, glitches=300.0, others=1, beta=1.2)


@pytest.fixture(scope="session")
def costly_detector():
    """A simulated detector of 24 days with 300 glitches a family."""
    return simulate_detector(SMALL, seed=21)


@pytest.fixture(scope="session")
def costly_home(tmp_path_factory, costly_detector):
    """A home in which its glitches, with their boxes, are a prepared data set, and the detector is brought and read."""
    folder = tmp_path_factory.mktemp("costly")
    boxes = with_simulated_boxes(costly_detector.glitches, seed=1)
    table = write_samples(folder / "glitches.csv", costly_detector)
    half = (boxes.highest - boxes.lowest) / 2
    pd.read_csv(table).assign(
        label=boxes.brought,
        duration=boxes.durations,
        central_freq=boxes.lowest + half,
        bandwidth=2 * half,
        snr=boxes.snr,
    ).to_csv(table, index=False)
    files = write_detector(folder / "detector", costly_detector)
    with pytest.MonkeyPatch.context() as set_up:
        set_up.setenv(HOME_VARIABLE, str(folder / "home"))
        workspace = workspace_for(table)
        read_dataset(workspace)
        prepared = prepare(workspace, report=lambda progress: None)
        shutil.copytree(folder / "home", folder / "alone")
        bringing = Bringing((str(files),), str(files / "L1-observing.txt"))
        keep_bringing(workspace, bringing)
        glitches = glitches_of(prepared.samples, prepared.clustering.labels)
        couple(workspace, read_detector(workspace, bringing, glitches), glitches)
    return folder


@pytest.fixture(scope="session")
def modelled_home(tmp_path_factory, costly_home):
    """The same home with models of a family that goes with a channel, and of one that goes with none."""
    folder = tmp_path_factory.mktemp("modelled")
    shutil.copytree(costly_home / "home", folder / "home")
    with pytest.MonkeyPatch.context() as set_up:
        set_up.setenv(HOME_VARIABLE, str(folder / "home"))
        prepared = load_prepared(workspace_for(costly_home / "glitches.csv"))
        case = prepared_case(prepared, SaidOfLabels.nothing())
        for family in ("Scattered_Light", "Blip"):
            fit_rate_model(prepared.workspace, case.detector, case.times, family=family, name="L1")
    return folder


@pytest.fixture
def modelled(tmp_path, monkeypatch, costly_home, modelled_home):
    """The prepared data set beside the detector, with two models."""
    shutil.copytree(modelled_home / "home", tmp_path / "home")
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return load_prepared(workspace_for(costly_home / "glitches.csv"))


@pytest.fixture
def costly(tmp_path, monkeypatch, costly_home):
    """The prepared data set without its detector, in a home of its own."""
    return _opened(costly_home, "alone", tmp_path, monkeypatch)


@pytest.fixture
def costly_beside(tmp_path, monkeypatch, costly_home):
    """The same beside the detector."""
    return _opened(costly_home, "home", tmp_path, monkeypatch)


def _opened(folder, name, tmp_path, monkeypatch):
    shutil.copytree(folder / name, tmp_path / "home")
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return load_prepared(workspace_for(folder / "glitches.csv"))
