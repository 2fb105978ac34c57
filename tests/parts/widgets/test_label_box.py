"""Choosing a label: those that are there by one step, a new one by a step of its own."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.widgets.label_box import NEW_LABEL

NAMES = ("Blip", "Low_Frequency_Lines", "Power_Line")


def one_box():
    import streamlit as st

    from pages.parts.widgets.label_box import label_box

    names = ("Blip", "Low_Frequency_Lines", "Power_Line")
    st.button("Take it", key="take", on_click=st.session_state.update, args=({"propose_label": "Pizzicato"},))
    st.text(label_box("Label", names, key="propose_label", not_here=("Blip",)))
    st.text(label_box("Another", names, key="review_other"))


def many_box():
    import streamlit as st

    from pages.parts.widgets.label_box import labels_box

    st.text("|".join(labels_box("Labels", ("Blip", "Low_Frequency_Lines", "Power_Line"), key="decisions_parts")))


@pytest.fixture
def one():
    return AppTest.from_function(one_box, default_timeout=60).run()


@pytest.fixture
def many():
    return AppTest.from_function(many_box, default_timeout=60).run()


def make(app, key, name):
    app.text_input(key=f"{key}_new").set_value(name)
    app.button(key=f"{key}_use").click().run()
    assert not app.exception


def test_a_new_label_is_the_last_choice_and_no_label_by_itself(one):
    assert one.selectbox(key="propose_label").options == ["Low_Frequency_Lines", "Power_Line", NEW_LABEL]
    one.selectbox(key="propose_label").set_value(NEW_LABEL).run()
    assert one.text[0].value == ""
    # A name that was typed and not confirmed is none yet.
    one.text_input(key="propose_label_new").set_value("Crown").run()
    assert one.text[0].value == ""


def test_a_confirmed_name_is_chosen_and_offered_after_those_that_were_there(one):
    one.selectbox(key="propose_label").set_value(NEW_LABEL).run()
    make(one, "propose_label", "  Crown  of arches ")
    assert one.text[0].value == "Crown of arches"
    assert one.selectbox(key="review_other").options == [*NAMES, "Crown of arches", NEW_LABEL]
    one.selectbox(key="propose_label").set_value("Power_Line").run()
    assert one.text[0].value == "Power_Line"


def test_a_name_that_is_there_in_another_spelling_makes_no_second_label(one):
    one.selectbox(key="propose_label").set_value(NEW_LABEL).run()
    make(one, "propose_label", "power line")
    assert one.text[0].value == "Power_Line"
    assert any("there already" in caption.value for caption in one.caption)
    assert one.selectbox(key="review_other").options == [*NAMES, NEW_LABEL]


def test_a_label_that_cannot_be_chosen_here_is_not_made_again(one):
    one.selectbox(key="propose_label").set_value(NEW_LABEL).run()
    make(one, "propose_label", "blip")
    assert one.text[0].value == ""
    assert any("not a choice here" in warning.value for warning in one.warning)


def test_close_labels_are_pointed_out_before_it_is_made(one):
    one.selectbox(key="propose_label").set_value(NEW_LABEL).run()
    one.text_input(key="propose_label_new").set_value("Power").run()
    assert any("Power" in caption.value and "there already" in caption.value for caption in one.caption)


def test_an_empty_name_is_asked_for_again(one):
    one.selectbox(key="propose_label").set_value(NEW_LABEL).run()
    make(one, "propose_label", "  ")
    assert one.text[0].value == ""
    assert any("Type the name" in warning.value for warning in one.warning)


def test_a_label_set_by_the_page_is_kept(one):
    one.button(key="take").click().run()
    assert one.text[0].value == "Pizzicato"


def test_several_labels_with_a_new_one_among_them(many):
    many.multiselect(key="decisions_parts").set_value(["Blip", NEW_LABEL]).run()
    assert many.text[0].value == "Blip"
    make(many, "decisions_parts", "Crown")
    assert many.text[0].value == "Blip|Crown"
