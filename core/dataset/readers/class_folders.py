"""Pictures sorted into folders by label, with or without train, validation and test above."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

import pandas as pd

from core.dataset.model import PLAIN_VIEW, Dataset, Problem
from core.dataset.names import names_in_words, parse_glitch_name
from core.dataset.readers.assemble import assemble, refuse_two_labels
from core.dataset.readers.beside import Beside, read_beside, tables_beside
from core.dataset.scan import Scan
from core.dataset.sources import SourceFiles, source_file
from core.dataset.stores import FolderStore, file_stamp
from core.dataset.taxonomy import is_known_class
from core.errors import GlitchAuditError

CLASS_FOLDERS = "class folders"
SPLIT_FOLDERS = "Kaggle split folders"
LABELS_BESIDE = "a folder of pictures with their labels in a table"

_SPLITS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "test": "test",
    "testing": "test",
}

_WITHOUT_LABELS = (
    "the pictures lie in the folder itself, so they have no labels; put each label's pictures in a folder named after "
    "the label, or add a CSV that names each picture (a column such as file, path or id) and its label (a column label)"
)
_COLUMNS = ("sample_id", "view", "location", "label", "split", "stamp", "detector", "event_time")


def read_class_folders(
    root: Path, *, scan: Scan, tables: tuple[Path, ...] | None = None, source: Path | None = None
) -> Dataset:
    """Read ``<label>/<picture>`` or ``<split>/<label>/<picture>``, and the tables that lie beside the pictures.

    Folders around all labels (``training_set/``) are passed over, and so is a split's name repeated (``train/train/``).
    Gravity Spy names become samples of up to four views, with an ``event_time`` where the name gives one; any other
    picture is a sample of its own, its id the path without the suffix.

    The columns of ``tables`` (by default all CSV and TSV files beside the pictures) become metadata
    (:func:`~core.dataset.readers.beside.read_beside`). Where all pictures lie in one folder, or in splits without
    labels, a table's column of labels is the label; else the folder is. ``source`` is what the user pointed at where
    that is a table; it has to name pictures. Raises GlitchAuditError where no picture has a label, or one sample has
    two.
    """
    rows, outside = _rows(scan)
    bare, _ = _rows(scan, labelled=False)
    pictures = pd.DataFrame(bare, columns=_COLUMNS)
    if tables is None:
        splits = {file.location.split("/")[0] for file in scan.files if file.location.split("/")[0].lower() in _SPLITS}
        tables = tables_beside(root, scan, sorted(splits))
    beside = read_beside(tables, list(zip(pictures["sample_id"], pictures["location"], strict=True)), root=root)
    if source is not None and not beside.paths:
        raise GlitchAuditError(f"{source}: it names none of the pictures below {root}{_why_not(beside)}")
    problems = [*scan.problems, *(Problem(*problem) for problem in beside.problems)]
    said: list[str] = []
    in_table = len(beside.labels) > 0 and _no_label_folders(scan)
    if in_table:
        found, unlabelled = _labelled_by(beside, pictures, source or root)
        problems += unlabelled
        metadata = beside.metadata.drop(columns=list(beside.label_columns), errors="ignore")
    else:
        if not rows:
            raise GlitchAuditError(f"{source or root}: {_WITHOUT_LABELS}" + _why_not(beside))
        problems += outside
        found = pd.DataFrame(rows, columns=_COLUMNS)
        metadata, said = _beside_folders(beside, found)
    # In the order of the ids, a sample keeps its place when its pictures move to another label's folder.
    found = found.sort_values("sample_id", kind="stable", ignore_index=True)
    files = SourceFiles([source_file(path) for path in beside.paths])
    store = FolderStore(root, stamps=dict(zip(found["location"], found["stamp"], strict=True)), files=files)
    split_folders = SPLIT_FOLDERS if found["split"].notna().any() else CLASS_FOLDERS
    return assemble(
        found,
        name=root.resolve().name,
        source=source or root,
        source_form=LABELS_BESIDE if in_table else split_folders,
        store=store,
        problems=problems,
        files=store.files,
        metadata=_with_times(metadata, found),
        understood=(*names_in_words(found["location"]), *beside.understood, *said, *_without_row(beside, found)),
    )


def _no_label_folders(scan: Scan) -> bool:
    """Whether the folders tell no labels: all pictures lie in one, or directly in train, validation and test."""
    folders = {file.location.rpartition("/")[0] for file in scan.files}
    last = {folder.rpartition("/")[2].lower() for folder in folders}
    return len(folders) == 1 or last <= set(_SPLITS)


def _labelled_by(beside: Beside, pictures: pd.DataFrame, root: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """The pictures that a table has a label for, and those without as problems."""
    refuse_two_labels(beside.labels, source=root)
    labels = beside.labels.drop_duplicates("sample_id").set_index("sample_id")["label"]
    pictures = pictures.assign(label=pictures["sample_id"].map(labels))
    without = pictures["label"].isna()
    problems = [Problem(str(place), "no table has a label for it") for place in pictures.loc[without, "location"]]
    return pictures[~without], problems


def _beside_folders(beside: Beside, found: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The metadata without labels that only repeat the folders', and a sentence where a table has others."""
    folders = found.drop_duplicates("sample_id").set_index("sample_id")["label"]
    metadata, said = beside.metadata, []
    theirs = beside.labels.drop_duplicates("sample_id").set_index("sample_id")["label"]
    theirs = theirs[theirs.index.isin(folders.index)]
    differ = theirs[theirs != folders.reindex(theirs.index)]
    if len(differ):
        said.append(
            f"the folder is the label; the table says another one for {len(differ):,} of {len(theirs):,} samples, such "
            f"as {differ.iloc[0]} for {differ.index[0]} (kept in the column {', '.join(beside.label_columns)})"
        )
    else:
        metadata = metadata.drop(columns=list(beside.label_columns), errors="ignore")
    if "split" in metadata and found["split"].notna().any():
        said.append("the folders say the split, so the table's column split is not used")
    return metadata, said


