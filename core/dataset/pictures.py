"""From the bytes of a picture to normalised energy, whatever kind of picture it is."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from core.dataset.plot_area import plot_area
from core.dataset.viridis import VIRIDIS_BRIGHTEST, distance_to_viridis, from_viridis, from_viridis_luminance
from core.errors import GlitchAuditError

FULL_FIGURE = "full figure, cropped to its plot area"
PLOT_AREA = "plot area"
GRAY_ENERGY = "gray energy"
ORDINARY_PICTURE = "ordinary picture"

MAX_PIXELS = 40_000_000
MAX_BYTES = 50_000_000
_MAX_MEGAPIXELS = MAX_PIXELS // 1_000_000

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")
"""What is read as a picture. Of all that Pillow knows, PostScript would start Ghostscript on a stranger's file."""

ANALYSIS_HEIGHT = 140
ANALYSIS_WIDTH = 170
"""Rows and columns at which the Gravity Spy classifier works (FACTS, section 1)."""

_GRAY_MODES = ("1", "L", "LA")
_COLOUR_MODES = ("RGB", "RGBA", "P", "PA")
_OPAQUE = 0xFF000000
_ORIENTATION = 0x0112
_EXIF_SIGNS = frozenset({"exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif"})
# A colour within this distance of viridis counts as viridis; noise of JPEG and antialiasing stays below it.
_VIRIDIS_DISTANCE = 30.0
_VIRIDIS_SHARE = 0.8


class PictureError(GlitchAuditError):
    """A picture that cannot be used; the sentence says where it is and why."""


@dataclass(frozen=True)
class DecodedPicture:
    """A picture as energy.

    ``energy`` is uint8 (height, width), tenths of normalised energy (0 to 25.5); row 0 is the top, the highest
    frequency. ``form`` is :data:`FULL_FIGURE`, :data:`PLOT_AREA`, :data:`GRAY_ENERGY` or :data:`ORDINARY_PICTURE`.
    ``colours``, where they were asked for, is uint8 (height, width, 3), red, green and blue; ``energy`` is then their
    luminance, and nothing is cropped or inverted.
    """

    energy: NDArray[np.uint8]
    form: str
    colours: NDArray[np.uint8] | None = None


def decode(data: bytes, *, where: str) -> DecodedPicture:
    """Return the energy of an encoded picture.

    Figures (white margins around viridis) are cropped to their plot (:mod:`core.dataset.plot_area`); viridis is
    inverted; a gray picture's values are tenths of energy; any other colour picture gives its luminance. Of an
    animation the first frame counts; transparent parts are white paper; EXIF data turn the picture as browsers
    show it. Raises PictureError that names ``where`` for a picture that is empty, unreadable, truncated, or too big.
    """
    image = _open(data, where)
    if image.mode in _GRAY_MODES or image.mode.startswith(("I", "F")):
        return _decode_gray(image)
    pixels = _opaque_pixels(image)
    box = plot_area(pixels)
    if box is not None and _is_viridis(pixels[box]):
        return DecodedPicture(from_viridis(pixels[box]), FULL_FIGURE)
    if _is_viridis(pixels):
        return DecodedPicture(from_viridis(pixels), PLOT_AREA)
    return DecodedPicture(np.asarray(Image.fromarray(pixels).convert("L")), ORDINARY_PICTURE)


def decode_colours(data: bytes, *, where: str, least: int | None = None) -> DecodedPicture:
    """Return an ordinary picture in its own colours: upright, on white paper where it is transparent, gray as gray.

    Gray values of more than 8 bits (microscopes write 12 or 16) are scaled by the smallest depth of 8, 12 and 16 bits
    that holds the brightest of them, fractions from 0 to 1 by 255. ``least``: a JPEG may be read at a half, quarter or
    eighth of its size, which is faster, as long as its shorter side keeps so many pixels. Raises PictureError as
    :func:`decode` does.
    """
    image = _open(data, where, least=least)
    if image.mode.startswith(("I", "F")):
        gray = _eight_bits(np.asarray(image))
        return DecodedPicture(gray, GRAY_ENERGY, np.repeat(gray[..., None], 3, axis=2))
    pixels = _opaque_pixels(image)
    if image.mode in _GRAY_MODES:
        return DecodedPicture(pixels[..., 0], GRAY_ENERGY, pixels[..., :3])
    luminance = np.asarray(Image.fromarray(pixels).convert("L"))
    return DecodedPicture(luminance, ORDINARY_PICTURE, pixels[..., :3])


def resize_energy(
    energy: NDArray[np.uint8], height: int = ANALYSIS_HEIGHT, width: int = ANALYSIS_WIDTH
) -> NDArray[np.uint8]:
    """Energy at another size, shape (height, width), by Pillow's antialiased bilinear filter."""
    if energy.shape == (height, width):
        return energy
    return np.asarray(Image.fromarray(energy).resize((width, height), Image.Resampling.BILINEAR))


