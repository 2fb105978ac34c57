"""The queue of conflicts, one at a time: its pictures, who stands for what and why, and a key a side."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.audit.queue import place_in_queue
from core.errors import GlitchAuditError
from core.evidence.colours import cluster_name
from core.ledger import SuspectCase
from core.ledger.names import taken_for
from core.ledger.views.comments import CONFLICT as A_CONFLICT
from core.ledger.views.comments import Subject
from core.ledger.views.decision_rule import FILE_NAME, DecisionRule, read_rule
from core.ledger.views.history import statements
from core.ledger.views.sides import Side, Stand, sides_of
from core.ledger.views.states import CONFLICT, sample_states
from core.ledger.views.weighed import weighed
from pages.parts.decisions.conflict_choices import UNDO, moves, settling_choices
from pages.parts.decisions.conflict_session import (
    ConflictState,
    card_id,
    forget_of_others,
    keep_event,
    other_label_key,
    reason_key,
    take_event,
)
from pages.parts.decisions.panel import history_table
from pages.parts.desk.blind_samples import blind_samples, waits_for_me
from pages.parts.desk.comments import comments
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.moderators import who_settles
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.reasons import reason_in_words
from pages.parts.desk.shown import Samples, SampleShown
from pages.parts.desk.state import change_panel, panel, take_from_panel
from pages.parts.desk.who import AtDesk
from pages.parts.sample.dialog import open_if_asked
from pages.parts.sample.pictures import label_witnesses, next_pictures, suspect_pictures
from pages.parts.widgets import icons
from pages.parts.widgets.choice_card import ChoiceCard, ChoiceEvent, choice_card
from pages.parts.widgets.label_box import chosen_label, label_box
from pages.parts.widgets.text import code_span, escaped

_REVIEW_PAGE = PAGES / "review.py"


@dataclass(frozen=True)
class FirstLook:
    """Whether there was a conflict when this session first looked: the page opens with them then; None before."""

    conflicts: bool | None = None


def conflicts_first(here: AtDesk, samples: Samples) -> bool:
    """Whether the page opens with the conflicts: where there were some when this session came."""
    if (first := panel(FirstLook).conflicts) is None:
        try:
            rule = read_rule(here.workspace.root / FILE_NAME)
        except GlitchAuditError:
            # The parts that go by it say so.
            return False
        first = not conflicts(here, samples, rule).empty
        change_panel(FirstLook, conflicts=first)
    return first


def conflicts(here: AtDesk, samples: Samples, rule: DecisionRule) -> pd.DataFrame:
    """The samples of this data set that are in conflict, the longest waiting first, what was left for later last."""
    states, rows = sample_states(here.ledger, rule), samples.row_of_glitch
    states = states[(states["state"] == CONFLICT) & states.index.isin(rows)]
    skipped = panel(ConflictState).skipped
    states = states.assign(
        label_now=[str(samples.table["label"].iloc[rows[sample_id]]) for sample_id in states.index],
        later=[skipped.index(sample_id) + 1 if sample_id in skipped else 0 for sample_id in states.index],
    )
    return states.sort_values(["later", "last_event_at"], kind="stable")


@st.fragment
def conflicts_panel(here: AtDesk, shown: SampleShown) -> None:
    """Draw the queue; a choice reruns this and nothing else of the page."""
    open_if_asked(here, shown)
    forget_of_others(here.person)
    samples, rule, settling = shown.samples, decision_rule(here), not here.why_not("decide")
    queue = conflicts(here, samples, rule)
    case = SuspectCase("", "", dataset_fingerprint=samples.dataset, layout_fingerprint=samples.layout)
    if take_event(here.ledger, queue, case) or panel(ConflictState).skipped:
        queue = conflicts(here, samples, rule)
    if queue.empty:
        _nothing_left()
        return
    if not settling:
        st.info(_why_not(here), icon=icons.SETTLE)
    place = place_in_queue(queue, panel(ConflictState).at)
    change_panel(ConflictState, at=str(queue.index[place]))
    _conflict(here, shown, queue, place, settling=settling)
    if place + 1 < len(queue):
        following = str(queue.index[place + 1])
        next_pictures(shown, str(samples.ids[samples.row_of_glitch[following]]), following)


def _conflict(here: AtDesk, shown: SampleShown, queue: pd.DataFrame, place: int, *, settling: bool) -> None:
    """The conflict at this place: pictures, sides, card, and the nearest samples that each side can point to."""
    samples, entry, sample_id = shown.samples, queue.iloc[place], str(queue.index[place])
    row = samples.row_of_glitch[sample_id]
    first = str(samples.ids[row])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{place + 1:,} of {len(queue):,}** in conflict · {code_span(sample_id)}", width="content")
        st.badge(cluster_name(int(samples.clusters[row])), color="gray")
    hidden = not settling and sample_id in blind_samples(here)
    sides = () if hidden else sides_of(statements(here.ledger, sample_id))
    column, right = st.columns([4, 5], gap="medium")
    left = column.container(gap="xxsmall")
    with left:
        suspect_pictures(shown, first, sample_id, colour=samples.colours[entry["label_now"]].colour)
    with right:
        if hidden:
            st.info("It waits for your own review: what others said is shown when you have given your opinion.")
            st.page_link(_REVIEW_PAGE, label="Go to the review", icon=icons.OPEN_REVIEW)
        else:
            st.markdown(f"It was brought as **{escaped(entry['label_now'])}**.")
            _sides(sides)
            _weighed(here, samples, sample_id)
            me = (here.person.name, here.person.verified)
            if settling and me in {(stand.author, stand.verified) for side in sides for stand in side.stands}:
                st.caption("You stand for one side yourself: where there is another moderator, leave it to that one.")
        _card(samples, entry, sides, place=place, count=len(queue), settling=settling)
    if hidden:
        return
    stood_for = [side.label for side in sides if side.label]
    with left:
        label_witnesses(shown, first, labels=tuple(dict.fromkeys([*stood_for, entry["label_now"]])))
    with right:
        # Whoever may settle it sees what everybody stands for, and so what they say.
        comments(here, Subject(A_CONFLICT, sample_id), place="conflict", dataset=samples.dataset, sees_all=True)
    with st.expander("Everything that happened to it", icon=icons.HISTORY):
        history_table(here.ledger, sample_id)


def _card(
    samples: Samples, entry: pd.Series, sides: tuple[Side, ...], *, place: int, count: int, settling: bool
) -> None:
    """The buttons with their keys, and for a moderator the boxes for a reason and for another label."""
    question, brought = card_id(entry), str(entry["label_now"])
    choices = moves(
        previous=place > 0, following=place < count - 1, undo=bool(panel(ConflictState).done) if settling else None
    )
    if settling:
        other = chosen_label(other_label_key(question))
        choices = (*settling_choices(sides, brought, other, colours=samples.colours), *choices)
        if trouble := take_from_panel(ConflictState, "trouble"):
            st.warning(escaped(trouble), icon=icons.NOTE)
    card = ChoiceCard(
        title="Which label holds?" if settling else "Conflicts",
        stage="conflict" if settling else "looking",
        sample_id=str(entry.name),
        card_id=question,
        choices=choices,
        serial=panel(ConflictState).serial,
    )
    choice_card(card, key="conflict_card", on_event=keep_event)
    if not settling:
        return
    st.text_input(
        "Reason",
        key=reason_key(str(entry.name)),
        max_chars=2000,
        placeholder="What in the pictures decides it?",
        help="It stands beside the decision for good. Left empty, the reasons that were given for the label that you "
        "choose are taken over; where there are none, you are asked for one.",
    )
    label_box(
        "Another label",
        samples.colours.names,
        key=other_label_key(question),
        placeholder="Choose one; then press o",
        not_here=(brought, *(side.label for side in sides)),
    )


def _sides(sides: tuple[Side, ...]) -> None:
    """Who stands for what, and why."""
    alike = taken_for(stand.author for side in sides for stand in side.stands)
    zone = st.context.timezone or "UTC"
    for side in sides:
        st.markdown(f"**{escaped(side.label or 'No label')}**: {escaped(side.people)}")
        for stand in side.stands:
            st.markdown(_stand_in_words(stand, alike, zone))


def _weighed(here: AtDesk, samples: Samples, sample_id: str) -> None:
    """What known samples tell of those who stand against each other; a moderator's own review comes first."""
    if here.why_not("see others"):
        return
    found = weighed(here.ledger, sample_id, samples.colours.names, asking=here.person, rule=decision_rule(here))
    if found is None:
        return
    if waits_for_me(here, sample_id):
        st.caption("How known samples weigh these people is shown when you have given your own review of it.")
    else:
        st.caption(escaped(found.in_words()), help="It decides nothing: the rule and moderators do.")


