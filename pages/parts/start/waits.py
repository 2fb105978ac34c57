"""What waits for the person: who asks to look at what, who answered, and the way there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.dataset.pictures_as_samples import shows_any
from core.ledger.views.comments import (
    ASKED,
    CLUSTER,
    CONFLICT,
    SAMPLE,
    SELECTION,
    cluster_now,
    samples_about,
)
from pages.parts.clusters.chosen import choose_cluster
from pages.parts.decisions.conflict_session import go_to_conflict
from pages.parts.desk.addresses import SAMPLE as SAMPLE_ADDRESS
from pages.parts.desk.comments import seen
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.shown import Samples
from pages.parts.desk.state import change_desk
from pages.parts.desk.who import AtDesk
from pages.parts.start.at_hand import AtHand
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import code_span, escaped

MOST_ROWS = 6
_LONGEST = 160


@dataclass(frozen=True)
class Way:
    """The page that was asked for, and what its address is to say."""

    page: str
    address: tuple[tuple[str, str], ...] = ()


def waits(here: AtDesk, found: AtHand, samples: Samples | None) -> Way | None:
    """Draw the list, nothing where nothing waits; returns the way to what was opened just now."""
    waiting = [] if found.trouble else here.comments_waiting.to_dict("records")
    if not waiting:
        return None
    st.header("What waits for you", anchor=False)
    way = None
    for place, row in enumerate(waiting[:MOST_ROWS]):
        hidden = _hidden(here, found, row)
        with st.container(horizontal=True, vertical_alignment="center", key=f"start_waits_{place}"):
            st.markdown(_in_words(row, hidden=hidden), width="stretch")
            name = str(row["comment_id"])
            if st.button("Review it" if hidden else "Open", key=widget_key("start_waits_open", name)):
                way = Way("review") if hidden else _way(here, found, samples, row)
            if here.allowed("comment") and not hidden:
                st.button(
                    "Seen", type="tertiary", key=widget_key("start_waits_seen", name), on_click=seen, args=(name,)
                )
    if len(waiting) > MOST_ROWS:
        more = f"And {len(waiting) - MOST_ROWS:,} more"
        st.caption(f"{more}: they come when some of these are answered or seen.")
    return way


def _hidden(here: AtDesk, found: AtHand, row: dict[str, Any]) -> bool:
    """Whether it is about samples of which one waits for the person's own review: what others say would sway him."""
    about = samples_about(here.ledger, str(row["subject_kind"]), str(row["subject"]))
    if not shows_any(about, frozenset(found.waiting)):
        return False
    return not (row["subject_kind"] == CONFLICT and here.allowed("decide"))


def _in_words(row: dict[str, Any], *, hidden: bool) -> str:
    did = "asks you to look at" if row["why"] == ASKED else "answered you about"
    text = str(row["text"])
    said = f"“{escaped(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…')}”"
    if hidden:
        said = "it waits for your own review, and what was said is shown when you have given it."
    return f"**{escaped(row['author'])}** {did} {_what(row)}: {said}"


def _what(row: dict[str, Any]) -> str:
    if row["subject_kind"] == SAMPLE:
        return f"sample {code_span(row['subject'])}"
    if row["subject_kind"] == CONFLICT:
        return f"the conflict about {code_span(row['subject'])}"
    return escaped(row["subject_name"] or f"a {row['subject_kind']}")


def _way(here: AtDesk, found: AtHand, samples: Samples | None, row: dict[str, Any]) -> Way | None:
    """Choose what the comment is about; returns the way there, None where it is there no more, which is said."""
    kind, subject = str(row["subject_kind"]), str(row["subject"])
    if kind == CONFLICT and subject in found.conflicts:
        go_to_conflict(subject)
        return Way("decisions")
    if kind == SELECTION:
        change_desk(asked=subject)
        return Way("map")
    if kind == CLUSTER:
        number = None if samples is None else _number(here, samples, subject)
        if number is None:
            st.warning(
                "The clusters were found anew since, and its samples lie in no one cluster any more.",
                icon=icons.NOTE,
            )
            return None
        choose_cluster(number)
        return Way("clusters")
    return Way("sample", ((SAMPLE_ADDRESS, subject),))


def _number(here: AtDesk, samples: Samples, subject: str) -> int | None:
    inside = {
        int(number): set(names.astype(str))
        for number, names in samples.glitches.groupby(samples.clusters)
        if int(number) >= 0
    }
    return cluster_now(here.ledger, subject, clustering=samples.clustering, clusters=inside)


def follow(way: Way) -> None:
    """Go there."""
    st.switch_page(PAGES / f"{way.page}.py", query_params=dict(way.address))
