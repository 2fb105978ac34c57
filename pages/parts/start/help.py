"""The help in the sidebar, on every page: what it is for, its keys, the words used there, and where more is written."""

from __future__ import annotations

import streamlit as st

from core.dataset.wording import Wording
from core.glossary import meaning
from pages.parts.start.help_texts import HELP
from pages.parts.widgets import icons
from pages.parts.widgets.text import code_span, escaped


def page_help(page: st.Page, named: Wording) -> None:
    """Draw the help of this page, in the words of the open data set; nothing where there is none."""
    told = HELP.get(page.url_path)
    if told is None:
        return
    with st.expander("Help", icon=icons.HELP, key="help"):
        st.markdown(escaped(told.purpose))
        if told.keys:
            keys = "\n".join(f"- {code_span(key)} {escaped(what)}" for key, what in told.keys)
            st.markdown(f"**Keys**\n\n{keys}")
        of_pictures = not named.of_detectors
        words = "\n\n".join(f"**{escaped(word)}**: {meaning(word, of_pictures=of_pictures)}" for word in told.words)
        st.caption(f"{words}\n\nMore in the project's folder: {code_span(told.guide)}")
