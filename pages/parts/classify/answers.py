"""The answers as they come: progress, a table, the one that is looked at, what was left out, and all as a file."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from core.classify.naming.classifier import Classifier
from core.classify.naming.name_glitches import Answer, answer_table, name_glitches
from core.classify.naming.nearest import NeighbourSource
from core.dataset.shown import as_shown
from core.dataset.wording import Wording
from core.evidence.previews import encode_jpeg
from pages.parts.classify.card import answer_card
from pages.parts.classify.state import HandedIn, Work, start_afresh
from pages.parts.desk.shown import NamingShown
from pages.parts.desk.state import change_panel, forget_panel, panel, take_from_panel
from pages.parts.desk.who import AtDesk
from pages.parts.desk.words import words_of
from pages.parts.sample.dialog import show_sample
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

_JPEG_QUALITY = 88
_TELL_EVERY_S = 0.4
_SAID_IN_FULL = 6


def answers_panel(
    here: AtDesk,
    handed_in: HandedIn,
    classifier: Classifier,
    neighbours: NeighbourSource | None,
    shown: NamingShown | None,
) -> None:
    """Name what was handed in, and show it."""
    opened = take_from_panel(Work, "open")
    if opened and shown is not None:
        show_sample(here, shown.sample, opened)
    rests_on = (shown.sample.samples.dataset, shown.embedding) if shown else ()
    work = _work((*handed_in.key, classifier.fingerprint, *rests_on))
    glitches = handed_in.handed.glitches
    words = words_of(here.workspace)
    if len(work.answers) < len(glitches) and not work.stopped:
        work = _stream(work, handed_in, classifier, neighbours, words)
    _summary(work, len(glitches), classifier, words)
    named = [number for number, answer in enumerate(work.answers) if not answer.problem]
    if named:
        number = named[0] if len(named) == 1 else _chosen(work, named)
        answer_card(
            here,
            work.answers[number],
            work.pictures[number],
            classifier,
            shown,
            has_neighbours=neighbours is not None,
            called=handed_in.labels.get(work.answers[number].name, ""),
        )
    _left_out(work, handed_in)


def _work(key: tuple[object, ...]) -> Work:
    if panel(Work).key != key:
        forget_panel(Work)
        change_panel(Work, key=key)
    return panel(Work)


def _stream(
    work: Work, handed_in: HandedIn, classifier: Classifier, neighbours: NeighbourSource | None, words: Wording
) -> Work:
    """Name what has no answer yet, and tell how far that is; returns the work when all is named."""
    glitches = handed_in.handed.glitches
    total, before = len(glitches), len(work.answers)
    many = total > 1
    bar = st.progress(before / total, text=f"Naming {total:,} {words.many}" if many else f"Naming the {words.one}")
    stop = st.empty()
    if many:
        stop.button("Stop", icon=icons.STOP, key="classify_stop", on_click=_stop)
    table = st.empty()
    began = told = time.monotonic()
    seconds = work.seconds
    for answer in name_glitches(glitches[before:], classifier, neighbours=neighbours):
        pictures = tuple(
            (view, encode_jpeg(as_shown(picture), quality=_JPEG_QUALITY)) for view, picture in answer.pictures
        )
        # Both at once and before anything is drawn: where the page is left, each answer keeps its pictures.
        work = change_panel(
            Work,
            answers=(*work.answers, replace(answer, pictures=())),
            pictures=(*work.pictures, pictures),
            seconds=seconds + time.monotonic() - began,
        )
        if many and time.monotonic() - told > _TELL_EVERY_S:
            told = time.monotonic()
            done = len(work.answers)
            left = (total - done) * (told - began) / (done - before)
            bar.progress(done / total, text=f"{done:,} of {total:,} {words.many} named, {left:,.0f} s left")
            table.dataframe(_shown(work.answers), hide_index=True, column_config=_COLUMNS)
    for place in (bar, stop, table):
        place.empty()
    return work


def _stop() -> None:
    change_panel(Work, stopped=True)


def _go_on() -> None:
    change_panel(Work, stopped=False)


def _summary(work: Work, total: int, classifier: Classifier, words: Wording) -> None:
    named = [answer for answer in work.answers if not answer.problem]
    strange = sum(answer.unlike for answer in named)
    with st.container(horizontal=True, vertical_alignment="center"):
        if work.stopped and len(work.answers) < total:
            st.markdown(f"Stopped after {len(work.answers):,} of {total:,}.")
            st.button("Go on", on_click=_go_on, icon=":material/play_arrow:", key="classify_go_on")
        if named:
            things = f"1 {words.one}" if len(named) == 1 else f"{len(named):,} {words.many}"
            each = f", {work.seconds / len(work.answers):.2f} s each" if len(named) > 1 else ""
            unlike = (
                f" {strange:,} of them unlike anything {escaped(classifier.name)} knows."
                if strange and len(named) > 1
                else ""
            )
            st.markdown(f"{things} named in {work.seconds:.2f} s{each}.{unlike}", width="content")
        if work.answers:
            st.download_button(
                "Answers as CSV",
                data=lambda: answer_table(work.answers).to_csv(index=False).encode(),
                file_name="answers.csv",
                mime="text/csv",
                on_click="ignore",
                icon=icons.DOWNLOAD,
                key="classify_csv",
            )
        st.button("Start afresh", on_click=start_afresh, icon=":material/restart_alt:", key="classify_afresh")


def _chosen(work: Work, named: list[int]) -> int:
    """The table of answers; returns the one that is looked at."""
    table = _shown([work.answers[number] for number in named]).drop(columns="problem")
    event = st.dataframe(
        table,
        hide_index=True,
        column_config=_COLUMNS,
        on_select="rerun",
        selection_mode="single-row",
        key="classify_table",
    )
    rows = event.selection.rows
    if not rows:
        st.caption("Tick a row to see what it is about; the first is shown.")
    return named[rows[0]] if rows and rows[0] < len(named) else named[0]


_COLUMNS = {
    "probability": st.column_config.ProgressColumn(format="percent", min_value=0.0, max_value=1.0),
    "second probability": st.column_config.NumberColumn(format="percent"),
}


def _shown(answers: Sequence[Answer]) -> pd.DataFrame:
    table = answer_table(answers)
    table["unlike"] = table["unlike"].map({"yes": "unlike anything known"}).fillna("")
    table.columns = [name.replace("_", " ") for name in table.columns]
    return table[["name", "views", "label", "probability", "second", "second probability", "unlike", "problem"]]


def _left_out(work: Work, handed_in: HandedIn) -> None:
    message = [(problem.where, problem.reason) for problem in handed_in.handed.problems]
    message += [(answer.name, answer.problem) for answer in work.answers if answer.problem]
    if not message:
        return
    st.subheader(f"Left out ({len(message):,})")
    if len(message) <= _SAID_IN_FULL:
        for name, reason in message:
            st.warning(f"**{escaped(name)}**: {escaped(reason)}", icon=":material/block:")
    else:
        st.dataframe(
            pd.DataFrame(message, columns=["file", "why"]), hide_index=True, width="stretch", key="classify_left_out"
        )
