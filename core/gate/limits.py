"""Limits for a process that parses a stranger's file, and how they are enforced."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

MOST_MEMORY = "GLITCH_AUDIT_FILE_MEMORY_MB"
MOST_SECONDS = "GLITCH_AUDIT_FILE_SECONDS"
"""Environment variables that narrow what any file may take: for a small machine, or one that strangers use."""


@dataclass(frozen=True)
class Limits:
    """What one parse may take.

    Attributes:
        memory: bytes beyond what the process begins with; enforced where the system can, as Linux does.
        seconds: of the process's life.
        output: bytes of the pickled result.
    """

    memory: int = 1_000_000_000
    seconds: int = 60
    output: int = 500_000_000


def narrowed(limits: Limits) -> Limits:
    """Return the limits, lowered by the environment variables; a setting that is no whole number is ignored."""
    memory, seconds = _set(MOST_MEMORY, limits.memory / 1e6), _set(MOST_SECONDS, limits.seconds)
    return replace(limits, memory=min(limits.memory, int(memory * 1e6)), seconds=min(limits.seconds, int(seconds)))


def hold_to(limits: Limits) -> None:
    """Hold this process to the limits from now on; it can write no file and leaves no core dump.

    The time limit is an alarm that ends the process, even in a loop inside a C library. On Windows nothing is enforced
    here; only the caller's own clock is.
    """
    try:
        import resource
        import signal
    except ImportError:
        return
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(limits.seconds)
    _give_way_first()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_AS, _mapped_bytes() + limits.memory)


def _set(name: str, default: float) -> float:
    message = os.environ.get(name, "").strip()
    return float(message) if message.isdecimal() and int(message) > 0 else default


def _give_way_first() -> None:
    """Have Linux end this process before the server if the machine runs out of memory."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _limit(which: int, most: int) -> None:
    import resource

    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(which, (most, most))


def _mapped_bytes() -> int:
    """Return the size of this process's address space in bytes; 0 where the system does not say."""
    import resource

    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 0
