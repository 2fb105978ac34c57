"""Call a function at intervals, in a thread of its own, while long work lasts."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Heartbeat:
    """Call ``beat`` every ``seconds`` during the ``with`` block, or until :meth:`stop`; a beat that raises ends it."""

    def __init__(self, beat: Callable[[], None], *, seconds: float) -> None:
        self._beat = beat
        self._seconds = seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._thread.join()

    def stop(self) -> None:
        """Let no further beat begin."""
        self._over.set()

    def _run(self) -> None:
        while not self._over.wait(self._seconds):
            self._beat()
