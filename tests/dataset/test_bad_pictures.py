"""Pictures that cannot be used are refused with one sentence that says where and why."""

import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from core.dataset import PictureError, decode
from core.dataset.pictures import MAX_BYTES
from core.errors import GlitchAuditError


def gigantic_png(width, height):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def refused(data):
    with pytest.raises(PictureError) as caught:
        decode(data, where="Blip/a.png")
    assert isinstance(caught.value, GlitchAuditError)
    text = str(caught.value)
    assert text.startswith("Blip/a.png: ")
    assert "\n" not in text
    return text


def test_empty():
    assert "empty" in refused(b"")


@pytest.mark.parametrize(
    "data", [b"this is no picture", b"\x89PNG\r\n\x1a\n", b"<html></html>", b"\0" * 4096, b"GIF89a"]
)
def test_unreadable(data):
    assert "not a picture that can be read" in refused(data)


@pytest.mark.parametrize("kind", ["png", "jpeg", "bmp", "tiff", "gif"])
def test_truncated(encode, kind):
    noise = np.random.default_rng(0).integers(0, 255, size=(64, 64), dtype=np.uint8)
    data = encode(noise, kind)
    assert refused(data[: len(data) // 2])


def test_truncated_png_says_so(gray):
    assert "truncated" in refused(gray[: len(gray) // 2])


def test_damaged_inside(encode):
    data = bytearray(encode(np.random.default_rng(0).integers(0, 255, size=(64, 64), dtype=np.uint8)))
    data[100:400] = bytes(300)
    assert refused(bytes(data))


@pytest.mark.parametrize("side", [6400, 12_000, 30_000])
@pytest.mark.filterwarnings("error")
def test_gigantic_is_refused_before_decoding(side):
    assert "gigantic" in refused(gigantic_png(side, side))


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_gigantic_is_refused_where_warnings_are_not_errors():
    assert "gigantic" in refused(gigantic_png(12_000, 12_000))


def test_a_file_over_50_megabytes():
    assert "too big" in refused(bytes(MAX_BYTES + 1))


def test_no_pixels():
    assert refused(gigantic_png(0, 10))


@pytest.mark.parametrize("seed", range(30))
def test_random_damage_never_escapes_as_another_error(encode, seed):
    generator = np.random.default_rng(seed)
    kind = ["png", "jpeg", "gif", "tiff", "bmp", "webp"][seed % 6]
    data = bytearray(encode(generator.integers(0, 255, size=(40, 40, 3), dtype=np.uint8), kind))
    for place in generator.integers(0, len(data), size=20):
        data[place] = generator.integers(0, 256)
    try:
        energy = decode(bytes(data), where="x").energy
    except PictureError as error:
        assert str(error).startswith("x: ")
    else:
        assert energy.dtype == np.uint8
        assert energy.ndim == 2


def test_postscript_under_a_pictures_name_is_refused_and_starts_nothing(monkeypatch):
    from PIL import EpsImagePlugin

    started = []
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *arguments, **options: started.append(arguments))
    page = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 20 20\n%%EndComments\nshowpage\n%%EOF\n"
    with pytest.raises(PictureError, match="not a picture"):
        decode(page, where="blip.png")
    assert not started


def test_sixteen_bits_a_pixel_cost_no_more_than_eight_bytes_a_pixel():
    side = 1500
    buffer = io.BytesIO()
    Image.fromarray(np.full((side, side), 700, np.uint16)).save(buffer, "PNG")
    tracemalloc.start()
    try:
        decoded = decode(buffer.getvalue(), where="deep.png")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (decoded.energy == 255).all() and decoded.energy.shape == (side, side)
    assert peak < 8 * side * side
