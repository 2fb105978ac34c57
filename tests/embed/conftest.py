"""A small data set of drawn pictures, and a backbone with seeded random weights in a temporary place."""

from __future__ import annotations

import dataclasses
import io
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.dataset.model import VIEWS, Dataset
from core.embed import backbones

SMALL_SIZE = (70, 85)


class CountingStore:
    """Pictures in memory that remembers which were read."""

    def __init__(self, content: dict[str, bytes]) -> None:
        self.content = content
        self.reads: list[str] = []
        self._lock = threading.Lock()

    def read(self, location: str) -> bytes:
        with self._lock:
            self.reads.append(location)
        return self.content[location]


def encoded(energy: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(energy).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="session")
def weights_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from safetensors.torch import save_file

    from core.embed.network import residual_network

    torch.manual_seed(7)
    network = residual_network("resnet18", channels=1)
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.running_mean.normal_(0, 0.2)
            layer.running_var.uniform_(0.5, 2.0)
    folder = tmp_path_factory.mktemp("weights")
    save_file(network.state_dict(), folder / "glitch_resnet18.safetensors")
    return folder


@pytest.fixture
def random_backbone(weights_folder: Path, monkeypatch: pytest.MonkeyPatch) -> backbones.Backbone:
    """The default backbone at a smaller input size, its weights random: the numbers mean nothing, the path is real."""
    small = dataclasses.replace(backbones.BACKBONES[backbones.OFFLINE_DEFAULT], size=SMALL_SIZE)
    monkeypatch.setattr(backbones, "DATA_FOLDER", weights_folder)
    monkeypatch.setitem(backbones.BACKBONES, backbones.OFFLINE_DEFAULT, small)
    return small


@pytest.fixture
def make_dataset() -> Callable[..., Dataset]:
    def make(
        samples: int = 3,
        *,
        views: tuple[str, ...] = VIEWS,
        replaced: dict[tuple[int, str], bytes] | None = None,
        identical: bool = False,
        fingerprint: str = "a data set",
    ) -> Dataset:
        rng = np.random.default_rng(5)
        picture = rng.integers(0, 256, (20, 24), dtype=np.uint8)
        rows, content = [], {}
        for number in range(samples):
            for view in views:
                location = f"glitch{number}/{view}.png"
                if not identical:
                    picture = rng.integers(0, 256, (20, 24), dtype=np.uint8)
                content[location] = (replaced or {}).get((number, view), encoded(picture))
                rows.append((f"glitch{number}", view, location))
        pictures = pd.DataFrame(rows, columns=["sample_id", "view", "location"])
        ids = pd.Index([f"glitch{number}" for number in range(samples)], name="sample_id")
        table = pd.DataFrame({"label": ["Blip"] * samples}, index=ids)
        return Dataset("drawn", Path("drawn"), "made here", table, pictures, CountingStore(content), (), fingerprint)

    return make
