"""Propose the rest: after some decisions of one kind, the samples most like them, on one sheet, as one batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import streamlit as st

from core.audit.propose_rest import LEAST_SEEDS, LEAST_SHARE, MODEL, Rest
from core.dataset.selection import Asked, Selection
from core.pipeline.rest import Decided, Kind
from core.space.filters import make_selection
from core.statistics.percent import chance_percent
from pages.parts.desk.addresses import asked
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.filled_in import fill_in
from pages.parts.desk.rest_link import FROM, TO, rest_button
from pages.parts.desk.shown import SearchShown
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk
from pages.parts.sample.dialog import open_if_asked
from pages.parts.sample.pictures import open_sample, picture_tiles
from pages.parts.selection.propose import LABEL, REASON, propose_form, undo_bar
from pages.parts.widgets.contact_sheet import SheetEvent, contact_sheet
from pages.parts.widgets.text import escaped

_TILE, _SEED_TILE, _SEEDS_SHOWN = 110, 72, 12


@dataclass(frozen=True)
class RestState:
    """What the session remembers of the sheet.

    Attributes:
        of: the two labels that the form was filled in for.
        out: what was taken out.
    """

    of: tuple[str, str] = ("", "")
    out: frozenset[str] = frozenset()


def rest_asked() -> tuple[str, str] | None:
    """The two labels of which the address asks for the rest; None where it asks for none."""
    label, other = asked(FROM), asked(TO)
    return (label, other) if label and other else None


def rest_offers(here: AtDesk, shown: SearchShown) -> None:
    """Offer the rest of every kind of decision that there is enough of."""
    for kind in _decided(here, shown).kinds:
        rest_button(kind.label, kind.other, len(kind.seeds))


@st.fragment
def rest_panel(here: AtDesk, shown: SearchShown, pair: tuple[str, str]) -> None:
    """Draw the rest of the decisions that moved samples from the first of the two labels to the second."""
    open_if_asked(here, shown.sample)
    label, other = pair
    decided = _decided(here, shown)
    kind = next((one for one in decided.kinds if (one.label, one.other) == pair), None)
    if kind is None:
        st.info(
            f"Fewer than {LEAST_SEEDS} samples called {escaped(label)} were found to be {escaped(other)} by you, or "
            "decided so: find some among the suspects first."
        )
        return
    if panel(RestState).of != pair:
        change_panel(RestState, of=pair, out=frozenset())
        fill_in(LABEL, other)
        fill_in(REASON, f"Looks like {len(kind.seeds):,} called {label} that were found to be {other}")
    _seeds(shown, kind)
    rest = _rest(shown.samples.fingerprint, kind, decided.done, shown)
    if rest.why_not:
        if not here.ledger.problem():
            undo_bar(here, here.ledger)
        st.info(f"{escaped(rest.why_not)} Nothing is proposed that is not about {_share()} right.")
        return
    left, right = st.columns([11, 9], gap="medium")
    with left:
        _sheet(shown, rest)
    with right, st.container(key="search_form", gap="xsmall"):
        propose_form(here, shown.samples, _selection(shown, kind, rest), offered=(other,))


def _share() -> str:
    return f"{LEAST_SHARE:.0%}"


def _decided(here: AtDesk, shown: SearchShown) -> Decided:
    if here.ledger.problem():
        return Decided((), frozenset())
    return shown.decided(here.ledger, here.person, decision_rule(here))


@st.cache_resource(max_entries=4, show_spinner="Looking for more like these")
def _rest(fingerprint: str, kind: Kind, done: frozenset[str], _shown: SearchShown) -> Rest:
    return _shown.rest(kind, done)


def _seeds(shown: SearchShown, kind: Kind) -> None:
    samples = shown.samples
    for title, names in (
        (f"Called {kind.label}, found to be {kind.other}", kind.seeds),
        (f"Kept as {kind.label}", kind.kept),
    ):
        known = [str(samples.ids[samples.row_of_glitch[name]]) for name in names if name in samples.row_of_glitch]
        if not known:
            continue
        st.markdown(f"**{escaped(title)}** ({len(known):,})")
        shown_ids = known[:_SEEDS_SHOWN]
        contact_sheet(
            picture_tiles(shown.sample, shown_ids, shown_ids, view=shown.sample.view),
            key="search_rest_seeds" if names is kind.seeds else "search_rest_kept",
            on_event=open_sample,
            tile_width=_SEED_TILE,
            selectable=False,
        )


def _sheet(shown: SearchShown, rest: Rest) -> None:
    names = _names(shown, rest.rows)
    looks = "looks" if len(names) == 1 else "look"
    st.markdown(
        f"**{len(names):,} more {looks} like these**; {chance_percent(rest.expected)} of them are expected to be right",
        help="The chance of each stands under its picture. It is worked out from how samples that carry the better "
        "label look beside those of this one, and from what you decided. The sheet ends where fewer than "
        f"{_share()} of all on it would be right.",
    )
    out = panel(RestState).out
    captions = [f"{chance_percent(chance)} · {name}" for chance, name in zip(rest.chances, names, strict=True)]
    tiles = picture_tiles(shown.sample, names, captions, view=shown.sample.view)
    contact_sheet(
        [replace(tile, chosen=tile.sample_id not in out) for tile in tiles],
        key="search_rest",
        on_event=partial(_take_event, tuple(names)),
        tile_width=_TILE,
        sheet="rest",
    )
    st.caption("Look at each. Click a picture to take it out: it is left as it is. ⤢ or the key o opens a sample.")


def _take_event(order: Sequence[str], event: SheetEvent) -> None:
    if event.kind == "open":
        open_sample(event, order)
        return
    out = panel(RestState).out
    change = out.difference if event.chosen else out.union
    change_panel(RestState, out=frozenset(change(event.sample_ids)))


def _names(shown: SearchShown, rows: np.ndarray) -> list[str]:
    return [str(name) for name in shown.samples.ids[rows]]


def _selection(shown: SearchShown, kind: Kind, rest: Rest) -> Selection:
    samples = shown.samples
    inside = set(_names(shown, rest.rows)) - panel(RestState).out
    return make_selection(
        samples.table,
        samples.ids.isin(inside),
        how="search",
        dataset_fingerprint=samples.dataset,
        layout_fingerprint=samples.layout,
        asked=Asked(kind.seeds, kind.kept, method=MODEL),
    )
