"""What the test apps of the Suspects page share: the page on the demo, with an audit that was made up."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.parts.data import open_results
from pages.parts.desk.identity import NAME_LIMIT
from pages.parts.desk.through_app import running_page
from pages.parts.desk.who import at_desk
from pages.parts.widgets.component_state import with_shared
from tests.browser.driving import PROJECT

COMPONENTS = PROJECT / "pages" / "parts"


@st.cache_resource
def _made_up(root: str, kind: str, _make: Callable, _prepared):
    return _make(_prepared)


def show_suspects(make_audit: Callable) -> None:
    """Run the page with what ``make_audit`` makes of the results, once a process."""
    open_results.audit_or_stop = lambda here, prepared: _made_up(
        str(here.workspace.root), make_audit.__name__, make_audit, prepared
    )
    st.set_page_config(page_title="Suspects", page_icon=str(COMPONENTS / "favicon.png"), layout="wide")
    st.html(f"<style>{with_shared('scale.css', COMPONENTS / 'page.css')}</style>")
    page = st.navigation(
        [
            st.Page(PROJECT / "pages" / "suspects.py", title="Suspects", icon=":material/person_search:"),
            st.Page(PROJECT / "pages" / "sample.py", title="Sample", visibility="hidden"),
            st.Page(PROJECT / "pages" / "search.py", title="Search", visibility="hidden"),
        ]
    )
    with st.sidebar:
        st.text_input("Your name", key="reviewer", max_chars=NAME_LIMIT)
    with running_page(at_desk()):
        page.run()
