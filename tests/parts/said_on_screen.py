"""Every text that a page hands to the browser: titles, tooltips, options, tables, and what components are given."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd

_NOT_READ = {
    *("id", "key", "form_id", "url", "page_script_hash", "icon", "element_id", "component_name", "fragment_id"),
    *("html_content", "css_content", "js_content", "class_name", "user_key", "data_testid"),
}
"""Fields of Streamlit's messages that nobody reads: names, code, addresses."""


def texts_of(app: Any) -> list[str]:
    """Return the texts of an ``AppTest`` as it stands, each once."""
    found: dict[str, None] = {}
    for element in _elements(app._tree):
        found.update(dict.fromkeys(_of_message(element.proto)))
        if element.type in ("dataframe", "arrow_data_frame", "table"):
            found.update(dict.fromkeys(_of_table(element.value)))
    return [text for text in found if text.strip()]


def _elements(block: Any) -> Iterator[Any]:
    for child in getattr(block, "children", {}).values():
        if getattr(child, "proto", None) is not None:
            yield child
        yield from _elements(child)


def _of_message(message: Any) -> Iterator[str]:
    if not hasattr(message, "ListFields"):
        return
    for field, value in message.ListFields():
        if field.name in _NOT_READ:
            continue
        values = value if field.is_repeated else [value]
        for one in values:
            if isinstance(one, str):
                yield from _of_text(one)
            elif hasattr(one, "ListFields"):
                yield from _of_message(one)


def _of_text(text: str) -> Iterator[str]:
    """The text, or of JSON its values: the names in it are for programs."""
    if text[:1] in "[{":
        try:
            yield from _of_json(json.loads(text))
            return
        except ValueError:
            pass
    yield text


def _of_json(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _of_json(one)
    elif isinstance(value, list):
        for one in value:
            yield from _of_json(one)
    elif isinstance(value, str):
        yield value


def _of_table(table: pd.DataFrame) -> Iterator[str]:
    yield from map(str, table.columns)
    yield from map(str, table.index)
    for column in table.columns:
        yield from (str(value) for value in table[column] if isinstance(value, str))
