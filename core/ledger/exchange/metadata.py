"""Export the metadata in its own schema: ``label`` corrected, the original label and the decision added."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from core.dataset.model import Dataset
from core.dataset.opening import PARQUET_SUFFIXES
from core.dataset.readers.bounds import MAX_TABLE_BYTES, refuse_too_big
from core.dataset.readers.columns import LABEL_COLUMNS, first_present
from core.dataset.readers.metadata_csv import METADATA_CSV, is_metadata_csv
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process
from core.ledger.exchange.corrected import corrected_labels, rule_words
from core.ledger.exchange.csv_rewriting import header_of, rewrite_csv
from core.ledger.exchange.folders import whole_folder, write_csv
from core.ledger.exchange.stamp import Stamp, make_stamp, stamp_text, write_about
from core.ledger.storage.store import Ledger, in_one_snapshot
from core.ledger.views.decision_rule import DecisionRule

METADATA = "corrected metadata"
ADDED = ("label_original", "decision_id")
PARQUET_KEY = b"glitch_audit"


@in_one_snapshot
def export_metadata(ledger: Ledger, dataset: Dataset, target: Path, *, rule: DecisionRule | None = None) -> Stamp:
    """Write the data set's metadata with corrected labels into a new folder, with ``about.json`` beside it.

    A CSV is read anew and keeps every byte but those of corrected labels and the two columns ``label_original`` and
    ``decision_id`` at the end of each row, which are empty where nothing was decided; of several CSVs, each is written.
    A Parquet file keeps its columns, types, pictures and own metadata in the same way. Class folders and HDF5 have no
    table, so they get a ``metadata.csv`` with one row a sample.

    ``dataset`` has one sample a glitch. The labels are its own where the ledger is missing. Raises GlitchAuditError if
    the source is gone or cannot be read any more, or the folder cannot be written.
    """
    corrected = corrected_labels(ledger, dataset.samples["label"], rule)
    stamp = make_stamp(ledger, dataset, kind=METADATA, rule=rule_words(rule))
    with whole_folder(target) as folder:
        sources = _tables(dataset)
        for source in sources:
            if source.suffix.lower() in PARQUET_SUFFIXES:
                _write_parquet(dataset, source, folder / source.name, corrected, stamp)
            else:
                text = _corrected_csv(source, corrected)
                (folder / source.name).write_text(text, encoding="utf-8", newline="")
        if not sources:
            table = dataset.samples.assign(label=corrected["label"])
            table = table.join(corrected[list(ADDED)]).reset_index()
            write_csv(table, folder / "metadata.csv")
        names = [source.name for source in sources] or ["metadata.csv"]
        write_about(folder, stamp, files=names)
    return stamp


def _tables(dataset: Dataset) -> list[Path]:
    source = Path(dataset.source)
    if source.suffix.lower() in PARQUET_SUFFIXES and source.is_file():
        return [source]
    if dataset.source_form != METADATA_CSV:
        return []
    if source.is_file():
        return [source]
    tables = sorted(path for path in source.glob("*.csv") if path.is_file() and not path.name.startswith("."))
    found = [path for path in tables if is_metadata_csv(path)]
    if not found:
        raise GlitchAuditError(f"{source}: the metadata that this data set was read from is not there any more")
    return found


def _corrected_csv(source: Path, corrected: pd.DataFrame) -> str:
    refuse_too_big(source, MAX_TABLE_BYTES)
    try:
        text = source.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GlitchAuditError(f"{source}: the file cannot be read any more ({error})") from None
    names = header_of(text)
    id_column, label_column = first_present(names, ("gravityspy_id",)), first_present(names, LABEL_COLUMNS)
    if id_column is None or label_column is None:
        raise GlitchAuditError(f"{source}: the file lacks the columns that it was read by; was it changed?")
    changes = {
        row.Index: (row.label, row.label_original, row.decision_id)
        for row in corrected[corrected["decision_id"] != ""].itertuples()
    }
    return rewrite_csv(
        text,
        id_column=names.index(id_column),
        label_column=names.index(label_column),
        added=ADDED,
        change_of=changes.get,
        where=str(source),
    )


def _write_parquet(dataset: Dataset, source: Path, target: Path, corrected: pd.DataFrame, stamp: Stamp) -> None:
    import pyarrow
    import pyarrow.parquet

    _try_to_read(source)
    file = pyarrow.parquet.ParquetFile(source)
    schema = file.schema_arrow
    label = first_present(schema.names, LABEL_COLUMNS)
    if label is None:
        raise GlitchAuditError(f"{source}: the file lacks the column that it was read by; was it changed?")
    coded = _class_names(schema, label)
    names = coded + sorted(set(corrected["label"]) - set(coded)) if coded else []
    added = [name for name in ADDED if name not in schema.names]
    new_schema = schema
    for name in added:
        new_schema = new_schema.append(pyarrow.field(name, pyarrow.string()))
    metadata = dict(schema.metadata or {}) | {PARQUET_KEY: stamp_text(stamp).encode()}
    metadata = _with_features(metadata, label, names, added)
    # The pandas block describes the columns as they were, and would hide the new ones' types.
    new_schema = new_schema.with_metadata(metadata)
    # The pictures' places are the numbers of the rows, so that files without ids can be corrected too.
    owner = dict(zip(dataset.pictures["location"], dataset.pictures["sample_id"], strict=True))
    changes = corrected[corrected["decision_id"] != ""].to_dict("index")
    first = 0
    with pyarrow.parquet.ParquetWriter(target, new_schema) as writer:
        for number in range(file.num_row_groups):
            table = file.read_row_group(number)
            found = [changes.get(owner.get(str(first + row))) for row in range(len(table))]
            first += len(table)
            table = _replaced(table, label, found, lambda row: names.index(row["label"]) if coded else row["label"])
            for name in ADDED:
                if name in added:
                    values = [row[name] if row else "" for row in found]
                    table = table.append_column(pyarrow.field(name, pyarrow.string()), _as(values))
                elif name == "decision_id":
                    table = _replaced(table, name, found, lambda row: row["decision_id"])
            writer.write_table(table.cast(new_schema))


@in_own_process(Limits(memory=2_000_000_000, seconds=600))
def _try_to_read(source: Path) -> None:
    """Read every column once behind the gate: opening the data set has read the few that it needs."""
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(source)
        for number in range(file.num_row_groups):
            file.read_row_group(number)
    except (pyarrow.ArrowException, OSError, ValueError):
        raise GlitchAuditError(f"{source}: the file cannot be read as Parquet any more") from None


def _replaced(
    table: Any, column: str, found: list[dict[str, str] | None], value: Callable[[dict[str, str]], Any]
) -> Any:
    """Return the table with new values in the rows of corrected samples."""
    field = table.schema.field(column)
    old = table[column].to_pylist()
    new = [value(row) if row else before for row, before in zip(found, old, strict=True)]
    return table.set_column(table.schema.get_field_index(column), field, _as(new, field.type))


def _as(values: list[Any], kind: Any = None) -> Any:
    import pyarrow

    kind = kind or pyarrow.string()
    if pyarrow.types.is_dictionary(kind):
        return pyarrow.array(values, kind.value_type).dictionary_encode().cast(kind)
    return pyarrow.array(values, kind)


def _class_names(schema: Any, label: str) -> list[str]:
    """Return the names of labels that are stored as numbers, as Hugging Face does; empty where they are texts."""
    import pyarrow

    if not pyarrow.types.is_integer(schema.field(label).type):
        return []
    try:
        return list(json.loads(schema.metadata[b"huggingface"])["info"]["features"][label]["names"])
    except (KeyError, TypeError, ValueError):
        raise GlitchAuditError(
            "The labels of the Parquet file are numbers without names, so none can be replaced."
        ) from None


def _with_features(metadata: dict[bytes, bytes], label: str, names: list[str], added: list[str]) -> dict[bytes, bytes]:
    if b"huggingface" not in metadata:
        return metadata
    try:
        facts = json.loads(metadata[b"huggingface"])
        features = facts["info"]["features"]
        if names:
            features[label]["names"] = names
        features |= {name: {"dtype": "string", "_type": "Value"} for name in added}
    except (KeyError, TypeError, ValueError):
        return metadata
    return metadata | {b"huggingface": json.dumps(facts).encode()}
