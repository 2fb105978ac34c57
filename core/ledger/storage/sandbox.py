"""A ledger for one visitor alone, in a temporary folder that is removed when nobody holds the sandbox any more."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path

from core.errors import GlitchAuditError
from core.ledger.storage.bounds import Bounds
from core.ledger.storage.store import FILE_NAME, Ledger

_PREFIX = "glitch-audit-sandbox-"
# A restored sandbox holds what its visitor wrote into the file, and all visitors share one machine.
_BOUNDS = Bounds(memory=300_000_000, threads=1, seconds=20.0)


class Sandbox:
    """A private ledger; keep it in the visitor's session and nowhere else.

    It is not in :func:`core.ledger.open_ledger`'s list, so no other session can reach it. When the session ends, its
    connection is closed and its folder removed. Raises GlitchAuditError if there is no room for a temporary folder.
    """

    def __init__(self) -> None:
        try:
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        except OSError as error:
            raise GlitchAuditError(
                f"No sandbox can be made ({error.strerror or error}): looking around works, proposing does not."
            ) from error
        self.ledger = Ledger(folder / FILE_NAME, bounds=_BOUNDS)
        self.ledger.backup_rule = None
        self._discard = weakref.finalize(self, _discard, self.ledger, folder)

    def discard(self) -> None:
        """Remove it now; its ledger must not be used after that."""
        self._discard()


def _discard(ledger: Ledger, folder: Path) -> None:
    ledger.close()
    shutil.rmtree(folder, ignore_errors=True)
