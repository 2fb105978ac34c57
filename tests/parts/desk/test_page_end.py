"""A page that ends early lets the app's run go on; a run that Streamlit stops is stopped."""

from __future__ import annotations

import pytest
from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest

from pages.parts.desk.through_app import running_page


def test_what_follows_the_page_is_reached_after_an_early_end():
    def app():
        import streamlit as st

        from pages.parts.desk.page_end import end_page
        from pages.parts.desk.through_app import running_page

        with running_page(object()):
            try:
                end_page()
            except Exception:
                st.text("caught")
            st.text("never")
        st.text("after")

    assert [text.value for text in AppTest.from_function(app).run().text] == ["after"]


def test_a_run_that_streamlit_stops_does_not_reach_its_end():
    with pytest.raises(StopException), running_page(object()):
        raise StopException


def test_outside_of_a_page_the_run_ends():
    def app():
        import streamlit as st

        from pages.parts.desk.page_end import end_page

        st.text("before")
        end_page()
        st.text("after")

    assert [text.value for text in AppTest.from_function(app).run().text] == ["before"]
