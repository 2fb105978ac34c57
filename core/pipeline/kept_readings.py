"""A reading of the labels as it was when somebody asked for it, kept beside the results under the hash of its content.

What is decided later does not change it: who looks at labels as they are now looks at those of that moment, until he
has them read again. The process that audits them needs no ledger, which the open workbench holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.pipeline.reading import BROUGHT, READINGS, LabelsSaid, Reading, read_as, reading_of
from core.pipeline.stages import Prepared
from core.workspace import Workspace, make_folder, read_json, write_json

NEWEST_KEPT = 50
_FOLDER = "readings"
_ID = re.compile(f"({'|'.join(name for name in READINGS if name != BROUGHT)})-[0-9a-f]{{16}}")


@dataclass(frozen=True, eq=False)
class KeptReading:
    """What stood in the place of the labels that were brought when this reading was made.

    Attributes:
        reading: "now", "mine" or "taxonomy".
        said: the labels of single samples, str, index ``sample_id`` (glitches).
        read_at: when, in UTC.
        person_key: of whom the reading "mine" is; else "".
        becomes: what labels become of whatever sample, where the taxonomy changed.
    """

    reading: str
    said: pd.Series
    read_at: datetime
    person_key: str = ""
    becomes: Mapping[str, str] = field(default_factory=dict)

    @property
    def reading_id(self) -> str:
        """The id under which it is kept: the same for the same labels, whenever they were read."""
        said = self.said.sort_index()
        more = [dict(self.becomes)] if self.becomes else []
        return f"{self.reading}-{fingerprint('reading', self.person_key, list(said.index), list(said), *more)}"

    def since(self, said: pd.Series, becomes: Mapping[str, str] | None = None) -> tuple[int, int]:
        """Return of how many samples ``said`` says something where this reading says nothing, or something else.

        A label that ``becomes`` another one than it did in this reading counts as something else, too.
        """
        both = pd.concat([self.said, said], axis=1, keys=["then", "now"]).fillna("")
        differ = both[both["then"] != both["now"]]
        more = int((differ["then"] == "").sum())
        renamed = set(self.becomes.items()) ^ set((becomes or {}).items())
        return more, len(differ) - more + len({name for name, _ in renamed})

    def of(self, prepared: Prepared) -> Prepared:
        """Return what was prepared with these labels in place of those that were brought."""
        return read_as(prepared, self.labels_of(prepared.samples))

    def labels_of(self, samples: pd.DataFrame) -> Reading:
        """Return the labels of these samples, which carry those that were brought, in this reading."""
        return reading_of(samples, LabelsSaid(self.said, self.becomes))


def is_reading_id(text: str) -> bool:
    """Return whether a text looks like what :func:`keep_reading` returns."""
    return _ID.fullmatch(text) is not None


def keep_reading(
    workspace: Workspace,
    reading: str,
    said: pd.Series,
    *,
    person_key: str = "",
    becomes: Mapping[str, str] | None = None,
) -> str:
    """Keep a reading as it is now, delete the oldest ones beyond :data:`NEWEST_KEPT`, and return its id.

    Raises GlitchAuditError where the cache cannot be written.
    """
    return keep_labels(workspace, KeptReading(reading, said, datetime.now(UTC), person_key, becomes or {}))


def keep_labels(workspace: Workspace, kept: KeptReading) -> str:
    """Keep a reading that was made already, as :func:`keep_reading` does."""
    path = _path(workspace, kept.reading_id)
    make_folder(path.parent)
    content = {
        "reading": kept.reading,
        "person_key": kept.person_key,
        "read_at": kept.read_at.isoformat(),
        "said": {str(name): str(label) for name, label in kept.said.items()},
        "becomes": dict(kept.becomes),
    }
    write_json(path, content)
    _let_go_of_old(path.parent)
    return kept.reading_id


def kept_reading(workspace: Workspace, reading_id: str) -> KeptReading:
    """Return the reading that is kept under this id; raises GlitchAuditError where there is none."""
    content: Any = read_json(_path(workspace, reading_id)) if is_reading_id(reading_id) else None
    try:
        said = pd.Series(content["said"], dtype="str", name="label").rename_axis("sample_id")
        read_at = datetime.fromisoformat(content["read_at"])
        becomes = {str(name): str(label) for name, label in dict(content.get("becomes", {})).items()}
        return KeptReading(str(content["reading"]), said, read_at, str(content["person_key"]), becomes)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise GlitchAuditError(
            f"The reading of the labels “{reading_id[:40]}” is not kept here any more: have the labels read again."
        ) from error


def _path(workspace: Workspace, reading_id: str) -> Path:
    return workspace.cache / _FOLDER / f"{reading_id}.json"


def _let_go_of_old(folder: Path) -> None:
    paths = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in paths[NEWEST_KEPT:]:
        path.unlink(missing_ok=True)