def _open(data: bytes, where: str, *, least: int | None = None) -> Image.Image:
    if not data:
        raise PictureError(f"{where}: the picture is empty (0 bytes)")
    if len(data) > MAX_BYTES:
        raise PictureError(f"{where}: the file is too big ({len(data) / 1e6:.0f} MB, at most {MAX_BYTES / 1e6:.0f} MB)")
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(f"{where}: the picture is gigantic (more than {_MAX_MEGAPIXELS} megapixels)") from None
    except Exception:  # Pillow's format plugins meet arbitrary bytes and raise nearly anything
        raise PictureError(f"{where}: the file is not a picture that can be read") from None
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PictureError(
            f"{where}: the picture is gigantic ({width} x {height} pixels, at most {_MAX_MEGAPIXELS} megapixels)"
        )
    if width == 0 or height == 0:
        raise PictureError(f"{where}: the picture has no pixels")
    try:
        if least is not None and min(width, height) >= 2 * least:
            smaller = least / min(width, height)
            image.draft(None, (math.ceil(width * smaller), math.ceil(height * smaller)))
        image.load()
        image = _upright(image)
        if image.mode not in (*_GRAY_MODES, *_COLOUR_MODES) and not image.mode.startswith(("I", "F")):
            return image.convert("RGB")
    except Exception as error:  # as above
        reason = "truncated" if "truncated" in str(error).lower() else f"damaged ({error})"
        raise PictureError(f"{where}: the picture is {reason}") from None
    return image


def _upright(image: Image.Image) -> Image.Image:
    """The picture as it is meant to be seen: cameras write sideways and note how to turn it."""
    if image.format != "TIFF" and _EXIF_SIGNS.isdisjoint(image.info):
        # Looking for a field that cannot be there would take a sixth of the time that a small picture takes.
        return image
    try:
        turned = image.getexif().get(_ORIENTATION, 1) != 1
        return ImageOps.exif_transpose(image) if turned else image
    except Exception:  # a picture can be seen whatever nonsense its EXIF data are
        return image


def _decode_gray(image: Image.Image) -> DecodedPicture:
    if image.mode.startswith(("I", "F")):
        # One copy at a time, in its own width: a picture of many megapixels would fill the memory as float64.
        values = np.asarray(image)
        if values.dtype.kind == "f":
            values = np.rint(np.nan_to_num(values))
        return DecodedPicture(np.clip(values, 0, 255).astype(np.uint8), GRAY_ENERGY)
    pixels = np.asarray(image.convert("L")) if image.mode in ("1", "L") else _opaque_pixels(image)[..., 0]
    box = plot_area(pixels)
    if box is not None and (pixels[box] <= VIRIDIS_BRIGHTEST).mean() >= _VIRIDIS_SHARE:
        # A figure that somebody turned gray: its values are the luminance of viridis, not energy.
        return DecodedPicture(from_viridis_luminance(pixels[box]), FULL_FIGURE)
    return DecodedPicture(pixels, GRAY_ENERGY)


def _eight_bits(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    brightest = float(np.nanmax(values)) if values.size else 0.0
    if values.dtype.kind == "f":
        values = np.nan_to_num(values, nan=0.0, posinf=brightest, neginf=0.0)
        scale = 255.0 if 0 < brightest <= 1 else _to_eight_bits(brightest)
    else:
        scale = _to_eight_bits(brightest)
    return np.clip(np.rint(values.astype(np.float32) * np.float32(scale)), 0, 255).astype(np.uint8)


def _to_eight_bits(brightest: float) -> float:
    depth = next((bits for bits in (8, 12, 16) if brightest < 2**bits), None)
    return 255.0 / (2**depth - 1 if depth else brightest)


def _opaque_pixels(image: Image.Image) -> NDArray[np.uint8]:
    """Red, green, blue, 255; shape (height, width, 4); on white paper where the picture is transparent."""
    colour = image if image.mode == "RGBA" else image.convert("RGBA")
    pixels = np.asarray(colour)
    # Alpha is the highest byte of a little-endian word, so the smallest word has the smallest alpha.
    if pixels.view("<u4").min() >= _OPAQUE:
        return pixels
    return np.asarray(Image.alpha_composite(Image.new("RGBA", colour.size, "white"), colour))


def _is_viridis(pixels: NDArray[np.uint8]) -> bool:
    step = max(1, min(pixels.shape[:2]) // 48)
    sample = pixels[::step, ::step]
    return bool((distance_to_viridis(sample) <= _VIRIDIS_DISTANCE).mean() >= _VIRIDIS_SHARE)
