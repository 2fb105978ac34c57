"""A finished figure, and the words that every figure carries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from core.evidence.report_input import ReportInput
from core.statistics.percent import percent as percent_or

MAP_STEPS = ("data set", "labels", "unit", "embedding", "layout", "map")
CLUSTER_STEPS = ("data set", "labels", "unit", "embedding", "clustering")
AUDIT_STEPS = (*CLUSTER_STEPS, "audit")
SUSPECT_STEPS = ("data set", "labels", "unit", "embedding", "suspects")
DRIFT_STEPS = (*CLUSTER_STEPS, "drift")
"""What figures rest on: names in ``ReportInput.choices`` and ``ReportInput.fingerprints``."""


@dataclass(frozen=True)
class ReportFigure:
    """One figure of the report; ``name`` is its file's, without suffix.

    ``title`` is drawn at its top, ``caption`` (samples, parameters, fingerprints) at its foot; ``reading`` helps to
    read it.
    """

    name: str
    title: str
    reading: str
    caption: str
    png: bytes


def provenance(subject: ReportInput, counted: str, *, steps: tuple[str, ...]) -> str:
    """Return a figure's caption: what was ``counted``, and the parameters and fingerprints of its ``steps``.

    Steps are names in ``subject.choices`` and ``subject.fingerprints``; one without an entry is left out.
    """
    chosen = [f"{step}: {subject.choices[step]}" for step in steps if step in subject.choices]
    prints = [f"{step} {subject.fingerprints[step]}" for step in steps if step in subject.fingerprints]
    parts = [f"{subject.name}, {counted}", *chosen]
    if prints:
        parts.append(f"fingerprints: {', '.join(prints)}")
    if subject.app_version:
        parts.append(f"Glitch Audit {subject.app_version}")
    return ". ".join(parts) + "."


def count_of(number: int, noun: str) -> str:
    """A number with its noun: "1 sample", "1,200 samples"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def of_all(subject: ReportInput, number: int) -> str:
    """ "300 of 1,200 samples", or "1,200 samples" where it is all of them."""
    total = len(subject.samples)
    return count_of(total, "sample") if number == total else f"{number:,} of {count_of(total, 'sample')}"


percent = partial(percent_or, unknown="–")
"""A share as whole percent; a dash where there is none."""


def decimal(value: float, digits: int = 2) -> str:
    """A number with fixed digits; a dash where there is none."""
    return "–" if value is None or value != value else f"{value:.{digits}f}"
