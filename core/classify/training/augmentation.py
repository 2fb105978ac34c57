"""Pictures changed as real ones differ: a trigger some way off, a little louder or quieter.

Mirror and zoom are there and off: in a glitch the direction of time, the duration and the frequency are what its label
means. Importing this module imports torch: import it inside the function that trains.
"""

from __future__ import annotations

import torch
from torch.nn import functional

from core.classify.params import TrainParams


def as_pictures(tenths: torch.Tensor) -> torch.Tensor:
    """Return pictures as float32 in [0, 1], of the same shape, from tenths of normalised energy (uint8)."""
    return tenths.float().div_(255.0)


def augmented(tenths: torch.Tensor, params: TrainParams, generator: torch.Generator) -> torch.Tensor:
    """Pictures as a network learns from them.

    Each view is shifted by itself, as views are cut by a trigger whose error in a long view is large in a short one;
    what a shift uncovers is filled with the edge's pixels. Gain and mirror are those of the glitch, so all its views
    share them, and gain is clipped at saturation as the pictures themselves are.

    Args:
        tenths: uint8 (batch, views, height, width).
        params: ``time_shift``, ``gain``, ``mirror``, ``zoom``.
        generator: of the CPU, so that every device sees the same changes.

    Returns:
        float32 of the same shape, in [0, 1].
    """
    batch, views, _, width = tenths.shape
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
        pictures = pictures.gather(3, columns[:, :, None].expand_as(pictures))
    return (pictures * gain).clamp_(0.0, 1.0) if params.gain else pictures


def _zoomed(
    pictures: torch.Tensor, shift: torch.Tensor, stretch: torch.Tensor, direction: torch.Tensor
) -> torch.Tensor:
    """Time stretched about the middle and shifted, frequency stretched; bilinear, edges filled."""
    batch, views, height, width = pictures.shape
    move = torch.zeros(batch * views, 2, 3, device=pictures.device)
    move[:, 0, 0] = (direction / stretch[..., 0]).flatten()
    # The grid is 2 wide.
    move[:, 0, 2] = -2 * shift.flatten()
    move[:, 1, 1] = 1 / stretch[..., 1].flatten()
    grid = functional.affine_grid(move, [batch * views, 1, height, width], align_corners=False)
    changed = functional.grid_sample(pictures.flatten(0, 1)[:, None], grid, padding_mode="border", align_corners=False)
    return changed[:, 0].unflatten(0, (batch, views))
