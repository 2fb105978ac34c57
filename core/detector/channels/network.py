"""Channels fetched by name and time, through gwpy, where there is a network: a file a day, read like any other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.detector.channels.gps import refuse_implausible
from core.detector.channels.names import detector_of, unit_text
from core.detector.packages import need_gwpy
from core.errors import GlitchAuditError
from core.files import whole_file
from core.gate import Limits, in_own_process
from core.progress import OnProgress
from core.workspace import make_folder

SECONDS = 120
"""How long a day of channels may take before the attempt is given up."""

_PATIENCE_S = 20.0
_DAY = 86_400.0
_Fetched = list[tuple[str, str, float, float, np.ndarray]]


def fetch_channels(
    names: Sequence[str], *, start: float, end: float, to: Path, on_progress: OnProgress | None = None
) -> tuple[Path, ...]:
    """Return the HDF5 files with these channels from GPS ``start`` to ``end``, a day each, written into ``to``.

    A day that lies there already is not fetched again. Raises GlitchAuditError where gwpy is missing, or no source can
    be reached or knows the channels.
    """
    need_gwpy("Channels from a network")
    for name in names:
        detector_of(name)
    refuse_implausible(start, end, where="The time to fetch")
    if not names or end <= start:
        raise GlitchAuditError("Name at least one channel to fetch, and a time that ends after it begins.")
    make_folder(to)
    begins = np.arange(start, end, _DAY).tolist()
    files = []
    for number, begin in enumerate(begins):
        if on_progress:
            on_progress(number, len(begins))
        last = min(begin + _DAY, end)
        path = to / f"{names[0][:2]}-CHANNELS-{begin:.0f}-{last - begin:.0f}.h5"
        if not path.exists():
            _write(_fetched(path, tuple(names), begin, last), path)
        files.append(path)
    if on_progress:
        on_progress(len(begins), len(begins))
    return tuple(files)


@in_own_process(Limits(memory=6_000_000_000, seconds=SECONDS, output=4_000_000_000))
def _fetched(path: Path, names: tuple[str, ...], start: float, end: float) -> _Fetched:  # noqa: ARG001 - the gate says it
    """What the network gives; in a process of its own, which ends where a source never answers."""
    import socket

    from gwpy.timeseries import TimeSeriesDict

    socket.setdefaulttimeout(_PATIENCE_S)
    try:
        found = TimeSeriesDict.get(list(names), start, end)
    except Exception as error:  # each source that was tried gives an error of its own kind, all together in a group
        tried = len(getattr(error, "exceptions", ())) or 1
        raise GlitchAuditError(
            f"{', '.join(names)[:200]} cannot be fetched for GPS {start:.0f} to {end:.0f}: none of the {tried} sources "
            "tried could be reached, or none knows them; bring the channels as files."
        ) from None
    return [
        (name, unit_text(one.unit), float(one.t0.value), float(one.dt.to("s").value), np.asarray(one.value))
        for name, one in found.items()
    ]


def _write(found: _Fetched, path: Path) -> None:
    import h5py

    try:
        with whole_file(path) as temporary, h5py.File(temporary, "w") as file:
            for name, unit, start, step, values in found:
                dataset = file.create_dataset(name, data=values)
                dataset.attrs.update({"name": name, "unit": unit, "x0": start, "dx": step, "xunit": "s"})
    except OSError as error:
        raise GlitchAuditError(f"{path} cannot be written ({error}): free some space.") from None
