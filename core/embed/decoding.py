"""Reads and decodes one picture for the network; what cannot be read becomes a problem instead of an error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.dataset.model import PictureStore, Problem
from core.dataset.pictures import DecodedPicture, decode, decode_colours
from core.dataset.shown import reduced, resize_colours
from core.dataset.sources import SourceChangedError
from core.embed.backbones import Backbone
from core.embed.preprocess import network_colours, network_input
from core.errors import GlitchAuditError

SHOWN_SIDE = 340
"""Pixels of the longer side of a photograph that is handed on to be shown small: many wait at once."""


@dataclass(frozen=True)
class Decoded:
    """One picture on its way to the network; where it could not be read, ``problem`` says why and the rest is empty.

    ``row`` is its row in ``Dataset.pictures``; ``energy`` (height, width) uint8 tenths in the picture's own size, or of
    an ordinary picture its colours, uint8 (height, width, 3), reduced to :data:`SHOWN_SIDE`; ``pixels`` what the
    network reads, (height, width) or (height, width, 3); ``form`` the kind of picture that was recognised.
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
        return _problem(error, location, row)


def colours_for(
    data: bytes, *, where: str, size: tuple[int, int], backbone: Backbone | None, colours: bool = False
) -> tuple[DecodedPicture, np.ndarray, np.ndarray]:
    """Return an ordinary picture, what the network reads of it, and its colours reduced to :data:`SHOWN_SIDE`.

    A backbone of one channel reads the luminance, stretched to ``size``. A classifier's own network (``backbone`` None)
    reads the same, or where it sees ``colours`` all three, stretched likewise. Raises PictureError as
    ``core.dataset.pictures.decode_colours`` does.
    """
    picture = decode_colours(data, where=where, least=2 * max(*size, SHOWN_SIDE // 2))
    whole = picture.colours if picture.colours is not None else np.repeat(picture.energy[..., None], 3, axis=2)
    if backbone is None and colours:
        pixels = resize_colours(whole, *size)
    elif backbone is None or backbone.channels == 1:
        pixels = network_input(picture.energy, size=size)
    else:
        pixels = network_colours(whole, size=size, crop=backbone.crop, bicubic=backbone.bicubic)
    return picture, pixels, reduced(whole, SHOWN_SIDE)


def read_colours(
    store: PictureStore,
    location: str,
    *,
    row: int,
    size: tuple[int, int],
    backbone: Backbone | None = None,
    colours: bool = False,
) -> Decoded:
    """Read the ordinary picture at ``location`` as :func:`read_picture` does, in colours where the network sees them.

    What the network reads is as :func:`colours_for` says. Raises SourceChangedError as :func:`read_picture` does.
    """
    try:
        data = store.read(location)
        picture, pixels, shown = colours_for(data, where=location, size=size, backbone=backbone, colours=colours)
        return Decoded(row, shown, pixels, picture.form)
    except SourceChangedError:
        raise
    except (GlitchAuditError, OSError, KeyError, ValueError) as error:
        return _problem(error, location, row)


def _problem(error: Exception, location: str, row: int) -> Decoded:
    # Decoding names the place in front of its sentence; the problem has a field of its own for it.
    reason = str(error).removeprefix(f"{location}: ") or type(error).__name__
    return Decoded(row, problem=Problem(location, reason))
