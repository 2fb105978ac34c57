"""Recover a damaged or missing ledger: what can be put back, and putting it back. Nothing is deleted."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.errors import GlitchAuditError
from core.files import names_to_disk, to_disk
from core.ledger.people import Person, as_person, require
from core.ledger.storage.backups import Backup, list_backups, read_whole
from core.ledger.storage.file_errors import DamagedError, TruncatedError
from core.ledger.storage.last_event import forget_extent
from core.ledger.storage.store import Ledger

_BROKEN_ENTRY = re.compile(r"entry at byte position (\d+)")


@dataclass(frozen=True)
class Offer:
    """What can be done about a ledger that cannot be used.

    Attributes:
        missing: there is no ledger file, but there are backups; else it is damaged, or lost its end.
        backup: the one with the latest events that can be read whole, or None.
        backups: all of them, the one with the latest events first, readable or not.
        cut: it is whole as far as it goes, but holds less than was written to it.
    """

    missing: bool
    backup: Backup | None
    backups: tuple[Backup, ...] = ()
    cut: bool = False


@dataclass(frozen=True)
class Recovery:
    """What :func:`recover` did.

    Attributes:
        set_aside: where the damaged file lies now; None where it was missing.
        backup: the backup that was put in its place; None where it was salvaged or begins empty.
        rows: rows in the ledger now.
        salvaged: it was made of what can still be read of the damaged file.
    """

    set_aside: Path | None
    backup: Backup | None
    rows: int
    salvaged: bool = False


def recovery_offer(ledger: Ledger) -> Offer | None:
    """Return what can be put back; None for a ledger that is neither damaged nor missing with backups beside it."""
    if not ledger.exists():
        backup = _newest_whole(ledger.path)
        return Offer(missing=True, backup=backup, backups=list_backups(ledger.path)) if backup else None
    try:
        with ledger.cursor():
            return None
    except DamagedError as error:
        backup, backups = _newest_whole(ledger.path), list_backups(ledger.path)
        return Offer(missing=False, backup=backup, backups=backups, cut=isinstance(error, TruncatedError))
    except GlitchAuditError:
        return None


def recover(
    ledger: Ledger, *, author: str | Person, backup: Backup | None = None, now: datetime | None = None
) -> Recovery:
    """Set a damaged ledger aside under a dated name, and put the fullest readable copy in its place.

    That is the ``backup`` chosen from the offer, else the one with the latest events that can be read whole, or what
    can still be read of the damaged file (up to the damage in its write-ahead log) if that has more rows. Without
    either, the ledger begins empty. ``now``, in UTC, is for the dated name.

    Raises:
        GlitchAuditError: the ledger is not damaged (nor missing with a backup), the folder cannot be written, the
            author is a viewer, or the chosen backup cannot be read whole.
    """
    require(as_person(author), "recover")
    with ledger.write_lock:
        offer = recovery_offer(ledger)
        if offer is None:
            raise GlitchAuditError(f"The ledger {ledger} is not damaged, so there is nothing to recover.")
        if backup is not None and not _is_whole(backup):
            raise GlitchAuditError(f"The backup {backup.path} cannot be read whole: choose another one.")
        ledger.close()
        try:
            return _replace(ledger.path, offer, backup, now or datetime.now(UTC))
        except OSError as error:
            raise GlitchAuditError(
                f"The ledger {ledger.path} cannot be recovered ({error.strerror or error}): nothing was deleted; free "
                "some space there, or give this program the right to write there."
            ) from error


def _replace(path: Path, offer: Offer, chosen: Backup | None, now: datetime) -> Recovery:
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    fresh = path.with_name(f".{path.name}.recovering")
    backup = chosen or offer.backup
    salvaged = None if offer.missing or chosen else _salvage(path, fresh)
    if salvaged is not None and (backup is None or salvaged > backup.rows):
        rows, backup = salvaged, None
    elif backup is not None:
        shutil.copyfile(backup.path, fresh)
        rows, salvaged = backup.rows, None
    else:
        _remove(fresh)
        rows, backup, salvaged = 0, None, None
    set_aside = None
    log = _log_of(path)
    if not offer.missing:
        set_aside = _free_name(path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}"))
        if log.exists():
            log.rename(_log_of(set_aside))
        path.rename(set_aside)
    elif log.exists():
        log.rename(_free_name(path.with_name(f"{path.stem}.without-ledger-{stamp}.wal")))
    if fresh.exists():
        to_disk(fresh)
        fresh.rename(path)
        names_to_disk(path.parent)
    forget_extent(path)
    return Recovery(set_aside, backup, rows, salvaged is not None)


def _newest_whole(path: Path) -> Backup | None:
    return next(filter(_is_whole, list_backups(path)), None)


def _is_whole(backup: Backup) -> bool:
    import duckdb

    try:
        return read_whole(backup.path)[0] == backup.rows
    except (duckdb.Error, OSError):
        return False


def _salvage(path: Path, fresh: Path) -> int | None:
    """Copy the file without the damaged end of its log; return the rows that can be read, None if it does not open.

    The log is written in order and each entry has a checksum, so what lies before the damage is whole batches.
    """
    import duckdb

    _remove(fresh)
    shutil.copyfile(path, fresh)
    if not _log_of(path).exists():
        return None
    shutil.copyfile(_log_of(path), _log_of(fresh))
    try:
        try:
            duckdb.connect(str(fresh)).close()
        except duckdb.Error as error:
            place = _BROKEN_ENTRY.search(str(error))
            if place is None:
                raise
            os.truncate(_log_of(fresh), int(place[1]))
        connection = duckdb.connect(str(fresh))
        connection.execute("CHECKPOINT")
        connection.close()
        return read_whole(fresh)[0]
    except duckdb.Error:
        return None
    finally:
        _remove(_log_of(fresh))


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def _free_name(path: Path) -> Path:
    candidate, number = path, 1
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return candidate
