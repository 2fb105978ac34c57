"""A whole ledger for another workspace: reviews and decisions too, so that the same state stands there."""

from __future__ import annotations

from pathlib import Path

from core.dataset.model import Dataset
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process
from core.ledger.acts.checks import checked_person
from core.ledger.exchange.archive import unpack
from core.ledger.exchange.copying import ledger_copy, restore_copy
from core.ledger.exchange.folders import whole_folder
from core.ledger.exchange.stamp import ABOUT_NAME, Stamp, make_stamp, read_stamp, write_about
from core.ledger.people import Person, require
from core.ledger.storage.store import Ledger, in_one_snapshot

WHOLE_LEDGER = "whole ledger"
COPY_NAME = "ledger.zip"


@in_one_snapshot
def export_whole_ledger(ledger: Ledger, dataset: Dataset, target: Path) -> Stamp:
    """Write ``ledger.zip``, with every row of the ledger, and ``about.json`` into a new folder.

    Raises GlitchAuditError if nothing was written to the ledger yet, or the folder cannot be written.
    """
    if not ledger.readable():
        raise GlitchAuditError(
            ledger.problem() or "Nothing was written to the ledger yet, so there is nothing to take."
        )
    stamp = make_stamp(ledger, dataset, kind=WHOLE_LEDGER)
    with whole_folder(target) as folder:
        (folder / COPY_NAME).write_bytes(ledger_copy(ledger))
        write_about(folder, stamp)
    return stamp


def whole_ledger_in(data: bytes, *, name: str) -> tuple[Stamp, bytes] | None:
    """Return the stamp and copy in a whole ledger's ZIP, None for other files; GlitchAuditError for a bad ZIP."""
    return _stamp_and_copy(data, name=name) if data[:2] == b"PK" else None


@in_own_process(Limits(memory=2_000_000_000, seconds=60))
def _stamp_and_copy(data: bytes, *, name: str) -> tuple[Stamp, bytes] | None:
    files = unpack(data, name=name)
    if COPY_NAME not in files or ABOUT_NAME not in files:
        return None
    stamp, _ = read_stamp(files[ABOUT_NAME], where=name)
    return (stamp, files[COPY_NAME]) if stamp.kind == WHOLE_LEDGER else None


def fill_ledger(ledger: Ledger, copy: bytes, *, author: str | Person) -> int:
    """Fill an empty ledger with the copy of another; return how many rows were written.

    The rows keep their authors and times, but every name counts as unverified from now on. ``author`` vouches for it,
    and is a moderator because it may hold a moderator's decisions. Raises GlitchAuditError if the author is no
    moderator, the copy is damaged, or the ledger has rows.
    """
    require(checked_person(author), "restore ledger")
    return restore_copy(ledger, copy)
