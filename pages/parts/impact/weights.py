"""The weights that a person gives to the columns, and how the columns are counted."""

from __future__ import annotations

import streamlit as st

from core.errors import GlitchAuditError
from core.glossary import meaning
from core.impact.columns.overlap import TEMPLATES, Template
from core.impact.columns.table import CostParams, CostTable
from core.impact.ranking import in_sentence, weighable
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.state import set_widget, widget_value
from pages.parts.impact.state import COUNTS, FIRST, PAD, SECOND
from pages.parts.impact.worked_out import Weights
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import escaped

MOST = 10
_FIRST_WEIGHT = 5
_LONGEST_PAD, _HEAVIEST = 60.0, 500.0
_ALONE = "rate"
_FIRST_LOOK = (_ALONE, "snr share")


def weights_panel(table: CostTable) -> tuple[Weights, bool]:
    """Draw what counts, and how much; returns the weights, and whether a person gave them.

    Until one does, families stand by their rate alone.
    """
    columns = {one.key: one for one in weighable(table)}
    keep_choices([Choice(COUNTS, [], list(columns))], key="keeping_impact_counts")
    st.pills(
        "What counts for you",
        list(columns),
        selection_mode="multi",
        format_func=lambda key: escaped(_brief(columns[key].title)),
        key=COUNTS,
        help="Each column’s values become shares of its sum over the families; the score is their mean, weighted as "
        "you say. No weighting is right for everybody. “Overlap” is which share of a family’s glitches such a signal "
        "could pass through; “signals met” is which share of such signals would pass through one of them.",
        **KEPT,
    )
    if all(key in columns for key in _FIRST_LOOK):
        st.button(
            "How often and how loud",
            key="impact_first_look",
            icon=":material/bolt:",
            help=f"For a first look: rate and SNR share count, with a weight of {_FIRST_WEIGHT} each.",
            on_click=_first_look,
        )
    counted = [key for key in columns if key in (widget_value(COUNTS) or [])]
    if not counted:
        return ((_ALONE, 1.0),), False
    keys = {key: widget_key("impact_weight", key) for key in counted}
    keep_choices([Choice(one, _FIRST_WEIGHT, bounds=(0, MOST)) for one in keys.values()], key="keeping_impact_weights")
    weights = []
    across = st.columns(min(4, len(counted)))
    for place, key in enumerate(counted):
        with across[place % len(across)]:
            named = escaped(_brief(in_sentence(columns[key])))
            value = st.slider(f"Weight of {named}", 0, MOST, key=keys[key], **KEPT)
        weights.append((key, float(value)))
    return tuple(weights), True


def _first_look() -> None:
    set_widget(COUNTS, list(_FIRST_LOOK))
    for key in _FIRST_LOOK:
        set_widget(widget_key("impact_weight", key), _FIRST_WEIGHT)


def counting_popover() -> CostParams:
    """Draw how the columns are counted, folded up; returns it. What cannot be is told, and left out."""
    keep_choices(
        [
            Choice(PAD, 0.5, bounds=(0.0, _LONGEST_PAD)),
            *(Choice(one, 0.0, bounds=(0.0, _HEAVIEST)) for one in (FIRST, SECOND)),
        ],
        key="keeping_impact_counting",
    )
    with st.popover("How it is counted", icon=":material/tune:"):
        st.number_input(
            "A veto reaches beyond a glitch by (s)",
            0.0,
            _LONGEST_PAD,
            step=0.5,
            key=PAD,
            help=meaning("deadtime"),
            **KEPT,
        )
        st.markdown("A signal of your own masses, in masses of the sun as the detector sees them; 0 for none")
        left, right = st.columns(2)
        left.number_input("One mass", 0.0, _HEAVIEST, step=1.0, key=FIRST, **KEPT)
        right.number_input("The other mass", 0.0, _HEAVIEST, step=1.0, key=SECOND, **KEPT)
        pad, first, second = (float(widget_value(key) or 0.0) for key in (PAD, FIRST, SECOND))
        templates = TEMPLATES
        if first and second:
            try:
                templates = (*TEMPLATES, Template("your own masses", first, second))
            except GlitchAuditError as error:
                st.info(escaped(error))
        elif first or second:
            st.info("One mass alone makes no signal: give the other one, too.")
    return CostParams(pad=pad, templates=templates)


def _brief(title: str) -> str:
    """A column's title without what moves with its channel."""
    return title.partition(" and ")[0] if title.lower().startswith("preventable") else title
