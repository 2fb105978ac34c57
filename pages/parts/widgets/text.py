"""Text that people or files bring, made safe to stand inside Streamlit's Markdown and Plotly's figures.

Streamlit 1.67 reads Markdown in two steps. The parser heeds a backslash. What runs after it sees the text without the
backslashes, and still makes links of addresses, icons of ``:material_x:``, emoji of ``:x:`` and arrows of ``->``. These
find nothing across two pieces of text, so where one of their patterns would meet, an element without content stands.
"""

import html
import re

import pandas as pd

from core.dataset import VIEWS

_EVERY_OBJECT_HAS = frozenset(
    (
        *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable"),
        *("toLocaleString", "toString", "valueOf", "__proto__"),
        *("__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"),
    )
)
_ESCAPES = str.maketrans(
    {sign: f"\\{sign}" for sign in "\\`*_{}()#+!:$<>~|&-.="}
    # st.badge puts a backslash of its own before brackets.
    | {"[": "&#91;", "]": "&#93;"}
)
_SEAM = ":small{}"
_SEAMS = re.compile(
    r"(?<=:)(?=[/\w+-])"  # http://, :material/x:, :streamlit:, :smile:, :+1:
    r"|(?<=www)(?=\.)"
    r"|(?<=@)(?=[\w-])"  # an e-mail address
    r"|(?<=[-<>~])(?=[->=])",  # <->, ->, <-, --, >=, <=, ~=
    re.IGNORECASE,
)
_LINE_ENDS = re.compile(r"\s*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


def escaped(text: object) -> str:
    """The text as Markdown that shows it as it was written: no mark, picture, link, icon or line end counts."""
    return _SEAM.join(piece.translate(_ESCAPES) for piece in _SEAMS.split(_one_line(text)))


def code_span(text: object) -> str:
    """The text as a code span, which a backtick in it does not end.

    It must not stand between the brackets of a directive such as ``:red[...]``: those know no code.
    """
    line = _one_line(text)
    # Streamlit changes this one pattern in code, too.
    if not line or ":material/" in line:
        return escaped(line)
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    room = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{room}{line}{room}{fence}"


def figure_text(text: object) -> str:
    """The text for a figure, which shows it as it was written: HTML escaped, and never what each JavaScript object has.

    Streamlit looks the texts of a figure up in a table of colours: it found ``constructor`` there and showed "null".
    """
    html_text = html.escape(str(text))
    return f"&#{ord(html_text[0])};{html_text[1:]}" if html_text in _EVERY_OBJECT_HAS else html_text


def sentence(text: str) -> str:
    """The text with a full stop, where it has no end of its own."""
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."


def view_title(view: str) -> str:
    """How a view is called on screen: "1.0 s" for the view of one second, other names as they are."""
    return f"{view} s" if view in VIEWS else view


def view_name(view: str) -> str:
    """The view's title as Markdown."""
    return f"{view} s" if view in VIEWS else escaped(view)


def interval_text(low: pd.Series, high: pd.Series, *, percent: bool = False) -> list[str]:
    """Intervals in words, "0.84 to 0.92" or "84 to 92 %", one a row; empty where the interval is not known."""
    return [
        "" if pd.isna(a) or pd.isna(b) else f"{100 * a:.0f} to {100 * b:.0f} %" if percent else f"{a:.2f} to {b:.2f}"
        for a, b in zip(low, high, strict=True)
    ]


def _one_line(text: object) -> str:
    return _LINE_ENDS.sub(" ", str(text)).strip()
