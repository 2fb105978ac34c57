"""What a session remembers of a panel: replaced whole, told once, forgotten with its data set."""

from dataclasses import dataclass

import pytest
import streamlit as st

from pages.parts.desk import state
from pages.parts.desk.state import Desk, change_desk, change_panel, forget_work, panel, take_from_panel, the_desk


@dataclass(frozen=True)
class Some:
    said: str = ""
    count: int | None = None


@pytest.fixture(autouse=True)
def session(monkeypatch):
    monkeypatch.setattr(st, "session_state", {})
    return st.session_state


def test_at_first_a_panel_remembers_its_defaults(session):
    assert panel(Some) == Some() and not session


def test_a_change_leaves_the_rest_and_the_former_value_as_they_were():
    before = change_panel(Some, said="a")
    assert change_panel(Some, count=0) == panel(Some) == Some("a", 0)
    assert before == Some("a")


def test_what_is_taken_is_told_once():
    change_panel(Some, said="a", count=0)
    assert (take_from_panel(Some, "count"), take_from_panel(Some, "count")) == (0, None)
    assert panel(Some) == Some("a")


def test_another_data_set_forgets_the_work_and_nothing_of_the_desk(session):
    change_desk(data="mine", sandbox="kept", root="/here/")
    change_panel(Some, said="a")
    kept = {state.WORKSPACE: "mine", state.NAME_KEY: "Ada", "open_path": "/data", "demo_upload_1": None}
    session.update({**kept, "review_reason_7": "typed", "some_new_widget": 1})
    forget_work()
    assert session == {**kept, "desk": Desk(data="mine", sandbox="kept", root="/here/")}
    assert (panel(Some), the_desk().data) == (Some(), "mine")
