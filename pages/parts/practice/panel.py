"""One known sample after the other: its pictures, the labels to choose from, and the answer at once."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.audit.known_samples import FEWEST
from core.pipeline.practice import Practice
from pages.parts.desk.shown import SampleShown
from pages.parts.desk.who import AtDesk
from pages.parts.practice.answer import answer_in_words, typical_ids, typical_samples
from pages.parts.practice.progress import progress_line, progress_table
from pages.parts.practice.session import (
    ANSWER,
    NEXT,
    Asked,
    asked_now,
    keep_answers,
    keep_event,
    progress_now,
    serial,
    settle_person,
    take_event,
    tell_to_answer_first,
    why_not_kept,
)
from pages.parts.sample.dialog import open_if_asked
from pages.parts.sample.pictures import beforehand, open_sample, suspect_pictures
from pages.parts.widgets import icons
from pages.parts.widgets.choice_card import LABELS, VERDICTS, Choice, ChoiceCard, choice_card
from pages.parts.widgets.text import escaped

NEXT_KEY = "n"
_UNTOLD_COLOUR = "#808080"


@st.fragment
def practice_panel(here: AtDesk, shown: SampleShown, practice: Practice) -> None:
    """Draw the question or its answer, and how one did; a choice reruns this and nothing else of the page."""
    open_if_asked(here, shown)
    settle_person(here)
    take_event()
    if trouble := keep_answers(here):
        st.warning(f"{escaped(trouble)} Your answers are kept in this session until then.", icon=icons.WENT_WRONG)
    progress = progress_now(here)
    asked = asked_now(practice, shown.samples, progress)
    if asked is None or len(practice.known) < 2:
        st.info(
            "Too few samples of this data set are known well enough to practise on: it takes two labels, and of each "
            f"{FEWEST} samples that people decided, or that pictures and neighbours agree with."
        )
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(escaped(progress_line(progress)), width="content")
        if missing := why_not_kept(here):
            st.caption(escaped(missing), width="content")
    _card(shown, practice, asked)
    _what_is_known(practice)
    progress_table(practice, progress)


def _card(shown: SampleShown, practice: Practice, asked: Asked) -> None:
    samples = shown.samples
    left, right = st.columns([4, 5], gap="medium")
    glitch = str(samples.glitch_ids[samples.row_of[asked.sample_id]])
    with left:
        # Neither colour nor window says the label before the answer.
        suspect_pictures(
            shown,
            asked.sample_id,
            glitch,
            colour=samples.colours[asked.label].colour if asked.answer else _UNTOLD_COLOUR,
            on_event=open_sample if asked.answer else tell_to_answer_first,
        )
    with right:
        if asked.answer:
            answer_in_words(practice, asked)
        else:
            st.markdown("**Which label would you give?**")
        choice_card(
            ChoiceCard(
                title="The answer" if asked.answer else "Which label would you give?",
                stage="answered" if asked.answer else "practice",
                sample_id=glitch,
                card_id=asked.question_id,
                choices=practice_choices(shown, asked),
                serial=serial(),
            ),
            key="practice_card",
            on_event=keep_event,
        )
    if asked.answer:
        typical_samples(shown, practice, asked)
    else:
        beforehand(shown, partial(_of_the_answer, shown, practice, asked))


def _of_the_answer(shown: SampleShown, practice: Practice, asked: Asked) -> list[str]:
    """What the answer may show: asked for beforehand, it is there at once, and so is what it is worked out with."""
    practice.difference(asked.label, asked.look_alike)
    return [sample_id for label in asked.choices for sample_id in typical_ids(shown, practice, label)]


def practice_choices(shown: SampleShown, asked: Asked) -> tuple[Choice, ...]:
    """The labels to choose from, each with a digit as its key; once one was chosen, the way on."""
    if asked.answer:
        return (Choice(NEXT, "Next sample", key=NEXT_KEY, group=VERDICTS, meaning="Ask about another", primary=True),)
    colours = shown.samples.colours
    return tuple(
        Choice(ANSWER, name, name, str(place), LABELS, colours[name].description, colours[name].colour)
        for place, name in enumerate(asked.choices, start=1)
    )


def _what_is_known(practice: Practice) -> None:
    """How the labels that are asked about are known, and which are not asked about."""
    checked = sum(one.checked for one in practice.known.values())
    rest = len(practice.known) - checked
    if not rest:
        text = "These labels were checked by people."
    elif not checked:
        text = "These labels count as known because pictures and neighbours agree with them; nobody checked them yet."
    else:
        text = (
            f"People checked the samples of {checked} label{'s' if checked > 1 else ''}, and nobody those of the other "
            f"{rest}; but pictures and neighbours agree with them."
        )
    if practice.without:
        text += f" Not asked about, as too few good samples are known: {', '.join(practice.without)}."
    st.caption(escaped(text))
