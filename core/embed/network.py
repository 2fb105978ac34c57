"""The residual networks without their head, in one- and three-channel form. Importing this module imports torch."""

from __future__ import annotations

from torch import nn

from core.embed.torchvision_compat import import_torchvision


def residual_network(architecture: str, *, channels: int) -> nn.Module:
    """Return an untrained torchvision network from (batch, channels, height, width) to (batch, features).

    ``architecture`` is "resnet18" (512 features) or "resnet50" (2048); ``channels`` is 3 for ImageNet weights and 1 for
    energy. Any picture size works.
    """
    network = getattr(import_torchvision().models, architecture)(weights=None)
    if channels != 3:
        first = network.conv1
        network.conv1 = nn.Conv2d(
            channels, first.out_channels, first.kernel_size, stride=first.stride, padding=first.padding, bias=False
        )
        nn.init.kaiming_normal_(network.conv1.weight, mode="fan_out", nonlinearity="relu")
    network.fc = nn.Identity()
    return network
