"""The readers of strain and of trigger tables, with half a second of strain and two triggers for them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from core.detector.strain.source import open_strain
from core.detector.strain.trigger_files import read_table
from core.detector.strain.triggers import understand
from core.detector.strain.views import draw_views
from tests.detector.strain.strain_files import RATE, START, noise, write_gwosc, write_gwpy

Sound = dict[str, bytes]


def strain_seeds(folder: Path) -> tuple[Sound, Sound]:
    """Sound files of strain, and sound tables of triggers."""
    values = noise(1)[: RATE // 2]
    strain = [write_gwosc(folder / "H-H1_A-1-1.hdf5", values), write_gwpy(folder / "gwpy.h5", values)]
    table = pd.DataFrame({"event_time": [START + 1.5, START + 2.5], "ifo": "H1", "snr": [8.0, 9.0], "label": "Blip"})
    table.to_parquet(folder / "t.parquet")
    triggers = {"t.csv": table.to_csv(index=False).encode(), "t.parquet": (folder / "t.parquet").read_bytes()}
    return {path.name: path.read_bytes() for path in strain}, triggers


def read_strain(path: Path) -> None:
    """Open it, read two seconds and draw views."""
    source = open_strain(path)
    file = source.files[0]
    source.read(file.detector, file.start, min(file.end, file.start + 2))
    list(draw_views(source, file.detector, np.array([file.start + 1, START + 1.0])))


def read_trigger_table(path: Path) -> None:
    """Read it, and understand its columns."""
    understand(read_table(path), path, detector="H1")
