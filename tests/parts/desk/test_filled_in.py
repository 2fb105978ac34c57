"""What a page fills in reaches the browser, also where the run that did it was cut short before the box was drawn."""

from streamlit.testing.v1 import AppTest


def script():
    import streamlit as st

    from pages.parts.desk.filled_in import fill_in, hold_filled_in

    if "begun" not in st.session_state:
        st.session_state.begun = True
        fill_in("reason", "Looks like 4 others")
        if st.session_state.get("cut_short"):
            st.stop()
    hold_filled_in("reason")
    st.text_area("Reason", key="reason")
    st.button("Another run")


def box(app: AppTest):
    assert not app.exception
    return app.text_area(key="reason")


def test_it_is_sent_by_the_run_that_comes_after_the_one_that_was_cut_short():
    app = AppTest.from_function(script)
    app.session_state["cut_short"] = True
    app.run()
    assert not app.text_area
    app.run()
    assert (box(app).proto.set_value, box(app).proto.value) == (True, "Looks like 4 others")


def test_an_empty_box_that_the_browser_sends_first_does_not_empty_it():
    app = AppTest.from_function(script).run()
    box(app).set_value("").run()
    assert box(app).value == "Looks like 4 others"


def test_what_a_person_types_stays():
    app = AppTest.from_function(script).run()
    box(app).set_value("My own").run()
    app.button[0].click().run()
    assert box(app).value == "My own"


def test_it_can_be_emptied_once_the_browser_has_it():
    app = AppTest.from_function(script).run()
    app.button[0].click().run()
    box(app).set_value("").run()
    app.button[0].click().run()
    assert box(app).value == ""
