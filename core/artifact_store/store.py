"""The store that this process keeps its artifacts in, as ``GLITCH_AUDIT_ARTIFACTS`` names it.

It is a second home: what it cannot do now, for lack of network or rights, is said once in the log, and work goes on
with the local cache alone.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from core.artifact_store.artifacts import (
    DamagedError,
    fetch_parts,
    read_manifest,
    upload_artifact,
    withdraw_damaged,
)
from core.artifact_store.local_cache import note_use, trim
from core.artifact_store.places import Place, StoreTroubleError, ask_place, open_place
from core.errors import GlitchAuditError
from core.files import lacking_room, locked, whole_folder
from core.seals import flaw_of, is_sealed

STORE_VARIABLE = "GLITCH_AUDIT_ARTIFACTS"
"""Environment variable with the address that artifacts are kept at beside the local cache; default: none."""
LIMIT_VARIABLE = "GLITCH_AUDIT_CACHE_GB"
"""Environment variable with the size in GB that the local caches may have together; default: no limit."""

SILENT_SECONDS = 60.0
"""How long a store that failed is left in peace."""
ABSENT_SECONDS = 10.0
"""How long the answer that the store lacks an artifact holds: pages ask with each click."""
_TRIM_SECONDS = 600.0
_UNSENT = ".unsent"
_FETCHING = ".fetching.lock"
_log = logging.getLogger(__name__)


def artifact_store() -> ArtifactStore | None:
    """Return the store that the environment names; None where it names none.

    Raises GlitchAuditError where the address cannot be one, or a package for it is missing.
    """
    address = os.environ.get(STORE_VARIABLE, "").strip()
    # A connection does not outlive a fork.
    return _store(address, os.getpid()) if address else None


def cache_limit() -> int | None:
    """Return the bytes that the local caches may have together; None without a limit.

    Raises GlitchAuditError where the variable holds no number above 0.
    """
    text = os.environ.get(LIMIT_VARIABLE, "").strip()
    if not text:
        return None
    try:
        limit = float(text)
    except ValueError:
        limit = 0.0
    if not 0 < limit < float("inf"):
        raise GlitchAuditError(f"{LIMIT_VARIABLE} is {text!r}: it has to be a number of GB above 0, such as 50.")
    return int(limit * 1e9)


@lru_cache(maxsize=4)
def _store(address: str, process: int) -> ArtifactStore:  # noqa: ARG001
    return ArtifactStore(open_place(address))


class ArtifactStore:
    """Artifacts at a place; what the place cannot do is said once and changes nothing else. Threads may share it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._mutex = threading.Lock()
        self._fetching = threading.Lock()
        self._silent_until = 0.0
        self._warned = False
        self._absent: dict[str, float] = {}
        self._trim_at = 0.0

    def fetch(self, name: str, final: Path, make_way: Callable[[Path], None]) -> bool:
        """Fetch an artifact from the store to ``final``, whole and checked; return whether it is there.

        ``make_way`` clears the place of what is damaged. A damaged artifact in the store is given up, and its maker
        uploads it anew. Raises OSError where the local cache cannot be written.
        """
        if self._silent() or time.monotonic() < self._absent.get(name, 0.0):
            return False
        try:
            manifest = read_manifest(self.place, name)
            if manifest is None:
                self._absent[name] = time.monotonic() + ABSENT_SECONDS
                return False
            final.parent.mkdir(parents=True, exist_ok=True)
            with self._fetching, locked(final.parent / _FETCHING):
                if final.is_dir() and is_sealed(final) and not flaw_of(final):
                    return True
                if lack := lacking_room(final.parent, manifest.size):
                    _log.warning("%s is in %s, and not fetched: %s.", name, self.place.shown, lack)
                    return False
                try:
                    with whole_folder(final) as temporary:
                        fetch_parts(self.place, name, manifest, temporary)
                        make_way(final)
                except DamagedError as flaw:
                    _log.warning("%s in %s is damaged (%s): made again.", name, self.place.shown, flaw)
                    self._absent[name] = time.monotonic() + ABSENT_SECONDS
                    withdraw_damaged(self.place, name, manifest)
                    return False
        except StoreTroubleError as trouble:
            self._note(trouble)
            return False
        self._works()
        return True

    def keep(self, folder: Path) -> None:
        """Upload a finished artifact, and those of the same cache that could not be uploaded before."""
        owed = folder.parent / _UNSENT
        # Noted first: a process that is killed meanwhile leaves the note, and whoever comes next uploads it.
        with suppress(OSError):
            owed.mkdir(exist_ok=True)
            (owed / folder.name).touch()
        if self._silent():
            return
        try:
            for name in dict.fromkeys([folder.name, *_names_in(owed)]):
                artifact = folder.parent / name
                if artifact.is_dir() and not flaw_of(artifact):
                    upload_artifact(self.place, name, artifact)
                    self._absent.pop(name, None)
                (owed / name).unlink(missing_ok=True)
        except StoreTroubleError as trouble:
            self._note(trouble)
        else:
            self._works()

    def has(self, name: str) -> bool:
        """Return whether the store has this artifact; False where it cannot be asked."""
        if self._silent():
            return False
        try:
            return read_manifest(self.place, name) is not None
        except StoreTroubleError as trouble:
            self._note(trouble)
            return False

    def fill(self, folders: Iterable[Path]) -> int:
        """Upload those of finished artifacts that the store lacks; return how many. Raises StoreTroubleError."""
        return sum(upload_artifact(self.place, one.name, one) for one in folders if not flaw_of(one))

    def trouble(self) -> str:
        """Ask the store now, and return in a sentence what is wrong with it; "" where it answers."""
        try:
            ask_place(self.place)
        except StoreTroubleError as trouble:
            return str(trouble)
        self._works()
        return ""

    def used(self, folder: Path, caches: Callable[[], Iterable[Path]]) -> None:
        """Note that a local artifact is used, and now and then hold all ``caches`` to their limit."""
        note_use(folder)
        limit = cache_limit()
        if limit is None or time.monotonic() < self._trim_at:
            return
        self._trim_at = time.monotonic() + _TRIM_SECONDS
        for gone in trim(caches(), limit, in_store=self.has):
            _log.info("%s left the local cache, which is full; %s has it.", gone.name, self.place.shown)

    def _silent(self) -> bool:
        return time.monotonic() < self._silent_until

    def _note(self, trouble: StoreTroubleError) -> None:
        with self._mutex:
            self._silent_until = time.monotonic() + SILENT_SECONDS
            if not self._warned:
                self._warned = True
                _log.warning("%s Until then results are kept on this machine alone.", trouble)

    def _works(self) -> None:
        with self._mutex:
            if self._warned:
                _log.info("%s answers again.", self.place.shown)
            self._warned = False
            self._silent_until = 0.0


def _names_in(folder: Path) -> list[str]:
    with suppress(OSError):
        return sorted(path.name for path in folder.iterdir())
    return []
