"""The strain of the Gravitational Wave Open Science Center, by GPS time and detector, where there is a network."""

from __future__ import annotations

import shutil
import socket
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from core.detector.packages import need_gwpy
from core.detector.strain.model import DETECTORS
from core.detector.strain.source import StrainSource, open_strain
from core.errors import GlitchAuditError
from core.files import whole_file
from core.progress import OnProgress, ignore_progress

HOST = "gwosc.org"
_CONNECT_SECONDS, _READ_SECONDS = 5.0, 30.0
_LARGEST = 3_000_000_000


def fetch_strain(
    detector: str,
    times: Iterable[float],
    folder: Path,
    *,
    rate: int = 4096,
    on_progress: OnProgress = ignore_progress,
) -> StrainSource:
    """Fetch the open strain files in which these times (GPS seconds) lie into ``folder``, and open it.

    A file that is there already is not fetched again; each is written whole or not at all. ``rate`` is 4096 or 16384
    samples a second. Raises GlitchAuditError where there is no network, GWOSC has nothing of these times, or the disk
    is full.
    """
    need_gwpy("Open strain")
    if detector not in DETECTORS:
        raise GlitchAuditError(f"{detector!r} is no detector: choose one of {', '.join(DETECTORS)}")
    _reach()
    urls = sorted({url for time in times for url in _urls(detector, time, rate)})
    if not urls:
        raise GlitchAuditError(f"{HOST} has no strain of {detector} at these times; it publishes observing runs only")
    folder.mkdir(parents=True, exist_ok=True)
    for number, url in enumerate(urls):
        on_progress(number, len(urls))
        _fetch(url, folder)
    on_progress(len(urls), len(urls))
    return open_strain(folder)


def _reach() -> None:
    """Raise GlitchAuditError within seconds where GWOSC cannot be reached: its own client would try for minutes."""
    try:
        socket.create_connection((HOST, 443), timeout=_CONNECT_SECONDS).close()
    except OSError as error:
        raise GlitchAuditError(
            f"{HOST} cannot be reached from here ({error.strerror or 'no answer'}): get the strain files where there "
            "is a network, and give their folder"
        ) from None


def _urls(detector: str, time: float, rate: int) -> list[str]:
    from gwosc.locate import get_urls

    try:
        found = get_urls(detector, int(time), int(time) + 1, sample_rate=rate, format="hdf5")
    except ValueError:
        return []
    except Exception as error:  # requests, its adapters and GWOSC's client raise nearly anything
        raise GlitchAuditError(f"{HOST} does not say where its strain lies ({str(error)[:90]}): try again") from None
    return [str(url) for url in found]


def _fetch(url: str, folder: Path) -> None:
    parts = urlsplit(url)
    name = Path(parts.path).name
    if parts.scheme != "https" or not name.endswith(".hdf5"):
        raise GlitchAuditError(f"{HOST} names {url[:120]}, which is no HDF5 file of its own, so it is not fetched")
    if (folder / name).is_file():
        return
    try:
        with (
            urllib.request.urlopen(url, timeout=_READ_SECONDS) as answer,  # noqa: S310 - https alone, see above
            whole_file(folder / name) as temporary,
            temporary.open("wb") as file,
        ):
            if int(answer.headers.get("Content-Length") or 0) > _LARGEST:
                raise GlitchAuditError(f"{url}: the file is over 3 GB, so it is not fetched")
            shutil.copyfileobj(answer, file)
    except OSError as error:
        raise GlitchAuditError(f"{url} cannot be fetched ({getattr(error, 'reason', error)}): try again") from None
