"""UMAP coordinates: the map on the screen, and the wider space that is clustered."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.progress import OnProgress, ignore_progress
from core.space.artifacts import load_artifact, save_artifact
from core.space.gpu_engines import SETTINGS_VERSION, laid_out_by_cuml
from core.space.neighbours import Neighbours

VERSION = 1
"""Raised when the same input and parameters would give another result, so that cached ones are dropped."""

_FEWEST = 5
METRICS = ("cosine", "euclidean")


@dataclass(frozen=True)
class LayoutParams:
    """UMAP's parameters; the defaults are the reference audit's.

    Of ``n_neighbors`` (the sample counted), few show detail, many the large forms; a small ``min_dist``, in map units,
    packs clusters tightly; ``metric`` is "cosine" or "euclidean" (on normalised rows both rank neighbours alike).
    """

    n_neighbors: int = 30
    min_dist: float = 0.1
    metric: str = "cosine"
    seed: int = 42
    components: int = 2

    def __post_init__(self) -> None:
        if self.n_neighbors < 2:
            raise GlitchAuditError(f"UMAP needs n_neighbors of at least 2, not {self.n_neighbors}.")
        if not 0 <= self.min_dist <= 1:
            raise GlitchAuditError(f"UMAP's min_dist must lie between 0 and 1, not {self.min_dist}.")
        if self.metric not in METRICS:
            raise GlitchAuditError(f"The metric must be one of {', '.join(METRICS)}, not '{self.metric}'.")
        if self.components < 2:
            raise GlitchAuditError(f"A layout has at least 2 dimensions, not {self.components}.")


@dataclass(frozen=True)
class Layout:
    """Where each sample lies: ``coordinates`` float32 (n, components), in the order of the embedding's rows."""

    coordinates: np.ndarray
    fingerprint: str


def layout_fingerprint(neighbours_fingerprint: str, params: LayoutParams, *, engine: str = "") -> str:
    """Return the name under which the result is cached, known before the work is done; ``engine`` "" is the CPU's."""
    return fingerprint("layout", VERSION, neighbours_fingerprint, params, *engine_part(engine))


def engine_part(engine: str) -> tuple[object, ...]:
    """Return what an engine adds to a fingerprint: nothing where it is the CPU's, as before there was a choice."""
    return ([engine, SETTINGS_VERSION],) if engine else ()


def compute_layout(
    matrix: np.ndarray,
    neighbours: Neighbours,
    params: LayoutParams | None = None,
    *,
    engine: str = "",
    on_progress: OnProgress = ignore_progress,
) -> Layout:
    """Lay the samples out with UMAP (McInnes, Healy and Melville 2018), starting from their principal components.

    Seeded, hence on one thread and repeatable. Fewer than five samples, or samples that are all the same, are placed on
    their principal components. ``matrix`` is float32 (n, d), the embedding that ``neighbours`` was found in. ``engine``
    is "" or, with its version, cuML (:mod:`core.space.gpu_engines`). Raises ValueError where matrix and neighbours do
    not belong together, or a sample has neither ``n_neighbors - 1`` neighbours nor all others; GlitchAuditError where
    the engine cannot be used here.
    """
    params = params or LayoutParams()
    rows = len(matrix)
    if len(neighbours.indices) != rows:
        raise ValueError(f"{len(neighbours.indices)} rows of neighbours for {rows} samples")
    wanted = min(params.n_neighbors, rows) - 1
    if neighbours.indices.shape[1] < wanted:
        raise ValueError(f"n_neighbors={params.n_neighbors} needs {wanted} neighbours a sample; find more of them")
    on_progress(0, 1)
    start = _principal_components(matrix, params.components)
    if rows < max(_FEWEST, params.components + 2) or np.ptp(start) == 0:
        coordinates = start
    else:
        coordinates = _umap(start, neighbours, params, engine)
    on_progress(1, 1)
    return Layout(coordinates, layout_fingerprint(neighbours.fingerprint, params, engine=engine))


def save_layout(layout: Layout, folder: Path) -> None:
    """Write the layout into ``folder``."""
    arrays = {"coordinates": layout.coordinates}
    save_artifact(folder, kind="layout", arrays=arrays, facts={"fingerprint": layout.fingerprint})


def load_layout(folder: Path) -> Layout:
    """Read what :func:`save_layout` wrote; raises GlitchAuditError where it is missing or damaged."""
    arrays, facts = load_artifact(folder, kind="layout")
    return Layout(arrays["coordinates"], facts["fingerprint"])


def _principal_components(matrix: np.ndarray, components: int) -> np.ndarray:
    """Return the samples' principal components, float32 (n, components), missing ones zero, largest entry positive."""
    scores = np.zeros((len(matrix), components), np.float32)
    if len(matrix) < 2:
        return scores
    centred = matrix - matrix.mean(axis=0, dtype=np.float64).astype(np.float32)
    # Rounding leaves identical rows about 1e-8 from their mean; that is no structure.
    if max(centred.max(), -centred.min()) < 1e-6:
        return scores
    if len(centred) >= centred.shape[1]:
        axes = np.linalg.eigh(centred.T @ centred)[1][:, ::-1]
        found = centred @ axes[:, :components]
    else:
        left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
        found = (left * sizes)[:, :components]
    signs = np.sign(found[np.abs(found).argmax(axis=0), np.arange(found.shape[1])])
    scores[:, : found.shape[1]] = found * np.where(signs == 0, 1, signs)
    return scores


def _umap(start: np.ndarray, neighbours: Neighbours, params: LayoutParams, engine: str) -> np.ndarray:
    rows = len(start)
    n_neighbors = min(params.n_neighbors, rows - 1)
    others = n_neighbors - 1
    # UMAP counts a sample as its own first neighbour.
    indices = np.column_stack([np.arange(rows, dtype=np.int32), neighbours.indices[:, :others]])
    distances = np.column_stack([np.zeros(rows, np.float32), neighbours.distances[:, :others]])
    if params.metric == "euclidean":
        distances = np.sqrt(2 * distances)
    if engine:
        return laid_out_by_cuml(
            start, indices, distances, min_dist=params.min_dist, metric=params.metric, seed=params.seed
        )
    from umap import UMAP

    mapper = UMAP(
        n_neighbors=n_neighbors,
        n_components=params.components,
        min_dist=params.min_dist,
        metric=params.metric,
        random_state=params.seed,
        n_jobs=1,
        init="pca",
        precomputed_knn=(indices, distances, None),
    )
    with warnings.catch_warnings():
        # No new samples are ever placed with this mapper, so it needs no search index, and says so.
        warnings.filterwarnings("ignore", message=r"precomputed_knn\[2\]")
        # With its neighbours given, UMAP uses the matrix for the principal components alone. Those of the principal
        # components are themselves, and UMAP's repeated copies of its input then cost nothing.
        return mapper.fit_transform(start).astype(np.float32)
