"""What a component of ours sent with the run that is about to begin."""

from __future__ import annotations

from typing import Any

import streamlit as st


def sent_value(key: str, name: str) -> Any:
    """The value ``name`` that the component ``key`` sent; None where it sent none, or is forgotten by now.

    A message may still be on its way from a map whose data set was left meanwhile.
    """
    state = st.session_state.get(key)
    return None if state is None else state.get(name)
