"""A reason on screen: in quotes where a person gave it, plain where a queue wrote it for want of one."""

from __future__ import annotations

from core.audit.queue import QUEUE_REASON
from pages.parts.widgets.text import escaped


def reason_in_words(reason: str) -> str:
    """Return the reason, escaped; empty where there is none."""
    if not reason:
        return ""
    return f"({escaped(reason)})" if reason.startswith(QUEUE_REASON) else f"“{escaped(reason)}”"
