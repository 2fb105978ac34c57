"""Signs of life of long work: something done every so often in a thread of its own, for as long as the work lasts."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Heartbeat:
    """Calls ``beat`` every so many seconds while its ``with`` block runs, or until :meth:`stop`.

    A beat that raises ends the heartbeat, so what may fail is caught in ``beat`` itself.
    """

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
