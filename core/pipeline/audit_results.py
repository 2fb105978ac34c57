"""What the audit of a workspace found, and how it is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.audit.agreement import Agreement
from core.audit.drift import Drift
from core.audit.suspects import Suspects
from core.errors import GlitchAuditError
from core.space.stability import Stability

_FACTS = "findings.json"


@dataclass(frozen=True)
class Findings:
    """The tables of an audit: ``twins`` one row a pair, the others indexed by factor, cluster, label or sample.

    Clusters leave noise out; twins with conflicting labels and the most outlying samples come first.
    """

    confounding: pd.DataFrame
    clusters: pd.DataFrame
    labels: pd.DataFrame
    overall: Agreement
    twins: pd.DataFrame
    outliers: pd.DataFrame


@dataclass(frozen=True)
class Audit:
    """Everything that the audit of one workspace found; see :class:`Findings` for the tables.

    ``stability`` is of the clusters over seeds and subsamples, ``verdicts`` are on the two failure modes, ``drifts``
    the one-dimensional continua, ``fingerprint`` of all of it.
    """

    confounding: pd.DataFrame
    clusters: pd.DataFrame
    labels: pd.DataFrame
    overall: Agreement
    stability: Stability
    suspects: Suspects
    twins: pd.DataFrame
    outliers: pd.DataFrame
    verdicts: pd.DataFrame
    drifts: tuple[Drift, ...]
    fingerprint: str


_TABLES = ("confounding", "clusters", "labels", "twins", "outliers")


def save_findings(findings: Findings, folder: Path) -> None:
    """Write the tables into ``folder``."""
    for name in _TABLES:
        _save_table(getattr(findings, name), folder, name)
    (folder / _FACTS).write_text(json.dumps({"overall": asdict(findings.overall)}), encoding="utf-8")


def load_findings(folder: Path) -> Findings:
    """Read what :func:`save_findings` wrote; GlitchAuditError where something is missing or damaged."""
    tables = {name: _load_table(folder, name) for name in _TABLES}
    try:
        overall = json.loads((folder / _FACTS).read_text(encoding="utf-8"))["overall"]
    except (OSError, ValueError, KeyError) as error:
        raise _damaged(folder, "overall") from error
    return Findings(overall=Agreement(**_with_tuples(overall)), **tables)


def _save_table(table: pd.DataFrame, folder: Path, name: str) -> None:
    table.to_parquet(folder / f"{name}.parquet")


def _load_table(folder: Path, name: str) -> pd.DataFrame:
    try:
        return pd.read_parquet(folder / f"{name}.parquet")
    except (OSError, ValueError) as error:
        raise _damaged(folder, name) from error


def _with_tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _damaged(folder: Path, name: str) -> GlitchAuditError:
    return GlitchAuditError(
        f"The audit's {name} in {folder} is missing or damaged: delete that folder and audit again."
    )
