"""A Parquet file with the pictures inside: one row a picture.

Columns: ``sample_id`` (or ``gravityspy_id``), ``view`` (left out: one picture a sample), ``picture`` (or ``image``;
encoded bytes, or Hugging Face's struct of bytes and path), ``label`` (or ``ml_label``), and any metadata, repeated for
a sample (``ifo`` becomes ``detector``, ``sample_type`` ``split``). Without ids, Hugging Face's file names serve, else
row numbers.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.dataset.content import picture_stamp
from core.dataset.model import PLAIN_VIEW, Dataset, Problem
from core.dataset.names import parse_glitch_name, view_name
from core.dataset.readers.assemble import assemble
from core.dataset.readers.bounds import MAX_COLUMNS
from core.dataset.readers.columns import ID_COLUMNS, LABEL_COLUMNS, first_present, sample_columns
from core.dataset.sources import SourceFiles, source_file
from core.dataset.stores import ParquetStore, binary_values
from core.errors import GlitchAuditError

PARQUET = "Parquet with pictures inside"
PICTURE_COLUMNS = ("picture", "image")
_MAX_GROUP_BYTES = 1_000_000_000
_MAX_METADATA_BYTES = 4_000_000_000


def holds_pictures(path: Path) -> bool:
    """Whether a Parquet file has a column for pictures, or cannot be read at all (which :func:`read_parquet` says)."""
    import pyarrow
    import pyarrow.parquet

    try:
        schema = pyarrow.parquet.read_schema(path)
    except (pyarrow.ArrowException, OSError, ValueError):
        return True
    picture = first_present(schema.names, PICTURE_COLUMNS)
    return picture is not None and not pyarrow.types.is_string(schema.field(picture).type)


def read_parquet(path: Path) -> Dataset:
    """Read the metadata of a Parquet file with pictures inside; no picture is decoded.

    Raises GlitchAuditError where it is not Parquet, lacks the picture or label column, or gives a sample two labels.
    """
    import pyarrow
    import pyarrow.parquet

    files = SourceFiles([source_file(path)])
    try:
        file = pyarrow.parquet.ParquetFile(path)
    except (pyarrow.ArrowException, OSError, ValueError):
        raise GlitchAuditError(f"{path}: the file cannot be read as Parquet") from None
    schema = file.schema_arrow
    spelled = [name.lower() for name in schema.names]
    if len(set(spelled)) < len(spelled) or len(spelled) > MAX_COLUMNS:
        raise GlitchAuditError(f"{path}: the Parquet file has a column twice, or over {MAX_COLUMNS:,} of them")
    picture = first_present(schema.names, PICTURE_COLUMNS)
    label = first_present(schema.names, LABEL_COLUMNS)
    if picture is None or label is None:
        wanted = [" or ".join(names) for names, got in ((PICTURE_COLUMNS, picture), (LABEL_COLUMNS, label)) if not got]
        raise GlitchAuditError(
            f"{path}: the Parquet file lacks the column {' and '.join(wanted)}; it has {', '.join(schema.names[:30])}. "
            "Without pictures, a table needs 2-D coordinates (x and y) or vectors (dim_0, dim_1, ...)"
        )
    _refuse_unreadable_pictures(path, file, picture)
    try:
        # What pandas noted about the columns is a stranger's word; the types of the file itself are enough.
        table = file.read(columns=[name for name in schema.names if name != picture])
        rows = table.to_pandas(ignore_metadata=True).rename(columns={label: "label"})
    except (pyarrow.ArrowException, OSError, ValueError, TypeError, OverflowError) as error:
        raise GlitchAuditError(f"{path}: the file's columns cannot be read ({error})") from None
    rows = rows.drop(columns=[name for name in rows.columns if name.startswith("__index_level_")])
    rows["label"] = _label_names(rows["label"], schema.metadata, label)
    _add_ids_and_views(rows, file, schema, picture)
    rows["location"] = [str(number) for number in range(len(rows))]
    rows["where"] = [f"{path.name} row {number}" for number in range(len(rows))]

    problems: list[Problem] = []
    for column, reason in (("label", "the row has no label"), ("sample_id", "the row has no sample id")):
        absent = rows[column].isna() | (rows[column].astype("str").str.strip() == "")
        problems += [Problem(where, reason) for where in rows.loc[absent, "where"]]
        rows = rows[~absent]
    rows = sample_columns(rows.assign(label=rows["label"].astype("str")))
    found = rows[[c for c in ("sample_id", "view", "location", "where", "label", "detector", "split") if c in rows]]
    found = found.assign(stamp=np.array(_stamps(path, file, picture), dtype=object)[found["location"].astype("int64")])
    metadata = rows.drop(columns=["view", "location", "where"]).drop_duplicates("sample_id").set_index("sample_id")
    return assemble(
        found,
        name=path.stem,
        source=path,
        source_form=PARQUET,
        store=ParquetStore(
            path, picture, stamps=dict(zip(found["location"], found["stamp"], strict=True)), files=files
        ),
        problems=problems,
        files=files,
        metadata=metadata,
    )


def _refuse_unreadable_pictures(path: Path, file: Any, picture: str) -> None:
    """Raise where the pictures are no bytes, or a row group is too big to be read at once."""
    import pyarrow

    kind = file.schema_arrow.field(picture).type
    if pyarrow.types.is_struct(kind) and kind.get_field_index("bytes") >= 0:
        kind = kind.field("bytes").type
    if not (pyarrow.types.is_binary(kind) or pyarrow.types.is_large_binary(kind)):
        raise GlitchAuditError(f"{path}: the column {picture} holds {kind}, not the encoded bytes of pictures")
    total = 0
    for number in range(file.metadata.num_row_groups):
        group = file.metadata.row_group(number)
        columns = [group.column(place) for place in range(group.num_columns)]
        size = sum(part.total_uncompressed_size for part in columns if part.path_in_schema.split(".")[0] == picture)
        total += sum(part.total_uncompressed_size for part in columns) - size
        if total > _MAX_METADATA_BYTES:
            raise GlitchAuditError(f"{path}: the columns beside the pictures unpack to over 4 GB, so they are not read")
        if size > _MAX_GROUP_BYTES:
            raise GlitchAuditError(
                f"{path}: row group {number} holds {size / 1e6:.0f} MB of pictures, which must be read at once; write "
                "the file again with smaller row groups, such as 500 rows"
            )


def _stamps(path: Path, file: Any, picture: str) -> list[str]:
    """The stamp of each row's picture, a row group at a time, so that labels can change and pictures be known again."""
    import pyarrow

    stamps: list[str] = []
    try:
        for number in range(file.metadata.num_row_groups):
            pictures = binary_values(file.read_row_group(number, columns=[picture]).column(0))
            stamps += [picture_stamp(data.as_py() or b"") for data in pictures]
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise GlitchAuditError(f"{path}: the pictures in the column {picture} cannot be read ({error})") from None
    return stamps


