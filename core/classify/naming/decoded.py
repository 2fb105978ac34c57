"""The pictures of a glitch that was handed in, decoded behind the gate; one that cannot be read costs no other one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.classify.naming.inputs import InputFile
from core.dataset.pictures import decode
from core.embed.backbone import Backbone
from core.embed.decoding import colours_for
from core.embed.preprocess import network_input
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process


@dataclass(frozen=True)
class DecodedFile:
    """One picture as a network reads it: uint8 tenths of normalised energy (height, width), or the problem it has.

    ``form`` is what it was recognised as. Where it could not be read, ``form`` is "" and ``pixels`` None. Of an
    ordinary picture ``pixels`` are luminance, or colours (height, width, 3), and ``shown`` is all of it in colours.
    """

    form: str = ""
    pixels: np.ndarray | None = None
    problem: str = ""
    shown: np.ndarray | None = None


def decoded_files(
    files: Sequence[InputFile],
    *,
    size: tuple[int, int],
    ordinary: bool = False,
    backbone: Backbone | None = None,
    colours: bool = False,
) -> list[DecodedFile]:
    """Return the pictures in their order, decoded to ``size`` (height, width).

    ``ordinary`` ones keep their colours, as far as ``backbone`` reads them, or where there is none and the classifier's
    own network sees ``colours``.
    """
    return _each(files, _Reading(size, ordinary, backbone, colours))


def _each(files: Sequence[InputFile], reading: _Reading) -> list[DecodedFile]:
    if len(files) > 1:
        try:
            return _decoded(files, reading, name=files[0].name)
        except GlitchAuditError:
            # One of them ended the process that read them all: each gets its own.
            return [_each([file], reading)[0] for file in files]
    try:
        return _decoded(files, reading, name=files[0].name) if files else []
    except GlitchAuditError as error:
        return [DecodedFile(problem=_without_name(error, files[0]))]


@dataclass(frozen=True)
class _Reading:
    """How pictures are read, as one value that goes through the gate."""

    size: tuple[int, int]
    ordinary: bool
    backbone: Backbone | None
    colours: bool


@in_own_process(Limits(memory=1_000_000_000, seconds=60))
def _decoded(files: Sequence[InputFile], reading: _Reading, *, name: str) -> list[DecodedFile]:  # noqa: ARG001 - the gate reads it
    return [_one(file, reading) for file in files]


def _one(file: InputFile, reading: _Reading) -> DecodedFile:
    size = reading.size
    try:
        if reading.ordinary:
            picture, pixels, shown = colours_for(
                file.read(), where=file.name, size=size, backbone=reading.backbone, colours=reading.colours
            )
            return DecodedFile(picture.form, pixels, shown=shown)
        picture = decode(file.read(), where=file.name)
        return DecodedFile(picture.form, network_input(picture.energy, size=size))
    except GlitchAuditError as error:
        return DecodedFile(problem=_without_name(error, file))


def _without_name(error: GlitchAuditError, file: InputFile) -> str:
    return str(error).removeprefix(f"{file.name}: ")
