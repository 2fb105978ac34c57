"""One section of the report, as data: words, tables, and which figures belong to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.evidence.figures.model import ReportFigure
from core.evidence.report.tables import ReportTable
from core.evidence.report_input import ReportInput

Draw = Callable[[ReportInput], "ReportFigure | None"]

NOT_COMPUTED = "This was not computed for this report."
NOTHING_FOUND = "It was looked into, and nothing was found."


@dataclass(frozen=True)
class Section:
    """One section of the report.

    ``key`` is its anchor and names its paragraph in ``limits.py``; ``parts`` are headings with sentences below;
    each of ``tables`` has at least one row; ``drawings`` draw its figures, or return None where there is nothing to
    draw.
    """

    key: str
    title: str
    sentences: Sequence[str] = ()
    tables: Sequence[ReportTable] = ()
    drawings: Sequence[Draw] = ()
    parts: Sequence[tuple[str, Sequence[str]]] = ()
