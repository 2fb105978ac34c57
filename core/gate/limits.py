"""What a process that parses a stranger's file may take, and how it is held to that."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Limits:
    """What one parse may take.

    Attributes:
        memory: bytes, beyond what its process begins with. Held where the system knows such a limit, as Linux does.
        seconds: of its process's life.
        output: bytes of the pickled result.
    """

    memory: int = 1_000_000_000
    seconds: int = 60
    output: int = 500_000_000


def hold_to(limits: Limits) -> None:
    """Hold this process to the limits from now on; it can write no file and leaves no memory image behind.

    The clock is an alarm whose default ends the process: that ends a loop inside a C library, too. On Windows nothing
    is held here; the caller's own clock is all there is.
    """
    try:
        import resource
        import signal
    except ImportError:
        return
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(limits.seconds)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_AS, _mapped_bytes() + limits.memory)


def _limit(which: int, most: int) -> None:
    import resource

    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(which, (most, most))


def _mapped_bytes() -> int:
    """How much address space this process has; 0 where the system does not say."""
    import resource

    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 0
