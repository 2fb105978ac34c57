"""All columns of all families of one detector, in one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.detector.coupling.counts import Epoch
from core.detector.model import Segments
from core.errors import GlitchAuditError
from core.impact.columns.days import days_of
from core.impact.columns.figure import Column
from core.impact.columns.labels import doubt_column, labelling_column, snr_column
from core.impact.columns.overlap import TEMPLATES, Template, overlap_columns
from core.impact.columns.preventable import Preventable, preventable_columns
from core.impact.columns.rate import epoch_columns, rate_column
from core.impact.columns.veto import state_veto_column, veto_columns
from core.impact.columns.volume_time import Range, volume_time_column
from core.impact.glitches import Glitches


@dataclass(frozen=True)
class CostParams:
    """How costs are counted.

    Attributes:
        pad: seconds that a veto reaches beyond a glitch on both sides.
        templates: signals that overlap is counted for.
        draws, seed: of the days that intervals come from.
    """

    pad: float = 0.5
    templates: tuple[Template, ...] = TEMPLATES
    draws: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.pad >= 0:
            raise GlitchAuditError(f"A veto reaches 0 s or more beyond a glitch, not {self.pad:g} s.")


@dataclass(frozen=True, eq=False)
class CostTable:
    """What each family of one detector costs.

    Attributes:
        detector: its name.
        families: by name.
        columns: in the order in which they are shown.
        live_hours, live_days: the livetime that all of it rests on.
        outside: glitches of each family outside of the livetime, which are not counted.
    """

    detector: str
    families: tuple[str, ...]
    columns: tuple[Column, ...]
    live_hours: float
    live_days: int
    outside: Mapping[str, int]

    def column(self, key: str) -> Column:
        """The column of this key; raises GlitchAuditError where there is none."""
        for one in self.columns:
            if one.key == key:
                return one
        raise GlitchAuditError(f"There is no column {key}; there are {', '.join(one.key for one in self.columns)}.")

    def frame(self) -> pd.DataFrame:
        """Everything as a table, one row a family and column."""
        rows = [
            {
                "family": name,
                "column": one.key,
                "value": one.figures[name].value,
                "low": one.figures[name].low,
                "high": one.figures[name].high,
                "unit": one.unit,
                "why": one.figures[name].why,
                "definition": one.definition,
            }
            for name in self.families
            for one in self.columns
        ]
        return pd.DataFrame(rows)


def cost_table(
    glitches: Glitches,
    live: Segments,
    *,
    detector: str,
    params: CostParams | None = None,
    epochs: Sequence[Epoch] = (),
    range_: Range | None = None,
    vetoes: Mapping[str, Segments] | None = None,
    open_suspects: Mapping[str, int] | None = None,
    judgement_seconds: np.ndarray | None = None,
    preventables: Mapping[str, Sequence[Preventable]] | None = None,
) -> CostTable:
    """Return what each family of ``detector`` costs; what is not given (range, vetoes, ...) has no column.

    ``live`` is when the detector observed; ``vetoes`` and ``preventables`` are by family. Raises GlitchAuditError where
    there are no glitches of the detector, none in its livetime, or too few days.
    """
    params = params or CostParams()
    own = glitches.only(glitches.detectors == detector)
    if not len(own.times):
        raise GlitchAuditError(f"There are no glitches of {detector} here; choose another detector.")
    days = days_of(live, draws=params.draws, seed=params.seed)
    inside = live.contains(own.times)
    if not inside.any():
        raise GlitchAuditError(
            f"All {len(own.times):,} glitches of {detector} lie outside of its livetime, GPS {live.spans[0, 0]:.0f} to "
            f"{live.spans[-1, 1]:.0f}; are both in GPS seconds, and of the same days?"
        )
    families = {name: own.only(own.families == name) for name in own.names()}
    times = {name: one.times for name, one in families.items()}
    columns = [rate_column(times, days), *epoch_columns(times, days, tuple(epochs))]
    columns += veto_columns(families, days, pad=params.pad)
    if vetoes is not None:
        columns.append(state_veto_column(families, vetoes, days))
    columns += overlap_columns(families, days, params.templates)
    if range_ is not None:
        columns.append(volume_time_column(families, range_, days, pad=params.pad))
    columns.append(snr_column(families, days))
    columns += _of_people(families, open_suspects, judgement_seconds, params)
    if preventables is not None:
        columns += preventable_columns(tuple(families), preventables)
    return CostTable(
        detector=detector,
        families=tuple(families),
        columns=tuple(columns),
        live_hours=live.seconds / 3600,
        live_days=days.observed,
        outside={name: int((~live.contains(one.times)).sum()) for name, one in families.items()},
    )


def _of_people(
    families: Mapping[str, Glitches],
    open_suspects: Mapping[str, int] | None,
    judgement_seconds: np.ndarray | None,
    params: CostParams,
) -> list[Column]:
    columns = [doubt_column(families)]
    if open_suspects is not None:
        seconds = np.zeros(0) if judgement_seconds is None else judgement_seconds
        columns.append(labelling_column(tuple(families), open_suspects, seconds, draws=params.draws, seed=params.seed))
    return columns


def costs_as_brought_and_now(
    glitches: Glitches, live: Segments, *, detector: str, params: CostParams | None = None
) -> tuple[CostTable, CostTable]:
    """Return the costs under the labels as brought, and under those of now; days are drawn alike for both."""
    brought = cost_table(glitches.as_brought(), live, detector=detector, params=params)
    return brought, cost_table(glitches, live, detector=detector, params=params)
