"""Which of Streamlit's calls read which of their arguments as Markdown."""

from __future__ import annotations

import ast
from collections.abc import Iterator

FIRST = {
    *("title", "header", "subheader", "markdown", "write", "caption", "info", "warning", "error", "success", "toast"),
    *("badge", "button", "form_submit_button", "download_button", "link_button", "menu_button", "page_link"),
    *("checkbox", "toggle", "radio", "segmented_control", "pills", "selectbox", "multiselect", "slider"),
    *("select_slider", "text_input", "text_area", "number_input", "date_input", "time_input", "datetime_input"),
    *("file_uploader", "color_picker", "camera_input", "audio_input", "chat_message", "expander", "popover", "dialog"),
    *("status", "spinner", "tabs", "table", "metric", "exception"),
    *("Column", "TextColumn", "NumberColumn", "CheckboxColumn", "DatetimeColumn", "ProgressColumn", "SelectboxColumn"),
}
"""Calls whose first argument Streamlit reads as Markdown; ``page_link`` names a page there and a text in ``label``."""

NAMED = {"label", "help", "caption", "captions", "body", "text", "delta", "show_spinner"}
"""Arguments that Streamlit reads as Markdown wherever they stand, of the calls above and of those in ``MORE``."""

MORE = {"image", "progress", "cache_data", "cache_resource", "update", "file_uploader"}
CHOICES = {"radio", "segmented_control", "pills", "select_slider"}
"""Their options are Markdown: those of ``selectbox`` and ``multiselect`` are plain text."""


def markdown_texts(tree: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
    """Each text given to Markdown, and whether it is a collection of choices, which a function may turn into texts."""
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        name = call.func.attr
        if name not in FIRST | MORE:
            continue
        if name in FIRST and name != "page_link" and call.args:
            yield call.args[0], False
        if name == "metric":
            yield from ((value, False) for value in call.args[1:])
            yield from ((one.value, False) for one in call.keywords if one.arg == "value")
        if name in CHOICES:
            shown = [one.value for one in call.keywords if one.arg == "format_func"]
            shown = shown or [one.value for one in call.keywords if one.arg == "options"] or call.args[1:2]
            yield from ((value, True) for value in shown)
        yield from ((one.value, False) for one in call.keywords if one.arg in NAMED)
