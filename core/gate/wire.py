"""The messages between the two sides of the gate.

A request is the pickle of ``(folder, limits, function, arguments, named arguments)``, made by this program; relative
paths are meant from that folder. A result is its length, then the pickle of one of the words below with its content,
then the exit status of the process.
"""

from __future__ import annotations

import os
import struct

INSIDE = "GLITCH_AUDIT_INSIDE_GATE"
"""Set in the environment of a process that parses: what is called from there needs no gate of its own."""

GAVE, REFUSED, NO_MEMORY, FAILED = "gave", "refused", "no memory", "failed"
LENGTH = struct.Struct("<q")
STATUS = struct.Struct("<i")


def write_all(descriptor: int, data: bytes) -> None:
    """Write all bytes, however few are taken at a time; raises OSError if the other side is gone."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
