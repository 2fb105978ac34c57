"""Reads and decodes one picture for the network; what cannot be read becomes a problem instead of an error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.dataset.model import PictureStore, Problem
from core.dataset.pictures import decode
from core.dataset.sources import SourceChangedError
from core.embed.preprocess import network_input
from core.errors import GlitchAuditError


@dataclass(frozen=True)
class Decoded:
    """One picture on its way to the network; where it could not be read, ``problem`` says why and the rest is empty.

    ``row`` is its row in ``Dataset.pictures``; ``energy`` (height, width) uint8 tenths in the picture's own size,
    ``pixels`` the same in the network's size; ``form`` the kind of picture that was recognised.
    """

    row: int
    energy: np.ndarray | None = None
    pixels: np.ndarray | None = None
    form: str = ""
    problem: Problem | None = None


def read_picture(store: PictureStore, location: str, *, row: int, size: tuple[int, int]) -> Decoded:
    """Read, decode and resize the picture at ``location`` to ``size`` (height, width); called from several threads.

    Raises SourceChangedError where the source is not what it was when the data set was read.
    """
    try:
        picture = decode(store.read(location), where=location)
        return Decoded(row, picture.energy, network_input(picture.energy, size=size), picture.form)
    except SourceChangedError:
        # Not one bad picture: the vectors that follow could belong to other samples.
        raise
    except (GlitchAuditError, OSError, KeyError, ValueError) as error:
        # Decoding names the place in front of its sentence; the problem has a field of its own for it.
        reason = str(error).removeprefix(f"{location}: ") or type(error).__name__
        return Decoded(row, problem=Problem(location, reason))
