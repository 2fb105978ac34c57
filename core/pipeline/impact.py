"""What each family of a data set costs: its glitches with their boxes and doubts, the livetime, and the table.

Without a detector the livetime is not known: whole days with glitches then stand in for it, and the page says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.audit.observing_runs import RUNS
from core.dataset.cells import defused_column
from core.dataset.pictures_as_samples import glitch_of
from core.detector.coupling.counts import Epoch, count_families, epochs_of, grid_of, motion_of
from core.detector.coupling.judge import CouplingResult
from core.detector.coupling.params import CouplingParams
from core.detector.coupling.verdicts import GOES_WITH
from core.detector.model import GlitchTimes, Segments, segments
from core.errors import GlitchAuditError
from core.impact.columns.days import DAY, days_of
from core.impact.columns.preventable import Preventable, kept_quiet
from core.impact.columns.rate import TimeLine, time_line
from core.impact.columns.table import CostParams, CostTable, cost_table
from core.impact.columns.volume_time import Range, range_of
from core.impact.glitches import Glitches, with_boxes
from core.impact.simulated_boxes import with_simulated_boxes
from core.ledger import Ledger
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.standing import seconds_of_judgements, standing
from core.ledger.views.states import CONFLICT, IN_REVIEW, REOPENED, sample_states
from core.pipeline.detector import Play
from core.pipeline.kept_detector import Detector

_MOST_PREVENTABLE = 12


@dataclass(frozen=True, eq=False)
class CostCase:
    """All that costs are counted from.

    Attributes:
        glitches: with their boxes, and the family now and as brought.
        live: by detector, when it observed.
        assumed: detectors whose livetime is not known, so that whole days with glitches stand in for it.
        detector: its channels; None where none was brought.
        coupling: which families go with which channels; None where that was not asked.
        borders: GPS seconds between epochs.
        suspects: bool (n,), the glitches that are flagged and not judged yet; None without an audit.
        judgement_seconds: (judgements,), how long each one took; None where there is no ledger to ask.
        simulated: whether the glitches are simulated, so that they have no pictures.
    """

    glitches: Glitches
    live: Mapping[str, Segments]
    assumed: frozenset[str]
    detector: Detector | None = None
    coupling: CouplingResult | None = None
    borders: tuple[float, ...] = ()
    suspects: np.ndarray | None = None
    judgement_seconds: np.ndarray | None = None
    simulated: bool = False

    @property
    def detectors(self) -> tuple[str, ...]:
        """Those that have glitches."""
        return tuple(sorted({str(one) for one in self.glitches.detectors}))

    @property
    def times(self) -> GlitchTimes:
        """The glitches by time alone."""
        own = self.glitches
        return GlitchTimes(own.sample_ids, own.times, own.detectors, own.families)

    @property
    def open_suspects(self) -> Mapping[str, int] | None:
        """How many open suspects each family has; None without an audit."""
        if self.suspects is None:
            return None
        names, counts = np.unique(self.glitches.families[self.suspects].astype(str), return_counts=True)
        return dict(zip(names.tolist(), counts.tolist(), strict=True))

    def channels_of(self, detector: str) -> bool:
        """Whether any channel of ``detector`` was brought."""
        return self.detector is not None and any(one.detector == detector for one in self.detector.table.channels)


@dataclass(frozen=True, eq=False)
class SaidOfLabels:
    """What is in doubt about the labels: by glitch, and by how long judging takes.

    Attributes:
        suspects: ids of flagged samples, or None without an audit.
        judged: glitches that somebody judged.
        contested: by glitch, the label that is asked for where there is a conflict, a proposal or a reopening.
        seconds: (judgements,), how long each one took.
    """

    suspects: frozenset[str] | None
    judged: frozenset[str]
    contested: Mapping[str, tuple[str, str]]
    seconds: np.ndarray

    @staticmethod
    def nothing() -> SaidOfLabels:
        """Nothing: nobody was asked."""
        return SaidOfLabels(None, frozenset(), {}, np.zeros(0))


def simulated_case(play: Play, *, seed: int) -> CostCase:
    """Return the case of a simulated detector."""
    return CostCase(
        glitches=with_simulated_boxes(play.glitches, seed=seed),
        live=play.detector.table.live,
        assumed=frozenset(),
        detector=play.detector,
        coupling=play.result,
        simulated=True,
    )


def said_of_labels(
    samples: pd.DataFrame, ledger: Ledger, *, rule: DecisionRule | None, suspects: pd.DataFrame | None
) -> SaidOfLabels:
    """Return what is in doubt about the labels; ``suspects`` is the audit's table, None without one."""
    flagged = None if suspects is None else frozenset(suspects.index[suspects["flagged"].to_numpy(dtype=bool)])
    glitches = glitch_of(samples).astype(str).tolist()
    figures = standing(ledger, glitches, rule)
    contested: dict[str, tuple[str, str]] = {}
    if figures.judged:
        states = sample_states(ledger, rule)
        open_ = states[states["state"].isin((CONFLICT, IN_REVIEW, REOPENED))]
        contested = {
            str(name): (str(state), str(label))
            for name, state, label in zip(open_.index, open_["state"], open_["for_label"], strict=True)
        }
    return SaidOfLabels(flagged, figures.judged_ids, contested, seconds_of_judgements(ledger))


