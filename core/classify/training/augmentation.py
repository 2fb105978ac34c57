"""Pictures changed as real ones differ: a trigger some way off, a little louder or quieter; imports torch.

Mirror and zoom are off: a glitch's direction of time, duration and frequency are what its label means.
"""

from __future__ import annotations

import torch
from torch.nn import functional

from core.classify.params import TrainParams


def as_pictures(tenths: torch.Tensor) -> torch.Tensor:
    """Return pictures as float32 in [0, 1], of the same shape, from tenths of normalised energy (uint8)."""
    return tenths.float().div_(255.0)


def augmented(tenths: torch.Tensor, params: TrainParams, generator: torch.Generator) -> torch.Tensor:
    """Return pictures as a network learns from them, float32 in [0, 1], from uint8 (batch, views, height, width).

    Colours have a last axis of three, which all change alike, so that hues stay.
    Each view is shifted by itself, as a trigger error that is small in a long view is large in a short one; edge pixels
    fill what a shift uncovers. All views of a glitch share gain and mirror, and gain is clipped at saturation.
    ``generator`` is of the CPU, so that every device sees the same changes.
    """
    batch, views, _, width = tenths.shape[:4]
    device = tenths.device

    def uniform(*shape: int) -> torch.Tensor:
        return (2 * torch.rand(*shape, generator=generator) - 1).to(device)

    shift, stretch = uniform(batch, views) * params.time_shift, 1 + uniform(batch, views, 2) * params.zoom
    gain, flipped = torch.exp(uniform(batch, 1, 1, 1) * params.gain), uniform(batch, 1) < 0
    direction = torch.where(flipped & params.mirror, -1, 1).expand(batch, views)
    pictures = as_pictures(tenths)
    if params.zoom:
        pictures = _zoomed(pictures, shift, stretch, direction)
    elif params.time_shift or params.mirror:
        middle = (width - 1) / 2
        columns = (torch.arange(width, device=device) - middle) * direction[..., None] + middle
        columns = (columns.long() - (shift * width).round().long()[..., None]).clamp_(0, width - 1)
        columns = columns.reshape(batch, views, 1, width, *[1] * (pictures.ndim - 4))
        pictures = pictures.gather(3, columns.expand_as(pictures))
    return (pictures * gain.reshape(batch, *[1] * (pictures.ndim - 1))).clamp_(0.0, 1.0) if params.gain else pictures


def _zoomed(
    pictures: torch.Tensor, shift: torch.Tensor, stretch: torch.Tensor, direction: torch.Tensor
) -> torch.Tensor:
    """Time stretched about the middle and shifted, frequency stretched; bilinear, edges filled."""
    batch, views, height, width = pictures.shape[:4]
    move = torch.zeros(batch * views, 2, 3, device=pictures.device)
    move[:, 0, 0] = (direction / stretch[..., 0]).flatten()
    # The grid is 2 wide.
    move[:, 0, 2] = -2 * shift.flatten()
    move[:, 1, 1] = 1 / stretch[..., 1].flatten()
    grid = functional.affine_grid(move, [batch * views, 1, height, width], align_corners=False)
    channels = pictures.reshape(batch * views, height, width, -1).permute(0, 3, 1, 2)
    changed = functional.grid_sample(channels, grid, padding_mode="border", align_corners=False)
    return changed.permute(0, 2, 3, 1).reshape(pictures.shape)
