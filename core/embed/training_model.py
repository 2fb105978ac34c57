"""What the backbone learns from: changed pictures, heads, and loss. Importing this module imports torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from core.embed.network import residual_network

_VIEWS = 4
_FEATURES = 512
_PROFILE_ROWS, _PROFILE_COLUMNS = 28, 34
COSINE_SCALE = 16.0
"""Scores of glitches are this times a cosine."""

_TEMPERATURE = 0.1


@dataclass(frozen=True)
class LossWeights:
    """How much each part counts.

    ``picture`` is naming the class from one view, ``glitch`` from the four unit vectors set side by side; ``contrast``
    draws glitches of one class together (Khosla and others 2020); ``profile`` predicts energy by frequency and by time
    from a view's features: it needs no label and keeps apart what a class does not, such as lines of different
    frequency, so that faults inside a class stay visible; ``smoothing`` is label smoothing of the two class losses.
    """

    picture: float = 0.5
    glitch: float = 1.0
    contrast: float = 0.2
    profile: float = 10.0
    smoothing: float = 0.1


class TrainedBackbone(nn.Module):
    """The backbone with the heads that only training needs."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.backbone = residual_network("resnet18", channels=1)
        self.name_picture = nn.Linear(_FEATURES, classes)
        self.name_glitch = nn.Linear(_VIEWS * _FEATURES, classes, bias=False)
        self.tell_profile = nn.Linear(_FEATURES, _PROFILE_ROWS + _PROFILE_COLUMNS)

    def forward(self, pictures: torch.Tensor, present: torch.Tensor | None = None) -> dict[str, torch.Tensor]:
        """Turn pictures (batch, views, height, width) in [0, 1] into class scores, unit vectors and profiles.

        ``present`` (batch, views) says which views the glitch is named from, default all; the others are zeros, as in
        ``core.embed.combine``.
        """
        features = self.backbone(pictures.flatten(0, 1)[:, None].contiguous(memory_format=torch.channels_last)).float()
        units = functional.normalize(features, dim=1).unflatten(0, (-1, _VIEWS))
        seen = units if present is None else units * present[:, :, None]
        weights = functional.normalize(self.name_glitch.weight, dim=1)
        return {
            "picture": self.name_picture(features),
            "glitch": COSINE_SCALE * functional.normalize(seen.flatten(1), dim=1) @ weights.T,
            "vectors": units.flatten(1) / _VIEWS**0.5,
            "profile": self.tell_profile(features),
        }


class Replay:
    """Glitches seen before, for another look: the last ``capacity`` of them."""

    def __init__(self, capacity: int, generator: torch.Generator) -> None:
        self._capacity, self._generator = capacity, generator
        self._pictures: list[torch.Tensor] = []
        self._labels: list[torch.Tensor] = []

    def mix(
        self, pictures: torch.Tensor, labels: torch.Tensor, turns: int
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield the new batch, then ``turns - 1`` batches of the same size from all that are kept, new ones too."""
        yield pictures, labels
        if turns > 1:
            self._pictures.extend(pictures)
            self._labels.extend(labels)
            del self._pictures[: -self._capacity], self._labels[: -self._capacity]
        for _ in range(turns - 1):
            size, device = (len(labels),), pictures.device
            chosen = torch.randint(len(self._labels), size, generator=self._generator, device=device).tolist()
            yield (
                torch.stack([self._pictures[row] for row in chosen]),
                torch.stack([self._labels[row] for row in chosen]),
            )


def views_left(batch: int, generator: torch.Generator, *, share: float) -> torch.Tensor:
    """Return which views training lets a glitch keep, bool (batch, views), at least one a row.

    A ``share`` of the glitches keeps a random part of its views, because incomplete sets occur in use.
    """
    device = generator.device
    order = torch.rand(batch, _VIEWS, device=device, generator=generator).argsort(dim=1)
    kept = torch.randint(1, _VIEWS, (batch, 1), device=device, generator=generator)
    complete = torch.rand(batch, 1, device=device, generator=generator) >= share
    return (order < kept) | complete


def profiles(pictures: torch.Tensor) -> torch.Tensor:
    """Return the square root of the mean energy in bands of rows and of columns, (batch * views, all bands)."""
    pictures = pictures.flatten(0, 1)[:, None]
    rows = functional.adaptive_avg_pool2d(pictures, (_PROFILE_ROWS, 1)).flatten(1)
    columns = functional.adaptive_avg_pool2d(pictures, (1, _PROFILE_COLUMNS)).flatten(1)
    return torch.cat([rows, columns], dim=1).sqrt()


def training_loss(
    outputs: dict[str, torch.Tensor], labels: torch.Tensor, targets: torch.Tensor, weights: LossWeights
) -> torch.Tensor:
    """Return the weighted sum of the losses for picture, glitch, profile and contrast (see :class:`LossWeights`).

    ``outputs`` are a :class:`TrainedBackbone`'s, ``labels`` int (batch,), ``targets`` the :func:`profiles` of the
    pictures.
    """
    smoothing = weights.smoothing
    by_picture = functional.cross_entropy(
        outputs["picture"], labels.repeat_interleave(_VIEWS), label_smoothing=smoothing
    )
    by_glitch = functional.cross_entropy(outputs["glitch"], labels, label_smoothing=smoothing)
    loss = weights.picture * by_picture + weights.glitch * by_glitch
    loss = loss + weights.profile * functional.mse_loss(outputs["profile"], targets)
    if weights.contrast:
        loss = loss + weights.contrast * supervised_contrast(outputs["vectors"], labels)
    return loss


def supervised_contrast(vectors: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the mean of -log p(a glitch of the same class | the other glitches), p from cosines.

    Khosla and others 2020. Glitches that are alone in their class do not count; 0 where none has company.
    """
    alike = vectors @ vectors.T / _TEMPERATURE
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    log_share = alike - torch.logsumexp(alike.masked_fill(itself, float("-inf")), dim=1, keepdim=True)
    friends = (labels[:, None] == labels) & ~itself
    count = friends.sum(1)
    each = -(log_share * friends).sum(1) / count.clamp(min=1)
    return each[count > 0].mean() if bool((count > 0).any()) else alike.sum() * 0.0
