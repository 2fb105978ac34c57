"""Run a function in a process of its own, without its callers noticing."""

from __future__ import annotations

import functools
import logging
import os
import pickle
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from core.errors import GlitchAuditError
from core.gate.asking import Keeper, KeeperGone, Reply, ask_fresh, keeper_of
from core.gate.limits import Limits, narrowed
from core.gate.wire import FAILED, GAVE, INSIDE, NO_MEMORY

Given = ParamSpec("Given")
Result = TypeVar("Result")

_log = logging.getLogger(__name__)


def in_own_process(limits: Limits) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """Return a decorator that runs a module's function in a process of its own, within ``limits``.

    Arguments and result are pickled. A GlitchAuditError raised there is raised here, and so is one if the process ends
    otherwise (damaged file, no memory, no time). It names the file: the argument ``name``, or the first argument if
    that is a path. Other gated functions that the function calls run in the same process.
    """

    def gate(function: Callable[Given, Result]) -> Callable[Given, Result]:
        @functools.wraps(function)
        def gated(*arguments: Given.args, **named: Given.kwargs) -> Result:
            if INSIDE in os.environ:
                return function(*arguments, **named)
            held_to = narrowed(limits)
            request = (_folder(), held_to, gated, arguments, named)
            return _outcome(_asked(request, held_to), held_to, _subject(arguments, named))

        return gated

    return gate


def open_gate() -> None:
    """Start loading the parsers, so that the first file does not wait for them; returns at once."""
    if _can_fork():
        _keeper().start()


def _folder() -> str:
    """The folder that relative paths are meant from; "" where it is gone."""
    try:
        return str(Path.cwd())
    except FileNotFoundError:
        return ""


def _asked(request: tuple[object, ...], limits: Limits) -> Reply:
    data = pickle.dumps(request, protocol=pickle.HIGHEST_PROTOCOL)
    try:
        if not _can_fork():
            return ask_fresh(data, limits)
        try:
            return _keeper().ask(data, limits)
        except KeeperGone:
            return _keeper().ask(data, limits)
    except KeeperGone:
        raise GlitchAuditError("The process that reads files has ended, twice; is there memory left?") from None
    except OSError as error:
        raise GlitchAuditError(f"The process that reads files cannot be started ({error.strerror or error})") from None


def _outcome(reply: Reply, limits: Limits, subject: str) -> Any:
    if reply.status is None or _is_alarm(reply.status):
        raise GlitchAuditError(f"{subject}: reading it took longer than {limits.seconds} s, so it was stopped")
    if reply.content is None:
        if reply.length > limits.output:
            raise GlitchAuditError(f"{subject}: {_grows(limits.output)}")
        _log.warning("%s: the process that read it ended with status %s", subject, reply.status)
        raise GlitchAuditError(f"{subject}: the file is damaged in a way that stops its reader, so it is not read")
    word, content = pickle.loads(reply.content)
    if word == GAVE:
        return content
    if word == NO_MEMORY:
        raise GlitchAuditError(f"{subject}: {_grows(limits.memory)}")
    if word == FAILED:
        _log.warning("%s: its reader failed: %s", subject, content)
        raise GlitchAuditError(f"{subject}: the file cannot be read, so it is damaged or of another kind than it says")
    raise content


def _is_alarm(status: int) -> bool:
    # Windows has no such signal, and there a process that ended well has the status 0 as everywhere.
    return hasattr(signal, "SIGALRM") and status == -signal.SIGALRM


def _grows(most: int) -> str:
    return f"it grows beyond {most / 1e6:,.0f} MB when it is read, so it was stopped"


def _subject(arguments: tuple[object, ...], named: dict[str, object]) -> str:
    first = arguments[0] if arguments else None
    return str(named.get("name") or (first if isinstance(first, Path) else "The file"))


def _keeper() -> Keeper:
    return keeper_of(os.getpid())


def _can_fork() -> bool:
    return hasattr(os, "fork")
