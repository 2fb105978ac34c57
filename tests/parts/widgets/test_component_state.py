"""What a component sent: also when the session has forgotten the component by then."""

import streamlit as st

from pages.parts.widgets.component_state import sent_value


def test_the_value_is_read(monkeypatch):
    monkeypatch.setattr(st, "session_state", {"map": {"event": {"how": "clear"}}})
    assert sent_value("map", "event") == {"how": "clear"}
    assert sent_value("map", "page") is None


def test_a_message_from_a_map_that_was_left_is_nothing(monkeypatch):
    monkeypatch.setattr(st, "session_state", {})
    assert sent_value("map_pictures", "page") is None