def _without_row(beside: Beside, found: pd.DataFrame) -> list[str]:
    """A sentence on the samples that no table has a row for."""
    ids = pd.Index(found["sample_id"].unique())
    without = ids[~ids.isin(beside.metadata.index)]
    if not beside.paths or not len(without):
        return []
    return [
        f"no table has a row for {len(without):,} of {len(ids):,} samples, such as {without[0]}: they have no such "
        "values"
    ]


def _with_times(metadata: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame | None:
    """The tables' columns, and the times that Gravity Spy names tell, which count before a table's."""
    samples = found.drop_duplicates("sample_id").set_index("sample_id")
    times = samples["event_time"].astype(float)
    if times.notna().any():
        metadata = metadata.drop(columns="event_time", errors="ignore").join(times, how="outer")
    return metadata if len(metadata.columns) else None


def _why_not(beside: Beside) -> str:
    """What is known of the tables that lie beside pictures without labels, to go on with a sentence."""
    said = [f"{where}: {reason}" for where, reason in beside.problems] or list(beside.understood)
    return f" ({said[0]})" if said else ""


def _rows(scan: Scan, *, labelled: bool = True) -> tuple[list[tuple[str | float | None, ...]], list[Problem]]:
    """What place and name say of each picture, in the order of :data:`_COLUMNS`, and those without a label.

    Where not ``labelled``, those without a label are among the rows.
    """
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
        if not parts and labelled:
            problems.append(Problem(file.location, "lies outside any label's folder, so it has no label"))
            continue
        stamp = file_stamp(file.size, file.modified)
        glitch = parse_glitch_name(file.location.rsplit("/", 1)[-1])
        if glitch:
            what, measured = (glitch.sample_id, glitch.view), (glitch.detector, glitch.event_time)
        else:
            what, measured = (file.location.rsplit(".", 1)[0], PLAIN_VIEW), (None, None)
        rows.append((*what, file.location, parts[0] if parts else None, split, stamp, *measured))
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
