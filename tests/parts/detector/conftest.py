"""A data set of simulated glitches with times, and the files of the detector that they were drawn with."""

from __future__ import annotations

import shutil

import h5py
import numpy as np
import pandas as pd
import pytest

from core.detector.simulated import SimulationParams, simulate_detector
from core.pipeline.coincidences import coincidences
from core.pipeline.detector import Bringing, couple, glitches_of, keep_bringing, read_detector
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import load_prepared, prepare
from core.workspace import HOME_VARIABLE, workspace_for

SMALL = SimulationParams(days=30, glitches=600.0)


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


def write_samples(path, made, *, piles=None):
    """The glitches as a table with times and made-up places on a map, a pile for each label, or as ``piles`` says."""
    glitches = made.glitches
    labels = sorted(set(glitches.families))
    random = np.random.default_rng(0)
    piles = piles or {label: number for number, label in enumerate(labels)}
    middle = np.array([piles[one] for one in glitches.families], dtype=float)
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
    """A simulated detector of 30 days with 600 glitches a family."""
    return simulate_detector(SMALL, seed=1)


@pytest.fixture
def detector_files(tmp_path, small_detector):
    """The folder with its files."""
    return write_detector(tmp_path / "detector", small_detector)


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory, small_detector):
    """A home in which its glitches are a prepared data set; to be copied, as preparing takes seconds."""
    folder = tmp_path_factory.mktemp("timed")
    with pytest.MonkeyPatch.context() as set_up:
        set_up.setenv(HOME_VARIABLE, str(folder / "home"))
        workspace = workspace_for(write_samples(folder / "glitches.csv", small_detector))
        read_dataset(workspace)
        prepare(workspace, report=lambda progress: None)
    return folder


@pytest.fixture(scope="session")
def compared_home(tmp_path_factory, prepared_home, small_detector):
    """The same with the detector brought, read and compared."""
    folder = tmp_path_factory.mktemp("compared")
    shutil.copytree(prepared_home / "home", folder / "home")
    files = write_detector(folder / "detector", small_detector)
    with pytest.MonkeyPatch.context() as set_up:
        set_up.setenv(HOME_VARIABLE, str(folder / "home"))
        prepared = load_prepared(workspace_for(prepared_home / "glitches.csv"))
        bringing = Bringing((str(files),), str(files / "L1-observing.txt"))
        keep_bringing(prepared.workspace, bringing)
        glitches = glitches_of(prepared.samples, prepared.clustering.labels)
        couple(prepared.workspace, read_detector(prepared.workspace, bringing, glitches), glitches)
    return folder


@pytest.fixture
def timed(tmp_path, monkeypatch, prepared_home):
    """The prepared data set, in a home of its own."""
    return _opened(prepared_home / "home", prepared_home, tmp_path, monkeypatch)


@pytest.fixture
def compared(tmp_path, monkeypatch, prepared_home, compared_home):
    """The same with the detector brought, read and compared."""
    return _opened(compared_home / "home", prepared_home, tmp_path, monkeypatch)


def _opened(home, source, tmp_path, monkeypatch):
    shutil.copytree(home, tmp_path / "home")
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return load_prepared(workspace_for(source / "glitches.csv"))


@pytest.fixture
def beside_events(timed, detector_files, small_detector):
    """The same with triggers of one channel at every second Blip and by chance, and a state, brought and compared."""
    glitches = small_detector.glitches
    random = np.random.default_rng(3)
    blips = glitches.times[glitches.families == "Blip"][::2]
    stray = small_detector.channels.start + random.uniform(0, 30 * 86400, 500)
    times = np.sort(np.concatenate([blips + 0.05, stray]))
    pd.DataFrame({"time": times, "snr": 12.0}).to_csv(detector_files / "L1-ASC-X_triggers.csv", index=False)
    begins = np.arange(small_detector.channels.start, small_detector.channels.end, 3000.0)
    lines = [f"{begin:.0f} {begin + 60:.0f}" for begin in begins]
    (detector_files / "L1-SWITCHED.txt").write_text("\n".join(lines) + "\n")
    bringing = Bringing((str(detector_files),), str(detector_files / "L1-observing.txt"))
    keep_bringing(timed.workspace, bringing)
    found = glitches_of(timed.samples, timed.clustering.labels)
    detector = read_detector(timed.workspace, bringing, found)
    couple(timed.workspace, detector, found)
    coincidences(timed.workspace, detector, found)
    return timed
