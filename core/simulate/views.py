"""From whitened series to the four views: a constant-Q transform as Gravity Spy draws it.

Rows and windows of the tiles are those of ``q_tiles`` and of gwpy's ``q_transform`` (``qrange`` 4 to 64, mismatch 0.2,
energies divided by the row's noise). Four things are done here for speed and for likeness. Rows with equally many tiles
share one batched inverse FFT. Q is chosen for each glitch: the plane with the loudest tile within 0.25 s of the centre
(gwpy's ``search=0.5``). Energies are divided by the mean that noise of this median would have, as Gravity Spy's
training set was divided by the mean of the tiles that are no outliers; gwpy divides by the median, which makes noise
1.44 times as bright. Rows have at least ``_FEWEST_TILES`` tiles (a longer inverse FFT of the same window, so the exact
energy between coarse tiles), which makes linear interpolation enough; the median is of at most ``_MEDIAN_TILES``
(standard error about 2 %).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.dataset.model import VIEWS
from core.simulate.q_tiles import TileRow, q_planes, tile_rows
from core.simulate.series import DURATION, SAMPLES

if TYPE_CHECKING:
    import torch

ROWS, COLUMNS = 140, 170
LOWEST, HIGHEST = 10.0, 2048.0
"""Ends of the frequency axis, Hz."""
TOP_ENERGY = 25.5
SECONDS = tuple(float(view) for view in VIEWS)

_Q_RANGE = (4.0, 64.0)
_SEARCH = 0.5
_FEWEST_TILES = 1024
_MEDIAN_TILES = 4096
_MEAN_TO_MEDIAN = math.log(2)
"""The energy of noise is exponentially distributed: its median is ln 2 times its mean."""
_FINER = 3
"""Points a pixel along time: Gravity Spy's figures have 566 columns where ours have 170."""


def row_frequencies(rows: int = ROWS) -> np.ndarray:
    """Return the frequency at the centre of each picture row, Hz, on a logarithmic axis; row 0 is the highest."""
    return HIGHEST * (LOWEST / HIGHEST) ** ((np.arange(rows) + 0.5) / rows)


@dataclass(frozen=True)
class _Group:
    """Rows of one plane with the same number of tiles: where each tile's spectrum comes from, and its window."""

    rows: torch.Tensor
    source: torch.Tensor
    window: torch.Tensor


