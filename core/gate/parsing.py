"""The process that parses one file and ends."""

from __future__ import annotations

import contextlib
import os
import pickle
from collections.abc import Callable
from typing import BinaryIO

from core.errors import GlitchAuditError
from core.gate.limits import hold_to
from core.gate.wire import FAILED, GAVE, INSIDE, LENGTH, NO_MEMORY, REFUSED, write_all

_LONGEST_REASON = 300


def parse_one(request: BinaryIO, result: int) -> None:
    """Read the request, carry it out within its limits, and write the outcome."""
    os.environ[INSIDE] = "1"
    folder, limits, function, arguments, named = pickle.load(request)
    # The keeper stands in the project's folder; a relative path is meant from where it was typed.
    with contextlib.suppress(OSError):
        os.chdir(folder)
    _one_thread()
    hold_to(limits)
    try:
        outcome = pickle.dumps(_outcome(function, arguments, named), protocol=pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        outcome = pickle.dumps((NO_MEMORY, None))
    write_all(result, LENGTH.pack(len(outcome)))
    if len(outcome) <= limits.output:
        write_all(result, outcome)


def _outcome(
    function: Callable[..., object], arguments: tuple[object, ...], named: dict[str, object]
) -> tuple[str, object]:
    try:
        return GAVE, function(*arguments, **named)
    except GlitchAuditError as error:
        return REFUSED, error
    except MemoryError:
        return NO_MEMORY, None
    except Exception as error:
        return FAILED, f"{type(error).__name__}: {error}"[:_LONGEST_REASON]


def _one_thread() -> None:
    """Have pyarrow read with one thread: every further one takes address space, which is limited."""
    with contextlib.suppress(ImportError):
        import pyarrow

        pyarrow.set_cpu_count(1)
        pyarrow.set_io_thread_count(1)
