"""Streamlit's queue of what a browser has not been sent yet, mended where it breaks a page.

When a fragment runs again before all of its last run was sent, Streamlit drops the rest of it, as the new run draws it
anew. It keeps the references among it, though (a part that the browser has from before is sent as a reference to it),
for a reference does not say which fragment it belongs to (Streamlit 1.67: ``ForwardMsgQueue.clear``). The browser is
then told to set a part into a block that it has never heard of: "Cannot set a node at a delta path", and the page is
gone. It took a key within some milliseconds of a run's end, on Review about once in thirty times on a busy machine.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

_MENDED = "drops_references_too"


def drop_unsent_references() -> None:
    """Have every queue drop, with the blocks of a fragment, the references that lie in them; twice is as once."""
    if not hasattr(ForwardMsgQueue.clear, _MENDED):
        ForwardMsgQueue.clear = mended(ForwardMsgQueue.clear)


def mended(clear: Callable[..., None]) -> Callable[..., None]:
    """Return Streamlit's own ``clear``, followed by a look at the references that it left."""

    @wraps(clear)
    def both(self: Any, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: list[str] | None = None) -> None:
        before = list(self._queue)
        clear(self, retain_lifecycle_msgs, fragment_ids_this_run)
        kept = {id(message) for message in self._queue}
        gone = {
            tuple(message.metadata.delta_path)
            for message in before
            if id(message) not in kept and message.HasField("delta") and message.delta.HasField("add_block")
        }
        self._queue = [message for message in self._queue if not (_is_reference(message) and _lies_in(message, gone))]

    setattr(both, _MENDED, True)
    return both


def _is_reference(message: Any) -> bool:
    return message.HasField("ref_hash")


def _lies_in(message: Any, blocks: set[tuple[int, ...]]) -> bool:
    path = tuple(message.metadata.delta_path)
    return any(path[:depth] in blocks for depth in range(1, len(path)))
