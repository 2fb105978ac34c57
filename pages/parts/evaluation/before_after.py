"""Before and after: the same classifier taught with the labels as brought, and with another reading of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.classify.evaluation.before_after import BETTER, CANNOT_TELL, NAMES, WORSE, change_sentence, change_verdict
from core.classify.evaluation.evaluate import Evaluation
from core.classify.evaluation.twins import Twins, find_twins, twins_change
from core.classify.training.runs import Run
from core.errors import GlitchAuditError
from core.glossary import meaning
from core.pipeline.kept_readings import KeptReading
from core.pipeline.learnt_labels import LearntLabels
from core.pipeline.reading import BROUGHT, MINE, NOW, READINGS
from pages.parts.desk.acts import compare_learnt
from pages.parts.desk.evaluations import evaluated_runs
from pages.parts.desk.labels_now import read_now
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.reading import shown_reading, what_was_said
from pages.parts.desk.reading_choice import names_of, readings_offered
from pages.parts.desk.results import learnt_or_none, reading_or_none
from pages.parts.desk.state import change_panel, forget_widgets, panel, widget_value
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped

_IN_WORDS = {
    BETTER: "So it names them **better** for what was decided.",
    WORSE: "So it names them **worse** for what was decided.",
    CANNOT_TELL: "These samples **cannot tell** whether it names them better or worse.",
}


@dataclass(frozen=True)
class BeforeAfterState:
    """What the session remembers of the section: the id of the reading that was compared last."""

    reading_id: str = ""


def before_after_panel(here: AtDesk, *, mapped: bool) -> None:
    """Draw the choice of a reading, what was found, and the runs that learnt other labels.

    ``mapped`` says whether the data set has results.
    """
    st.markdown(
        "The same classifier is taught twice, with the labels as they were brought and with another reading of them, "
        "and names the samples that nobody touched: what it names better, it has learnt from the decisions.",
        help=meaning("reading"),
    )
    if mapped:
        _own_classifier(here)
    else:
        st.info("This data set has no map yet: prepare it first, on the page “Data and settings”.")
    _runs(evaluated_runs(here.workspace))


def _own_classifier(here: AtDesk) -> None:
    st.subheader("The workbench's own classifier", anchor=False)
    said = what_was_said(here)
    # Under other classes other questions are asked, and nothing can be compared.
    offered = [name for name in readings_offered(said) if name in (NOW, MINE)]
    if here.public_demo:
        st.info("In the public demo the labels are shown as they were brought alone, so there is nothing to compare.")
        return
    if not offered:
        st.info("Nothing was decided or proposed yet, so that a classifier would learn the same before and after.")
        return
    on_screen = shown_reading(here)
    first = on_screen.reading if on_screen is not None and on_screen.reading in offered else offered[0]
    if widget_value("evaluation_labels", first) not in offered:
        forget_widgets("evaluation_labels")
    reading = st.selectbox(
        "Labels",
        offered,
        index=offered.index(first),
        format_func=names_of(said).get,
        key="evaluation_labels",
        width=460,
        persist_state="session",
    )
    now, found = _found(here, reading)
    if found is None:
        _offer(here, reading, "Train before and after")
        return
    kept, learnt = found
    if kept.reading_id != now.reading_id:
        st.caption(f"Something else was said since: this is of the labels read at {kept.read_at:%H:%M} (UTC).")
        _offer(here, reading, "Train again")
    _figures(learnt)


def _found(here: AtDesk, reading: str) -> tuple[KeptReading, tuple[KeptReading, LearntLabels] | None]:
    """The labels as they read now, and the newest of their comparisons that is there: with these, or the last ones."""
    now = read_now(here, reading)
    last = reading_or_none(here.workspace, panel(BeforeAfterState).reading_id)
    for kept in (now, last):
        if kept is not None and kept.reading == reading and kept.person_key == now.person_key:
            learnt = learnt_or_none(here.workspace, kept)
            if learnt is not None:
                return now, (kept, learnt)
    return now, None


def _offer(here: AtDesk, reading: str, text: str) -> None:
    if message := here.hindrance("evaluate"):
        st.caption(escaped(message))
    elif st.button(text, type="primary", icon=icons.OPEN_EVALUATION, key="evaluation_learn"):
        bar = st.progress(0.0, text="Teaching the classifier with both")
        try:
            reading_id = compare_learnt(
                here.workspace,
                reading,
                on_progress=lambda done, total: bar.progress(min(1.0, done / max(1, total)), "Teaching the classifier"),
            )
        except GlitchAuditError as error:
            bar.empty()
            st.info(escaped(error))
            return
        change_panel(BeforeAfterState, reading_id=reading_id)
        st.rerun()


def _figures(learnt: LearntLabels) -> None:
    asked = int(learnt.figures["samples"].iloc[0])
    st.markdown(
        f"**{learnt.relabelled:,}** samples have another label than they were brought with. Judged by the "
        f"**{asked:,}** samples that nobody touched, each of them left out while the classifier learns."
    )
    change_table(learnt.figures, key="learnt")
    st.caption(
        "It is the classifier by which suspects are found, on the embedding. Each sample is compared with itself. Of "
        "accuracy the interval is Bonett and Price's (2012), of macro-F1 the jackknife's; what one decision moved "
        "counts once."
    )


def change_table(figures: pd.DataFrame, *, key: str) -> None:
    """Draw the measures before and after, each with its interval and what follows from it."""
    with st.container(horizontal=True, gap="medium", key=f"evaluation_change_{key}"):
        for name, row in figures.iterrows():
            verdict = change_verdict(row)
            st.metric(
                NAMES[str(name)][:1].upper() + NAMES[str(name)][1:],
                f"{100 * row['after']:.2f} %",
                delta=f"{100 * row['difference']:+.2f} points",
                delta_color="off" if verdict == CANNOT_TELL else "normal",
                delta_arrow="off" if verdict == CANNOT_TELL else "auto",
                width="content",
            )
    for name, row in figures.iterrows():
        sentence = change_sentence(str(name), row).rpartition(":")[0]
        st.markdown(f"- {escaped(sentence[:1].upper() + sentence[1:])}. {_IN_WORDS[change_verdict(row)]}")


def _runs(runs: Iterable[tuple[Run, Evaluation]]) -> None:
    st.subheader("Training runs that learnt other labels", anchor=False)
    pairs = find_twins(runs)
    if not pairs:
        st.caption(
            "None yet that has a counterpart: train two runs with the same settings, one with the labels as brought "
            "and one with another reading, and have both evaluated. They are dealt the same samples."
        )
        st.page_link(PAGES / "training.py", label="To the page Training", icon=icons.OPEN_TRAINING)
    for number, twins in enumerate(pairs):
        _twins(twins, number)


def _twins(twins: Twins, number: int) -> None:
    read, brought = twins.read[0], twins.brought[0]
    st.markdown(
        f"**{escaped(read.name)}** learnt the labels {escaped(READINGS.get(read.reading, read.reading))} "
        f"({read.relabelled:,} differ); **{escaped(brought.name)}** those {escaped(READINGS[BROUGHT])}."
    )
    try:
        change = twins_change(twins)
    except GlitchAuditError as error:
        st.info(escaped(error))
        return
    st.caption(f"On the {int(change['samples'].iloc[0]):,} samples that both were judged by and that nobody touched:")
    change_table(change, key=f"twins_{number}")
