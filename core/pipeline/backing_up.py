"""What of a data set's workspace cannot be computed again, as one ZIP to keep elsewhere."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from core.dataset.model import Dataset
from core.detector.strain.kept_place import PLACE_FILE
from core.errors import GlitchAuditError
from core.ledger.acts.naming_people import ROLES_FILE
from core.ledger.exchange.copying import MAX_BYTES, ledger_copy
from core.ledger.exchange.stamp import ABOUT_NAME, make_stamp, stamp_text
from core.ledger.exchange.whole_ledger import COPY_NAME, WHOLE_LEDGER
from core.ledger.storage.store import Ledger, in_one_snapshot
from core.ledger.views.decision_rule import FILE_NAME as RULE_FILE
from core.pipeline.detector import SETTINGS_FILE as DETECTOR_FILE
from core.pipeline.kept_releases import FOLDER as RELEASES
from core.pipeline.snapshot import SETTINGS_FILE
from core.pipeline.votes import FILE_NAME as VOTES_FILE
from core.workspace import ABOUT_FILE, Workspace

READ_ME = "READ ME.txt"
FOLDER = "workspace"
"""The folder inside the ZIP of the files that lie beside the ledger."""

_KEPT = (SETTINGS_FILE, ROLES_FILE, RULE_FILE, VOTES_FILE, DETECTOR_FILE, PLACE_FILE, ABOUT_FILE)
_MOST_BYTES = 200_000_000
HOW_BACK = (
    "Open the same pictures on the page “Data and settings”. On the page “Corrections”, under Exchange, “Bring in”, "
    "hand in this ZIP as it is: a moderator can fill an empty ledger with it. Put the files of its folder "
    f"“{FOLDER}” into the data set’s own folder on the computer that runs Glitch Audit; they are the settings, the "
    "roles, the rule for decisions, the volunteers’ votes, where other files that were brought lie, and the "
    "releases, as far as there are any."
)
"""How a backup is brought back, in the words of the page and of the file inside."""
NAMES_AFTERWARDS = "Who said what stays as it was, but all names count as typed and not checked afterwards."


@dataclass(frozen=True)
class WorkspaceBackup:
    """A backup of a workspace.

    Attributes:
        name: of its file.
        data: the ZIP.
        holds: the names of the files in it and their bytes, unpacked.
        events: how many rows of the ledger it holds; 0 without one.
        trouble: what to know before one relies on it, in a sentence; "" for nothing.
    """

    name: str
    data: bytes
    holds: tuple[tuple[str, int], ...]
    events: int
    trouble: str = ""


@in_one_snapshot
def back_up_workspace(ledger: Ledger, workspace: Workspace, dataset: Dataset) -> WorkspaceBackup:
    """Return a backup of the ledger, the settings, roles, rule, votes and releases, of one moment; no pictures.

    Of strain and channels it holds where they lie, not the files.

    Raises GlitchAuditError where the ledger is there and cannot be read, or a file is too large to be packed.
    """
    if ledger.exists() and not ledger.readable():
        raise GlitchAuditError(ledger.problem() or f"{ledger} cannot be read.")
    parts: dict[str, bytes] = {}
    stamp = make_stamp(ledger, dataset, kind=WHOLE_LEDGER)
    if stamp.ledger_events:
        parts[COPY_NAME] = ledger_copy(ledger)
        parts[ABOUT_NAME] = stamp_text(stamp).encode()
    parts |= {f"{FOLDER}/{name}": content for name, content in _files(workspace).items()}
    about = stamp.sentence() if stamp.ledger_events else f"Backup of {dataset.name}; nobody has said anything yet."
    parts[READ_ME] = f"{about}\n\n{HOW_BACK}\n\n{NAMES_AFTERWARDS}\n\nThe pictures are not in it.\n".encode()
    large = len(parts.get(COPY_NAME, b"")) > MAX_BYTES
    trouble = (
        f"Its ledger has more than {MAX_BYTES // 1_000_000} MB, which is more than a page takes back: keep a copy of "
        f"the folder {workspace.root} as well."
    )
    return WorkspaceBackup(
        name=f"{workspace.name}-backup-{datetime.now(UTC):%Y%m%d-%H%M%S}.zip",
        data=_packed(parts),
        holds=tuple((name, len(content)) for name, content in parts.items()),
        events=stamp.ledger_events,
        trouble=trouble if large else "",
    )


def _files(workspace: Workspace) -> dict[str, bytes]:
    found = {}
    releases = sorted((workspace.root / RELEASES).glob("*.zip"))
    for name in (*_KEPT, *(f"{RELEASES}/{path.name}" for path in releases if not path.name.startswith("."))):
        path = workspace.root / name
        with suppress(FileNotFoundError):
            if path.is_symlink() or not path.is_file():
                continue
            if path.stat().st_size > _MOST_BYTES:
                raise GlitchAuditError(f"{path} is too large to be packed: copy the folder {workspace.root} instead.")
            try:
                found[name] = path.read_bytes()
            except FileNotFoundError:
                raise
            except OSError as error:
                raise GlitchAuditError(f"{path} cannot be read ({error.strerror or error}).") from error
    return found


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()
