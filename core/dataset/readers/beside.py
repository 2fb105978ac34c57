"""Tables beside the pictures of a folder: their columns become metadata, and labels where the folders give none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.dataset.names import parse_glitch_name
from core.dataset.readers.beside_csv import (
    BesideTable,
    metadata_name,
    name_columns,
    read_beside_csv,
    usable_columns,
)
from core.dataset.readers.bounds import MAX_LABEL_TEXT, why_no_name
from core.dataset.scan import Scan, passed_over
from core.errors import GlitchAuditError

TABLE_SUFFIXES = (".csv", ".tsv")
MOST_TABLES = 20
"""So many tables are read of one folder."""

_SHARED = ""
"""What a name is known as that several samples have; no sample's id is empty."""

_NAMED = 3
_UNUSED = "lies beside the pictures and is not used"


@dataclass(frozen=True, eq=False)
class Beside:
    """What the tables beside pictures say of the samples.

    Attributes:
        metadata: one row a sample that a table names, index ``sample_id``, columns under their own names.
        labels: one row for each row of a table with a label: ``sample_id``, ``label`` and ``where`` (file and line).
        label_columns: what the columns of labels are called in ``metadata``.
        paths: the tables that were used.
        problems: what was left out, as place and reason.
        understood: which columns were taken for what, a sentence each.
    """

    metadata: pd.DataFrame
    labels: pd.DataFrame
    label_columns: tuple[str, ...] = ()
    paths: tuple[Path, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    understood: tuple[str, ...] = ()


def tables_beside(root: Path, scan: Scan, folders: Iterable[str] = ()) -> tuple[Path, ...]:
    """Return the CSV and TSV files in ``root``, in the folders that hold all pictures, and in ``folders`` below it.

    Sorted by their path. Links that leave the folder are passed over, as those of pictures are.
    """
    root = root.resolve()
    places = [root, *(root / folder for folder in (*_around_all(scan), *folders))]
    found: set[Path] = set()
    for place in places:
        try:
            entries = [entry for entry in place.iterdir() if entry.suffix.lower() in TABLE_SUFFIXES]
            found |= {
                entry
                for entry in entries
                if not passed_over(entry.name) and entry.is_file() and entry.resolve().is_relative_to(root)
            }
        except (OSError, RuntimeError):
            continue
    return tuple(sorted(found))


def read_beside(tables: Sequence[Path], pictures: Sequence[tuple[str, str]], *, root: Path) -> Beside:
    """Join tables with pictures, each a pair of ``sample_id`` and location below ``root``.

    The column that names the pictures is the one of a usual heading (:data:`NAME_COLUMNS`) whose cells name most of
    them: by path or file name, with or without suffix, or by id. A table that names none, or cannot be read, is told of
    and not used; nothing is raised for it. Where two tables have a value for one sample, the first one's counts.
    """
    root = root.resolve()
    known = _names_of(pictures)
    counted = Counter(sample for sample, _ in pictures)
    alone = {sample for sample, count in counted.items() if count == 1}
    joined: list[pd.DataFrame] = []
    labels: list[pd.DataFrame] = []
    label_columns: list[str] = []
    used: list[Path] = []
    problems: list[tuple[str, str]] = []
    understood: list[str] = []
    for path in tables[:MOST_TABLES]:
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        try:
            table = read_beside_csv(path)
        except GlitchAuditError as error:
            problems.append((name, f"not used: {str(error).removeprefix(f'{path}: ')}"))
            continue
        folder = "" if "/" not in name else name.rsplit("/", 1)[0] + "/"
        key, owners = _named_best(table, known, folder)
        if not key:
            understood.append(_not_used(name, table))
            continue
        used.append(path)
        problems += _row_problems(name, table, key, owners, alone)
        named = [bool(owner) for owner in owners]
        owned = pd.Index([owner for owner in owners if owner], name="sample_id")
        rows = table.frame[named].set_axis(owned)
        if table.label and table.label != key:
            lines = [line for line, owner in zip(table.lines, owners, strict=True) if owner]
            labels.append(_labels_in(rows[table.label], [f"{name} line {line}" for line in lines]))
            label_columns.append(metadata_name(table.label))
        columns, unfit = usable_columns(rows[~rows.index.duplicated()], table, key)
        problems += [(name, sentence) for sentence in unfit]
        understood.append(_in_words(name, table, key, columns, len(rows)))
        joined.append(columns)
    if len(tables) > MOST_TABLES:
        problems.append((str(root), f"{len(tables)} tables lie beside the pictures; the first {MOST_TABLES} were read"))
    metadata, clashes = _merged(joined, [path.name for path in used])
    return Beside(
        metadata,
        pd.concat(labels, ignore_index=True) if labels else pd.DataFrame(columns=["sample_id", "label", "where"]),
        tuple(dict.fromkeys(label_columns)),
        tuple(used),
        (*problems, *_label_problems(labels)),
        (*understood, *clashes),
    )


def _around_all(scan: Scan) -> list[str]:
    """The folders below the root that hold all pictures, the outermost first."""
    folders = [file.location.split("/")[:-1] for file in scan.files]
    if not folders:
        return []
    first, last = min(folders), max(folders)
    shared = 0
    while shared < min(len(first), len(last)) and first[shared] == last[shared]:
        shared += 1
    return ["/".join(first[: depth + 1]) for depth in range(shared)]


@dataclass(frozen=True)
class _Names:
    """How samples may be named: ``ways`` to the sample, and those ways that are the ``whole`` path of a picture."""

    ways: dict[str, str]
    whole: frozenset[str]


def _names_of(pictures: Sequence[tuple[str, str]]) -> _Names:
    """Every way to name a sample: each end of its pictures' paths, with and without suffix, and its id."""
    ways: dict[str, str] = {}
    whole: dict[str, str] = {}
    for sample_id, location in pictures:
        parts = location.split("/")
        for depth in range(len(parts)):
            end = "/".join(parts[depth:])
            for way in {end, end.rsplit(".", 1)[0]}:
                ways[way] = sample_id if ways.get(way, sample_id) == sample_id else _SHARED
        for way in {location, location.rsplit(".", 1)[0]}:
            whole[way] = sample_id if whole.get(way, sample_id) == sample_id else _SHARED
    # A whole path beats the end of another one, and an id both.
    return _Names(ways | whole | {sample_id: sample_id for sample_id, _ in pictures}, frozenset(whole))


def _owner(cell: str, names: _Names, folder: str) -> str | None:
    """The sample that a cell names; empty where several have that name, None where none has."""
    key = cell.strip().replace("\\", "/").removeprefix("./")
    if not key:
        return None
    # Paths in a table begin at the table's own folder more often than anywhere else.
    for way in (folder + key, key):
        if way in names.ways:
            return names.ways[way]
    # "/home/me/set/cat/one.png" names "cat/one.png", the whole path of a picture here, but never "cow/one.png".
    parts = key.split("/")
    for depth in range(1, len(parts)):
        end = folder + "/".join(parts[depth:])
        if end in names.whole:
            return names.ways[end]
    glitch = parse_glitch_name(parts[-1])
    return names.ways.get(glitch.sample_id) if glitch else None


def _named_best(table: BesideTable, names: _Names, folder: str) -> tuple[str, list[str | None]]:
    """The column whose cells name the most pictures, and what each cell names; no column where none names any."""
    best: tuple[str, list[str | None]] = ("", [])
    most = 0
    for column in name_columns(table.frame.columns):
        owners = [_owner(cell, names, folder) for cell in table.frame[column]]
        count = len({owner for owner in owners if owner})
        if count > most:
            best, most = (column, owners), count
    return best


def _row_problems(
    name: str, table: BesideTable, key: str, owners: list[str | None], alone: set[str]
) -> list[tuple[str, str]]:
    """What rows name that is not there, or twice; ``alone`` are the samples of one picture, which has one row."""
    lines = table.lines
    cells = table.frame[key].tolist()
    seen: set[tuple[str, str]] = set()
    absent, shared, again = [], [], []
    for line, cell, owner in zip(lines, cells, owners, strict=True):
        said = f"line {line} ({cell})" if cell.strip() else f"line {line}"
        if owner is None:
            absent.append(said)
        elif owner == _SHARED:
            shared.append(said)
        elif (picture := (owner, "" if owner in alone else cell.strip())) in seen:
            again.append(said)
        else:
            seen.add(picture)
    found = []
    if absent:
        found.append((name, f"{_rows(absent)} no picture that is here, such as {_examples(absent)}"))
    if shared:
        found.append(
            (name, f"{_rows(shared)} several pictures, so none of them got the values, such as {_examples(shared)}")
        )
    if again:
        found.append(
            (name, f"{_rows(again)} a picture that a row above names; the first row counts, such as {_examples(again)}")
        )
    return found


def _rows(named: Sequence[str]) -> str:
    return "1 row names" if len(named) == 1 else f"{len(named):,} rows name"


def _examples(named: Sequence[str]) -> str:
    return ", ".join(text[:100] for text in named[:_NAMED])


def _labels_in(cells: pd.Series, where: Sequence[str]) -> pd.DataFrame:
    labels = pd.DataFrame({"sample_id": cells.index, "label": cells.str.strip().to_numpy(), "where": where})
    return labels[labels["label"] != ""]


def _label_problems(labels: Sequence[pd.DataFrame]) -> list[tuple[str, str]]:
    return [
        (str(row.where), f"the label {fault}")
        for table in labels
        for row in table.itertuples()
        if (fault := why_no_name(str(row.label), MAX_LABEL_TEXT))
    ]


def _merged(tables: Sequence[pd.DataFrame], names: Sequence[str]) -> tuple[pd.DataFrame, list[str]]:
    """The tables as one: the first one's values, the gaps filled from those after it; a sentence for each clash."""
    merged = pd.DataFrame(index=pd.Index([], name="sample_id", dtype="str"))
    said = []
    for table, name in zip(tables, names, strict=True):
        both = merged.index.intersection(table.index)
        merged = merged.reindex(merged.index.union(table.index, sort=False))
        for column in table.columns:
            theirs = table[column].reindex(merged.index)
            if column not in merged:
                merged[column] = theirs
                continue
            ours = merged[column]
            if pd.api.types.is_numeric_dtype(ours) != pd.api.types.is_numeric_dtype(theirs):
                ours, theirs = (values.astype("str").where(values.notna(), None) for values in (ours, theirs))
            differ = ours[both].notna() & theirs[both].notna() & (ours[both] != theirs[both])
            if differ.any():
                said.append(
                    f"the column {column} of {name} differs for {differ.sum():,} samples from that of a table before "
                    "it, whose values count"
                )
            merged[column] = ours.where(ours.notna(), theirs)
    return merged, said


def _in_words(name: str, table: BesideTable, key: str, columns: pd.DataFrame, rows: int) -> str:
    labels = metadata_name(table.label) if table.label and table.label != key else ""
    others = [str(column) for column in columns.columns if column != labels]
    taken = ", ".join(others[:12]) + (", …" if len(others) > 12 else "")
    kept = f"taken along are {taken}" if others else "it has no further columns"
    labelled = f"the column {table.label} has labels; " if labels else ""
    return f"{name}: the column {key} names the pictures ({rows:,} of {len(table.frame):,} rows do); {labelled}{kept}"


def says_unused(sentence: str) -> bool:
    """Return whether a sentence of ``Dataset.understood`` is about a table that lies beside the pictures unused."""
    return _UNUSED in sentence


def _not_used(name: str, table: BesideTable) -> str:
    tried = name_columns(table.frame.columns)
    if tried:
        return f"{name} {_UNUSED}: its column {tried[0]} names none of them"
    present = ", ".join(str(column)[:50] for column in table.frame.columns[:8])
    return (
        f"{name} {_UNUSED}: none of its columns is called file, filename, path, image, "
        f"name, id or sample_id; it has {present}"
    )
