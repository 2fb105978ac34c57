"""What a visitor of the public demo may take of the machine that all visitors share."""

from __future__ import annotations

import os
from dataclasses import dataclass

from core.classify.naming.inputs import MAX_FILES
from core.gate.limits import MOST_MEMORY, MOST_SECONDS

# A machine of Community Cloud has little memory beside what the workbench itself takes.
_FILE_MEMORY_MB = "400"
_FILE_SECONDS = "20"


@dataclass(frozen=True)
class HandingIn:
    """What may be handed in to be named at once.

    Attributes:
        file_megabytes: of one file.
        megabytes: of all files together.
        pictures: how many are named, those in archives included.
    """

    file_megabytes: int
    megabytes: int
    pictures: int


def handing_in(*, public_demo: bool) -> HandingIn:
    """What may be handed in here."""
    return HandingIn(20, 50, 200) if public_demo else HandingIn(500, 4_000, MAX_FILES)


def bound_files(*, public_demo: bool) -> None:
    """Narrow what reading a file may take, unless the machine's owner has said how much that is."""
    if public_demo:
        os.environ.setdefault(MOST_MEMORY, _FILE_MEMORY_MB)
        os.environ.setdefault(MOST_SECONDS, _FILE_SECONDS)
