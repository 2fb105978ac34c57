"""Views merged, then dense, BatchNorm, ReLU and dropout layers, then one score a label; imports torch."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn


def merge_views(features: torch.Tensor, present: torch.Tensor, *, how: str) -> torch.Tensor:
    """Return one vector a sample, (batch, views * d) or (batch, d), from features (batch, views, d).

    ``how`` is "concatenate", in which a missing view is a block of zeros, or "mean" over the views that are there.
    """
    if how == "concatenate":
        return features.flatten(1)
    return features.sum(1) / present.sum(1, keepdim=True).clamp(min=1)


class Head(nn.Module):
    """Dense, BatchNorm, ReLU and dropout, as often as ``dense`` is long, and a last linear layer."""

    def __init__(self, inputs: int, labels: int, *, dense: Sequence[int], dropout: float) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for width in dense:
            # The BatchNorm has an offset of its own, so the layer before it needs none.
            layers += [nn.Linear(inputs, width, bias=False), nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(dropout)]
            inputs = width
        self.stacks = nn.Sequential(*layers) if layers else nn.Dropout(dropout)
        self.last = nn.Linear(inputs, labels)

    def forward(self, merged: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores (batch, labels), and the features (batch, d) that the last layer read."""
        features = self.stacks(merged)
        return self.last(features), features
