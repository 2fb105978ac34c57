"""What the two sides of the gate say to each other.

A request is the pickle of ``(limits, function, arguments, named arguments)``, made by this program. A result is its
length, then the pickle of one of the words below with what goes with it; behind it stands how the process ended.
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
    """Write all bytes, however little is taken at a time.

    Raises:
        OSError: the other side is gone.
    """
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
