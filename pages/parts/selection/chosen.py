"""Which samples of a selection are in: what a new sheet starts with, what was clicked, and the labels that are kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace

import streamlit as st

from core.audit.oddness import near_agreement
from core.dataset.selection import Selection
from pages.parts.desk.addresses import root_address
from pages.parts.desk.shown import Samples, SampleShown
from pages.parts.desk.state import change_panel, panel, widget_value
from pages.parts.widgets.keeping import START_COOKIE, keep, remembered

ALL, NONE, ODD_ONLY = "all", "none", "only the odd ones"
STARTS = (ALL, NONE, ODD_ONLY)
"""What a sheet can start with. All, where nobody chose: a lasso is drawn round what is meant, and an island that is to
get one name has few odd ones."""

_START = "sheet_start"


@dataclass(frozen=True)
class SheetState:
    """What the session remembers of the contact sheet.

    Attributes:
        name: of the sheet, another one for every selection.
        excluded: the samples of the present selection that were taken out.
        begun: the samples that the start was made with: those added to the selection later begin as it says.
        labels: the labels that are kept; all where there are none.
    """

    name: str = ""
    excluded: frozenset[str] = frozenset()
    begun: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()


def excluded() -> frozenset[str]:
    """The samples of the present selection that were taken out on the sheet."""
    return panel(SheetState).excluded


def begin_sheet() -> None:
    """Start a sheet for another selection, as was chosen; clicks that were meant for the former are void."""
    change_panel(SheetState, name=secrets.token_hex(4), excluded=frozenset(), begun=frozenset(), labels=frozenset())


def sheet_name() -> str:
    """The name of the present sheet."""
    return panel(SheetState).name or change_panel(SheetState, name=secrets.token_hex(4)).name


def put_in(sample_ids: Iterable[str]) -> None:
    """Let these samples be in."""
    change_panel(SheetState, excluded=excluded().difference(sample_ids))


def take_out(sample_ids: Iterable[str]) -> None:
    """Let these samples be out."""
    change_panel(SheetState, excluded=excluded().union(sample_ids))


def put_only_in(sample_ids: Iterable[str], of: Iterable[str]) -> None:
    """Of some samples, let these be in and the others be out."""
    change_panel(SheetState, excluded=excluded().union(of).difference(sample_ids))


def odd_ones(shown: SampleShown, sample_ids: Iterable[str]) -> tuple[str, ...]:
    """Those of the samples whose neighbours mostly carry other labels than they do."""
    samples, ids = shown.samples, list(sample_ids)
    near = near_agreement(
        samples.rows(ids), shown.neighbours.indices, labels=samples.label_numbers, glitches=samples.glitch_numbers
    )
    return tuple(sample_id for sample_id, odd in zip(ids, near.odd, strict=True) if odd)


def settle_start(shown: SampleShown, selection: Selection) -> None:
    """Take out of a selection what the start leaves out, once for each of its samples."""
    state = panel(SheetState)
    if state.begun.issuperset(selection.sample_ids):
        return
    new = [sample_id for sample_id in selection.sample_ids if sample_id not in state.begun]
    out: set[str] = set()
    if (start := _start()) != ALL:
        out = set(new).difference(odd_ones(shown, new) if start == ODD_ONLY else ())
    change_panel(SheetState, begun=state.begun.union(new), excluded=state.excluded | out)


def start_choice() -> None:
    """Ask what a sheet starts with; the browser remembers it."""
    chosen = st.segmented_control(
        "A new sheet starts with",
        STARTS,
        default=_start(),
        key=_START,
        required=True,
        persist_state="session",
        help="Which samples are chosen when you draw the next selection. Remembered for next time.",
    )
    keep({}, key="keeping_start", root=root_address(), cookies={START_COOKIE: chosen})


def _start() -> str:
    before = remembered(START_COOKIE)
    return widget_value(_START, before if before in STARTS else ALL)


def kept_labels(samples: Samples, selection: Selection) -> frozenset[str]:
    """The labels of the selection that are kept; none where all are."""
    if not (labels := panel(SheetState).labels):
        return labels
    return labels.intersection(samples.table["label"].loc[list(selection.sample_ids)])


def keep_label(label: str) -> None:
    """Keep only the samples of this label, too; all again where it was kept already."""
    change_panel(SheetState, labels=panel(SheetState).labels.symmetric_difference({label}))


def of_kept_labels(samples: Samples, selection: Selection) -> Selection:
    """The selection without the labels that are not kept."""
    if not (labels := kept_labels(samples, selection)):
        return selection
    of = samples.table["label"].loc[list(selection.sample_ids)]
    return replace(selection, sample_ids=tuple(of.index[of.isin(labels)]))


def still_in(selection: Selection) -> Selection:
    """The selection without the samples that were taken out."""
    if not (out := excluded()):
        return selection
    return replace(selection, sample_ids=tuple(name for name in selection.sample_ids if name not in out))