def sample_case(
    samples: pd.DataFrame,
    brought: pd.Series,
    glitches: GlitchTimes,
    said: SaidOfLabels,
    *,
    by_label: bool,
    detector: Detector | None = None,
    coupling: CouplingResult | None = None,
    borders: Sequence[float] = (),
) -> CostCase:
    """Return the case of a data set's samples.

    ``glitches`` are those of ``samples`` with a time, under their families; ``brought`` is the label that each sample
    was brought with. What was not measured of a glitch is not known.
    """
    rows = samples.loc[glitches.sample_ids]
    names = glitch_of(rows).astype(str).to_numpy()
    labels = rows["label"].astype(str).to_numpy()
    open_ = np.array([one in (said.suspects or ()) for one in glitches.sample_ids], dtype=bool)
    open_ &= np.array([one not in said.judged for one in names], dtype=bool)
    contested = np.array([_asks_for_another(said.contested.get(a), b) for a, b in zip(names, labels, strict=True)])
    found = with_boxes(
        glitches,
        durations=_measured(rows, "duration"),
        middle=_measured(rows, "central_freq", "peak_frequency"),
        bandwidth=_measured(rows, "bandwidth"),
        snr=_measured(rows, "snr"),
        brought=brought.loc[glitches.sample_ids].astype(str).to_numpy(dtype=object) if by_label else None,
        disputed=open_ | contested.astype(bool),
    )
    live = dict(detector.table.live) if detector is not None else {}
    live = {name: one for name, one in live.items() if len(one.spans)}
    missing = frozenset({str(one) for one in glitches.detectors} - set(live))
    for name in missing:
        live[name] = days_with_glitches(found.times[found.detectors == name])
    return CostCase(
        glitches=found,
        live=live,
        assumed=missing,
        detector=detector,
        coupling=coupling,
        borders=tuple(borders),
        suspects=None if said.suspects is None else open_,
        judgement_seconds=said.seconds,
    )


def with_selection(case: CostCase, sample_ids: Collection[str], *, name: str) -> CostCase:
    """Return the case with these samples as a family of their own, taken out of the families that they belong to.

    It is that family as brought too. Raises GlitchAuditError where none of them has a time, or a family has the name.
    """
    own = case.glitches
    if name in own.names():
        raise GlitchAuditError(f"A family is called {name} already, so the selection cannot stand beside it.")
    wanted = frozenset(sample_ids)
    chosen = np.array([str(one) in wanted for one in own.sample_ids], dtype=bool)
    if not chosen.any():
        raise GlitchAuditError("No sample of the selection has a time and a detector, so it costs nothing that counts.")
    families, brought = own.families.copy(), own.brought.copy()
    families[chosen], brought[chosen] = name, name
    return replace(case, glitches=replace(own, families=families, brought=brought))


def days_with_glitches(times: np.ndarray) -> Segments:
    """Return the whole GPS days on which there is a glitch: the least that the detector may have observed on."""
    begins = np.unique(np.floor(np.asarray(times, dtype=np.float64) / DAY)) * DAY
    return segments(np.column_stack([begins, begins + DAY]))


def case_costs(
    case: CostCase,
    *,
    detector: str,
    params: CostParams | None = None,
    preventables: Mapping[str, Sequence[Preventable]] | None = None,
    brought: bool = False,
) -> CostTable:
    """Return what each family of ``detector`` costs; with the labels as ``brought``, or as they are now.

    Raises GlitchAuditError as :func:`core.impact.columns.table.cost_table` does.
    """
    if detector not in case.live:
        raise GlitchAuditError(f"There are no glitches of {detector} here; choose another detector.")
    return cost_table(
        case.glitches.as_brought() if brought else case.glitches,
        case.live[detector],
        detector=detector,
        params=params,
        epochs=case_epochs(case, detector),
        range_=case_range(case, detector),
        open_suspects=None if brought else case.open_suspects,
        judgement_seconds=case.judgement_seconds,
        preventables=None if brought else preventables,
    )


def case_epochs(case: CostCase, detector: str) -> tuple[Epoch, ...]:
    """Return the epochs that rates are given for besides the whole: those of the borders, else the observing runs."""
    if case.detector is not None and case.borders:
        return epochs_of(case.detector.table, case.borders)
    own = case.glitches.times[case.glitches.detectors == detector]
    runs = [Epoch(name, begin, end) for name, begin, end in RUNS if ((own >= begin) & (own < end)).any()]
    return tuple(runs) if len(runs) > 1 else ()


