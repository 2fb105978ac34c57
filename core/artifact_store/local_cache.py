"""Keep the local cache below a size: artifacts that the store has leave it, the longest unused first."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.files import holder_lives, temporary_beside
from core.seals import is_sealed

IN_USE_SECONDS = 3600.0
"""An artifact that was asked for within this time counts as in use; a page asks each time it is drawn."""
_NOTED_SECONDS = 60.0


@dataclass(frozen=True)
class Kept:
    """An artifact in a local cache: its folder, size in bytes, and when it was asked for last (s since 1970)."""

    folder: Path
    size: int
    used: float


def note_use(folder: Path) -> None:
    """Note that an artifact is used now; where that cannot be written, it counts as unused."""
    with suppress(OSError):
        if time.time() - folder.stat().st_mtime > _NOTED_SECONDS:
            os.utime(folder)


def kept_artifacts(cache: Path) -> list[Kept]:
    """Return the sealed artifacts of a cache."""
    found = []
    with suppress(OSError):
        for folder in cache.iterdir():
            if folder.name.startswith(".") or ".damaged-" in folder.name or not is_sealed(folder):
                continue
            with suppress(OSError):
                size = sum(Path(place, name).stat().st_size for place, _, names in os.walk(folder) for name in names)
                found.append(Kept(folder, size, folder.stat().st_mtime))
    return found


def trim(
    caches: Iterable[Path],
    limit: int,
    *,
    in_store: Callable[[str], bool],
    in_use_seconds: float = IN_USE_SECONDS,
) -> list[Path]:
    """Remove artifacts until the caches hold at most ``limit`` bytes together, and return those removed.

    Only artifacts leave that ``in_store`` says the store has, and that nobody asked for within ``in_use_seconds``;
    none leaves a cache on which work is under way. The limit is missed where that leaves too few.
    """
    kept = [one for cache in caches if not _worked_on(cache) for one in kept_artifacts(cache)]
    excess = sum(one.size for one in kept) - limit
    removed: list[Path] = []
    for one in sorted(kept, key=lambda one: one.used):
        if excess <= 0 or time.time() - one.used < in_use_seconds:
            break
        if in_store(one.folder.name) and _remove(one):
            excess -= one.size
            removed.append(one.folder)
    return removed


def _remove(one: Kept) -> bool:
    aside = temporary_beside(one.folder)
    try:
        one.folder.rename(aside)
        if aside.stat().st_mtime != one.used:
            # Somebody asked for it at this moment.
            aside.rename(one.folder)
            return False
    except OSError:
        return False
    shutil.rmtree(aside, ignore_errors=True)
    return True


def _worked_on(cache: Path) -> bool:
    """Whether a job, or the building of a stage, holds one of the cache's locks."""
    with suppress(OSError):
        return any(holder_lives(lock) for lock in cache.glob(".*.lock"))
    return True
