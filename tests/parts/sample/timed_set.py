"""A small data set whose samples have times, and strain that covers some of them."""

import numpy as np
from PIL import Image

from core.dataset import GLITCHES
from core.pipeline.settings import Settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import prepare
from core.workspace import workspace_for
from tests.detector.strain.strain_files import START, noise, write_gwosc

OFFSETS = (20.0, 30.5, 40.0, 90.0, 400.0, 5000.0, 5010.0, 9000.0)
"""Seconds from the beginning of the strain, which is 60 s long."""


def name_of(offset):
    """The id of the sample at this offset."""
    return f"H1_{START + offset:.4f}".rstrip("0").rstrip(".")


def timed_workspace(folder):
    """A prepared workspace of pictures named by their times, alternately Blip and Whistle."""
    ids = []
    for number, offset in enumerate(OFFSETS):
        label = ("Blip", "Whistle")[number % 2]
        (folder / label).mkdir(parents=True, exist_ok=True)
        picture = Image.new("L", (170, 140), 10 * number)
        picture.save(folder / label / f"H1_{START + offset:.4f}_spectrogram_1.0.png")
        ids.append(name_of(offset))
    vectors = folder.with_name("vectors.npy")
    np.save(vectors, np.random.default_rng(1).normal(size=(len(ids), 4)).astype(np.float32))
    vectors.with_suffix(".txt").write_text("\n".join(ids))
    workspace = workspace_for(folder)
    read_dataset(workspace)
    save_settings(workspace, Settings(vectors=str(vectors), kind=GLITCHES))
    return prepare(workspace, report=lambda progress: None)


def strain_folder(folder):
    """A folder with 60 s of strain of H1."""
    folder.mkdir()
    write_gwosc(folder / "h.hdf5", noise(60, seed=3, blips=(20.0, 40.0), loud=6e-23))
    return folder
