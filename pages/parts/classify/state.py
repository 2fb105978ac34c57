"""What the session remembers of the page: what was handed in to be named, and the answers to it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from typing import Any

from core.classify.naming.inputs import Handed
from core.classify.naming.name_glitches import Answer
from pages.parts.desk.state import change_panel, forget_panel, panel


@dataclass(frozen=True)
class HandedIn:
    """What the page works on.

    Attributes:
        key: tells one such work from another.
        handed: the glitches and what was left out.
        labels: what a data set calls an example of its own, by name.
    """

    key: tuple[object, ...]
    handed: Handed
    labels: dict[str, str]


@dataclass(frozen=True)
class UploadState:
    """What was handed in.

    Attributes:
        turn: how often the page began afresh: another key empties the uploader.
        too_much: megabytes of files that were refused, as they were too many together; 0 where none were.
        sorted: ids of the files that were looked at, so that they are looked at once.
        handed: what those files hold.
        keeper: of the folder in which big archives lie; it goes with what was handed in.
        example: a sample of the data set, in the place of files.
        examples: how many were taken.
    """

    turn: int = 0
    too_much: float = 0.0
    sorted: tuple[str, ...] = ()
    handed: Handed | None = None
    keeper: tempfile.TemporaryDirectory | None = None
    example: HandedIn | None = None
    examples: int = 0


@dataclass(frozen=True)
class Work:
    """The answers so far, so that a page that runs again goes on where it was.

    Attributes:
        key: of what they answer, and what they rest on.
        answers: without their pictures.
        pictures: of each answer, view and JPEG.
        seconds: that they took.
        stopped: whether somebody asked it to wait.
        open: the sample whose window is asked for.
    """

    key: tuple[Any, ...] = ()
    answers: tuple[Answer, ...] = ()
    pictures: tuple[tuple[tuple[str, bytes], ...], ...] = ()
    seconds: float = 0.0
    stopped: bool = False
    open: str = ""


def start_afresh() -> None:
    """Forget what was handed in; called before the page runs again."""
    state = panel(UploadState)
    forget_panel(UploadState)
    change_panel(UploadState, turn=state.turn + 1, too_much=state.too_much, examples=state.examples)
    forget_panel(Work)
