"""The form that freezes the labels now under a name."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.errors import GlitchAuditError
from core.evidence.releases.model import LICENCES
from core.ledger.acts.checks import MAX_REASON
from core.pipeline.releasing import MadeRelease, ReleaseWish
from pages.parts.desk.acts import make_release
from pages.parts.desk.state import change_panel, panel, take_from_panel
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.act_button import act_button
from pages.parts.widgets.row_list import look_at_row
from pages.parts.widgets.text import escaped

LIST = "decisions_releases"
"""Key of the list of releases."""
_NONE = "none stated"


@dataclass(frozen=True)
class ReleaseFormState:
    """What the session remembers of the form.

    Attributes:
        said: what was made, which is told once.
        handed_out: the release that was made last where none is kept, in the public demo.
    """

    said: str = ""
    handed_out: MadeRelease | None = None


def release_form(here: AtDesk, *, first: bool) -> None:
    """Draw the form, or why somebody else has to make the release.

    Args:
        here: who is at the desk.
        first: whether there is no release yet, so that the form is open.
    """
    if said := take_from_panel(ReleaseFormState, "said"):
        st.toast(escaped(said), icon=icons.DONE)
    if hindered := here.hindrance("release"):
        st.caption(escaped(hindered))
        return
    with st.expander("Make a release", icon=icons.RELEASE, expanded=first):
        name = st.text_input("Name", placeholder="2026-11", max_chars=64, key="decisions_release_name")
        sentence = st.text_input(
            "What it is, in a sentence",
            placeholder="Blips and Tomtes of O3 looked through by two people each",
            max_chars=MAX_REASON,
            key="decisions_release_sentence",
        )
        authors = st.text_area(
            "Authors to cite, one a line",
            placeholder=f"Family, Given; or a group’s name. Without any: {here.person.name or 'you'}",
            max_chars=20_000,
            height=100,
            key="decisions_release_authors",
            help="A person is written “Family, Given”, a group by its name without a comma. An ORCID may follow.",
        )
        licence = st.selectbox("Licence", (_NONE, *LICENCES), key="decisions_release_licence")
        missing = here.why_not("release") or ("" if name.strip() else "Give it a name")
        if act_button("Make the release", missing=missing, icon=icons.RELEASE, key="decisions_release_make"):
            lines = tuple(line for line in authors.splitlines() if line.strip())
            _make(here, ReleaseWish(name, sentence, lines, "" if licence == _NONE else licence))


def _make(here: AtDesk, wish: ReleaseWish) -> None:
    try:
        with st.spinner("Freezing the labels, and estimating how many are wrong still"):
            made = make_release(here.workspace, wish)
    except GlitchAuditError as error:
        st.error(escaped(error), icon=icons.WENT_WRONG)
        return
    look_at_row(LIST, made.about.name)
    change_panel(
        ReleaseFormState,
        said=f"Release {made.about.name} is made: {made.difference.headline()}",
        handed_out=made if here.public_demo else None,
    )
    st.rerun()


def handed_out() -> MadeRelease | None:
    """The release that was made last in the public demo, where none is kept."""
    return panel(ReleaseFormState).handed_out
