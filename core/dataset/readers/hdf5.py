"""The HDF5 training set: ``/<label>/<sample_type>/<gravityspy_id>/<duration>.png``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from core.dataset.model import Dataset, Problem
from core.dataset.names import view_name
from core.dataset.readers.assemble import assemble
from core.dataset.sources import SourceFiles, source_file
from core.dataset.stores import Hdf5Store
from core.errors import GlitchAuditError

HDF5 = "HDF5 training set"
_LEVELS = 4
# No object takes fewer bytes: a file with more of them than it has room for repeats some by links.
_SMALLEST_OBJECT = 16
_FEW = 1_000


def read_hdf5(path: Path) -> Dataset:
    """List the pictures of an HDF5 training set; :class:`Hdf5Store` says what a picture may be.

    Raises GlitchAuditError where it is not HDF5, has no picture at the expected depth, or one id under two labels.
    """
    import h5py

    rows: list[tuple[str, str, str, str, str]] = []
    problems: list[Problem] = []
    try:
        most = _FEW + path.stat().st_size // _SMALLEST_OBJECT
        with h5py.File(path, "r") as file:
            for location in _pictures(file, "", _LEVELS, problems):
                if len(rows) + len(problems) >= most:
                    raise GlitchAuditError(f"{path}: links in the HDF5 file repeat its groups over and over")
                if not _is_text(location):
                    problems.append(Problem(ascii(location), "the name is not valid UTF-8 text"))
                    continue
                label, split, sample_id, picture = location.split("/")
                rows.append((sample_id, view_name(picture.rsplit(".", 1)[0]), location, label, split))
    except GlitchAuditError:
        raise
    except Exception as error:  # the HDF5 library meets arbitrary bytes and raises nearly anything
        raise GlitchAuditError(f"{path}: the file cannot be read as HDF5 ({error})") from None
    if not rows:
        raise GlitchAuditError(
            f"{path}: the HDF5 file holds no picture at <label>/<sample_type>/<gravityspy_id>/<duration>.png"
        )
    files = SourceFiles([source_file(path)])
    return assemble(
        pd.DataFrame(rows, columns=["sample_id", "view", "location", "label", "split"]),
        name=path.stem,
        source=path,
        source_form=HDF5,
        store=Hdf5Store(path, files=files),
        problems=problems,
        files=files,
    )


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _pictures(group: Any, below: str, levels: int, problems: list[Problem]) -> Iterator[str]:
    """Paths of what lies ``levels`` deep; only groups are opened, for opening 31,864 pictures takes a long time."""
    import h5py

    for name in group:
        location = below + name
        if levels == 1:
            yield location
            continue
        # A link may lead to another file, which nobody meant to open.
        outward = isinstance(group.get(name, getlink=True), h5py.ExternalLink)
        entry = None if outward else group.get(name)
        if outward:
            problems.append(Problem(ascii(location), "a link that leaves the file"))
        elif isinstance(entry, h5py.Group):
            yield from _pictures(entry, location + "/", levels - 1, problems)
        else:
            problems.append(
                Problem(ascii(location)[1:-1], "does not lie at label/sample_type/gravityspy_id/duration.png")
            )
