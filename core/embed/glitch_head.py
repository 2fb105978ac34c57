"""The heads that ``glitch-resnet18`` was trained with: they name simulated classes without any real label."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.embed.backbones import BACKBONES, HEAD_PREFIX, OFFLINE_DEFAULT, weights_path
from core.embed.combine import unit_rows
from core.errors import GlitchAuditError


@dataclass(frozen=True)
class GlitchHead:
    """Linear layers on top of the backbone; ``labels`` are in the order of the scores.

    ``weight``, float32 (labels, views * 512), unit rows, names a glitch from its views' unit vectors set side by side;
    scores are ``scale`` times the cosine. ``picture_weight``, float32 (labels, 512), and ``picture_bias`` name a
    picture.
    """

    labels: tuple[str, ...]
    weight: np.ndarray
    scale: float
    picture_weight: np.ndarray
    picture_bias: np.ndarray


def load_glitch_head(path: Path | None = None) -> GlitchHead:
    """Read the heads from the backbone's ``.safetensors`` file, by default the one that ships with the project.

    Raises GlitchAuditError where the file is missing, damaged, or holds no heads.
    """
    from safetensors import SafetensorError, safe_open

    path = path or weights_path(BACKBONES[OFFLINE_DEFAULT])
    if not path.exists():
        raise GlitchAuditError(
            f"The weights of {OFFLINE_DEFAULT} are missing at {path}: restore that file from the repository."
        )
    try:
        with safe_open(path, framework="numpy") as file:
            about = file.metadata() or {}
            if f"{HEAD_PREFIX}glitch.weight" not in file.keys():  # noqa: SIM118 - the handle is no mapping
                raise GlitchAuditError(f"{path} holds a backbone without its heads: train it with train-backbone.")
            tensors = {name: file.get_tensor(HEAD_PREFIX + name).astype(np.float32) for name in _TENSORS}
        labels, scale = tuple(json.loads(about["classes"])), float(about["head_scale"])
    except (SafetensorError, OSError, KeyError, ValueError, TypeError) as error:
        raise GlitchAuditError(f"{path}: the weights are damaged; take the file from the repository again.") from error
    return GlitchHead(
        labels=labels,
        weight=unit_rows(tensors["glitch.weight"]),
        scale=scale,
        picture_weight=tensors["picture.weight"],
        picture_bias=tensors["picture.bias"],
    )


def glitch_scores(head: GlitchHead, vectors: np.ndarray) -> np.ndarray:
    """Return scores (glitches, labels) of joined unit vectors (glitches, views * 512), see ``core.embed.combine``."""
    return head.scale * np.asarray(vectors, dtype=np.float32) @ head.weight.T


def picture_scores(head: GlitchHead, features: np.ndarray) -> np.ndarray:
    """Return scores (pictures, labels) of single pictures' features (pictures, 512)."""
    return np.asarray(features, dtype=np.float32) @ head.picture_weight.T + head.picture_bias


_TENSORS = ("glitch.weight", "picture.weight", "picture.bias")
