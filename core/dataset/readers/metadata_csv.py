"""A Gravity Spy metadata CSV beside (or above) a folder of pictures."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from core.dataset.model import Dataset, Problem
from core.dataset.names import names_in_words, parse_glitch_name
from core.dataset.readers.assemble import assemble, refuse_two_labels
from core.dataset.readers.bounds import MAX_COLUMNS, MAX_TABLE_BYTES, refuse_too_big, refuse_too_wide
from core.dataset.readers.columns import LABEL_COLUMNS, MISSING, first_present, sample_columns
from core.dataset.scan import Scan
from core.dataset.sources import SourceFiles, source_file
from core.dataset.stores import FolderStore, file_stamp
from core.errors import GlitchAuditError

METADATA_CSV = "Gravity Spy metadata CSV beside pictures"
ID_COLUMN = "gravityspy_id"
_COLUMNS_NAMED = 30


def is_metadata_csv(path: Path) -> bool:
    """Whether the first line of a CSV names the column ``gravityspy_id``."""
    try:
        return first_present(_read(path, rows=0).columns, (ID_COLUMN,)) is not None
    except GlitchAuditError:
        return False


def read_metadata_csv(paths: tuple[Path, ...], *, scan: Scan, root: Path) -> Dataset:
    """Join the rows of metadata CSVs with the pictures found anywhere below ``root``, by ``gravityspy_id``.

    Needed columns: ``gravityspy_id`` and ``label`` (else ``ml_label``). ``ifo`` becomes ``detector``, ``sample_type``
    becomes ``split``, ``url...`` are left out, all others kept. Rows without pictures and pictures without rows become
    problems; rows that repeat an id with the same label count once. Raises GlitchAuditError where a needed column is
    missing, one id has two labels, or no row has a picture.
    """
    files = SourceFiles([source_file(path) for path in paths])
    tables = [_labelled_rows(path) for path in paths]
    rows = pd.concat(tables, ignore_index=True)
    refuse_two_labels(rows.dropna(subset=["label"]), source=paths[0] if len(paths) == 1 else root)
    problems = list(scan.problems)
    problems += [Problem(where, "the row has no label") for where in rows.loc[rows["label"].isna(), "where"]]
    rows = rows.dropna(subset=["label"]).drop_duplicates("sample_id").set_index("sample_id")

    found, strangers = _pictures_of(scan, rows)
    problems += strangers
    without = rows.index[~rows.index.isin(found["sample_id"])]
    problems += [Problem(rows.at[sample_id, "where"], f"no picture of {sample_id} was found") for sample_id in without]
    if found.empty:
        raise GlitchAuditError(
            f"{paths[0]}: none of the {len(rows)} rows has a picture below {root}; pictures must be named like "
            "H1_<gravityspy_id>_spectrogram_0.5.png"
        )
    # The data set follows the order of the CSV, not that of the folders.
    place = pd.Series(range(len(rows)), index=rows.index)
    found = found.sort_values("sample_id", key=lambda ids: ids.map(place), kind="stable", ignore_index=True)
    metadata = rows.drop(columns=["where", "label"])
    found["split"] = found["sample_id"].map(metadata["split"]) if "split" in metadata else None
    store = FolderStore(root, stamps=dict(zip(found["location"], found["stamp"], strict=True)), files=files)
    return assemble(
        found,
        name=root.resolve().name,
        source=paths[0] if len(paths) == 1 else root,
        source_form=METADATA_CSV,
        store=store,
        problems=problems,
        files=files,
        metadata=metadata,
        understood=names_in_words(found["location"]),
    )


def _labelled_rows(path: Path) -> pd.DataFrame:
    table = _read(path)
    id_column, label_column = first_present(table.columns, (ID_COLUMN,)), first_present(table.columns, LABEL_COLUMNS)
    if id_column is None or label_column is None:
        missing = [name for name, got in ((ID_COLUMN, id_column), ("label (or ml_label)", label_column)) if got is None]
        present = ", ".join(map(str, table.columns[:_COLUMNS_NAMED]))
        raise GlitchAuditError(f"{path}: the CSV lacks the column {' and '.join(missing)}; it has {present}")
    table = table.assign(
        sample_id=table[id_column].astype("str").str.strip(),
        label=table[label_column].astype("str").str.strip().replace("", None),
        where=[f"{path.name} line {line}" for line in range(2, len(table) + 2)],
    )
    kept = table.drop(columns=[id_column] + ([label_column] if label_column not in ("label", "ml_label") else []))
    return sample_columns(kept)


def _read(path: Path, *, rows: int | None = None) -> pd.DataFrame:
    """The CSV with ids kept as text (``1e10000000`` is an id, not a number)."""
    refuse_too_big(path, MAX_TABLE_BYTES)
    refuse_too_wide(path)
    try:
        header = pd.read_csv(path, nrows=0, encoding="utf-8-sig").columns
        as_text = [name for name in header if str(name).strip().lower() in (ID_COLUMN, *LABEL_COLUMNS)]
        table = pd.read_csv(
            path,
            nrows=rows,
            dtype=dict.fromkeys(as_text, "str"),
            # A label may well be called "None" or "NA": only an empty cell of these columns is missing.
            keep_default_na=False,
            na_values={name: [""] if name in as_text else list(MISSING) for name in header},
            encoding="utf-8-sig",
            low_memory=False,
        )
    except pd.errors.EmptyDataError:
        raise GlitchAuditError(f"{path}: the CSV is empty") from None
    except (OSError, ValueError, OverflowError) as error:
        raise GlitchAuditError(f"{path}: the file cannot be read as CSV ({error})") from None
    if len(table.columns) > MAX_COLUMNS:
        raise GlitchAuditError(f"{path}: the CSV has {len(table.columns):,} columns, at most {MAX_COLUMNS:,} are read")
    return table


def _pictures_of(scan: Scan, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    labels = rows["label"].to_dict()
    found, strangers = [], []
    for file in scan.files:
        name = parse_glitch_name(file.location.rsplit("/", 1)[-1])
        if name is None:
            strangers.append(Problem(file.location, "the file's name is not that of a Gravity Spy picture"))
        elif name.sample_id not in labels:
            strangers.append(Problem(file.location, f"the CSV has no row for {name.sample_id}"))
        else:
            stamp = file_stamp(file.size, file.modified)
            found.append((name.sample_id, name.view, file.location, labels[name.sample_id], name.detector, stamp))
    columns = ["sample_id", "view", "location", "label", "detector", "stamp"]
    return pd.DataFrame(found, columns=columns), strangers
