"""A change of the taxonomy that another page begins: the form on the page Decisions is filled in with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import streamlit as st

from core.audit.advice import MERGE, Advice
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.state import change_panel, set_widget

SECTION, TAXONOMY, RELEASES = "decisions_section", "Taxonomy", "Releases"
"""Key of the choice of a section of the page Decisions, and what two of them are called that others lead to."""

KIND, MERGED, NOW = "decisions_change_kind", "decisions_change_merged", "decisions_change_now"
EXAMPLES, REASON = "decisions_change_examples", "decisions_change_why"
"""Keys of the form's widgets that are filled in."""


@dataclass(frozen=True)
class Drafted:
    """Whether the form was filled in by another page, and is to be open."""

    open: bool = False


def go_and_propose(advice: Advice, *, names: Collection[str], glitches: Sequence[str]) -> None:
    """Fill the form in with what is advised, and go there; a name for what comes out is left to whoever proposes.

    Args:
        advice: a merge or a split.
        names: the labels there are: others cannot be chosen in the form.
        glitches: the examples, by the ids that the ledger knows.
    """
    labels = [name for name in advice.labels if name in names]
    merges = advice.action == MERGE
    set_widget(SECTION, TAXONOMY)
    set_widget(KIND, "merge" if merges else "split")
    if merges:
        set_widget(MERGED, labels)
    else:
        set_widget(NOW, labels[0] if labels else None)
    set_widget(EXAMPLES, "\n".join(dict.fromkeys(glitches)))
    set_widget(REASON, advice.said)
    change_panel(Drafted, open=True)
    # The section stands in the address of that page: without it, the page would begin at its first one.
    st.switch_page(PAGES / "decisions.py", query_params={SECTION: TAXONOMY})
