"""What a session remembers beside its widgets, set and read in tests that have no browser."""

from streamlit.testing.v1 import AppTest

from pages.parts.desk.state import Desk, panel_key


def remember(app: AppTest, *values: object) -> None:
    """Let the session remember these: a ``Desk``, and the states of panels."""
    for value in values:
        app.session_state["desk" if isinstance(value, Desk) else panel_key(type(value))] = value


def remembered(app: AppTest, kind: type):
    """What the session remembers of this kind."""
    key = "desk" if kind is Desk else panel_key(kind)
    return app.session_state[key] if key in app.session_state else kind()
