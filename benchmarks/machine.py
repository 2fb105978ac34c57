"""When and where something was measured, for the head of a file of results."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path


def when_and_where() -> str:
    """Time in UTC, processor, number of cores, and the load where the system tells it."""
    load = f", load {os.getloadavg()[0]:.1f} when it began" if hasattr(os, "getloadavg") else ""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {_processor()}, {os.cpu_count()} cores{load}"


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.exists() else []
    names = (line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
