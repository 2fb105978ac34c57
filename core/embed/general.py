"""Networks for ordinary pictures: EfficientNet-Lite0 from a package, and any of timm's by name. Heavy imports wait."""

from __future__ import annotations

import copy
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.embed.backbone import DOWNLOAD_TIMEOUT_SECONDS, GENERAL_DEFAULT, TIMM, Backbone, socket_timeout
from core.errors import GlitchAuditError

if TYPE_CHECKING:
    from torch import nn

_BLOCKS = (1, 2, 2, 3, 3, 4, 1)
"""Blocks in each stage of EfficientNet-Lite0; the package numbers them through, timm by stage."""
_OUTSIDE = {"_conv_stem": "conv_stem", "_bn0": "bn1", "_conv_head": "conv_head", "_bn1": "bn2", "_fc": "classifier"}
_FIRST_STAGE = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
_OTHER_STAGES = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}
_LARGEST_SIDE = 1024


def resolved(backbone: Backbone) -> Backbone:
    """Return the backbone with its size, length and normalisation, of timm's by asking timm; imports torch for those.

    Raises GlitchAuditError where timm has no pretrained model of that name, or one that cannot be used here.
    """
    return _of_timm(backbone) if backbone.name.startswith(TIMM) and not backbone.dimensions else backbone


def load_lite(backbone: Backbone, path: Path) -> nn.Module:
    """Return EfficientNet-Lite0 without its head, its weights those of the package, in float32 and evaluation mode."""
    import torch

    weights = torch.load(path, map_location="cpu", weights_only=True)
    network: Any = _timm().create_model(backbone.architecture, pretrained=False, num_classes=0)
    kept = {timm_name(name): value for name, value in weights.items()}
    network.load_state_dict({name: value for name, value in kept.items() if not name.startswith("classifier.")})
    found: nn.Module = network.float().eval()
    return found


def timm_name(name: str) -> str:
    """Return timm's name of a tensor of EfficientNet-Lite0 that efficientnet-lite-pytorch calls ``name``."""
    if not name.startswith("_blocks."):
        part, rest = name.split(".", 1)
        return f"{_OUTSIDE[part]}.{rest}"
    _, number, part, rest = name.split(".", 3)
    place = int(number)
    for stage, blocks in enumerate(_BLOCKS):
        if place < blocks:
            return f"blocks.{stage}.{place}.{(_OTHER_STAGES if stage else _FIRST_STAGE)[part]}.{rest}"
        place -= blocks
    raise KeyError(name)