def _label_names(labels: pd.Series, schema_metadata: dict[bytes, bytes] | None, column: str) -> pd.Series:
    """Hugging Face stores class labels as numbers, with the names in the file's own metadata."""
    if not pd.api.types.is_integer_dtype(labels):
        return labels
    try:
        names = json.loads((schema_metadata or {})[b"huggingface"])["info"]["features"][column]["names"]
    except (KeyError, TypeError, ValueError):
        return labels
    return labels.map(dict(enumerate(names)))


def _add_ids_and_views(rows: pd.DataFrame, file: Any, schema: Any, picture: str) -> None:
    import pyarrow

    id_column = first_present(rows.columns, ID_COLUMNS)
    if id_column is not None:
        rows["sample_id"] = rows[id_column].astype("str")
        views = rows["view"] if "view" in rows else pd.Series(None, index=rows.index, dtype="object")
        rows["view"] = [PLAIN_VIEW if pd.isna(view) else view_name(view) for view in views]
        return
    paths: list[str | None] = [None] * len(rows)
    struct = schema.field(picture).type
    if pyarrow.types.is_struct(struct) and struct.get_field_index("path") >= 0:
        paths = file.read(columns=[f"{picture}.path"]).column(0).combine_chunks().field("path").to_pylist()
    digits = len(str(len(rows)))
    names = [parse_glitch_name(Path(path).name) if path else None for path in paths]
    rows["sample_id"] = [
        name.sample_id if name else (path.rsplit(".", 1)[0] if path else f"row-{number:0{digits}d}")
        for number, (name, path) in enumerate(zip(names, paths, strict=True))
    ]
    if "view" not in rows:
        rows["view"] = [name.view if name else PLAIN_VIEW for name in names]
    if "detector" not in rows and any(names):
        rows["detector"] = [name.detector if name else None for name in names]
