"""A residual network rewritten to do the same arithmetic with less work. Importing this module imports torch.

Three exact rewrites for inference: BatchNorm is fused into the convolution before it (torch's own fusion). A gray
picture copied to three channels needs one: the first convolution's weights are divided by each channel's standard
deviation and summed over the channels, and the subtracted means leave a constant, which is kept as a map because it
differs along the zero-padded border. Memory is channels-last, in which the processor's convolutions are faster.
"""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval


class _Stem(nn.Module):
    """First convolution on one channel, plus the map that normalisation leaves, then ReLU and pooling."""

    def __init__(self, convolution: nn.Conv2d, pool: nn.Module, bias_map: torch.Tensor) -> None:
        super().__init__()
        self.convolution = convolution
        self.pool = pool
        self.register_buffer("bias_map", bias_map)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return self.pool(functional.relu(self.convolution(pictures) + self.bias_map, inplace=True))


def fuse(
    network: nn.Module,
    *,
    size: tuple[int, int],
    mean: tuple[float, ...] = (0.0,),
    std: tuple[float, ...] = (1.0,),
    colours: bool = False,
) -> nn.Module:
    """Return a new network with its normalisation, for gray pictures, or with ``colours`` for those of its channels.

    It maps (batch, 1, height, width), values 0 to 255, to (batch, features), in evaluation mode; with ``colours``
    (batch, channels, height, width). ``network`` is a
    torchvision residual network without head, with as many input channels as ``mean`` has entries; ``size`` (height,
    width) of the pictures fixes the border's map; ``mean`` and ``std`` are for pixel values in [0, 1].
    """
    with torch.no_grad():
        residual: Any = copy.deepcopy(network).float().eval()
        first = fuse_conv_bn_eval(residual.conv1, residual.bn1)
        scale = torch.tensor(std, dtype=torch.float64)
        offset = torch.tensor(mean, dtype=torch.float64) / scale
        weights = first.weight.double()
        black = -offset.view(1, -1, 1, 1).expand(1, -1, *size)
        bias_map = functional.conv2d(black, weights, first.bias.double(), first.stride, first.padding)
        scaled = weights / scale.view(1, -1, 1, 1)
        scaled = scaled if colours else scaled.sum(1, keepdim=True)
        single = nn.Conv2d(
            scaled.shape[1], first.out_channels, first.kernel_size, first.stride, first.padding, bias=False
        )
        single.weight.copy_(scaled / 255.0)
        for layer in (residual.layer1, residual.layer2, residual.layer3, residual.layer4):
            for block in layer:
                _fuse_block(block)
        stem = _Stem(single, residual.maxpool, bias_map.float().contiguous(memory_format=torch.channels_last))
        fused = nn.Sequential(
            stem, residual.layer1, residual.layer2, residual.layer3, residual.layer4, residual.avgpool, nn.Flatten()
        )
    fused = fused.eval().requires_grad_(False)
    return fused.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch types no such overload


def _fuse_block(block: Any) -> None:
    for number in (1, 2, 3):
        convolution = getattr(block, f"conv{number}", None)
        if convolution is not None:
            setattr(block, f"conv{number}", fuse_conv_bn_eval(convolution, getattr(block, f"bn{number}")))
            setattr(block, f"bn{number}", nn.Identity())
    if block.downsample is not None:
        block.downsample = fuse_conv_bn_eval(block.downsample[0], block.downsample[1])
