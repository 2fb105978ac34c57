"""Functions that behave as parsers do when they meet a hostile file, to be run behind the gate."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np

from core.dataset.pictures import PictureError
from core.gate import Limits, in_own_process

# A fresh Python on a busy machine takes seconds to begin.
LIMITS = Limits(memory=400_000_000, seconds=30, output=1_000_000)
SHORT = Limits(memory=400_000_000, seconds=2, output=1_000_000)


@in_own_process(LIMITS)
def doubled(values: np.ndarray, *, name: str = "") -> tuple[np.ndarray, int]:
    """Twice the values, and the process in which that was computed."""
    return 2 * values, os.getpid()


@in_own_process(LIMITS)
def twice_apart(values: np.ndarray) -> tuple[int, int]:
    """The processes of this function and of one behind the gate that it calls."""
    return os.getpid(), doubled(values)[1]


@in_own_process(LIMITS)
def text_of(path: Path) -> str:
    """What stands in the file."""
    return path.read_text()


@in_own_process(LIMITS)
def zeros(count: int) -> bytes:
    """So many zeros."""
    return bytes(count)


@in_own_process(LIMITS)
def refuses(path: Path) -> None:
    """Raise what a reader raises."""
    raise PictureError(f"{path}: no picture")


@in_own_process(LIMITS)
def stumbles(path: Path) -> None:
    """Raise what nobody thought of."""
    raise LookupError(f"of {path}")


@in_own_process(LIMITS)
def aborts(path: Path) -> None:
    """End as a C++ library does that throws where nothing may be thrown."""
    os.abort()


@in_own_process(SHORT)
def loops_in_c(path: Path) -> None:
    """Stay inside one call of a C library, which no Python signal handler can interrupt."""
    re.match(r"(a+)+$", "a" * 60 + "b")


@in_own_process(LIMITS)
def swells(path: Path) -> int:
    """Take 4 GB of memory."""
    return int(np.ones(500_000_000).sum())


@in_own_process(LIMITS)
def tells_too_much(path: Path) -> bytes:
    """Return more than the limit of output."""
    return bytes(LIMITS.output + 1)


@in_own_process(LIMITS)
def writes(path: Path) -> None:
    """Write into a file."""
    with path.open("wb") as file:
        file.write(b"x")
