"""Text that people or files bring, made safe to stand inside Streamlit's Markdown."""

from core.dataset import VIEWS

_MARKDOWN = frozenset("\\`*_{}[]()#+!:$<>~|&-.")


def inert(text: object) -> str:
    """The text with every character that Markdown reads escaped, so that it shows as it was written."""
    return "".join(f"\\{character}" if character in _MARKDOWN else character for character in str(text))


def view_title(view: str) -> str:
    """How a view is called on screen: "1.0 s" for the view of one second, other names as they are."""
    return f"{view} s" if view in VIEWS else view
