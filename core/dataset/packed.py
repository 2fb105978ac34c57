"""Pack a data set of any form into one Parquet file with the pictures inside, in row groups of some hundred."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from core.dataset.model import PLAIN_VIEW, Dataset, Problem
from core.dataset.pictures import PictureError
from core.errors import GlitchAuditError
from core.files import whole_file
from core.progress import OnProgress, ignore_progress

GROUP_ROWS = 500
"""Rows of a group, which is read at once: few enough for memory, enough for a store that is asked group by group."""
_GROUP_BYTES = 32_000_000


def pack(dataset: Dataset, out: Path, *, on_progress: OnProgress = ignore_progress) -> tuple[Problem, ...]:
    """Write the data set's pictures, labels and metadata to ``out``, whole or not at all; return what was left out.

    The pictures' bytes stay as they are. Raises GlitchAuditError for a data set without pictures, a column that Parquet
    cannot hold, or a file that cannot be written.
    """
    import pyarrow
    import pyarrow.parquet

    if dataset.pictures.empty:
        raise GlitchAuditError(f"{dataset.source} has no pictures to pack; such a table is one file already.")
    rows = _rows_of(dataset)
    left_out: list[Problem] = []
    try:
        fields = pyarrow.Schema.from_pandas(rows.drop(columns="location"), preserve_index=False).remove_metadata()
        schema = fields.append(pyarrow.field("picture", pyarrow.binary()))
        with whole_file(out) as temporary, pyarrow.parquet.ParquetWriter(temporary, schema, compression="zstd") as file:
            done = 0
            for batch, looked_at in _batches(dataset, rows, left_out):
                table = pyarrow.Table.from_pandas(batch, schema=schema, preserve_index=False)
                file.write_table(table.replace_schema_metadata(None))
                done += looked_at
                on_progress(done, len(rows))
    except (pyarrow.ArrowException, TypeError, ValueError) as error:
        raise GlitchAuditError(f"{dataset.source} has a column that Parquet cannot hold ({error}).") from None
    except OSError as error:
        raise GlitchAuditError(f"{out} cannot be written ({error.strerror or error}).") from None
    return tuple(left_out)


def _rows_of(dataset: Dataset) -> pd.DataFrame:
    """One row a picture: ``sample_id``, ``view`` where there are several, ``location``, and the sample's columns."""
    rows = dataset.pictures[["sample_id", "view", "location"]]
    if dataset.views == (PLAIN_VIEW,):
        rows = rows.drop(columns="view")
    facts = dataset.samples.drop(columns=[name for name in dataset.samples.columns if name in (*rows, "picture")])
    return rows.join(facts, on="sample_id").reset_index(drop=True)


def _batches(dataset: Dataset, rows: pd.DataFrame, left_out: list[Problem]) -> Iterator[tuple[pd.DataFrame, int]]:
    """Rows with their pictures, for a row group each, and how many were looked at for it."""
    start, size, pictures, kept = 0, 0, [], []
    for row, location in enumerate(rows["location"]):
        try:
            pictures.append(dataset.store.read(location))
            kept.append(row)
            size += len(pictures[-1])
        except PictureError as error:
            left_out.append(Problem(location, str(error)))
        if row + 1 == len(rows) or len(kept) >= GROUP_ROWS or size >= _GROUP_BYTES:
            yield rows.iloc[kept].drop(columns="location").assign(picture=pictures), row + 1 - start
            start, size, pictures, kept = row + 1, 0, [], []
