"""Lists of channels that say which see the strain itself (unsafe) and which do not (safe)."""

from __future__ import annotations

import configparser
import csv
import re
from collections.abc import Iterable
from pathlib import Path

from core.dataset.readers.bounds import MAX_LIST_BYTES, refuse_too_big
from core.detector.model import Safety
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process

_CHANNEL = re.compile(r"[A-Z]\d:\S+")
_SAFE = frozenset({"safe", "true", "yes", "1"})
_UNSAFE = frozenset({"unsafe", "false", "no", "0", "unsafeabove2khz"})
# What a line of an INI says; its numbers are rates.
_SAID = (_SAFE | _UNSAFE | {"unknown"}) - {"0", "1"}
_NAME_COLUMNS = ("channel", "channels", "name", "channel_name")
_SAFETY_COLUMNS = ("safety", "safe", "status", "verdict")


@in_own_process(Limits(memory=500_000_000, seconds=30, output=50_000_000))
def read_safety(path: Path) -> dict[str, Safety]:
    """Return what a channel list says of each channel, by name; who is not in it is unknown.

    A CSV has a column of names and one called safe or safety (safe, unsafe, unknown, or yes and no). An INI is one as
    the detectors' channel lists are written: lines ``L1:NAME rate safe clean`` below a section's ``channels =``, or a
    section called safe or unsafe. Raises GlitchAuditError where it is neither, or lists a channel as both.
    """
    refuse_too_big(path, MAX_LIST_BYTES)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise GlitchAuditError(f"{path}: the list of channels cannot be read as text ({error}).") from None
    found = _from_ini(text, path) if path.suffix.lower() in (".ini", ".cfg", ".conf") else _from_csv(text, path)
    known: dict[str, Safety] = {}
    for name, said in found:
        if known.setdefault(name, said) != said:
            raise GlitchAuditError(f"{path}: {name} is listed as {known[name]} and as {said}; keep one of them.")
    if not known:
        raise GlitchAuditError(
            f"{path}: no channel is in it; a list is a CSV with the columns channel and safety, or an INI with lines "
            "like: L1:NAME 256 safe clean."
        )
    return known


def _from_csv(text: str, path: Path) -> Iterable[tuple[str, Safety]]:
    rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines()) if any(row)]
    if not rows:
        return
    header = [cell.lower() for cell in rows[0]]
    name = next((header.index(column) for column in _NAME_COLUMNS if column in header), None)
    said = next((header.index(column) for column in _SAFETY_COLUMNS if column in header), None)
    if name is None or said is None:
        raise GlitchAuditError(f"{path}: the list needs a column called channel and one called safety.")
    for row in rows[1:]:
        if len(row) > max(name, said) and row[name]:
            yield row[name], _safety(row[said])


def _from_ini(text: str, path: Path) -> Iterable[tuple[str, Safety]]:
    parser = configparser.RawConfigParser(allow_no_value=True, delimiters=("=",), strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise GlitchAuditError(
            f"{path}: the list cannot be read as an INI file ({error.__class__.__name__})."
        ) from None
    for section in parser.sections():
        of_section = _safety(section)
        for key, value in parser.items(section):
            for line in f"{key}\n{value or ''}".splitlines():
                words = line.split()
                if words and _CHANNEL.fullmatch(words[0]):
                    said = [_safety(word) for word in words[1:] if word.lower() in _SAID]
                    yield words[0], next(iter(said), of_section)


def _safety(word: str) -> Safety:
    word = word.strip().lower()
    return "unsafe" if word in _UNSAFE else "safe" if word in _SAFE else "unknown"