def case_range(case: CostCase, detector: str) -> Range | None:
    """Return the range channel of ``detector``, the first one in a unit of distance that was recorded; else None."""
    if case.detector is None:
        return None
    table = case.detector.table
    for one in table.channels:
        if one.detector == detector and one.unit in ("kpc", "Mpc", "Gpc"):
            try:
                return range_of(table, one.name)
            except GlitchAuditError:
                continue
    return None


def case_preventables(case: CostCase, *, detector: str, draws: int = 1000) -> Mapping[str, tuple[Preventable, ...]]:
    """Return by family what keeping a group of channels quiet would spare, for groups that a family goes with.

    Other groups are left out: with them nothing is to be prevented beyond chance. At most 12 groups, the surest first.
    """
    if case.detector is None or case.coupling is None or not case.channels_of(detector):
        return {}
    numbers = dict.fromkeys(
        one.group
        for one in case.coupling.couplings
        if one.detector == detector and one.verdict == GOES_WITH and one.group >= 0
    )
    groups = [case.coupling.groups[one] for one in list(numbers)[:_MOST_PREVENTABLE]]
    if not groups:
        return {}
    table, params = case.detector.table, CouplingParams()
    grid = grid_of(table, params)
    motions = [
        [motion_of(table, row, grid=grid) for row, one in enumerate(table.channels) if one.name in group.members]
        for group in groups
    ]
    counts = count_families(table, case.times, grid=grid, epochs=epochs_of(table))
    return {
        one.family: tuple(kept_quiet(own, one, grid=grid, params=params, draws=draws) for own in motions)
        for one in counts
        if one.detector == detector
    }


def best_preventable(found: Mapping[str, Sequence[Preventable]]) -> Mapping[str, Preventable]:
    """Return by family the group that would spare the largest share of it; families without any are left out."""
    return {
        name: max(known, key=lambda one: one.share.value)
        for name, several in found.items()
        if (known := [one for one in several if one.share.known])
    }


def why_no_columns(case: CostCase, *, detector: str) -> Mapping[str, str]:
    """Return by title why a column is not there."""
    bring = "Bring channels on the page Detector."
    why: dict[str, str] = {}
    if case_range(case, detector) is None:
        why["Volume-time lost if vetoed"] = f"No range channel in Mpc was brought of {detector}. {bring}"
    if not case.channels_of(detector):
        why["Preventable share"] = f"No channels of {detector} were brought. {bring}"
    elif case.coupling is None:
        why["Preventable share"] = "The families were not compared with the channels yet: do that on the page Detector."
    elif not any(one.detector == detector and one.verdict == GOES_WITH for one in case.coupling.couplings):
        why["Preventable share"] = "No family goes with a channel here, so that nothing is to be prevented."
    if case.simulated:
        why["Labelling cost"] = "Nobody judges simulated glitches."
    elif case.open_suspects is None:
        why["Labelling cost"] = "The data set was not audited yet, so that no suspects are known."
    return why


def case_time_line(case: CostCase, *, detector: str) -> TimeLine:
    """Return each family's rate by day."""
    own = case.glitches.only(case.glitches.detectors == detector)
    times = {name: own.times[own.families == name] for name in own.names()}
    return time_line(times, days_of(case.live[detector], draws=1))


def ids_of(case: CostCase, *, detector: str, family: str, within: tuple[float, float] | None = None) -> tuple[str, ...]:
    """Return the glitches of a family in the livetime, in order of time; only those ``within`` GPS seconds if asked."""
    own = case.glitches
    chosen = (own.detectors == detector) & (own.families == family) & case.live[detector].contains(own.times)
    if within is not None:
        chosen &= (own.times >= within[0]) & (own.times < within[1])
    rows = np.flatnonzero(chosen)
    return tuple(str(one) for one in own.sample_ids[rows[np.argsort(own.times[rows], kind="stable")]])


def costs_csv(table: CostTable) -> bytes:
    """Return the whole table as a CSV in UTF-8, one row a family and column; no text runs in a spreadsheet."""
    frame = table.frame()
    texts = {name: defused_column(frame[name]) for name in frame if not pd.api.types.is_numeric_dtype(frame[name])}
    return frame.assign(**texts).to_csv(index=False).encode()


def _measured(rows: pd.DataFrame, *columns: str) -> np.ndarray | None:
    """The first of these columns that is there, numbers above 0, NaN where it is none."""
    for column in columns:
        if column in rows:
            values = pd.to_numeric(rows[column], errors="coerce").to_numpy(dtype=np.float64)
            with np.errstate(invalid="ignore"):
                return np.where(values > 0, values, np.nan)
    return None


def _asks_for_another(said: tuple[str, str] | None, label: str) -> bool:
    return said is not None and (said[0] == CONFLICT or said[1] != label)
