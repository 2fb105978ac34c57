"""Known samples among people's work, for moderators: how many, who named how many right, whose answers changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from core.errors import GlitchAuditError
from core.glossary import meaning
from core.ledger.acts.asking_known import set_known_rate
from core.ledger.views.changed_people import changes_in_kind
from core.ledger.views.known_asked import RATES, known_rate
from core.ledger.views.skill import FEWEST, FEWEST_IN_ALL, Skill, estimated_skills, skills
from core.statistics.percent import percent
from core.version import APP_VERSION
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.state import set_widget, widget_value
from pages.parts.desk.who import AtDesk, at_desk
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

RATE = "people_known_rate"
_RATE_NAMES = {0: "None", 20: "1 in 20", 10: "1 in 10", 5: "1 in 5"}
_TOO_FEW = "too few to say"


def known_samples_panel(here: AtDesk) -> None:
    """Draw it; nothing for who is no moderator."""
    if here.why_not("mix in known samples"):
        return
    st.subheader("Known samples", help=meaning("known sample"))
    _rate(here)
    rule = decision_rule(here)
    for change in changes_in_kind(here.ledger, here.person, now=datetime.now(UTC), rule=rule):
        st.warning(
            f"Week from {change.week:%d %B}: {escaped(change.sentence)} By chance this is said of at most one week of "
            "a person in fifty.",
            icon=icons.NOTE,
        )
    found = skills(here.ledger, here.person, rule=rule)
    if not found:
        st.caption("Nobody has answered a known sample yet.")
        return
    _everybody(found, estimated_skills(here.ledger))
    _by_label(found)


def changed_notice(here: AtDesk) -> None:
    """Tell a moderator in one line that somebody's answers changed in kind, and where it is told in full."""
    if here.why_not("see others") or not known_rate(here.ledger).one_in:
        return
    changes = changes_in_kind(here.ledger, here.person, now=datetime.now(UTC), rule=decision_rule(here))
    if names := sorted({change.name for change in changes}):
        whose = ", ".join(f"**{escaped(name)}**" for name in names)
        st.warning(f"The answers of {whose} changed in kind: “People” says how.", icon=icons.NOTE)


def _rate(here: AtDesk) -> None:
    now = known_rate(here.ledger)
    set_widget(RATE, now.one_in)
    st.segmented_control(
        "Mixed into Review and Suspects, one by one",
        RATES,
        key=RATE,
        required=True,
        format_func=lambda one_in: escaped(_RATE_NAMES[one_in]),
        on_change=_set_rate,
    )
    st.caption(
        "A known sample is one that is decided: those that the person asked has neither decided nor spoken about come "
        "in, and look like all others. The answer is kept apart: no proposal, review or decision comes of it. Tell "
        "people beforehand that such samples come; which ones, nobody is told."
    )


def _set_rate() -> None:
    now = at_desk()
    one_in = widget_value(RATE)
    try:
        set_known_rate(now.ledger, int(one_in), author=now.person, app_version=APP_VERSION)
    except GlitchAuditError as error:
        st.toast(escaped(error), icon=icons.WENT_WRONG)
        return
    st.toast(escaped(f"Known samples mixed in: {_RATE_NAMES[one_in].lower()}."), icon=icons.DONE)


def _everybody(found: tuple[Skill, ...], estimated: dict[str, float]) -> None:
    rows = pd.DataFrame(
        {
            "person": [one.name for one in found],
            "right of those named": [one.in_all.in_words(FEWEST_IN_ALL) for one in found],
            "could not tell": [one.in_all.unsure for one in found],
            "by all opinions": [percent(estimated[one.key]) if one.key in estimated else _TOO_FEW for one in found],
        }
    )
    st.dataframe(
        rows,
        hide_index=True,
        width="content",
        column_config={
            "right of those named": st.column_config.TextColumn(help="With the 95 % interval, Wilson's."),
            "by all opinions": st.column_config.TextColumn(
                help="Share of right labels by Dawid and Skene's model, from what people said of other samples. The "
                "model gives no interval."
            ),
        },
    )


def _by_label(found: tuple[Skill, ...]) -> None:
    rows = [
        (one.name, label, share.in_words(FEWEST), share.unsure)
        for one in found
        for label, share in one.by_label.items()
    ]
    with st.expander("By label"):
        st.dataframe(
            pd.DataFrame(rows, columns=["person", "label that is right", "right of those named", "could not tell"]),
            hide_index=True,
            width="content",
        )
