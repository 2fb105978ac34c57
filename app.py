"""The Glitch Audit workbench: page setup, navigation, and who is at the desk."""

from pathlib import Path

import streamlit as st

from core.workspace import known_workspaces
from core.workspace_titles import workspace_titles
from pages.components.addresses import follow_address
from pages.components.demo_banner import demo_banner
from pages.components.identity import public_demo
from pages.components.identity_panel import identity_panel
from pages.components.session import choose_workspace, current_workspace, running_page

PAGES = Path(__file__).resolve().parent / "pages"

st.set_page_config(page_title="Glitch Audit", page_icon=str(PAGES / "components" / "favicon.png"), layout="wide")

st.html(PAGES / "components" / "page.css")
page = st.navigation(
    {
        "Find": [
            st.Page(PAGES / "map.py", title="Map", icon=":material/scatter_plot:", default=True),
            st.Page(PAGES / "clusters.py", title="Clusters", icon=":material/workspaces:"),
            st.Page(PAGES / "suspects.py", title="Suspects", icon=":material/person_search:"),
            st.Page(PAGES / "sample.py", title="Sample", icon=":material/image:", visibility="hidden"),
        ],
        "Decide": [
            st.Page(PAGES / "review.py", title="Review", icon=":material/rate_review:"),
            st.Page(PAGES / "decisions.py", title="Decisions", icon=":material/gavel:"),
            st.Page(PAGES / "corrections.py", title="Corrections", icon=":material/fact_check:"),
        ],
        "Classifiers": [
            st.Page(PAGES / "classify.py", title="Classify", icon=":material/image_search:"),
            st.Page(PAGES / "training.py", title="Training", icon=":material/model_training:"),
            st.Page(PAGES / "evaluation.py", title="Evaluation", icon=":material/grading:"),
        ],
        "Data": [
            st.Page(PAGES / "data.py", title="Data and settings", icon=":material/folder_open:"),
        ],
    }
)
follow_address(page)

with st.sidebar:
    if not public_demo():
        workspaces = known_workspaces()
        titles = workspace_titles(workspaces)
        chosen = st.selectbox(
            "Data set",
            workspaces,
            index=[workspace.root for workspace in workspaces].index(current_workspace().root),
            format_func=lambda workspace: titles[workspace.name],
            help="Open another one on the page “Data and settings”.",
        )
        if chosen.root != current_workspace().root:
            choose_workspace(chosen)
            st.rerun()
    identity_panel()

if public_demo():
    demo_banner()
with running_page():
    page.run()
