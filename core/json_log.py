"""Write the log as one JSON object a line, for programs that collect logs, and without the names of people.

What an error says may name who did what: of errors only the kind and the places in the code are written.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import time
import traceback
from typing import Any

LOG_VARIABLE = "GLITCH_AUDIT_LOG"
"""Environment variable that asks for the log as JSON (``json``); default: text."""
LINE_FORMAT = "%(as_json)s"
"""The format of a handler that writes what :func:`log_as_json` prepares."""

# What follows "?" in an address may name a person, or be a key.
_QUERY = re.compile(r"(\w+://[^\s?]*|\s/[^\s?]*)\?\S*")
_FRAMES = 12


def json_is_asked_for() -> bool:
    """Return whether the environment asks for the log as JSON."""
    return os.environ.get(LOG_VARIABLE, "").strip().lower() == "json"


def log_as_json() -> None:
    """Have every record of this process carry its line as JSON, and the root logger write it to standard error."""
    logging.setLogRecordFactory(_JsonRecord)
    logging.basicConfig(format=LINE_FORMAT, level=logging.INFO, stream=sys.stderr, force=True)


class _JsonRecord(logging.LogRecord):
    """A record whose error is taken apart when it is made, so that no handler can write what the error says."""

    def __init__(self, name: str, level: int, pathname: str, lineno: int, *given: Any, **named: Any) -> None:
        super().__init__(name, level, pathname, lineno, *given, **named)
        self.failure = _failure(self.exc_info)
        self.exc_info = self.exc_text = self.stack_info = None
        # A formatter takes what it writes from the record's own dictionary.
        self.as_json = self._line()

    def _line(self) -> str:
        """The record in one line: ``time`` (UTC), ``level``, ``logger``, ``message``, and of an error its places."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(self.created))
        line = {
            "time": f"{moment}.{int(self.msecs):03d}Z",
            "level": self.levelname,
            "logger": self.name,
            "message": self._message_alone(),
            **self.failure,
        }
        return json.dumps(line, ensure_ascii=False)

    def _message_alone(self) -> str:
        """The message, with the kind alone of errors that were given to it, and addresses without their queries."""
        if isinstance(self.args, tuple):
            self.args = tuple(_kind(one) if isinstance(one, BaseException) else one for one in self.args)
        if isinstance(self.msg, BaseException):
            self.msg = _kind(self.msg)
        return _QUERY.sub(r"\1?…", self.getMessage())


def _failure(info: Any) -> dict[str, Any]:
    if not isinstance(info, tuple) or info[1] is None:
        return {}
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(info[2])]
    return {"error": _kind(info[1]), "at": places[-_FRAMES:]}


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
