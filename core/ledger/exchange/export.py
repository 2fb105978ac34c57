"""Export proposals as CSV, a superset of the reference audit's correction table, and as Parquet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from core.dataset.cells import defused_column
from core.dataset.selection import ADD, SUBTRACT, Asked, read_asked_record, read_drawn_record
from core.ledger.identity import KEYS
from core.ledger.views.proposals import PROPOSAL_COLUMNS

REFERENCE_COLUMNS = {
    "true_label": "label_before",
    "segment": "selection",
    "proposed_label": "label_proposed",
    "justification": "reason",
}
"""The reference audit's column names and what fills them; its ``sample_id`` is the same here.

What it calls the true label is the label before the correction; its segment of a curve is, here, the selection that the
proposal came from, in words.
"""

_DONE_WITH_IT = {ADD: "added", SUBTRACT: "taken away"}
_IDS_NAMED = 10
_RENAMED = {"sample_id", *REFERENCE_COLUMNS.values()}
COLUMNS = ("sample_id", *REFERENCE_COLUMNS, *(name for name in PROPOSAL_COLUMNS if name not in _RENAMED | {*KEYS}))

SCREEN_COLUMNS = {
    "created_at": "when (UTC)",
    "sample_id": "id",
    "label_before": "label before",
    "label_proposed": "label proposed",
    "reason": "reason",
    "confidence": "confidence",
    "author": "author",
    "author_verified": "name verified",
    "status": "status",
    "withdrawn_by": "withdrawn by",
    "how": "how",
    "batch_id": "batch id",
}
"""What the page Corrections shows of a proposal, and under which name; the plain CSV says the same."""


def export_table(proposals: pd.DataFrame) -> pd.DataFrame:
    """Return the proposals under the export's column names: the reference audit's five first, then the rest."""
    table = proposals.assign(selection=[describe_selection(row) for row in proposals.to_dict("records")])
    return table.rename(columns={ours: theirs for theirs, ours in REFERENCE_COLUMNS.items()})[list(COLUMNS)]


def describe_selection(row: dict[str, Any]) -> str:
    """Return how a proposal's samples were chosen, in words: "lasso of 12 corners; box added; labels Blip, Tomte"."""
    how = row["how"]
    polygon, drawn_after = read_drawn_record(row["polygon"])
    if how == "lasso":
        how = f"lasso of {len(polygon)} corners"
    elif how == "cluster":
        how = f"cluster {row['cluster']}"
    filters = json.loads(row["filters"])
    if how == "import":
        how = f"import of {filters.get('file', 'a file')}"
    if (asked := read_asked_record(row["polygon"])) is not None:
        how = _asked_in_words(asked)
    parts = [how, *(f"{part.shape} {_DONE_WITH_IT[part.operation]}" for part in drawn_after)]
    for name in ("labels", "clusters", "detectors", "splits"):
        if filters.get(name):
            parts.append(f"{name} {', '.join(map(str, filters[name]))}")
    parts += [f"{column} {low:g} to {high:g}" for column, low, high in filters.get("ranges", ())]
    parts += [f"{column} {value}" for column, value in filters.get("values", ())]
    if filters.get("text"):
        parts.append(f"id contains '{filters['text']}'")
    return "; ".join(parts)


def _asked_in_words(asked: Asked) -> str:
    words = dict(asked.named)
    like, unlike = ([words.get(name, name) for name in names] for names in (asked.like, asked.unlike))
    parts = [f"{asked.method}: like {_named(like)}"]
    if unlike:
        parts.append(f"unlike {_named(unlike)}")
    if asked.box:
        left, right, low, high = (f"{100 * side:.0f}" for side in asked.box)
        parts.append(f"its part {left} to {right} % across and {low} to {high} % upwards")
    if asked.view:
        parts.append(f"by the view {asked.view}")
    return ", ".join(parts)


def _named(sample_ids: Sequence[str]) -> str:
    """The first ids; all of them stand in the column "polygon"."""
    named = ", ".join(sample_ids[:_IDS_NAMED])
    return f"{named} and {len(sample_ids) - _IDS_NAMED:,} more" if len(sample_ids) > _IDS_NAMED else named


def export_csv(proposals: pd.DataFrame, path: Path | None = None) -> str:
    r"""Return the proposals as CSV text in the reference audit's form, written to ``path`` if one is given.

    Times are ISO 8601 in UTC. A text cell that a spreadsheet would run as a formula gets an apostrophe in front, which
    spreadsheets hide. Line breaks inside a cell become ``\n``.
    """
    text = _csv(export_table(proposals))
    if path is not None:
        path.write_text(text, encoding="utf-8", newline="")
    return text


def proposals_csv(proposals: pd.DataFrame) -> str:
    """Return the proposals as CSV text under the names on screen, :data:`SCREEN_COLUMNS`; cells as in export_csv."""
    table = proposals.assign(how=[describe_selection(row) for row in proposals.to_dict("records")])
    return _csv(table[list(SCREEN_COLUMNS)].rename(columns=SCREEN_COLUMNS))


def polygons_csv(proposals: pd.DataFrame) -> str:
    """Return as CSV text what was drawn or asked for, one row a batch: "batch id" and "polygon", as JSON."""
    drawn = proposals[~proposals["polygon"].fillna("").isin(("", "[]"))].drop_duplicates("batch_id")
    return _csv(drawn[["batch_id", "polygon"]].rename(columns={"batch_id": "batch id"}))


def comments_csv(comments: pd.DataFrame) -> str:
    """Return comments, as ``core.ledger.views.comments.all_comments`` has them, as CSV text; cells as in export_csv."""
    return _csv(comments)


def _csv(table: pd.DataFrame) -> str:
    table = table.copy()
    for name in table.columns:
        if pd.api.types.is_datetime64_any_dtype(table[name]):
            table[name] = table[name].dt.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        elif not pd.api.types.is_numeric_dtype(table[name]):
            # A lone carriage return would be written unquoted, and readers take it for the end of a row.
            table[name] = defused_column(table[name]).str.replace("\r\n?", "\n", regex=True)
    return table.to_csv(index=False, lineterminator="\n")


def export_parquet(proposals: pd.DataFrame, path: Path) -> None:
    """Write the proposals to a Parquet file, texts as they are."""
    export_table(proposals).to_parquet(path, index=False)


def export_parquet_bytes(proposals: pd.DataFrame) -> bytes:
    """Return the proposals as the bytes of a Parquet file, texts as they are."""
    return export_table(proposals).to_parquet(index=False)
