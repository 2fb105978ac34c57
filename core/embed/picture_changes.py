"""How training pictures are changed, so that a network does not rely on what only the simulator guarantees.

Real pictures come through other pipelines: normalised by another mean, drawn with another colour map, saved as JPEG,
made smaller, cut a little off, smoothed along time. None of that says what a glitch is. Importing this imports torch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch.nn import functional

_BANDS = 9
_BLOCK = 8
_TIME_TAPS = 5


@dataclass(frozen=True)
class Changes:
    """How far pictures are changed; ranges are uniform, those of factors in their logarithm.

    Attributes:
        unchanged: share of glitches whose pictures stay as they are drawn.
        gain: lowest and highest factor on the energy, by glitch; the step from mean to median is 1.44.
        view_gain: the same by view, either way: each view may be normalised by itself.
        bands: by how much rows may be brighter or darker, either way, changing smoothly with frequency.
        bend: exponents of the energy, either way, for colours that were read off another map.
        shift, stretch: along time, in half widths and as a factor either way; along frequency a fifth of them.
        smooth_in_time, smaller, jpeg: share of the glitches that are smoothed along time, were smaller, or were a JPEG.
        noise: highest standard deviation of what is added to each pixel.
    """

    unchanged: float = 0.2
    gain: tuple[float, float] = (0.7, 1.65)
    view_gain: float = 0.08
    bands: float = 0.25
    bend: float = 0.15
    shift: float = 0.1
    stretch: float = 0.06
    smooth_in_time: float = 0.3
    smaller: float = 0.2
    jpeg: float = 0.3
    noise: float = 0.025


def changed_pictures(
    tenths: torch.Tensor, generator: torch.Generator, *, changes: Changes | None = None
) -> torch.Tensor:
    """Return pictures as real ones vary: float32 like ``tenths`` in shape, energy / 25.5 clipped to [0, 1].

    ``tenths`` is (batch, views, height, width) uint8 tenths of normalised energy, ``generator`` on the same device.
    """
    changes = changes or Changes()
    drawn = tenths.float().div_(255.0)
    batch, views = drawn.shape[:2]
    dice = _Dice(generator, drawn.device)
    pictures = _moved(drawn.flatten(0, 1)[:, None], changes, dice)
    pictures = _smoothed(pictures, changes, dice, views=views)
    pictures = pictures.unflatten(0, (batch, views)).squeeze(2)
    pictures = _brightened(pictures, changes, dice)
    pictures = torch.where(dice.chance(changes.jpeg, batch, 1, 1, 1), _as_jpeg(pictures, dice), pictures)
    pictures = pictures + dice.normal(pictures.shape) * dice.between(0.0, changes.noise, batch, views, 1, 1)
    return torch.where(dice.chance(changes.unchanged, batch, 1, 1, 1), drawn, pictures.clamp_(0.0, 1.0))


class _Dice:
    def __init__(self, generator: torch.Generator, device: torch.device) -> None:
        self._generator, self._device = generator, device

    def between(self, low: float, high: float, *shape: int) -> torch.Tensor:
        return low + (high - low) * torch.rand(*shape, device=self._device, generator=self._generator)

    def factor(self, low: float, high: float, *shape: int) -> torch.Tensor:
        return torch.exp(self.between(math.log(low), math.log(high), *shape))

    def chance(self, share: float, *shape: int) -> torch.Tensor:
        return torch.rand(*shape, device=self._device, generator=self._generator) < share

    def normal(self, shape: torch.Size) -> torch.Tensor:
        return torch.randn(shape, device=self._device, generator=self._generator)


def _moved(pictures: torch.Tensor, changes: Changes, dice: _Dice) -> torch.Tensor:
    """Pictures (n, 1, height, width) shifted and stretched, borders continued."""
    count = len(pictures)
    move = torch.zeros(count, 2, 3, device=pictures.device)
    shift, stretch = changes.shift, changes.stretch
    move[:, 0, 0], move[:, 0, 2] = dice.between(1 - stretch, 1 + stretch, count), dice.between(-shift, shift, count)
    # Frequency tells classes apart: up and down only by as much as a plot area may be cut differently.
    stretch, shift = stretch / 4, shift / 5
    move[:, 1, 1], move[:, 1, 2] = dice.between(1 - stretch, 1 + stretch, count), dice.between(-shift, shift, count)
    grid = functional.affine_grid(move, list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


def _smoothed(pictures: torch.Tensor, changes: Changes, dice: _Dice, *, views: int) -> torch.Tensor:
    """Pictures (n, 1, height, width) as other interpolation leaves them; as one for all views of a glitch."""
    count, glitches = len(pictures), len(pictures) // views

    def of_glitches(share: float) -> torch.Tensor:
        return dice.chance(share, glitches, 1, 1, 1).repeat_interleave(views, 0)

    around = functional.avg_pool2d(pictures, 3, stride=1, padding=1, count_include_pad=False)
    pictures = torch.lerp(pictures, around, dice.between(0.0, 1.0, count, 1, 1, 1))
    along = functional.avg_pool2d(
        pictures, (1, _TIME_TAPS), stride=1, padding=(0, _TIME_TAPS // 2), count_include_pad=False
    )
    along = torch.lerp(pictures, along, dice.between(0.0, 1.0, count, 1, 1, 1))
    pictures = torch.where(of_glitches(changes.smooth_in_time), along, pictures)
    small = functional.interpolate(functional.avg_pool2d(pictures, 2), pictures.shape[-2:], mode="bilinear")
    return torch.where(of_glitches(changes.smaller), small, pictures)


def _brightened(pictures: torch.Tensor, changes: Changes, dice: _Dice) -> torch.Tensor:
    """Pictures (batch, views, height, width) of another gain, by glitch, view and frequency, and bent."""
    batch, views, height, _ = pictures.shape
    bend = dice.factor(1 / (1 + changes.bend), 1 + changes.bend, batch, 1, 1, 1)
    gain = dice.factor(*changes.gain, batch, 1, 1, 1)
    gain = gain * dice.factor(1 / (1 + changes.view_gain), 1 + changes.view_gain, batch, views, 1, 1)
    bands = dice.between(-changes.bands, changes.bands, batch * views, 1, _BANDS, 1)
    # Each row is divided by its own noise, which wanders.
    uneven = functional.interpolate(bands, (height, 1), mode="bicubic").unflatten(0, (batch, views)).squeeze(2)
    return pictures.clamp(0.0, 1.0) ** bend * gain * torch.exp(uneven)


def _as_jpeg(pictures: torch.Tensor, dice: _Dice) -> torch.Tensor:
    """Pictures (batch, views, height, width) with JPEG's loss: blocks of 8 x 8, rounded cosines, finer ones coarser."""
    height, width = pictures.shape[-2:]
    padded = functional.pad(pictures, (0, -width % _BLOCK, 0, -height % _BLOCK), mode="replicate")
    blocks = padded.unfold(2, _BLOCK, _BLOCK).unfold(3, _BLOCK, _BLOCK)
    cosines = _cosines(pictures.device)
    place = torch.arange(_BLOCK, device=pictures.device)
    step = dice.factor(0.01, 0.06, len(pictures), 1, 1, 1, 1, 1) * (1 + 0.5 * (place[:, None] + place))
    spectrum = cosines @ blocks @ cosines.T
    blocks = cosines.T @ ((spectrum / step).round() * step) @ cosines
    return blocks.transpose(3, 4).reshape(padded.shape)[..., :height, :width]


def _cosines(device: torch.device) -> torch.Tensor:
    """The orthonormal discrete cosine transform of length 8, as a matrix."""
    place = torch.arange(_BLOCK, device=device, dtype=torch.float32)
    matrix = torch.cos(torch.pi / _BLOCK * (place + 0.5) * place[:, None]) * (2 / _BLOCK) ** 0.5
    matrix[0] *= 0.5**0.5
    return matrix
