"""What people say about a sample, a saved selection, a cluster or a conflict: one part, wherever it appears."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import GlitchAuditError
from core.ledger import new_batch_id
from core.ledger.acts.commenting import MAX_COMMENT, answer, comment, mark_seen, withdraw_comment
from core.ledger.names import person_key, taken_for
from core.ledger.people import Person, may
from core.ledger.views.authors import authors
from core.ledger.views.comments import Subject, samples_about, thread
from core.version import APP_VERSION
from pages.parts.desk.blind_samples import some_wait_for_me, waits_for_me
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.state import change_panel, panel, take_from_panel, widget_value
from pages.parts.desk.who import AtDesk, at_desk
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import escaped

_ICON = icons.COMMENTS


@dataclass(frozen=True)
class TalkState:
    """What the session remembers of comments.

    Attributes:
        draft: the id under which the next one is written, so that a double click writes once.
        answering: the comment that is being answered.
        opened: the subject whose comments stay unfolded, because something was done there.
        trouble: why what was done last was not written; told once.
    """

    draft: str = ""
    answering: str = ""
    opened: tuple[str, str] = ("", "")
    trouble: str = ""


def comments(
    here: AtDesk,
    subject: Subject,
    *,
    place: str,
    dataset: str = "",
    in_a_bar: bool = False,
    sees_all: bool = False,
) -> None:
    """Draw what was said about it, folded, with a box to say something.

    Args:
        here: who is at the desk, and with which data set.
        subject: what it is about.
        place: where on the screen; two places may show the same subject at once.
        dataset: fingerprint of the data set that is on screen.
        in_a_bar: whether it unfolds from a button in a bar of buttons.
        sees_all: whether what waits for the person's own review is shown all the same, as where a moderator decides.
    """
    if not sees_all and _waits(here, subject):
        _hidden(subject, in_a_bar=in_a_bar)
        return
    said = thread(here.ledger, subject, here.person)
    waiting = int(said["waits"].astype(bool).sum()) if len(said) else 0
    count = int((~said["withdrawn"].astype(bool)).sum()) if len(said) else 0
    title = f"Comments ({count:,})" + (f" · {waiting:,} for you" if waiting else "")
    # Another person's is another one: it is folded, or not, as that person needs it.
    key = widget_key("talk", place, subject.kind, subject.key, here.person.key)
    unfolded = bool(waiting) or panel(TalkState).opened == (subject.kind, subject.key)
    with (
        st.popover(title, icon=_ICON, key=key)
        if in_a_bar
        else st.expander(title, expanded=unfolded, icon=_ICON, key=key)
    ):
        alike = taken_for(said["author"])
        for row in said.to_dict("records"):
            _said(here, subject, row, alike, place=place)
        _form(here, subject, said, place=place, dataset=dataset)


def _waits(here: AtDesk, subject: Subject) -> bool:
    """Whether the person is yet to review the sample, or one of the samples of a cluster or of a selection, blind."""
    if subject.of_a_sample:
        return waits_for_me(here, subject.key)
    own = subject.sample_ids or samples_about(here.ledger, subject.kind, subject.key)
    return some_wait_for_me(here, own)


def _hidden(subject: Subject, *, in_a_bar: bool) -> None:
    """Say in the place of the comments why they are not shown, and when they will be."""
    why = (
        "this sample waits for your own review."
        if subject.of_a_sample
        else f"samples of this {subject.kind} wait for your own review. It is shown when you have reviewed them."
    )
    title = f"Comments: shown when you have reviewed {'it' if subject.of_a_sample else 'its samples'}"
    icon = icons.HIDDEN
    with st.popover("Comments", icon=icon) if in_a_bar else st.expander(title, icon=icon):
        st.caption(f"What others say would sway you: {escaped(why)}")
        st.page_link(PAGES / "review.py", label="Go to the review", icon=icons.OPEN_REVIEW)


def waiting_line(here: AtDesk) -> None:
    """Say in the sidebar how much waits for the person, with the way to the list on Start."""
    # Its place is there all the same: what stands below keeps its own.
    with st.container():
        if count := len(here.comments_waiting):
            label = f"**{count:,}** wait{'s' if count == 1 else ''} for you"
            st.page_link(PAGES / "start.py", label=label, icon=":material/mark_chat_unread:")


def seen(comment_id: str) -> None:
    """Note, as the callback of a button, that the person at the desk has seen a comment."""
    _do(lambda now: mark_seen(now.ledger, comment_id, author=now.person, app_version=APP_VERSION))


def _said(here: AtDesk, subject: Subject, row: dict[str, Any], alike: dict[str, str], *, place: str) -> None:
    """One comment, and what can be done with it."""
    name = str(row["comment_id"])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(_in_words(row, alike), width="stretch")
        if row["withdrawn"]:
            return
        if row["waits"] and here.allowed("comment"):
            _small("Seen", "talk_seen", place, name, act=_seen_here, given=(subject, name))
        if here.allowed("comment") and here.person.name:
            _small("Answer", "talk_answer", place, name, act=_begin_answer, given=(subject, name))
        if here.may_take_back(row["author"], row["author_key"]):
            _small("Take back", "talk_back", place, name, act=_take_back, given=(subject, name))


def _small(text: str, kind: str, place: str, name: str, *, act: Any, given: tuple[Any, ...]) -> None:
    st.button(text, type="tertiary", key=widget_key(kind, place, name), on_click=act, args=given)


def _in_words(row: dict[str, Any], alike: dict[str, str]) -> str:
    """A comment as Markdown, all of its texts inert."""
    under = "↳ " if row["depth"] else ""
    when = pd.Timestamp(row["created_at"]).tz_convert(st.context.timezone or "UTC")
    other = alike.get(row["author"])
    apart = f" (not {escaped(other)}: the names look alike)" if other else ""
    proved = ", signed in" if row["author_verified"] else ""
    asks = f" *asks {escaped(row['asks'])} to look*" if row["asks"] else ""
    then = f" (of what was {escaped(row['subject_name'])} then)" if row["earlier"] else ""
    text = "*taken back*" if row["withdrawn"] else escaped(row["text"])
    return f"{under}**{escaped(row['author'])}**{apart}{proved}, {when:%Y-%m-%d %H:%M}{then}{asks}: {text}"


def _form(here: AtDesk, subject: Subject, said: pd.DataFrame, *, place: str, dataset: str) -> None:
    """The box to say something, or to answer."""
    if not here.allowed("comment"):
        if said.empty:
            st.caption("Nobody has said anything about it.")
        return
    state = panel(TalkState)
    draft = state.draft or change_panel(TalkState, draft=new_batch_id()).draft
    answered = said[(said["comment_id"] == state.answering) & ~said["withdrawn"].astype(bool)]
    own = (place, subject.kind, subject.key, draft)
    text, asks = widget_key("talk_text", *own), widget_key("talk_asks", *own)
    whom = "" if answered.empty else str(answered["author"].iloc[0])
    st.text_area(
        f"Answer to {escaped(whom)}" if whom else "Say something",
        key=text,
        max_chars=MAX_COMMENT,
        height=80,
        placeholder=f"Say something about this {subject.kind}",
        label_visibility="visible" if whom else "collapsed",
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            "Please look",
            _others(here),
            index=None,
            key=asks,
            placeholder="Please look: nobody",
            label_visibility="collapsed",
            accept_new_options=not here.providers,
            help="Who is asked to look finds it on Start, until it is answered or seen.",
            width=240,
        )
        st.button(
            "Answer" if whom else "Comment",
            key=widget_key("talk_send", *own, state.answering),
            icon=":material/send:",
            on_click=_send,
            args=(here.workspace.name, subject, draft, "" if answered.empty else state.answering, text, asks, dataset),
        )
        if whom:
            _small("No answer", "talk_no_answer", place, draft, act=_begin_answer, given=(subject, ""))
    if missing := here.missing("comment"):
        st.caption(escaped(missing))
    if state.opened in (("", ""), (subject.kind, subject.key)) and (trouble := take_from_panel(TalkState, "trouble")):
        st.warning(escaped(trouble), icon=icons.NOTE)


def _others(here: AtDesk) -> list[str]:
    """Whom one can ask to look: everybody known here who may comment, but oneself."""
    # The number of an account is shown to nobody.
    named = [name for name in here.roles.by_name if "://" not in name]
    known = {person_key(name): name for name in (*authors(here.ledger), *named)}
    known.pop(here.person.name_key, None)
    proved = bool(here.providers)
    roles = {name: here.roles.role_of(name, verified=proved) for name in known.values()}
    return sorted(name for name, role in roles.items() if may(Person(name, role), "comment"))


def _send(workspace: str, subject: Subject, draft: str, answered: str, text: str, asks: str, dataset: str) -> None:
    """Write what was typed into these boxes."""

    def write(now: AtDesk) -> None:
        if now.workspace.name != workspace:
            raise GlitchAuditError("Another data set was opened in the meantime: nothing was written.")
        if missing := now.missing("comment"):
            raise GlitchAuditError(missing)
        said, whom = str(widget_value(text) or ""), str(widget_value(asks) or "")
        who = {"author": now.person, "app_version": APP_VERSION, "asks": whom, "comment_id": draft}
        if answered:
            answer(now.ledger, answered, said, **who)
        else:
            comment(now.ledger, subject, said, dataset_fingerprint=dataset, **who)

    if _do(write, subject):
        change_panel(TalkState, draft=new_batch_id(), answering="")


def _begin_answer(subject: Subject, comment_id: str) -> None:
    change_panel(TalkState, answering=comment_id, opened=(subject.kind, subject.key))


def _seen_here(subject: Subject, comment_id: str) -> None:
    change_panel(TalkState, opened=(subject.kind, subject.key))
    seen(comment_id)


def _take_back(subject: Subject, comment_id: str) -> None:
    _do(
        lambda now: withdraw_comment(now.ledger, comment_id, author=now.person, app_version=APP_VERSION) and None,
        subject,
    )


def _do(act: Any, subject: Subject | None = None) -> bool:
    """Do it as whoever is at the desk now; returns whether it was done, and keeps why it was not."""
    if subject is not None:
        change_panel(TalkState, opened=(subject.kind, subject.key))
    now = at_desk()
    try:
        act(now)
    except GlitchAuditError as error:
        change_panel(TalkState, trouble=str(error))
        return False
    return True