def fuse_general(network: nn.Module, *, mean: tuple[float, ...], std: tuple[float, ...]) -> nn.Module:
    """Return a new network with its normalisation, from (batch, 1 or 3, height, width), values 0 to 255, to features.

    A gray picture is copied to all channels. timm's BatchNorm is fused into the convolution before it wherever it
    follows at once in EfficientNet; other networks run as they are. Importing it imports torch.
    """
    import torch
    from torch import nn

    class _Normalised(nn.Module):
        offset: torch.Tensor
        scale: torch.Tensor

        def __init__(self, inside: nn.Module) -> None:
            super().__init__()
            self.inside = inside
            self.register_buffer("offset", 255.0 * torch.tensor(mean)[:, None, None])
            self.register_buffer("scale", 1.0 / (255.0 * torch.tensor(std)[:, None, None]))

        def forward(self, pictures: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.inside((pictures - self.offset) * self.scale)
            return found

    inside = copy.deepcopy(network).float().eval()
    with torch.no_grad():
        for module in inside.modules():
            _fuse_pairs(module)
    fused = _Normalised(inside).eval().requires_grad_(False)
    return fused.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch types no such overload


_PAIRS = (
    ("conv_stem", "bn1"), ("conv_head", "bn2"),
    ("conv_dw", "bn1"), ("conv_pw", "bn2"),
    ("conv_pw", "bn1"), ("conv_dw", "bn2"), ("conv_pwl", "bn3"),
)  # fmt: skip
_OF_EFFICIENTNET = ("EfficientNet", "DepthwiseSeparableConv", "InvertedResidual")


def _fuse_pairs(module: Any) -> None:
    from torch import nn
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    if type(module).__name__ not in _OF_EFFICIENTNET:
        return
    depthwise_first = type(module).__name__ == "DepthwiseSeparableConv"
    pairs = _PAIRS[:2] if type(module).__name__ == "EfficientNet" else _PAIRS[2:4] if depthwise_first else _PAIRS[4:]
    for convolution, norm in pairs:
        before, after = getattr(module, convolution, None), getattr(module, norm, None)
        if isinstance(before, nn.Conv2d) and isinstance(after, nn.BatchNorm2d):
            setattr(module, convolution, fuse_conv_bn_eval(before, after))
            setattr(module, norm, getattr(after, "act", nn.Identity()))


@lru_cache(maxsize=8)
def _of_timm(backbone: Backbone) -> Backbone:
    import torch

    timm = _timm()
    name = backbone.architecture
    # Some are there without weights, and random ones tell nothing.
    if not timm.is_model(name.split(".")[0]) or not timm.is_model_pretrained(name):
        close = timm.list_models(f"*{name.split('.')[0][:6]}*", pretrained=True)[:3]
        hint = f", such as {', '.join(close)}" if close else ""
        raise GlitchAuditError(f"timm has no pretrained model {name!r}: give the name of one that it has{hint}.")
    with torch.device("meta"):
        network: Any = timm.create_model(name, pretrained=False, num_classes=0).eval()
        about = timm.data.resolve_data_config({}, model=network)
        channels, height, width = about["input_size"]
        features = network(torch.empty(1, channels, height, width))
    if channels != 3 or features.ndim != 2 or max(height, width) > _LARGEST_SIDE:
        raise GlitchAuditError(
            f"timm's {name} reads pictures of another form than red, green and blue: choose another."
        )
    return replace(
        backbone,
        dimensions=int(features.shape[1]),
        size=(int(height), int(width)),
        mean=tuple(map(float, about["mean"])),
        std=tuple(map(float, about["std"])),
        crop=float(about["crop_pct"]),
        bicubic=about["interpolation"] == "bicubic",
    )


def downloaded_from_timm(backbone: Backbone) -> nn.Module:
    """Return a network of timm's with its trained weights and without its head; they are kept where timm keeps them.

    Raises GlitchAuditError where they cannot be downloaded, or are not what was announced; there are never random ones.
    """
    timm = _timm()
    timm.models.set_pretrained_check_hash(True)
    try:
        with socket_timeout(DOWNLOAD_TIMEOUT_SECONDS), _without_retries():
            network: Any = timm.create_model(backbone.architecture, pretrained=True, num_classes=0)
    except Exception as error:  # every library on the way raises its own
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        raise GlitchAuditError(
            f"The weights of {backbone.name} could not be downloaded ({reason}): connect to the internet, or choose "
            f"{GENERAL_DEFAULT}, which works offline."
        ) from error
    found: nn.Module = network.float().eval()
    return found


@contextmanager
def _without_retries() -> Iterator[None]:
    """Have the Hugging Face client look only at what it has kept where its server cannot be reached.

    It would try twelve times, for three quarters of a minute.
    """
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = before or not _answers(constants.ENDPOINT)
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def _answers(address: str) -> bool:
    request = urllib.request.Request(address, method="HEAD")  # noqa: S310 - the client's own address
    try:
        with urllib.request.urlopen(request, timeout=DOWNLOAD_TIMEOUT_SECONDS):  # noqa: S310 - as above
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _timm() -> Any:
    from core.embed.torchvision_compat import import_torchvision

    # timm imports torchvision, which must be imported this way beside a small torch build.
    import_torchvision()
    import timm
    import timm.data

    return timm
