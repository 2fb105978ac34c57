"""A table of samples without pictures inside: ids, labels, 2-D coordinates or vectors, perhaps clusters."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.dataset.content import frame_hash
from core.dataset.model import GLITCH_COLUMN, PLAIN_VIEW, VIEW_COLUMN, Brought, Dataset, PictureStore, Problem
from core.dataset.names import GlitchName, names_in_words, parse_glitch_name
from core.dataset.readers.assemble import refuse_two_labels
from core.dataset.readers.bounds import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_LABEL_TEXT,
    MAX_TABLE_BYTES,
    MAX_TEXT,
    refuse_too_big,
    refuse_too_wide,
    why_no_name,
)
from core.dataset.readers.columns import MISSING, sample_columns
from core.dataset.readers.table_columns import TableColumns, table_columns
from core.dataset.scan import PICTURE_SUFFIXES, Scan
from core.dataset.sources import SourceFiles, source_file
from core.dataset.stores import FolderStore, NoPictures, file_stamp
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint

TABLE = "table of coordinates or vectors"
_NOISE = ("", "-1", "noise", "nan", "none")
_LARGEST_CLUSTER = 100_000


def read_table(path: Path, *, scan: Callable[[], Scan], root: Path) -> Dataset:
    """Read a CSV or Parquet of samples without pictures; :func:`table_columns` guesses what its columns mean.

    ``scan`` is called for pictures below ``root``, the table's folder, where the table names any: by paths or
    addresses, or by ids that are file names. An address is never fetched; the file of its name counts where it is on
    disk. Ids that are Gravity Spy file names become glitches; where several rows show one glitch, each row is a sample
    of its own, named by glitch and view, as in the reference audit. Raises GlitchAuditError where the table is
    unreadable, lacks a needed column or any usable row, or one sample has two labels.
    """
    files = SourceFiles([source_file(path)])
    table = _read(path)
    columns = table_columns(table)
    if columns.missing:
        raise GlitchAuditError(
            f"{path}: the table lacks {' and '.join(columns.missing)}; it has {', '.join(map(str, table.columns[:30]))}"
        )
    rows, problems = _usable_rows(table, columns, path)
    rows, names = _identified(rows)
    refuse_two_labels(rows, source=path)
    repeated = rows["sample_id"].duplicated()
    problems += [
        Problem(row.where, f"{row.sample_id} is there twice; the first is used") for row in rows[repeated].itertuples()
    ]
    rows = rows[~repeated]
    brought, unfit = _brought(table.loc[rows.index], columns, rows, path)
    problems += [
        Problem(where, "a coordinate or a number of the vector is missing") for where in rows.loc[unfit, "where"]
    ]
    rows = rows[~unfit]
    if rows.empty:
        why = f", such as {problems[0].where}: {problems[0].reason}" if problems else ""
        raise GlitchAuditError(f"{path}: no row of the table can be used{why}")

    samples = _samples(table, rows, columns)
    pictures, store, found_words = _pictures(table.loc[rows.index], rows, names, columns, scan, root, files)
    pictures_fingerprint = _content_fingerprint(samples, brought, pictures)
    clusters = b"" if brought.clusters is None else brought.clusters.astype("<i4").tobytes()
    return Dataset(
        name=path.stem,
        source=path,
        source_form=TABLE,
        samples=samples,
        pictures=pictures,
        store=store,
        problems=tuple(problems),
        fingerprint=fingerprint("data set", pictures_fingerprint, frame_hash(samples), clusters),
        pictures_fingerprint=pictures_fingerprint,
        files=files,
        understood=(columns.in_words(), *names_in_words(names, what="row"), *found_words),
        brought=brought,
    )


def _content_fingerprint(samples: pd.DataFrame, brought: Brought, pictures: pd.DataFrame) -> str:
    return fingerprint(
        TABLE,
        json.dumps(samples.index.tolist()).encode(),
        *(b"" if part is None else part.astype("<f4").tobytes() for part in (brought.vectors, brought.coordinates)),
        json.dumps(pictures.drop(columns="location").to_numpy().tolist()).encode(),
    )


def _samples(table: pd.DataFrame, rows: pd.DataFrame, columns: TableColumns) -> pd.DataFrame:
    """What is known of each sample: what its row was understood as, and the metadata that the table has besides."""
    taken = [columns.key, columns.label, columns.cluster, *columns.coordinates, *columns.vectors]
    metadata = sample_columns(table.loc[rows.index].drop(columns=[name for name in taken if name], errors="ignore"))
    own = rows.drop(columns=["where", "text"]).set_index("sample_id")
    metadata = metadata.drop(columns=[name for name in metadata.columns if name in own]).set_axis(own.index)
    return own.join(metadata) if len(metadata.columns) else own


def is_table(path: Path) -> bool:
    """Whether a CSV or Parquet file has coordinates or vectors, by its first rows."""
    try:
        columns = table_columns(_read(path, rows=200))
    except GlitchAuditError:
        return False
    return bool(columns.key and (columns.coordinates or columns.vectors))


def _read(path: Path, *, rows: int | None = None) -> pd.DataFrame:
    import pyarrow
    import pyarrow.parquet

    refuse_too_big(path, MAX_TABLE_BYTES)
    try:
        if path.suffix.lower() == ".csv":
            refuse_too_wide(path)
            header = pd.read_csv(path, nrows=0, encoding="utf-8-sig").columns
            named = table_columns(pd.DataFrame({name: pd.Series(dtype="str") for name in header}))
            # An id of digits is a name, and "NA" may be one too.
            as_text = [name for name in (named.key, named.label) if name]
            table = pd.read_csv(
                path,
                nrows=rows,
                dtype=dict.fromkeys(as_text, "str"),
                keep_default_na=False,
                na_values={name: [""] if name in as_text else list(MISSING) for name in header},
                encoding="utf-8-sig",
                low_memory=False,
            )
        else:
            facts = pyarrow.parquet.ParquetFile(path).metadata
            if facts.num_rows * facts.num_columns > MAX_CELLS:
                raise GlitchAuditError(f"{path}: {facts.num_rows:,} rows of {facts.num_columns:,} columns are too many")
            file = pyarrow.parquet.ParquetFile(path)
            whole = (
                file.read()
                if rows is None
                else pyarrow.Table.from_batches([next(file.iter_batches(batch_size=rows))], file.schema_arrow)
            )
            table = whole.to_pandas(ignore_metadata=True)
            table = table.drop(columns=[name for name in table.columns if name.startswith("__index_level_")])
    except pd.errors.EmptyDataError:
        raise GlitchAuditError(f"{path}: the CSV is empty") from None
    except StopIteration:
        raise GlitchAuditError(f"{path}: the table has no rows") from None
    except (OSError, ValueError, TypeError, KeyError, OverflowError, pyarrow.ArrowException) as error:
        raise GlitchAuditError(f"{path}: the table cannot be read ({error})") from None
    if len(table.columns) > MAX_COLUMNS or table.columns.has_duplicates:
        raise GlitchAuditError(f"{path}: the table has a column twice, or over {MAX_COLUMNS:,} of them")
    return table


def _usable_rows(table: pd.DataFrame, columns: TableColumns, path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """``text`` (the id as written), ``label`` and ``where`` of the rows that have both, by row of the table."""
    first = 2 if path.suffix.lower() == ".csv" else 0
    word = "line" if first else "row"
    rows = pd.DataFrame(
        {
            "text": ["" if pd.isna(value) else str(value).strip() for value in table[columns.key]],
            "label": ["" if pd.isna(value) else str(value).strip() for value in table[columns.label]],
            "where": [f"{path.name} {word} {number + first}" for number in range(len(table))],
        },
        index=table.index,
    )
    problems = []
    for name, what, limit in (("text", "sample's id", MAX_TEXT), ("label", "label", MAX_LABEL_TEXT)):
        faults = {value: why_no_name(value, limit) for value in rows[name].unique()}
        bad = rows[name].map(faults).astype(bool)
        problems += [Problem(row.where, f"the {what} {faults[getattr(row, name)]}") for row in rows[bad].itertuples()]
        rows = rows[~bad]
    return rows, problems


def _identified(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, GlitchName]]:
    """The rows with ``sample_id``, and what their ids say where all of them are Gravity Spy file names."""
    parsed = {text: _parsed(text) for text in rows["text"]}
    known = {text: name for text, name in parsed.items() if name is not None}
    if not len(rows) or len(known) < len(parsed):
        return rows.assign(sample_id=rows["text"]), {}
    names = [known[text] for text in rows["text"]]
    glitches = pd.Series([name.sample_id for name in names], index=rows.index)
    rows = rows.assign(sample_id=glitches, detector=[name.detector for name in names])
    times = [name.event_time for name in names]
    if any(time is not None for time in times):
        rows["event_time"] = np.array(times, dtype=float)
    if glitches.duplicated().any():
        views = [name.view for name in names]
        rows = rows.assign(**{GLITCH_COLUMN: glitches, VIEW_COLUMN: views, "sample_id": glitches + "/" + views})
    return rows, {text.replace("\\", "/"): name for text, name in known.items()}


def _parsed(text: str) -> GlitchName | None:
    return parse_glitch_name(PurePosixPath(text.replace("\\", "/")).name)


def _brought(
    table: pd.DataFrame, columns: TableColumns, rows: pd.DataFrame, path: Path
) -> tuple[Brought, NDArray[np.bool_]]:
    """What the table brings, for the rows whose numbers are all there; and the rows whose are not."""
    coordinates = _numbers(table, columns.coordinates, path)
    vectors = _numbers(table, columns.vectors, path)
    unfit = np.zeros(len(rows), dtype=bool)
    for part in (coordinates, vectors):
        if part is not None:
            unfit |= ~np.isfinite(part).all(axis=1)
    clusters = _clusters(table[columns.cluster]) if columns.cluster else None
    kept = [None if part is None else part[~unfit] for part in (vectors, coordinates, clusters)]
    return Brought(*kept), unfit


def _numbers(table: pd.DataFrame, names: tuple[str, ...], path: Path) -> NDArray[np.float32] | None:
    if not names:
        return None
    if len(names) > 1:
        with np.errstate(over="ignore", invalid="ignore"):
            return table[list(names)].to_numpy(dtype=np.float32, na_value=np.nan)
    try:
        return np.stack([np.asarray(row, dtype=np.float32) for row in table[names[0]]])
    except (ValueError, TypeError, OverflowError):
        raise GlitchAuditError(f"{path}: the rows of column {names[0]} are not lists of equal length") from None


def _clusters(column: pd.Series) -> NDArray[np.int32]:
    """Cluster numbers as they are; other names in alphabetical order, from 0. Noise is -1."""
    if pd.api.types.is_numeric_dtype(column):
        numbers = column.to_numpy(dtype=float, na_value=np.nan)
        noise = ~np.isfinite(numbers) | (numbers < 0)
        whole = np.where(noise, -1, numbers)
        if (whole == np.rint(whole)).all() and whole.max(initial=0) <= _LARGEST_CLUSTER:
            return whole.astype(np.int32)
    names = pd.Series(["" if pd.isna(value) else str(value).strip() for value in column])
    noise = names.str.lower().isin(_NOISE).to_numpy()
    known = sorted(set(names[~noise]))
    return np.where(noise, -1, pd.Index(known).get_indexer(names)).astype(np.int32)


def _pictures(
    table: pd.DataFrame,
    rows: pd.DataFrame,
    names: dict[str, GlitchName],
    columns: TableColumns,
    scan: Callable[[], Scan],
    root: Path,
    files: SourceFiles,
) -> tuple[pd.DataFrame, PictureStore, tuple[str, ...]]:
    """The pictures on disk that the table names, their store, and a sentence about them."""
    by_address = [name for name in columns.pictures if name in table and table[name].map(type).eq(str).any()]
    empty = pd.DataFrame({name: pd.Series(dtype="str") for name in ("sample_id", "view", "location", "stamp")})
    suffixed = rows["text"].map(lambda text: PurePosixPath(text).suffix.lower() in PICTURE_SUFFIXES).any()
    if not (by_address or suffixed or columns.key.lower() == "gravityspy_id"):
        return empty, NoPictures(), ("there are no pictures, and the table names none",)
    known, of_glitch = _on_disk(scan())
    found: list[tuple[str, str, str, str]] = []
    texts = [rows["text"].tolist(), *(table[name].tolist() for name in by_address)]
    single = VIEW_COLUMN in rows
    for sample_id, text, *addresses in zip(rows["sample_id"], rows["text"], *texts, strict=True):
        hits = {hit.location: hit for address in addresses if (hit := _lookup(address, known, root)) is not None}
        if not hits and not names:
            hits = {hit.location: hit for hit in of_glitch.get(text, ())}
        views: dict[str, Any] = {}
        for hit in hits.values():
            name = parse_glitch_name(hit.location.rsplit("/", 1)[-1])
            views.setdefault(name.view if name and not single else PLAIN_VIEW, hit)
        found += [(sample_id, view, hit.location, file_stamp(*hit[1:])) for view, hit in sorted(views.items())]
    if not found:
        return empty, NoPictures(), (f"none of the pictures that the table names is on disk below {root}",)
    pictures = pd.DataFrame(found, columns=list(empty.columns)).astype("str")
    store = FolderStore(root, stamps=dict(zip(pictures["location"], pictures["stamp"], strict=True)), files=files)
    words = f"{pictures['sample_id'].nunique():,} of {len(rows):,} samples have pictures on disk below {root}"
    return pictures, store, (words, *names_in_words(pictures["location"]))


def _on_disk(scan: Scan) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """Picture files by path and by name, with and without suffix (None where two share it), and by glitch."""
    known: dict[str, Any] = {}
    of_glitch: dict[str, list[Any]] = {}
    for file in scan.files:
        path = PurePosixPath(file.location)
        for key in {file.location, str(path.with_suffix("")), path.name, path.stem}:
            known[key] = file if known.get(key, file) == file else None
        if (name := parse_glitch_name(path.name)) is not None:
            of_glitch.setdefault(name.sample_id, []).append(file)
    return known, of_glitch


def _lookup(address: object, known: dict[str, Any], root: Path) -> Any:
    """The file that a path, a ``file:`` address or a web address names; nothing is opened or fetched."""
    if not isinstance(address, str) or not address.strip():
        return None
    text = address.strip().replace("\\", "/")
    if "://" in text:
        try:
            text = unquote(urlsplit(text).path)
        except ValueError:
            return None
    text = text.removeprefix("./")
    below = text.removeprefix(str(root.resolve())).lstrip("/")
    return known.get(below) or known.get(text.rsplit("/", 1)[-1])
