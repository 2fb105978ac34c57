"""The report: one HTML file that opens offline, its figures as PNG and its tables as CSV."""

from __future__ import annotations

from pathlib import Path

from core.evidence.report.model import ReportInput
from core.progress import OnProgress, ignore_progress

__all__ = ["ReportInput", "write_report"]


def write_report(subject: ReportInput, out: Path, *, on_progress: OnProgress = ignore_progress) -> Path:
    """Write the report into the folder ``out``; see :func:`core.evidence.report.report.write_report`."""
    # Imported late: figures take their input from this package, and the report takes its figures from them.
    from core.evidence.report.report import write_report as write

    return write(subject, out, on_progress=on_progress)
