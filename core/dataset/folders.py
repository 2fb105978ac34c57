"""Looking for a data set's folder: what lies in a folder, and how many pictures, counted up to a bound."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.allowed_paths import path_within
from core.dataset.opening import HDF5_SUFFIXES, PARQUET_SUFFIXES
from core.dataset.scan import PICTURE_SUFFIXES, passed_over
from core.errors import GlitchAuditError

FILE_SUFFIXES = (".csv", ".tsv", ".zip", *PARQUET_SUFFIXES, *HDF5_SUFFIXES)
"""Of files that may be a whole data set."""

MOST_FOLDERS = 200
"""So many subfolders are listed; of more only how many there are."""

MOST_ENTRIES = 40_000
"""So many files and folders are looked at to count the pictures of one listing, each subfolder its share of them."""


@dataclass(frozen=True)
class Subfolder:
    """A folder in a folder.

    ``here`` are the pictures directly in it, ``below`` those in the folders in it. ``all_counted`` says that the
    counting came to its end; where it is False there may be more.
    """

    path: Path
    here: int
    below: int
    all_counted: bool = True


@dataclass(frozen=True)
class Listing:
    """What lies in a folder: the pictures directly in it, its subfolders by name, and how many more of these.

    ``files`` are those directly in it that may be a whole data set, by name, as many as folders at most.
    """

    folder: Path
    here: int
    subfolders: tuple[Subfolder, ...]
    more: int = 0
    files: tuple[Path, ...] = ()


def list_folder(folder: Path, roots: Sequence[Path] | None) -> Listing:
    """Return what lies in a folder that may be opened; ``roots`` are those that may, None for all.

    Hidden folders are left out, and so are links to folders that may not be opened. Raises GlitchAuditError where the
    folder lies outside the roots, is gone or cannot be listed.
    """
    folder = path_within(str(folder), roots)
    here, names, tables = _look(folder, roots)
    shown = sorted(names, key=str.casefold)[:MOST_FOLDERS]
    share = MOST_ENTRIES // max(len(shown), 1)
    files = tuple(folder / name for name in sorted(tables, key=str.casefold)[:MOST_FOLDERS])
    subfolders = tuple(_counted(folder / name, share) for name in shown)
    return Listing(folder, here, subfolders, len(names) - len(shown), files)


def folder_above(folder: Path, roots: Sequence[Path] | None) -> Path | None:
    """Return the folder that holds this one, None where there is none or it may not be opened."""
    above = folder.parent
    if above == folder:
        return None
    try:
        return path_within(str(above), roots)
    except GlitchAuditError:
        return None


def place_beside(sources: Iterable[Path], roots: Sequence[Path] | None) -> Path | None:
    """Return the folder that holds the first of these data sets which is still there, or the data set's own folder.

    The latter where the one above may not be opened; None where none of them is in a folder that may be.
    """
    for source in sources:
        for folder in (source.parent, source):
            try:
                within = path_within(str(folder), roots)
            except GlitchAuditError:
                continue
            if source.exists() and within.is_dir():
                return within
    return None


def _look(folder: Path, roots: Sequence[Path] | None) -> tuple[int, list[str], list[str]]:
    """Return how many pictures lie in it, its folders, and its files that may be a data set."""
    pictures, names, tables = 0, [], []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if passed_over(entry.name) or not _is_text(entry.name):
                    continue
                if _is_folder(entry, roots):
                    names.append(entry.name)
                elif _is_picture(entry):
                    pictures += 1
                elif _is_table(entry, roots):
                    tables.append(entry.name)
    except OSError as error:
        raise GlitchAuditError(f"{folder}: the folder cannot be listed ({error.strerror or error}).") from None
    return pictures, names, tables


def _is_table(entry: os.DirEntry[str], roots: Sequence[Path] | None) -> bool:
    if os.path.splitext(entry.name)[1].lower() not in FILE_SUFFIXES:  # noqa: PTH122 (many entries)
        return False
    try:
        if entry.is_symlink():
            path_within(entry.path, roots)
        return entry.is_file()
    except (OSError, GlitchAuditError):
        return False


def _is_folder(entry: os.DirEntry[str], roots: Sequence[Path] | None) -> bool:
    try:
        if not entry.is_dir():
            return False
        if entry.is_symlink():
            path_within(entry.path, roots)
    except (OSError, GlitchAuditError):
        return False
    return True


def _is_picture(entry: os.DirEntry[str]) -> bool:
    return os.path.splitext(entry.name)[1].lower() in PICTURE_SUFFIXES  # noqa: PTH122 (many entries)


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _counted(folder: Path, most: int) -> Subfolder:
    at_depth = {True: 0, False: 0}
    all_counted = True
    for looked, (entry, depth) in enumerate(_entries(folder)):
        if looked >= most:
            all_counted = False
            break
        if depth >= 0 and _is_picture(entry):
            at_depth[depth == 0] += 1
    return Subfolder(folder, at_depth[True], at_depth[False], all_counted)


def _entries(folder: Path) -> Iterator[tuple[os.DirEntry[str], int]]:
    """Yield all files below, the nearest first, with how deep they lie, and folders with -1; links are not followed."""
    waiting = [(str(folder), 0)]
    for place, depth in waiting:
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    if passed_over(entry.name):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, depth + 1))
                        yield entry, -1
                    else:
                        yield entry, depth
        except OSError:
            continue
