"""Tiny made-up pictures and data sets."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.dataset import VIEWS, to_viridis


@pytest.fixture
def encode() -> Callable[..., bytes]:
    """Pixels to the bytes of a picture file."""

    def encode(pixels: np.ndarray, kind: str = "png", **options: object) -> bytes:
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, kind, **options)
        return out.getvalue()

    return encode


@pytest.fixture
def energy() -> np.ndarray:
    """Every energy from 0 to 25.5 in tenths, as a picture of 64 x 80 with smooth rows."""
    return np.linspace(0, 255, 64 * 80).reshape(64, 80).astype(np.uint8)


@pytest.fixture
def gray(encode: Callable[..., bytes], energy: np.ndarray) -> bytes:
    """A gray picture of :func:`energy`."""
    return encode(energy)


@pytest.fixture
def figure() -> Callable[..., Image.Image]:
    """An 800 x 600 figure like Gravity Spy's: white paper, black frame, title, viridis inside and in a colour bar."""

    def figure(plot_area: np.ndarray) -> Image.Image:
        paper = np.full((600, 800, 3), 255, dtype=np.uint8)
        paper[60:536, 100:675] = 0
        paper[66:532, 105:671] = to_viridis(plot_area)
        bar = np.linspace(255, 0, 466).astype(np.uint8)[:, None].repeat(28, axis=1)
        paper[66:532, 692:720] = to_viridis(bar)
        paper[20:34, 330:470:3] = 0
        return Image.fromarray(paper)

    return figure


@pytest.fixture
def glitch_files(gray: bytes) -> Callable[..., None]:
    """Writes the four views of one glitch into a folder."""

    def write(folder: Path, sample_id: str, detector: str = "H1", views: tuple[str, ...] = VIEWS) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for view in views:
            (folder / f"{detector}_{sample_id}_spectrogram_{view}.png").write_bytes(gray)

    return write


@pytest.fixture
def listing() -> Callable[[Path], list[tuple[str, int, int]]]:
    """Every file below a folder with its size and time of change."""

    def list_files(root: Path) -> list[tuple[str, int, int]]:
        return sorted((str(p), p.lstat().st_size, p.lstat().st_mtime_ns) for p in root.rglob("*"))

    return list_files
