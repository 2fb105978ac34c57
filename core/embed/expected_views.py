"""What the views that a glitch has tell about those that it lacks, learnt once on simulated glitches.

Of many simulated glitches the means and the covariance of the views' unit vectors are kept, in the first principal
components of each view. What is expected of missing views ``m`` by the seen ones ``s`` is the mean of a normal
distribution,

    E[x_m | x_s] = mu_m + S_ms (S_ss + ridge I)^-1 (x_s - mu_s),

which is a ridge regression, for each pattern of missing views, all from one covariance. It needs neither labels nor
other glitches, so that it works in the smallest data set. What ships belongs to the weights of ``glitch-resnet18``:
``python -m core fit-views`` learns it anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from core.dataset.model import VIEWS
from core.embed.backbones import BACKBONES, DATA_FOLDER, OFFLINE_DEFAULT, file_hash, weights_hash
from core.embed.combine import unit_rows
from core.embed.model import EmbedParams
from core.errors import GlitchAuditError
from core.progress import OnProgress, ignore_progress

SHIPPED_FILE = DATA_FOLDER / "glitch_resnet18_views.safetensors"
COMPONENTS = 32
"""Of each view; 24 to 96 do equally well."""

RIDGE = 1e-3
FIT_SEED, FIT_GLITCHES = 72_000_000, 2640
"""Far from the seeds of training, demo, calibration and benchmarks."""

_PART = 88
_ARRAYS = ("means", "components", "covariance")


@dataclass(frozen=True)
class LearntViews:
    """Means and covariance of the views' unit vectors.

    ``means`` is float32 (views, d); ``components`` float32 (views, d, r), orthonormal columns; ``covariance`` float32
    (views * r, views * r), of the deviations from the means in these components; ``weights`` the hash of the
    backbone's weights, ``fingerprint`` of the file that they were read from, "" for none.
    """

    views: tuple[str, ...]
    means: np.ndarray
    components: np.ndarray
    covariance: np.ndarray
    weights: str = ""
    fingerprint: str = ""

    def of(self, views: Sequence[str]) -> LearntViews:
        """Return what was learnt of some of the views, in the order given."""
        chosen = [self.views.index(view) for view in views]
        rows = self.rows(chosen)
        return replace(
            self,
            views=tuple(views),
            means=self.means[chosen],
            components=self.components[chosen],
            covariance=self.covariance[np.ix_(rows, rows)],
        )

    def rows(self, views: Iterable[int]) -> np.ndarray:
        """Return the rows of the covariance that belong to these views."""
        rank = self.components.shape[2]
        return np.concatenate([np.arange(rank) + view * rank for view in views])


def learn_views(
    units: np.ndarray, *, views: Sequence[str] = VIEWS, components: int = COMPONENTS, weights: str = ""
) -> LearntViews:
    """Return what complete glitches teach; ``units`` is float32 (n, views, d), vectors of length 1."""
    means = units.mean(axis=0, dtype=np.float64)
    bases, scores = [], []
    for view in range(units.shape[1]):
        away = units[:, view] - means[view]
        directions = np.linalg.eigh(away.T @ away)[1]
        bases.append(directions[:, ::-1][:, :components])
        scores.append(away @ bases[-1])
    joined = np.concatenate(scores, axis=1)
    return LearntViews(
        tuple(views),
        means=means.astype(np.float32),
        components=np.stack(bases).astype(np.float32),
        covariance=(joined.T @ joined / len(units)).astype(np.float32),
        weights=weights,
    )


def expected_view(blocks: np.ndarray, seen: np.ndarray, view: int, learnt: LearntViews) -> np.ndarray:
    """Return what is expected of one view of the glitches that lack it, float32 (glitches that do, d), length 1.

    ``blocks`` is (n, views, d), unit vectors where ``seen``, bool (n, views), says so; the rest does not matter.
    """
    lacking = np.flatnonzero(~seen[:, view])
    expected = np.empty((len(lacking), blocks.shape[2]), np.float32)
    covariance = learnt.covariance.astype(np.float64)
    for pattern in np.unique(seen[lacking], axis=0):
        places = np.flatnonzero((seen[lacking] == pattern).all(axis=1))
        have = np.flatnonzero(pattern)
        if len(have):
            told = [(blocks[lacking[places], own] - learnt.means[own]) @ learnt.components[own] for own in have]
            ours, theirs = learnt.rows(have), learnt.rows([view])
            within = covariance[np.ix_(ours, ours)] + RIDGE * np.eye(len(ours))
            scores = np.concatenate(told, axis=1) @ np.linalg.solve(within, covariance[np.ix_(ours, theirs)])
            expected[places] = unit_rows(learnt.means[view] + scores @ learnt.components[view].T)
        else:
            expected[places] = unit_rows(learnt.means[[view]])
    return expected


def learnt_for(params: EmbedParams, views: Sequence[str]) -> LearntViews | None:
    """Return what ships for these views of an embedding; None where nothing was learnt for it.

    That is so with another backbone, with other weights of our own one, one row a picture, or views of other names.
    Raises GlitchAuditError where the project's own file is missing or damaged.
    """
    if params.backbone != OFFLINE_DEFAULT or params.unit != "glitch" or not set(views) <= set(VIEWS):
        return None
    learnt = load_learnt_views()
    return learnt.of(views) if learnt.weights == weights_hash(BACKBONES[OFFLINE_DEFAULT]) else None


def load_learnt_views(path: Path = SHIPPED_FILE) -> LearntViews:
    """Read what :func:`save_learnt_views` wrote; raises GlitchAuditError where it is missing or damaged."""
    try:
        return _read(path, file_hash(path))
    except Exception as error:  # safetensors raises its own kind for damaged files
        raise GlitchAuditError(
            f"What was learnt about missing views, {path}, is missing or damaged: restore it from the repository, or "
            "learn it again with `python -m core fit-views`."
        ) from error


def save_learnt_views(learnt: LearntViews, path: Path) -> Path:
    """Write a file of some 200 kB, most of it in half precision, and return where it is."""
    from safetensors.numpy import save_file

    about = {"views": list(learnt.views), "weights": learnt.weights}
    arrays = {
        "means": learnt.means.astype(np.float16),
        "components": learnt.components.astype(np.float16),
        "covariance": learnt.covariance,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, path, {"about": json.dumps(about)})
    return path


def fit_shipped_views(
    out: Path = SHIPPED_FILE,
    *,
    glitches: int = FIT_GLITCHES,
    seed: int = FIT_SEED,
    strain: Path | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Path:
    """Draw glitches as training does, learn from their views, write it, and return where it is.

    Pictures are changed as other pipelines change them, and with ``strain``, a folder of the detectors' noise, half of
    the glitches are drawn into that. Raises GlitchAuditError where the backbone's weights are missing.
    """
    from core.embed.evaluate import embed_glitches, simulated_glitches
    from core.embed.runner import make_runner
    from core.simulate.real_noise import load_real_noise

    backbone = BACKBONES[OFFLINE_DEFAULT]
    runner = make_runner(backbone, precision="float32")
    noise = load_real_noise(strain) if strain is not None else None
    rows = []
    for first in range(0, glitches, _PART):
        on_progress(first, glitches)
        drawn = simulated_glitches(
            min(_PART, glitches - first), seed=seed + first // _PART, varied=True, as_elsewhere=True, noise=noise
        )
        rows.append(embed_glitches(drawn, runner, size=backbone.size))
    units = unit_rows(np.concatenate(rows).reshape(-1, backbone.dimensions))
    units = units.reshape(-1, len(VIEWS), backbone.dimensions)
    return save_learnt_views(learn_views(units, weights=weights_hash(backbone)), out)


@lru_cache(maxsize=4)
def _read(path: Path, digest: str) -> LearntViews:
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        about = json.loads((file.metadata() or {})["about"])
        means, components, covariance = (file.get_tensor(name).astype(np.float32) for name in _ARRAYS)
    return LearntViews(tuple(about["views"]), means, components, covariance, about["weights"], digest)
