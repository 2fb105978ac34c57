"""Which column of a table without pictures means what, guessed by name; the guesses are told to the user."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from core.dataset.readers.columns import LABEL_COLUMNS, first_present

KEY_COLUMNS = ("sample_id", "gravityspy_id", "id", "file_name", "filename", "file", "path", "image", "picture")
"""Columns that name the samples, the first that is there."""

TABLE_LABELS = (*LABEL_COLUMNS, "true_label", "class", "class_name", "category")
CLUSTER_COLUMNS = ("cluster", "cluster_id", "cluster_label", "hdbscan", "hdbscan_cluster")
COORDINATE_COLUMNS = tuple((f"{name}x", f"{name}y") for name in ("", "umap_", "tsne_", "pca_", "map_", "emb_"))
"""Pairs of columns that are places on a map; two numbered columns (``umap_1``, ``umap_2``) are as well."""

LIST_COLUMNS = ("embedding", "vector", "embeddings", "features")
"""Columns that hold a list of numbers a row."""

NUMBERED_COLUMNS = (
    *("", "d", "dim", "e", "emb", "embed", "embedding", "f", "feat", "feature", "features", "v", "vec", "vector"),
    *("latent", "z", "pc", "pca", "umap", "tsne", "component"),
)
"""What may stand before the number of columns that together are a vector: ``dim_0``, ``dim_1`` and so on."""

PICTURE_COLUMNS = (
    *("path", "file_path", "filepath", "picture_path", "image_path", "file", "file_name", "filename", "picture"),
    *("image", "file_url", "url", "url1", "url2", "url3", "url4"),
)
"""Columns that may say where a picture lies."""

_NUMBERED = re.compile(r"(?P<name>[a-z]*)[_ -]?(?P<number>\d{1,5})")


@dataclass(frozen=True)
class TableColumns:
    """The columns of a table by what they mean; empty where there is none.

    ``key`` names the samples; ``coordinates`` are two columns, places on a map; ``vectors`` numbered columns, or one of
    lists; ``cluster`` clusters that somebody made; ``pictures`` where pictures may lie.
    """

    key: str = ""
    label: str = ""
    coordinates: tuple[str, ...] = ()
    vectors: tuple[str, ...] = ()
    cluster: str = ""
    pictures: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What a data set without pictures needs and this table lacks, in words."""
        needs = {
            f"one that names the samples ({', '.join(KEY_COLUMNS[:5])}, ...)": self.key,
            f"one of labels ({', '.join(TABLE_LABELS[:3])}, ...)": self.label,
            "two of 2-D coordinates (x and y, umap_x and umap_y, ...) or a vector's numbers (dim_0, dim_1, ...)": (
                self.coordinates or self.vectors
            ),
        }
        return tuple(words for words, found in needs.items() if not found)

    def in_words(self) -> str:
        """Which column was taken for what, in a sentence."""
        parts = [f"the column {self.key} names the samples", f"{self.label} their labels"]
        if self.coordinates:
            parts.append(f"{self.coordinates[0]} and {self.coordinates[1]} are their places on the map")
        if len(self.vectors) == 1:
            parts.append(f"{self.vectors[0]} their vectors")
        elif self.vectors:
            parts.append(f"{self.vectors[0]} to {self.vectors[-1]} their vectors of {len(self.vectors):,} numbers")
        if self.cluster:
            parts.append(f"{self.cluster} their clusters")
        return ", ".join(parts)


def table_columns(table: pd.DataFrame) -> TableColumns:
    """What the columns mean, by their names (letter case ignored) and types; some rows of the table are enough."""
    names = [str(name) for name in table.columns]
    numeric = [
        name
        for name in table.columns
        if pd.api.types.is_numeric_dtype(table[name]) and not pd.api.types.is_bool_dtype(table[name])
    ]
    key = first_present(names, KEY_COLUMNS)
    used = {key}
    pairs = ([first_present(numeric, (part,)) for part in pair] for pair in COORDINATE_COLUMNS)
    coordinates = next((tuple(name for name in pair if name) for pair in pairs if all(pair)), ())
    lists = first_present([name for name in table.columns if name not in numeric], LIST_COLUMNS)
    vectors: tuple[str, ...] = (lists,) if lists is not None and _holds_lists(table[lists]) else ()
    numbered = _numbered([name for name in numeric if name not in (*used, *coordinates)])
    if not vectors and len(numbered) > 2:
        vectors = numbered
    elif not coordinates and len(numbered) == 2:
        coordinates = numbered
    return TableColumns(
        key=key or "",
        label=first_present(names, TABLE_LABELS) or "",
        coordinates=coordinates,
        vectors=vectors,
        cluster=first_present(names, CLUSTER_COLUMNS) or "",
        pictures=tuple(name for name in names if name.strip().lower() in PICTURE_COLUMNS),
    )


def _numbered(names: Iterable[str]) -> tuple[str, ...]:
    """The longest family of columns that are numbered from 0 or 1 without a gap, in the order of the numbers."""
    families: dict[str, dict[int, str]] = {}
    for name in names:
        match = _NUMBERED.fullmatch(str(name).strip().lower())
        if match is not None and match["name"] in NUMBERED_COLUMNS:
            families.setdefault(match["name"], {})[int(match["number"])] = name
    whole = [
        tuple(family[number] for number in sorted(family))
        for family in families.values()
        if min(family) in (0, 1) and max(family) - min(family) == len(family) - 1
    ]
    return max(whole, key=len, default=())


def _holds_lists(column: pd.Series) -> bool:
    first = next((value for value in column if value is not None), None)
    return first is not None and not isinstance(first, (str, bytes, dict)) and hasattr(first, "__len__")
