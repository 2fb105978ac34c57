"""What our components share: what one sent with the run that is about to begin, and files that several are made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st


def sent_value(key: str, name: str) -> Any:
    """The value ``name`` that the component ``key`` sent; None where it sent none, or is forgotten by now.

    A message may still be on its way from a map whose data set was left meanwhile.
    """
    state = st.session_state.get(key)
    return None if state is None else state.get(name)


def with_shared(name: str, *own: Path) -> str:
    """One style or script: the file ``name`` that components share, then the component's own files in this order."""
    return "\n".join(path.read_text(encoding="utf-8") for path in (Path(__file__).parent / name, *own))
