"""A reader that is slow to take a large result hears how the process ended, all the same."""

from __future__ import annotations

import os
import pickle
import time
from contextlib import closing

from core.gate import asking
from core.gate.wire import GAVE, LENGTH
from tests.gate import parsers


def _capacity() -> int:
    """How many bytes fit into a pipe that nobody reads."""
    here, there = os.pipe()
    os.set_blocking(there, False)
    with closing(os.fdopen(here, "rb", buffering=0)), closing(os.fdopen(there, "wb", buffering=0)) as writing:
        size = 0
        while taken := writing.write(bytes(4096)):
            size += taken
        return size


def test_a_result_that_fills_the_pipe_arrives_however_late_it_is_read(monkeypatch):
    read = asking._read

    def late(reading, limits):
        time.sleep(0.7)
        return read(reading, limits)

    around = len(pickle.dumps((GAVE, bytes(60_000)), protocol=pickle.HIGHEST_PROTOCOL)) - 60_000
    size = _capacity() - LENGTH.size - around
    parsers.zeros(10)
    monkeypatch.setattr(asking, "_read", late)
    for more in (-4, -1, 0, 1, 5_000):
        assert parsers.zeros(size + more) == bytes(size + more)
