"""The classifiers by name: a trunk that all views share, and a head; imports torch, so import it where needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from core.classify.network.heads import Head, merge_views
from core.classify.params import TrainParams
from core.embed.network import residual_network
from core.embed.preprocess import IMAGENET_MEAN, IMAGENET_STD
from core.embed.torchvision_compat import import_torchvision
from core.errors import GlitchAuditError

_TINY = 1e-4
"""Added to a picture's standard deviation; an empty picture stays zero."""


@dataclass(frozen=True)
class Architecture:
    """A trunk that can be asked for by name.

    ``features`` is the length of a picture's vector; ``build`` makes the untrained trunk for so many channels;
    ``last_stages`` names the modules that learn where ``tune`` is "last stages"; ``mean`` and ``std`` are what the
    ImageNet weights expect of pixels in [0, 1].
    """

    about: str
    features: int
    build: Callable[[int], nn.Module]
    last_stages: tuple[str, ...]
    mean: tuple[float, ...] = IMAGENET_MEAN
    std: tuple[float, ...] = IMAGENET_STD


def _small(channels: int) -> nn.Module:
    layers: list[nn.Module] = []
    for width in (32, 64, 128, 256):
        layers.append(
            nn.Sequential(
                nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(2)
            )
        )
        channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def _vgg16(channels: int) -> nn.Module:
    layers = import_torchvision().models.vgg16(weights=None).features
    if channels != 3:
        first = layers[0]
        layers[0] = nn.Conv2d(channels, first.out_channels, first.kernel_size, padding=first.padding)
        nn.init.kaiming_normal_(layers[0].weight, mode="fan_out", nonlinearity="relu")
        nn.init.zeros_(layers[0].bias)
    # Its two dense layers of 4096 hold nine tenths of its numbers and know only ImageNet; the head takes their place.
    return nn.Sequential(layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def _from_timm(name: str) -> Callable[[int], nn.Module]:
    def build(channels: int) -> nn.Module:
        # timm imports torchvision, which must be imported this way beside a small torch build.
        import_torchvision()
        import timm

        return timm.create_model(name, pretrained=False, num_classes=0, in_chans=channels)

    return build


_HALF = (0.5, 0.5, 0.5)

TRUNKS: dict[str, Architecture] = {
    "small": Architecture("Our own small CNN, four stages, 0.4 million numbers", 256, _small, ("3",)),
    "vgg16": Architecture(
        "VGG16 without its dense layers (torchvision)", 512, _vgg16, tuple(f"0.{layer}" for layer in range(24, 30))
    ),
    "resnet18": Architecture(
        "ResNet-18 (torchvision)", 512, lambda channels: residual_network("resnet18", channels=channels), ("layer4",)
    ),
    "resnet50": Architecture(
        "ResNet50 (torchvision)", 2048, lambda channels: residual_network("resnet50", channels=channels), ("layer4",)
    ),
    "xception": Architecture(
        "Xception (timm)",
        2048,
        _from_timm("legacy_xception"),
        ("block12", "conv3", "bn3", "conv4", "bn4"),
        _HALF,
        _HALF,
    ),
    "resnet50v2": Architecture(
        "ResNet50V2 (timm)", 2048, _from_timm("resnetv2_50"), ("stages.3", "norm"), _HALF, _HALF
    ),
}


def build_network(params: TrainParams, labels: Sequence[str]) -> Classifying:
    """Return the network of these parameters, with random weights and one score a label.

    Its ``forward(pictures, present)`` takes float32 (batch, views, height, width) in [0, 1], tenths over 255, of any
    size from 32 up, and bool (batch, views); one view where ``unit`` is "picture". Where it sees colours, they are a
    last axis of the pictures. It returns scores (batch, labels) and features (batch, d). Raises GlitchAuditError where
    there is no such architecture, or no view is named.
    """
    if params.architecture not in TRUNKS:
        raise GlitchAuditError(
            f"There is no architecture {params.architecture!r}: choose one of {', '.join(sorted(TRUNKS))}."
        )
    if params.unit == "sample" and not params.views:
        raise GlitchAuditError("The network of a training must know its views: name them.")
    return Classifying(params, len(labels))


class Classifying(nn.Module):
    """A trunk that every view goes through by itself, the views merged, and a head."""

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, params: TrainParams, labels: int) -> None:
        super().__init__()
        architecture = TRUNKS[params.architecture]
        views = len(params.views) if params.unit == "sample" else 1
        self.channels = 3 if params.weights == "imagenet" or params.colours == "colour" else 1
        self.centring, self.merge = params.centring, params.merge
        self.trunk = architecture.build(self.channels)
        inputs = architecture.features * (views if params.merge == "concatenate" else 1)
        self.head = Head(inputs, labels, dense=params.dense, dropout=params.dropout)
        photographs = params.weights == "imagenet"
        mean, std = (architecture.mean, architecture.std) if photographs else ((0.0,), (1.0,))
        self.register_buffer("mean", torch.tensor(mean)[:, None, None], persistent=False)
        self.register_buffer("std", torch.tensor(std)[:, None, None], persistent=False)
        self._tune = params.tune
        self._learning = _learning_parts(self.trunk, architecture, params.tune)
        if params.tune != "whole":
            self.trunk.requires_grad_(False)
            for part in self._learning:
                part.requires_grad_(True)

    def forward(self, pictures: torch.Tensor, present: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores and features; see :func:`build_network`."""
        # Only pictures that exist go through the trunk: blank ones would move its BatchNorm's statistics.
        there = self.trunk(self._prepared(pictures[present]))
        features = there.new_zeros((*present.shape, there.shape[1]))
        features[present] = there
        return self.head(merge_views(features, present, how=self.merge))

    def train(self, mode: bool = True) -> Classifying:
        """Training or evaluation mode; parts of the trunk that do not learn stay in evaluation mode."""
        super().train(mode)
        if mode and self._tune != "whole":
            self.trunk.eval()
            for part in self._learning:
                part.train()
        return self

    def _prepared(self, pictures: torch.Tensor) -> torch.Tensor:
        """(pictures, channels, height, width) from (pictures, height, width[, 3]): centred, repeated, normalised."""
        pictures = centred(pictures, how=self.centring)
        pictures = pictures.permute(0, 3, 1, 2) if pictures.ndim == 4 else pictures[:, None]
        pictures = pictures.expand(-1, self.channels, -1, -1)
        return ((pictures - self.mean) / self.std).contiguous(memory_format=torch.channels_last)


def centred(pictures: torch.Tensor, *, how: str) -> torch.Tensor:
    """Pictures (n, height, width[, 3]), each minus its mean ("centre"), and over its deviation too ("standardise").

    Mean and deviation are one number a picture, over all its colours, so that hues stay.
    """
    if how == "none":
        return pictures
    within = tuple(range(1, pictures.ndim))
    pictures = pictures - pictures.mean(within, keepdim=True)
    if how == "centre":
        return pictures
    return pictures / (pictures.std(within, correction=0, keepdim=True) + _TINY)


def _learning_parts(trunk: nn.Module, architecture: Architecture, tune: str) -> list[nn.Module]:
    """The trunk's modules that learn where it does not learn as a whole; torch does not register modules in lists."""
    return [trunk.get_submodule(name) for name in architecture.last_stages if tune == "last stages"]


def count_parameters(network: nn.Module) -> int:
    """Numbers in the network that training may have set."""
    return sum(parameter.numel() for parameter in network.parameters())
