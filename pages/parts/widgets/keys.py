"""Names of widgets that stand for free text: an id, a file's name, a column, a run."""

from __future__ import annotations

from core.fingerprint import fingerprint


def widget_key(prefix: str, *texts: object) -> str:
    """A key of plain letters for the widget that stands for ``texts``: another key for every other text.

    Text that people or files bring does not belong into a key itself: Streamlit refuses some (a component's may not
    hold two underscores in a row), gives a meaning to others, and two texts joined can read like a third.

    Args:
        prefix: names the kind of widget, and by its beginning what part of the session it belongs to.
        texts: what tells this widget from others of its kind.
    """
    return f"{prefix}_{fingerprint([str(text) for text in texts])}"
