"""Replace one column of a CSV and add two, leaving every other byte as it is."""

from __future__ import annotations

import re
from collections.abc import Callable

from core.dataset.cells import defused
from core.errors import GlitchAuditError

# One field and what ends it. A quoted field may hold separators, line breaks and doubled quotes.
_FIELD = re.compile(r'("(?:[^"]|"")*"[^,\r\n]*|[^,\r\n]*)(,|\r\n|\n|\r|\Z)')

Change = tuple[str, str, str]
"""The label, the original label and the decision's id of a corrected row."""


def rewrite_csv(
    text: str,
    *,
    id_column: int,
    label_column: int,
    added: tuple[str, str],
    change_of: Callable[[str], Change | None],
    where: str,
) -> str:
    """Return the CSV text with the label of corrected rows replaced and two columns at the end.

    If the header names the two columns already (the file is an earlier export), their cells are replaced instead, and
    an original label that stands there stays. Raises GlitchAuditError if the text has no header.

    Args:
        text: of a CSV that is separated by commas; a byte order mark may stand in front.
        id_column, label_column: place of the two columns.
        added: names of the two columns: the original label, and the decision's id.
        change_of: what to write for the sample of this id; None for a row that stays as it is.
        where: the file's place, for messages.
    """
    records = _records(text)
    if not records:
        raise GlitchAuditError(f"{where}: the CSV is empty")
    header, _ = records[0]
    names = [plain(field).strip().lower() for field in header]
    places = [names.index(name) if name in names else None for name in added]
    out = []
    for number, (fields, end) in enumerate(records):
        if fields == [""] and end != "":
            out.append(end)  # an empty line, which readers skip
            continue
        fields = list(fields)
        if number == 0:
            values: tuple[str, ...] = added
        else:
            values = ("", "")
            enough = len(fields) > max(id_column, label_column)
            change = change_of(plain(fields[id_column]).strip()) if enough else None
            if change is not None:
                label, original, decision = change
                fields[label_column] = _quoted(defused(label))
                values = (original, decision)
        for place, value in zip(places, values, strict=True):
            if place is None:
                # A row shorter than the header gets empty cells, so that ours stand below their names.
                fields += [""] * (len(header) - len(fields))
            elif number and value and place < len(fields) and not (place == places[0] and plain(fields[place])):
                fields[place] = _quoted(defused(value))
        fields += [
            _quoted(value if number == 0 else defused(value))
            for place, value in zip(places, values, strict=True)
            if place is None
        ]
        out.append(",".join(fields) + end)
    return "".join(out)


def plain(field: str) -> str:
    """Return the value of a raw CSV field: without byte order mark and quotes around it, doubled quotes made single."""
    field = field.removeprefix("\ufeff")
    if field.startswith('"') and field.rstrip().endswith('"') and len(field.rstrip()) > 1:
        return field.rstrip()[1:-1].replace('""', '"')
    return field


def header_of(text: str) -> list[str]:
    """Return the names of the columns."""
    fields = []
    for match in _FIELD.finditer(text):
        fields.append(plain(match[1]))
        if match[2] != ",":
            break
    return fields


def _records(text: str) -> list[tuple[list[str], str]]:
    records: list[tuple[list[str], str]] = []
    fields: list[str] = []
    for match in _FIELD.finditer(text):
        fields.append(match[1])
        if match[2] == ",":
            continue
        if match[2] or fields != [""]:
            records.append((fields, match[2]))
        fields = []
        if not match[2]:
            break
    return records


def _quoted(value: str) -> str:
    if any(character in value for character in ',"\r\n'):
        return '"' + value.replace('"', '""') + '"'
    return value
