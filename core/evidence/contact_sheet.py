"""A contact sheet as one PNG, with a caption that says what is on it."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

_MARGIN = 12
_GAP = 8
_LINE = 16
_FONT_SIZE = 12
_TITLE_SIZE = 14
_BACKGROUND, _INK, _MISSING = (255, 255, 255), (30, 30, 30), (225, 225, 225)


def contact_sheet_png(
    sample_ids: Sequence[str],
    pictures: Mapping[str, np.ndarray],
    *,
    captions: Mapping[str, str],
    caption: str,
    columns: int = 8,
    tile_size: tuple[int, int] = (170, 140),
) -> bytes:
    """Draw the pictures of ``sample_ids`` row by row, each with its caption, under a common caption; return the PNG.

    ``pictures`` are uint8 (height, width, 3) by sample id; a sample without one gets a gray tile that says so.
    ``captions`` are by sample id, ``caption`` is wrapped to the sheet's width, ``tile_size`` is (width, height) in
    pixels. No samples give a sheet with the caption alone.
    """
    width, height = tile_size
    columns = max(1, min(columns, len(sample_ids) or 1))
    sheet_width = max(2 * _MARGIN + columns * (width + _GAP) - _GAP, 480)
    title_font, font = ImageFont.load_default(size=_TITLE_SIZE), ImageFont.load_default(size=_FONT_SIZE)
    lines = textwrap.wrap(caption, max(20, int(sheet_width / (_TITLE_SIZE * 0.55))))
    top = _MARGIN + len(lines) * (_TITLE_SIZE + 4) + _GAP
    rows = -(-len(sample_ids) // columns)
    sheet = Image.new("RGB", (sheet_width, top + rows * (height + _LINE + _GAP) + _MARGIN), _BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    for number, line in enumerate(lines):
        draw.text((_MARGIN, _MARGIN + number * (_TITLE_SIZE + 4)), line, fill=_INK, font=title_font)
    for number, sample_id in enumerate(sample_ids):
        left = _MARGIN + (number % columns) * (width + _GAP)
        upper = top + (number // columns) * (height + _LINE + _GAP)
        _draw_tile(draw, sheet, pictures.get(sample_id), box=(left, upper, width, height), font=font)
        text = _shorten(captions.get(sample_id, sample_id), width, font)
        draw.text((left, upper + height + 1), text, fill=_INK, font=font)
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def _draw_tile(
    draw: ImageDraw.ImageDraw,
    sheet: Image.Image,
    picture: np.ndarray | None,
    *,
    box: tuple[int, int, int, int],
    font: ImageFont.ImageFont | ImageFont.FreeTypeFont,
) -> None:
    left, upper, width, height = box
    if picture is None:
        draw.rectangle((left, upper, left + width - 1, upper + height - 1), fill=_MISSING)
        draw.text((left + 8, upper + height // 2 - 6), "no picture", fill=_INK, font=font)
    else:
        sheet.paste(Image.fromarray(picture).resize((width, height)), (left, upper))


def _shorten(text: str, width: int, font: ImageFont.ImageFont | ImageFont.FreeTypeFont) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text + "…"