def _stand_in_words(stand: Stand, alike: dict[str, str], zone: str) -> str:
    other = alike.get(stand.author)
    apart = f" (not {escaped(other)}: the names look alike)" if other else ""
    proved = ", signed in" if stand.verified else ""
    when = pd.Timestamp(stand.created_at).tz_convert(zone)
    reason = f" {reason_in_words(stand.reason)}" if stand.reason else ""
    return f"- **{escaped(stand.author)}**{apart}{proved}, {when:%Y-%m-%d %H:%M}: {escaped(stand.what)}.{reason}"


def _why_not(here: AtDesk) -> str:
    """Why this person cannot settle it, and who can, escaped."""
    if here.allowed("decide"):
        return f"{here.nobody_yet}: every decision carries its author."
    if here.person.name:
        return who_settles(here)
    return f"{here.nobody_yet}. {who_settles(here)}"


def _nothing_left() -> None:
    done = panel(ConflictState).done
    if done:
        st.success("Every conflict is settled.")
    else:
        st.info("No sample is in conflict: nobody stands for another label than others do.")
    if trouble := take_from_panel(ConflictState, "trouble"):
        st.warning(escaped(trouble), icon=icons.NOTE)
    if done:
        event = ChoiceEvent(UNDO, "", "", "")
        st.button("Undo", on_click=keep_event, args=(event,), icon=icons.UNDO, shortcut="z")
