"""Text that people or files bring, made safe to stand inside Streamlit's Markdown."""

import pandas as pd

from core.dataset import VIEWS

_MARKDOWN = frozenset("\\`*_{}[]()#+!:$<>~|&-.")


def inert(text: object) -> str:
    """The text with every character that Markdown reads escaped, so that it shows as it was written."""
    return "".join(f"\\{character}" if character in _MARKDOWN else character for character in str(text))


def sentence(text: str) -> str:
    """The text with a full stop, where it has no end of its own."""
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."


def view_title(view: str) -> str:
    """How a view is called on screen: "1.0 s" for the view of one second, other names as they are."""
    return f"{view} s" if view in VIEWS else view


def interval_text(low: pd.Series, high: pd.Series, *, percent: bool = False) -> list[str]:
    """Intervals in words, "0.84 to 0.92" or "84 to 92 %", one a row; empty where the interval is not known."""
    return [
        "" if pd.isna(a) or pd.isna(b) else f"{100 * a:.0f} to {100 * b:.0f} %" if percent else f"{a:.2f} to {b:.2f}"
        for a, b in zip(low, high, strict=True)
    ]
