"""Being shown round: five steps from page to page, in a box above the page; begun by a button, and left at any time."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.workspace import demo_workspace
from pages.parts.desk.data_set_choice import choose_workspace
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.results import audit_or_none, data_of
from pages.parts.desk.shown import map_of, sheet_of
from pages.parts.desk.state import change_desk, the_desk
from pages.parts.desk.who import AtDesk
from pages.parts.start.at_hand import most_mixed_island
from pages.parts.start.island import choose_island
from pages.parts.widgets.text import escaped


@dataclass(frozen=True)
class TourStep:
    """One step: what it is called, what to see there, and the page that it is about."""

    title: str
    text: str
    page: str


STEPS = (
    TourStep(
        "Start",
        "The figures say how far the data set is: how many samples there are, how many labels look wrong, and what "
        "people have said so far. Each card below begins a piece of work that waits for you. Nothing that you do on "
        "the demo harms anything.",
        "start",
    ),
    TourStep(
        "An island on the map",
        "Each point is a sample, and its colour is its label. Samples that look alike lie together. One island is "
        "selected: it has several colours, so people gave several names to what looks alike. You can draw a lasso "
        "around another one.",
        "map",
    ),
    TourStep(
        "The pictures, and a proposal",
        "With the map come the pictures of the selected samples. A click on a picture takes it out of the selection. "
        "Then you choose a better label and say why: that is a proposal. It changes nothing until a second person "
        "agrees or a moderator decides, and can be taken back.",
        "map",
    ),
    TourStep(
        "Suspects, by key",
        "Here the computer asks about one doubtful label after the other. Press A to accept its suggestion, K to keep "
        "the label, U if you are unsure, S to leave it to somebody else. Z takes the last answer back.",
        "suspects",
    ),
    TourStep(
        "A second opinion",
        "What one person proposed, another one reviews here: first you say what you see, then you are shown the "
        "proposal. When two people agree, the label is decided; the page Decisions lists that, and the conflicts.",
        "review",
    ),
)


_ASKS_WHO = ("suspects", "review")
"""Pages that take no answer from nobody."""


def tour_button(here: AtDesk) -> None:
    """The button that begins the tour, on the demo; it is the only thing that does."""
    if _number():
        return
    if st.button(f"Show me round: {len(STEPS)} steps, 3 minutes", icon=":material/tour:", key="start_tour"):
        change_desk(tour=1)
        if here.workspace.name != demo_workspace().name:
            choose_workspace(demo_workspace())
        st.rerun()


def tour_box(here: AtDesk, page: st.Page) -> None:
    """Draw the box above the page, while somebody is shown round."""
    if the_desk().tour_goes_on:
        _go(here)
    number = _number()
    if not number:
        return
    step = STEPS[number - 1]
    with st.container(border=True, key="tour"):
        there = _is_on(page, step)
        text = step.text if there else "The tour waits for you on the page of this step."
        if there and step.page in _ASKS_WHO and (missing := here.missing("judge")):
            text = f"{text} {missing}"
        st.markdown(f"**Step {number} of {len(STEPS)}: {escaped(step.title)}.** {escaped(text)}")
        with st.container(horizontal=True):
            if not there:
                _going_button("Go on with the tour", "tour_back", number)
            elif number == len(STEPS):
                _going_button("Finish, and begin", "tour_finish", 0)
            else:
                _going_button(f"Next: {escaped(STEPS[number].title)}", "tour_next", number + 1)
            if not there or number < len(STEPS):
                st.button("Leave the tour", key="tour_leave", on_click=leave_tour)


def leave_tour() -> None:
    """End it; nothing but the button brings it back."""
    change_desk(tour=0)


def _number() -> int:
    """At which step one is; 0 also where an address asks for a step that the tour does not have."""
    number = the_desk().tour
    return number if number <= len(STEPS) else 0


def _is_on(page: st.Page, step: TourStep) -> bool:
    return (page.url_path or "start") == step.page


def _going_button(title: str, key: str, number: int) -> None:
    st.button(title, type="primary", key=key, on_click=_go_to, args=(number,))


def _go_to(number: int) -> None:
    """Note where to go; 0 ends the tour. A run that is cut short before it has gone there leaves it to the next."""
    change_desk(tour=number, tour_goes_on=True)


def _go(here: AtDesk) -> None:
    """Open the page of the step, or the first page where the tour has ended."""
    page = STEPS[number - 1].page if (number := _number()) else "start"
    if page == "map" and the_desk().gesture is None:
        _select_an_island(here)
    change_desk(tour_goes_on=False)
    st.switch_page(PAGES / f"{page}.py")


def _select_an_island(here: AtDesk) -> None:
    """Select the most mixed island, so that there is something to see; what somebody has selected stays."""
    prepared, _ = data_of(here.workspace)
    audit = None if prepared is None else audit_or_none(prepared)
    island = None if audit is None else most_mixed_island(sheet_of(prepared), audit)
    if island is not None:
        choose_island(map_of(prepared), island)
