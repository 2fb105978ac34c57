"""The chosen detector: a look at glitches of another source leaves it as it was."""

from streamlit.testing.v1 import AppTest


def bar():
    from types import SimpleNamespace

    import streamlit as st

    from pages.parts.impact.view_bar import view_bar

    detectors = st.session_state.get("offered", ("H1", "L1", "V1"))
    st.caption(view_bar(SimpleNamespace(case=SimpleNamespace(detectors=detectors)))[1])


def test_a_look_at_a_source_with_one_detector_keeps_what_was_chosen_among_several():
    app = AppTest.from_function(bar).run()
    assert not app.exception and app.caption[0].value == "H1"
    app.selectbox(key="impact_detector").set_value("V1").run()
    assert app.caption[0].value == "V1"
    app.session_state["offered"] = ("L1",)
    app.run()
    assert app.caption[0].value == "L1" and not app.selectbox
    app.session_state["offered"] = ("H1", "L1", "V1")
    app.run()
    assert not app.exception and app.caption[0].value == "V1"
