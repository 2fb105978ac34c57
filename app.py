"""The Glitch Audit workbench: page setup, navigation, and who is at the desk."""

from pathlib import Path

import streamlit as st

from core.jobs.keeping import recent_first
from core.workspace import known_workspaces
from core.workspace_titles import workspace_titles
from pages.parts.data.work_line import work_line
from pages.parts.desk.addresses import follow_address
from pages.parts.desk.data_set_choice import data_set_choice, settle_data_set
from pages.parts.desk.demo_banner import demo_banner
from pages.parts.desk.demo_limits import bound_files
from pages.parts.desk.identity_panel import identity_panel, recall_name
from pages.parts.desk.moderators import first_moderator
from pages.parts.desk.next_time import keep_for_next_time
from pages.parts.desk.reading import settle_reading
from pages.parts.desk.reading_choice import reading_choice
from pages.parts.desk.source_notice import source_notice
from pages.parts.desk.through_app import running_page
from pages.parts.desk.who import at_desk
from pages.parts.desk.words import has_times, words_of
from pages.parts.start.help import page_help
from pages.parts.start.tour import tour_box
from pages.parts.widgets import icons
from pages.parts.widgets.blank_page import mend_blank_page
from pages.parts.widgets.component_state import with_shared
from pages.parts.widgets.own_server import keep_to_own_server
from pages.parts.widgets.read_aloud import read_aloud
from pages.parts.widgets.unsent_parts import drop_unsent_references

PAGES = Path(__file__).resolve().parent / "pages"

drop_unsent_references()
st.set_page_config(page_title="Glitch Audit", page_icon=str(PAGES / "parts" / "favicon.png"), layout="wide")

st.html(f"<style>{with_shared('scale.css', PAGES / 'parts' / 'page.css')}</style>")
# Off in config.toml, where it means the files of pages/ by their raw names.
st.set_option("client.showSidebarNavigation", True)
# Before the menu, as what it offers goes by the data set.
workspaces = recent_first(known_workspaces())
titles = workspace_titles(workspaces)
settle_data_set(titles)
with_times = "visible" if has_times(workspaces) else "hidden"
page = st.navigation(
    {
        "": [
            st.Page(PAGES / "start.py", title="Start", icon=":material/home:", default=True),
        ],
        "Find": [
            st.Page(PAGES / "map.py", title="Map", icon=icons.OPEN_MAP),
            st.Page(PAGES / "clusters.py", title="Clusters", icon=icons.OPEN_CLUSTER),
            st.Page(PAGES / "suspects.py", title="Suspects", icon=icons.OPEN_SUSPECTS),
            st.Page(PAGES / "search.py", title="Search", icon=icons.OPEN_SEARCH),
            st.Page(PAGES / "sample.py", title="Sample", icon=icons.OPEN_SAMPLE, visibility="hidden"),
        ],
        "Decide": [
            st.Page(PAGES / "practice.py", title="Practice", icon=icons.OPEN_PRACTICE),
            st.Page(PAGES / "review.py", title="Review", icon=icons.OPEN_REVIEW),
            st.Page(PAGES / "decisions.py", title="Decisions", icon=icons.SETTLE),
            st.Page(PAGES / "corrections.py", title="Corrections", icon=":material/fact_check:"),
            st.Page(PAGES / "mine.py", title="Mine", icon=":material/person:"),
        ],
        "Understand": [
            st.Page(
                PAGES / "detector.py",
                title="Detector",
                icon=":material/sensors:",
                visibility=with_times,
            ),
            st.Page(PAGES / "impact.py", title="Impact", icon=":material/leaderboard:", visibility=with_times),
        ],
        "Classifiers": [
            st.Page(PAGES / "classify.py", title="Classify", icon=":material/image_search:"),
            st.Page(PAGES / "training.py", title="Training", icon=icons.OPEN_TRAINING),
            st.Page(PAGES / "evaluation.py", title="Evaluation", icon=icons.OPEN_EVALUATION),
        ],
        "Data": [
            st.Page(PAGES / "data.py", title="Data and settings", icon=icons.OPEN_DATA),
        ],
    },
    expanded=True,
)
# Before the name is recalled: a run that goes on to another page has no field for it to stand in.
follow_address(page)
recall_name()
here = first_moderator(at_desk(workspaces))
settle_reading(here)
bound_files(public_demo=here.public_demo)

with st.sidebar:
    data_set_choice(here, titles)
    # Not last: at the foot of a laptop's window its menu closed as it opened. Its place is there while it is not.
    with st.container():
        reading_choice(here)
    identity_panel(here)
    page_help(page, words_of(here.workspace))
    work_line(here, workspaces, titles)
    keep_for_next_time(here, page)
    mend_blank_page()
    keep_to_own_server()
    read_aloud()

if here.public_demo:
    demo_banner(here)
tour_box(here, page)
with source_notice(here), running_page(here):
    page.run()
