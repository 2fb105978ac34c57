"""The Suspects page on the demo, with an audit made up in which the Blips of one detector are suspects."""

import streamlit as st

from pages.parts.data import open_results
from pages.parts.desk.identity import NAME_LIMIT
from pages.parts.desk.through_app import running_page
from pages.parts.desk.who import at_desk
from pages.parts.widgets.component_state import with_shared
from tests.browser.driving import PROJECT
from tests.parts.fake_audit import fake_audit_of_a_slice


@st.cache_resource
def made_up(root: str, _prepared):
    return fake_audit_of_a_slice(_prepared)


open_results.audit_or_stop = lambda here, prepared: made_up(str(here.workspace.root), prepared)

COMPONENTS = PROJECT / "pages" / "parts"
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
