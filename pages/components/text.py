"""Text that people or files bring, made safe to stand inside Streamlit's Markdown and Plotly's figures."""

import html

import pandas as pd

from core.dataset import VIEWS

_MARKDOWN = frozenset("\\`*_{}[]()#+!:$<>~|&-.")
_EVERY_OBJECT_HAS = frozenset(
    (
        *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable"),
        *("toLocaleString", "toString", "valueOf", "__proto__"),
        *("__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"),
    )
)


def inert(text: object) -> str:
    """The text with every character that Markdown reads escaped, so that it shows as it was written."""
    return "".join(f"\\{character}" if character in _MARKDOWN else character for character in str(text))


def figure_text(text: object) -> str:
    """The text for a figure, which shows it as it was written: HTML escaped, and never what each JavaScript object has.

    Streamlit looks the texts of a figure up in a table of colours: it found ``constructor`` there and showed "null".
    """
    escaped = html.escape(str(text))
    return f"&#{ord(escaped[0])};{escaped[1:]}" if escaped in _EVERY_OBJECT_HAS else escaped


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