class ViewMaker:
    """Draws views on one torch device; building it costs about a second, so keep it.

    ``median_tiles`` of a row give the median that stands for the noise. Fewer are quicker: at 512 the standard error is
    6 %, less than what detectors' noise varies by, and a processor draws twice as many. ``other_q`` is the share of
    glitches that are drawn with the Q next to the loudest tile's, as noise or another pipeline would choose it.
    """

    def __init__(self, device: str = "cpu", *, median_tiles: int = _MEDIAN_TILES, other_q: float = 0.0) -> None:
        import torch

        self.device = torch.device(device)
        self.median_tiles = median_tiles
        self.other_q = other_q
        self.qs = q_planes(*_Q_RANGE)
        self._planes = [self._plane(q) for q in self.qs]
        self._at = torch.tensor(_instants(), dtype=torch.float32, device=self.device)

    def _plane(self, q: float) -> tuple[list[_Group], torch.Tensor]:
        import torch

        rows = tile_rows(q, lowest=LOWEST, highest=HIGHEST, duration=DURATION)
        by_length: dict[int, list[tuple[int, np.ndarray, np.ndarray]]] = {}
        for number, row in enumerate(rows):
            length = max(row.tiles, _FEWEST_TILES)
            by_length.setdefault(length, []).append((number, *_slots(row, length)))
        groups = [
            _Group(
                rows=torch.tensor([row for row, _, _ in members], device=self.device),
                source=torch.tensor(np.stack([source for _, source, _ in members]), device=self.device),
                window=torch.tensor(np.stack([weights for _, _, weights in members]), device=self.device),
            )
            for _, members in sorted(by_length.items())
        ]
        weights = _row_weights(np.array([row.frequency for row in rows]))
        return groups, torch.tensor(weights, dtype=torch.float32, device=self.device)

    def energies(self, series: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the four views, float32 (batch, 4, ROWS, COLUMNS) in 0 to 25.5, and the Q chosen for each glitch.

        ``series`` is whitened, float32 (batch, SAMPLES), the glitch at the middle. Row 0 has the highest frequency.
        """
        import torch

        with torch.inference_mode():
            series = series.to(self.device, torch.float32)
            spectrum = torch.fft.rfft(series, norm="forward")
            spectrum[..., 1:] *= 2
            tiles = [[_tiles(spectrum, group, self.median_tiles) for group in groups] for groups, _ in self._planes]
            loudest = torch.stack([torch.stack([_loudest(part) for part in plane]).amax(0) for plane in tiles])
            chosen = self._strayed(loudest.argmax(0))
            pictures = torch.empty((len(series), len(SECONDS), ROWS, COLUMNS), device=self.device)
            for number, ((groups, weights), plane) in enumerate(zip(self._planes, tiles, strict=True)):
                members = torch.nonzero(chosen == number).squeeze(1)
                if len(members):
                    pictures[members] = self._draw(groups, weights, plane, members)
            return pictures, torch.tensor(self.qs, device=self.device)[chosen]

    def _strayed(self, chosen: torch.Tensor) -> torch.Tensor:
        """The planes of Q, for ``other_q`` of the glitches one further up or down; torch's own generator decides."""
        import torch

        if not self.other_q:
            return chosen
        side = torch.randint(0, 2, chosen.shape, device=chosen.device) * 2 - 1
        strays = torch.rand(chosen.shape, device=chosen.device) < self.other_q
        return torch.where(strays, (chosen + side).clamp(0, len(self.qs) - 1), chosen)

    def _draw(
        self, groups: list[_Group], weights: torch.Tensor, plane: list[torch.Tensor], members: torch.Tensor
    ) -> torch.Tensor:
        import torch

        rows = torch.empty((len(members), weights.shape[1], len(self._at) // _FINER), device=self.device)
        for group, tiles in zip(groups, plane, strict=True):
            place = self._at * (tiles.shape[-1] / DURATION)
            before = place.floor().long()
            part = place - before
            selected = tiles[members]
            fine = selected[..., before] * (1 - part) + selected[..., (before + 1) % tiles.shape[-1]] * part
            coarse = fine.clamp_(0, TOP_ENERGY).unflatten(-1, (-1, _FINER)).mean(-1)
            rows[:, group.rows] = coarse
        drawn = torch.einsum("pr,brc->bpc", weights, rows)
        return drawn.unflatten(-1, (len(SECONDS), COLUMNS)).permute(0, 2, 1, 3)

    def __call__(self, series: torch.Tensor) -> torch.Tensor:
        """The four views as bytes, energy in tenths: uint8 (batch, 4, ROWS, COLUMNS). See :meth:`energies`."""
        return to_uint8(self.energies(series)[0])


def to_uint8(energy: torch.Tensor) -> torch.Tensor:
    """Normalised energy 0 to 25.5 as tenths in one byte."""
    import torch

    return (energy * 10).round_().clamp_(0, 255).to(torch.uint8)


def _slots(row: TileRow, length: int) -> tuple[np.ndarray, np.ndarray]:
    """For each place of an inverse FFT of this length: the bin that goes there, and its weight (0 where none does)."""
    usable = (row.bins >= 0) & (row.bins <= SAMPLES // 2)
    places = (np.arange(len(row.bins)) - len(row.bins) // 2) % length
    source, weights = np.zeros(length, dtype=np.int64), np.zeros(length, dtype=np.float32)
    source[places] = np.where(usable, row.bins, 0)
    weights[places] = np.where(usable, row.window, 0) * (length / SAMPLES)
    return source, weights


def _tiles(spectrum: torch.Tensor, group: _Group, median_tiles: int) -> torch.Tensor:
    import torch

    wave = torch.fft.ifft(spectrum[:, group.source] * group.window)
    energy = wave.real.square() + wave.imag.square()
    step = max(1, energy.shape[-1] // median_tiles)
    median = energy[..., ::step].median(dim=-1, keepdim=True).values
    return energy.mul_(_MEAN_TO_MEDIAN).div_(median.clamp_min_(1e-20))


def _loudest(tiles: torch.Tensor) -> torch.Tensor:
    """Loudest tile of each glitch near the centre; tiles (batch, rows, count) -> (batch,)."""
    count = tiles.shape[-1]
    half = max(1, round(count * _SEARCH / 2 / DURATION))
    return tiles[..., count // 2 - half : count // 2 + half + 1].amax(dim=(-2, -1))


def _instants() -> np.ndarray:
    """Seconds from the start of the series for every fine column of the four views, one view after the other."""
    fine = COLUMNS * _FINER
    share = (np.arange(fine) + 0.5) / fine - 0.5
    return np.concatenate([DURATION / 2 + seconds * share for seconds in SECONDS])


def _row_weights(frequencies: np.ndarray) -> np.ndarray:
    """Return weights (ROWS, len(frequencies)) from tile to picture rows, linear in log frequency; rows sum to 1."""
    wanted = np.log(row_frequencies(ROWS * _FINER))
    known = np.log(frequencies)
    matrix = np.stack([np.interp(wanted, known, unit) for unit in np.eye(len(known))], axis=1)
    return matrix.reshape(ROWS, _FINER, len(known)).mean(axis=1)
