"""The fused one-channel network computes what the plain network computes."""

from __future__ import annotations

import pytest
import torch

from core.embed.fused import fuse
from core.embed.network import residual_network
from core.embed.preprocess import IMAGENET_MEAN, IMAGENET_STD


def lived_in(architecture: str, *, channels: int) -> torch.nn.Module:
    """Random weights with BatchNorm statistics that are not the trivial ones."""
    torch.manual_seed(3)
    network = residual_network(architecture, channels=channels).eval()
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.running_mean.normal_(0, 0.1)
            layer.running_var.uniform_(0.7, 1.5)
            layer.bias.data.normal_(0, 0.1)
    return network


@pytest.mark.parametrize("architecture", ["resnet18", "resnet50"])
def test_folded_imagenet_network_equals_the_plain_one(architecture: str) -> None:
    network = lived_in(architecture, channels=3)
    gray = torch.randint(0, 256, (2, 1, 96, 80)).float()
    mean, std = torch.tensor(IMAGENET_MEAN).view(3, 1, 1), torch.tensor(IMAGENET_STD).view(3, 1, 1)
    with torch.no_grad():
        plain = network((gray.expand(-1, 3, -1, -1) / 255 - mean) / std)
        fused = fuse(network, size=(96, 80), mean=IMAGENET_MEAN, std=IMAGENET_STD)(gray)
    assert plain.abs().max() > 0.1
    assert (fused - plain).abs().max() < 1e-4 * max(1.0, float(plain.abs().max()))


def test_the_border_needs_the_map() -> None:
    """The trap: a scalar bias would be wrong along the zero-padded border, so the map differs there."""
    network = lived_in("resnet18", channels=3)
    bias_map = fuse(network, size=(64, 64), mean=IMAGENET_MEAN, std=IMAGENET_STD)[0].bias_map
    middle = bias_map[:, :, 16:17, 16:17]
    assert torch.allclose(bias_map[:, :, 2:-2, 2:-2], middle.expand(-1, -1, 28, 28), atol=1e-5)
    assert (bias_map[:, :, 0, :] - middle[:, :, 0]).abs().max() > 0.05


def test_one_channel_network_equals_its_plain_form() -> None:
    network = lived_in("resnet18", channels=1)
    gray = torch.randint(0, 256, (3, 1, 70, 85)).float()
    with torch.no_grad():
        plain, fused = network(gray / 255), fuse(network, size=(70, 85))(gray)
    assert (fused - plain).abs().max() < 1e-4


def test_the_given_network_is_left_as_it_was() -> None:
    network = lived_in("resnet18", channels=1)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    fuse(network, size=(70, 85))
    after = network.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
