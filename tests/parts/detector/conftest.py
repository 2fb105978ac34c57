"""A data set of simulated glitches with times, and the files of the detector that they were drawn with."""

from __future__ import annotations

import h5py
import numpy as np
import pandas as pd
import pytest

from core.detector.simulated import SimulationParams, simulate_detector
from core.pipeline.detector import Bringing, couple, glitches_of, keep_bringing, read_detector
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import prepare
from core.workspace import HOME_VARIABLE, workspace_for

SMALL = SimulationParams(days=30, glitches=300.0)


def write_detector(folder, made):
    """Channels, livetime and safety list of a simulated detector, as files; returns their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    table = made.channels
    with h5py.File(folder / "minutes.h5", "w") as file:
        for channel, values in zip(table.channels, table.values, strict=True):
            dataset = file.create_dataset(channel.name, data=values)
            dataset.attrs.update({"name": channel.name, "unit": channel.unit, "x0": table.start, "dx": table.step})
            dataset.attrs["xunit"] = "s"
    spans = "\n".join(f"{a:.3f} {b:.3f}" for a, b in table.live["L1"].spans)
    (folder / "L1-observing.txt").write_text(spans + "\n")
    lines = [f"{one.name},{one.safety}" for one in table.channels]
    (folder / "safety.csv").write_text("\n".join(["channel,safety", *lines]) + "\n")
    return folder


def write_samples(path, made):
    """The glitches as a table with times and made-up places on a map, a pile for each label."""
    glitches = made.glitches
    labels = sorted(set(glitches.families))
    random = np.random.default_rng(0)
    middle = np.array([labels.index(one) for one in glitches.families], dtype=float)
    pd.DataFrame(
        {
            "sample_id": glitches.sample_ids,
            "label": glitches.families,
            "ifo": glitches.detectors,
            "event_time": glitches.times,
            "x": 10 * middle + random.normal(0, 0.5, len(middle)),
            "y": random.normal(0, 0.5, len(middle)),
        }
    ).to_csv(path, index=False)
    return path


@pytest.fixture(scope="session")
def small_detector():
    """A simulated detector of 30 days with 300 glitches a family."""
    return simulate_detector(SMALL, seed=1)


@pytest.fixture
def detector_files(tmp_path, small_detector):
    """The folder with its files."""
    return write_detector(tmp_path / "detector", small_detector)


@pytest.fixture
def timed(tmp_path, monkeypatch, small_detector):
    """Its glitches as a prepared data set."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    workspace = workspace_for(write_samples(tmp_path / "glitches.csv", small_detector))
    read_dataset(workspace)
    return prepare(workspace, report=lambda progress: None)


@pytest.fixture
def compared(timed, detector_files):
    """The same with the detector brought, read and compared."""
    bringing = Bringing((str(detector_files),), str(detector_files / "L1-observing.txt"))
    keep_bringing(timed.workspace, bringing)
    glitches = glitches_of(timed.samples, timed.clustering.labels)
    couple(timed.workspace, read_detector(timed.workspace, bringing, glitches), glitches)
    return timed
