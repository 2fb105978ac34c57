"""Pictures sorted into folders by label, with or without train, validation and test above."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

import pandas as pd

from core.dataset.model import PLAIN_VIEW, Dataset, Problem
from core.dataset.names import names_in_words, parse_glitch_name
from core.dataset.readers.assemble import assemble
from core.dataset.scan import Scan
from core.dataset.stores import FolderStore, file_stamp
from core.dataset.taxonomy import is_known_class
from core.errors import GlitchAuditError

CLASS_FOLDERS = "class folders"
SPLIT_FOLDERS = "Kaggle split folders"

_SPLITS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "test": "test",
    "testing": "test",
}

_COLUMNS = ("sample_id", "view", "location", "label", "split", "stamp", "detector", "event_time")


def read_class_folders(root: Path, *, scan: Scan) -> Dataset:
    """Read ``<label>/<picture>`` or ``<split>/<label>/<picture>``.

    Folders around all labels (``training_set/``) are passed over, and so is a split's name repeated (``train/train/``).
    Gravity Spy names become samples of up to four views, with an ``event_time`` where the name gives one; any other
    picture is a sample of its own, its id the path without the suffix. Raises GlitchAuditError where no picture lies in
    a label's folder, or one sample lies under two labels.
    """
    rows, outside = _rows(scan)
    problems = [*scan.problems, *outside]
    if not rows:
        raise GlitchAuditError(
            f"{root}: the pictures lie in the folder itself, so they have no labels; put each label's pictures in a "
            "folder named after the label, or add a metadata CSV with the columns gravityspy_id and label"
        )
    found = pd.DataFrame(rows, columns=_COLUMNS)
    # In the order of the ids, a sample keeps its place when its pictures move to another label's folder.
    found = found.sort_values("sample_id", kind="stable", ignore_index=True)
    times = found.drop_duplicates("sample_id").set_index("sample_id")[["event_time"]].astype(float)
    store = FolderStore(root, stamps=dict(zip(found["location"], found["stamp"], strict=True)))
    return assemble(
        found,
        name=root.resolve().name,
        source=root,
        source_form=SPLIT_FOLDERS if found["split"].notna().any() else CLASS_FOLDERS,
        store=store,
        problems=problems,
        files=store.files,
        metadata=times if times["event_time"].notna().any() else None,
        understood=names_in_words(found["location"]),
    )


def _rows(scan: Scan) -> tuple[list[tuple[str | float | None, ...]], list[Problem]]:
    """What place and name say of each picture, in the order of :data:`_COLUMNS`, and those without a label."""
    folders = {file.location: file.location.split("/")[:-1] for file in scan.files}
    wrapper = _wrapper(list(folders.values()))
    # A lone "train" is a split whose labels are missing, unless labels stand beside it.
    only_splits = all(not parts[wrapper:] or parts[wrapper].lower() in _SPLITS for parts in folders.values())
    problems: list[Problem] = []
    rows: list[tuple[str | float | None, ...]] = []
    what: tuple[str, str]
    measured: tuple[str | None, float | None]
    for file in scan.files:
        parts = folders[file.location][wrapper:]
        split = None
        while len(parts) > (0 if only_splits else 1) and parts[0].lower() in _SPLITS:
            split = _SPLITS[parts[0].lower()]
            parts = parts[1:]
        if not parts:
            problems.append(Problem(file.location, "lies outside any label's folder, so it has no label"))
            continue
        stamp = file_stamp(file.size, file.modified)
        glitch = parse_glitch_name(file.location.rsplit("/", 1)[-1])
        if glitch:
            what, measured = (glitch.sample_id, glitch.view), (glitch.detector, glitch.event_time)
        else:
            what, measured = (file.location.rsplit(".", 1)[0], PLAIN_VIEW), (None, None)
        rows.append((*what, file.location, parts[0], split, stamp, *measured))
    return rows, problems


def _wrapper(folders: list[list[str]]) -> int:
    """How many leading folders hold everything, and are neither a label nor a split."""
    # The first and last in sorted order share what all share.
    pairs = zip(min(folders), max(folders), strict=False)
    shared = [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]
    for depth, part in enumerate(shared):
        if part.lower() in _SPLITS or is_known_class(part):
            return depth
    # A single chain of folders down to the pictures: the first one is taken for the label.
    return 0 if shared in folders else len(shared)
