"""The networks that can be asked for by name, and where their weights come from."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.embed.preprocess import IMAGENET_MEAN, IMAGENET_STD
from core.errors import GlitchAuditError

if TYPE_CHECKING:
    from torch import nn

OFFLINE_DEFAULT = "glitch-resnet18"
"""The backbone that ships with the project and needs no network."""

DATA_FOLDER = Path(__file__).parents[2] / "data"
"""Where the project's own weights lie."""

HEAD_PREFIX = "head."
"""Beginning of the names of the heads' tensors in our own backbone's file."""

DOWNLOAD_TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True)
class Backbone:
    """A network without its head; ``architecture`` is the torchvision model behind it.

    ``size`` is (height, width) of its input, ``dimensions`` the length of its feature vector; ``mean`` and ``std``
    normalise pixel values in [0, 1], one entry for a one-channel network. Weights come from ``weights_file`` in
    ``data/``, or from ``weights_url``, whose file name ends with the first digits of the SHA-256.
    """

    name: str
    about: str
    architecture: str
    dimensions: int
    size: tuple[int, int]
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    weights_file: str = ""
    weights_url: str = ""


BACKBONES: dict[str, Backbone] = {
    backbone.name: backbone
    for backbone in (
        Backbone(
            OFFLINE_DEFAULT,
            "Our own: a ResNet-18 trained on simulated glitches, works offline",
            "resnet18",
            512,
            (140, 170),
            weights_file="glitch_resnet18.safetensors",
        ),
        Backbone(
            "resnet18",
            "torchvision ResNet-18 with ImageNet weights, downloaded on first use",
            "resnet18",
            512,
            (224, 224),
            IMAGENET_MEAN,
            IMAGENET_STD,
            weights_url="https://download.pytorch.org/models/resnet18-f37072fd.pth",
        ),
        Backbone(
            "resnet50",
            "torchvision ResNet-50 with ImageNet weights (second recipe), downloaded on first use",
            "resnet50",
            2048,
            (224, 224),
            IMAGENET_MEAN,
            IMAGENET_STD,
            weights_url="https://download.pytorch.org/models/resnet50-11ad3fa6.pth",
        ),
    )
}


def backbone_named(name: str) -> Backbone:
    """Return the backbone called ``name``; GlitchAuditError where there is none of that name."""
    try:
        return BACKBONES[name]
    except KeyError:
        raise GlitchAuditError(
            f"There is no backbone called {name!r}: choose one of {', '.join(sorted(BACKBONES))}."
        ) from None


def weights_path(backbone: Backbone) -> Path:
    """Return where the backbone's weights lie, or would lie after a download."""
    if backbone.weights_file:
        return DATA_FOLDER / backbone.weights_file
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = Path(os.environ.get("TORCH_HOME") or cache_home / "torch").expanduser()
    return home / "hub" / "checkpoints" / backbone.weights_url.rsplit("/", 1)[1]


def weights_hash(backbone: Backbone) -> str:
    """Return the first digits of the SHA-256 of the weights; known without a download.

    Raises GlitchAuditError where the project's own weights file is missing.
    """
    if backbone.weights_url:
        return _hash_in_name(backbone)
    path = weights_path(backbone)
    try:
        state = path.stat()
    except OSError:
        raise GlitchAuditError(
            f"The weights of {backbone.name} are missing at {path}: restore that file from the repository, or train it "
            "again with `python -m core train-backbone`."
        ) from None
    return _hash_of_file(path, state.st_size, state.st_mtime_ns)


def file_hash(path: Path) -> str:
    """Return the first digits of the SHA-256 of a file; OSError where there is none."""
    state = path.stat()
    return _hash_of_file(path, state.st_size, state.st_mtime_ns)


def load_backbone(name: str) -> nn.Module:
    """Return the network with its trained weights and without its head, in float32 and evaluation mode.

    It maps (batch, channels, height, width), pixel values normalised by ``mean`` and ``std``, to (batch,
    ``dimensions``). Nothing falls back to random weights. Raises GlitchAuditError for an unknown name, missing or
    damaged weights, or no network to download them.
    """
    import torch
    from safetensors.torch import load_file

    from core.embed.network import residual_network

    backbone = backbone_named(name)
    path = weights_path(backbone)
    if backbone.weights_url:
        _download_if_missing(backbone, path)
    else:
        weights_hash(backbone)
    network = residual_network(backbone.architecture, channels=len(backbone.mean))
    try:
        if path.suffix == ".safetensors":
            weights = {key: value for key, value in load_file(path).items() if not key.startswith(HEAD_PREFIX)}
        else:
            weights = torch.load(path, map_location="cpu", weights_only=True)
            weights = {key: value for key, value in weights.items() if not key.startswith("fc.")}
        missing, unexpected = network.load_state_dict(weights, strict=False)
    except Exception as error:
        raise GlitchAuditError(
            f"The weights of {name} at {path} cannot be read ({error}): replace the file."
        ) from error
    missing = [key for key in missing if not key.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise GlitchAuditError(
            f"The weights at {path} are not those of {name} ({len(missing)} layers missing, "
            f"{len(unexpected)} unknown): replace the file."
        )
    return network.float().eval()


def _hash_in_name(backbone: Backbone) -> str:
    return backbone.weights_url.rsplit("-", 1)[1].removesuffix(".pth")


@cache
def _hash_of_file(path: Path, size: int, changed_ns: int) -> str:  # noqa: ARG001 - what the cache goes by
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _download_if_missing(backbone: Backbone, path: Path) -> None:
    expected = _hash_in_name(backbone)
    if not path.exists():
        _download(backbone, path, expected)
    state = path.stat()
    if not _hash_of_file(path, state.st_size, state.st_mtime_ns).startswith(expected):
        raise GlitchAuditError(
            f"The weights of {backbone.name} at {path} are damaged (their SHA-256 does not start with {expected}): "
            f"delete that file and try again, or choose {OFFLINE_DEFAULT}, which works offline."
        )


def _download(backbone: Backbone, path: Path, expected: str) -> None:
    import torch

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _socket_timeout(DOWNLOAD_TIMEOUT_SECONDS):
            torch.hub.download_url_to_file(backbone.weights_url, str(path), hash_prefix=expected, progress=False)
    # URLError and time-outs are OSErrors; torch raises RuntimeError where the hash is wrong.
    except (OSError, RuntimeError) as error:
        raise GlitchAuditError(
            f"The ImageNet weights of {backbone.name} could not be downloaded ({error}): connect to the internet, or "
            f"put the file {path.name} into {path.parent}, or choose {OFFLINE_DEFAULT}, which works offline."
        ) from error


@contextmanager
def _socket_timeout(seconds: float) -> Iterator[None]:
    # torch.hub passes no timeout to urlopen, so a network that swallows packets would hang for ever.
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
