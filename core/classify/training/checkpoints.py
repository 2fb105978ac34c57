"""What a training needs to go on as if nothing had happened, written whole or not at all; imports torch."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from core.classify.training.runs import CHECKPOINT_FOLDER
from core.errors import GlitchAuditError
from core.files import whole_file

VERSION = 1

_FILE = "state.pt"


@dataclass
class Clock:
    """How far a training is.

    ``epoch`` (from 1) is the one under way, ``epoch_seconds`` its time, ``step`` its finished batches, over which
    ``loss`` (times rows), ``hits`` (right answers) and ``rows`` are summed. ``best_loss`` is the lowest validation
    loss, ``since_best`` the epochs since. ``seconds`` counts all calls, ``curves`` holds the rows of finished epochs.
    """

    epoch: int = 1
    step: int = 0
    loss: float = 0.0
    hits: int = 0
    rows: int = 0
    best_loss: float = float("inf")
    best_epoch: int = 0
    since_best: int = 0
    seconds: float = 0.0
    epoch_seconds: float = 0.0
    curves: list[dict[str, Any]] = field(default_factory=list)


def save_checkpoint(folder: Path, *, fingerprint: str, clock: Clock, parts: Mapping[str, Any]) -> None:
    """Keep the clock and the state of every part in the run's ``folder``; raises GlitchAuditError if it cannot."""
    state = {
        "version": VERSION,
        "fingerprint": fingerprint,
        "clock": asdict(clock),
        "parts": {name: part.state_dict() for name, part in parts.items()},
    }
    place = folder / CHECKPOINT_FOLDER
    try:
        place.mkdir(parents=True, exist_ok=True)
        with whole_file(place / _FILE) as temporary, temporary.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
    # torch reports a full disk as a RuntimeError.
    except (OSError, RuntimeError) as error:
        raise GlitchAuditError(f"The checkpoint cannot be written to {place} ({error}): free some space.") from error


def load_checkpoint(folder: Path, *, fingerprint: str, parts: Mapping[str, Any]) -> Clock | None:
    """Set every part to its kept state and return the clock; None where there is no checkpoint.

    Raises GlitchAuditError where the checkpoint is damaged, or of another training.
    """
    path = folder / CHECKPOINT_FOLDER / _FILE
    if not path.exists():
        return None
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        fits = state["version"] == VERSION and state["fingerprint"] == fingerprint
        if fits:
            for name, part in parts.items():
                part.load_state_dict(state["parts"][name])
            return Clock(**state["clock"])
    except Exception as error:  # a damaged file fails in nearly any way
        raise GlitchAuditError(
            f"The checkpoint {path} cannot be read ({error}): start the training anew under another name."
        ) from error
    raise GlitchAuditError(
        f"The checkpoint {path} belongs to a training with other parameters, data or initial weights: give this one "
        "another name, or start it without resuming."
    )
