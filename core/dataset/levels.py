"""Whether a folder was opened one level too high or too low, so that its subfolders are no labels."""

from __future__ import annotations

import os.path
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from core.dataset.folders import folder_above, list_folder
from core.dataset.model import Dataset
from core.dataset.readers.class_folders import CLASS_FOLDERS, SPLIT_FOLDERS
from core.dataset.taxonomy import is_known_class
from core.errors import GlitchAuditError

_NAMED = 3


@dataclass(frozen=True)
class LevelHint:
    """A ``sentence`` for who opened a folder, and the ``folder`` that was probably meant."""

    sentence: str
    folder: Path


def level_hint(dataset: Dataset, roots: Sequence[Path] | None) -> LevelHint | None:
    """Return the hint for a data set of folders; None where its labels look right, or nothing better may be opened.

    Folders in the folder of the only label are better labels, as long as that label is no known one. Else, and where
    the opened folder itself is called as a known label, the folders beside it may be the labels.
    """
    if dataset.source_form not in (CLASS_FOLDERS, SPLIT_FOLDERS) or not dataset.source.is_dir():
        return None
    labels = sorted(set(dataset.samples["label"].astype(str)))
    if len(labels) == 1:
        return _deeper(dataset, labels[0]) or _higher(
            dataset.source, f"All samples have the one label {labels[0]}.", roots
        )
    if is_known_class(dataset.source.resolve().name) and not any(map(is_known_class, labels)):
        return _higher(dataset.source, f"No label here is one that Gravity Spy knows, such as {labels[0]}.", roots)
    return None


def level_above(folder: Path, roots: Sequence[Path] | None) -> LevelHint | None:
    """Return the hint for a folder that could not be opened because its pictures lie in none of its subfolders."""
    return _higher(folder, "The pictures lie in the folder itself, so that they have no label.", roots)


def _deeper(dataset: Dataset, label: str) -> LevelHint | None:
    if is_known_class(label):
        return None
    folders = {os.path.dirname(location) for location in dataset.pictures["location"].astype(str)}  # noqa: PTH120
    parts = sorted(folder.split("/") for folder in folders if folder)
    if not parts:
        return None
    # The first and last in sorted order share what all share.
    pairs = zip(parts[0], parts[-1], strict=False)
    shared = [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]
    below = sorted({one[len(shared)] for one in parts if len(one) > len(shared)})
    if len(below) < 2 or not shared or shared[-1] != label:
        return None
    return LevelHint(
        f"All samples have the one label {label}. In the folder of that name lie {len(below):,} folders with pictures "
        f"({_named(below)}): if these are the labels, open that folder instead.",
        dataset.source.joinpath(*shared),
    )


def _higher(folder: Path, why: str, roots: Sequence[Path] | None) -> LevelHint | None:
    above = folder_above(folder.resolve(), roots)
    if above is None:
        return None
    try:
        beside = [one.path.name for one in list_folder(above, roots).subfolders if one.here + one.below]
    except GlitchAuditError:
        return None
    if len(beside) < 2 or folder.resolve().name not in beside:
        return None
    others = [name for name in beside if name != folder.resolve().name]
    return LevelHint(
        f"{why} Beside this folder {'lies 1' if len(others) == 1 else f'lie {len(others):,}'} more with pictures "
        f"({_named(others)}): if the names of these folders are the labels, open the one that holds them all.",
        above,
    )


def _named(names: Sequence[str]) -> str:
    return ", ".join([*names[:_NAMED], *(["…"] if len(names) > _NAMED else [])])
