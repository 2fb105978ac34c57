"""A verdict, as a row of a table that moderators and pages read."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from core.audit.failure_modes.params import FailureModeParams
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint

VERSION = 4
"""Raised when the same input and parameters would give another result, so that cached ones are dropped."""

OVER_SPLITTING = "over-splitting"
OVER_COMPRESSION = "over-compression"
SUPPORTED = "supported"
NOT_SUPPORTED = "not supported"
CANNOT_TELL = "cannot tell"
ANSWERS = (SUPPORTED, CANNOT_TELL, NOT_SUPPORTED)

COLUMNS = ("mode", "subject", "cluster", "label", "verdict", "sentence", "numbers", "clusters", "labels")
_FILE = "verdicts.parquet"


@dataclass(frozen=True)
class Verdict:
    """Whether one cluster is over-split, or one label over-compressed.

    ``mode`` is "over-splitting" or "over-compression"; ``cluster`` or ``label`` is judged, the other is None or "";
    ``verdict`` is "supported", "not supported" or "cannot tell"; ``sentence`` is for a moderator; ``numbers`` that are
    not finite become null; ``clusters`` and ``labels`` are all that are concerned.
    """

    mode: str
    verdict: str
    sentence: str
    cluster: int | None = None
    label: str = ""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    clusters: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """What is judged, in words."""
        return f"label {self.label}" if self.cluster is None else f"cluster {self.cluster}"


def verdict_table(verdicts: Iterable[Verdict]) -> pd.DataFrame:
    """Return the verdicts as a table, the supported ones first; columns :data:`COLUMNS`."""
    ordered = sorted(verdicts, key=lambda verdict: ANSWERS.index(verdict.verdict))
    rows = [
        {
            "mode": verdict.mode,
            "subject": verdict.subject,
            "cluster": verdict.cluster,
            "label": verdict.label,
            "verdict": verdict.verdict,
            "sentence": verdict.sentence,
            "numbers": json.dumps(_plain(verdict.numbers), sort_keys=True),
            "clusters": json.dumps([int(number) for number in verdict.clusters]),
            "labels": json.dumps([str(label) for label in verdict.labels]),
        }
        for verdict in ordered
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["cluster"] = table["cluster"].astype("Int64")
    return table.astype({name: "str" for name in COLUMNS if name != "cluster"})


def failure_modes_fingerprint(input_fingerprint: str, params: FailureModeParams, *, seed: int = 0) -> str:
    """Return the name under which the verdicts are cached, known before the work is done."""
    return fingerprint("failure modes", VERSION, input_fingerprint, params, seed)


def save_verdicts(verdicts: pd.DataFrame, folder: Path) -> None:
    """Write the verdicts into ``folder``, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    verdicts.to_parquet(folder / _FILE, index=False)


def load_verdicts(folder: Path) -> pd.DataFrame:
    """Read what :func:`save_verdicts` wrote; raises GlitchAuditError where it is missing or damaged."""
    try:
        return pd.read_parquet(folder / _FILE)[list(COLUMNS)]
    except (OSError, ValueError, KeyError) as error:
        raise GlitchAuditError(
            f"The cached verdicts in {folder} are missing or damaged; delete that folder and they are computed again."
        ) from error


def listed(names: Iterable[Any]) -> str:
    """Return names as a sentence lists them: "A, B and C"."""
    names = [str(name) for name in names]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    return value
