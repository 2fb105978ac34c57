"""Neighbours, map and clusters made on a GPU with RAPIDS: cuVS finds neighbours, cuML lays out and clusters.

Neither is ever chosen by itself: whoever wants one names it. Both are newer than any GPU that this project had, so what
stands here follows their documentation (cuVS 26.08, cuML 26.08) and was not run on one; tests that would are skipped
where there is none.
"""

from __future__ import annotations

from importlib import import_module

import numpy as np

from core.errors import GlitchAuditError
from core.packages import missing_packages
from core.progress import OnProgress, ignore_progress

CUVS = "cuVS"
CUML = "cuML"
CPU = "CPU"
MAP_ENGINES = (CPU, CUML)
"""What may lay out and cluster the map; the CPU's are umap-learn and hdbscan."""

SETTINGS_VERSION = 1
"""Raised when what is asked of an engine changes, so that what was cached with it is dropped."""

MOST_MIN_SAMPLES = 1023
"""cuML's HDBSCAN refuses more."""

_BLOCK_ROWS = 16_384


def installed_gpu_engine(name: str, *, instead: str) -> str:
    """Return a GPU engine as fingerprints know it: its name with its version.

    Raises GlitchAuditError where it is not installed, or no GPU is seen; ``instead`` is what to choose then.
    """
    package = name.lower()
    if missing := missing_packages(["cupy", package]):
        raise GlitchAuditError(
            f"{name} is asked for, but {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed "
            f"here: install RAPIDS as docs/scale.md says, or choose {instead}."
        )
    if not _gpus():
        raise GlitchAuditError(f"{name} is asked for, but no GPU is seen here: choose {instead}.")
    return f"{name} {import_module(package).__version__}"


def installed_map_engine(name: str) -> str:
    """Return an engine of :data:`MAP_ENGINES` as fingerprints know it, "" for the CPU's.

    Raises GlitchAuditError where there is no such engine, or it cannot be used here.
    """
    if name not in MAP_ENGINES:
        raise GlitchAuditError(f"The map is laid out with {' or '.join(MAP_ENGINES)}, not with '{name}'.")
    return "" if name == CPU else installed_gpu_engine(name, instead=CPU)


def is_cuvs(engine: str) -> bool:
    """Return whether this is cuVS, of whatever version."""
    return engine.split(" ", maxsplit=1)[0] == CUVS


def is_cuml(engine: str) -> bool:
    """Return whether this is cuML, of whatever version."""
    return engine.split(" ", maxsplit=1)[0] == CUML


def proposed_by_cuvs(matrix: np.ndarray, count: int, *, on_progress: OnProgress = ignore_progress) -> np.ndarray:
    """Return ``count`` rows near each row, int32 (n, count), itself left out, in no order that counts; -1 for none.

    ``matrix`` is float32 (n, d), rows of length 1; all of it has to fit the GPU's memory. Every row is compared with
    every other, so that there is nothing to tune. That is a proposal, to be ranked exactly. Raises GlitchAuditError as
    :func:`installed_gpu_engine`.
    """
    installed_gpu_engine(CUVS, instead="pynndescent")
    import cupy
    from cuvs.neighbors import brute_force

    rows = len(matrix)
    there = cupy.asarray(matrix)
    index = brute_force.build(there, metric="inner_product")
    proposed = np.empty((rows, count), np.int32)
    for start in range(0, rows, _BLOCK_ROWS):
        on_progress(start, rows)
        block = np.arange(start, min(start + _BLOCK_ROWS, rows))
        _, near = brute_force.search(index, there[block[0] : block[-1] + 1], count + 1)
        found = cupy.asnumpy(cupy.asarray(near)).astype(np.int64)
        # What stands in for a row that is not there is no row.
        proposed[block] = without_itself(np.where((found >= 0) & (found < rows), found, -1), block)
    return proposed


def without_itself(found: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return what was found near each of the ``rows``, int (m, k + 1), without the row itself: (m, k).

    Where the row was not found, the last one goes.
    """
    order = np.argsort(found == rows[:, None], axis=1, kind="stable")[:, :-1]
    return np.take_along_axis(found, order, axis=1)


def laid_out_by_cuml(
    start: np.ndarray, indices: np.ndarray, distances: np.ndarray, *, min_dist: float, metric: str, seed: int
) -> np.ndarray:
    """Return UMAP's coordinates, float32 (n, components), from ``start``, float32 of that shape.

    ``indices`` int32 and ``distances`` float32, both (n, n_neighbors), count a sample as its own first neighbour.
    A seed makes cuML repeatable on one GPU, not from one to another. Raises GlitchAuditError as
    :func:`installed_gpu_engine`, and where places come back that are no numbers.
    """
    installed_gpu_engine(CUML, instead=CPU)
    from cuml.manifold import UMAP

    # umap-learn stretches principal components to this range before it begins, and so is done here.
    widest = np.abs(start).max()
    mapper = UMAP(
        n_neighbors=indices.shape[1],
        n_components=start.shape[1],
        min_dist=min_dist,
        metric=metric,
        random_state=seed,
        init=np.ascontiguousarray(start * np.float32(10 / widest if widest else 1)),
        precomputed_knn=(indices, distances),
        output_type="numpy",
    )
    places = np.asarray(mapper.fit_transform(start), np.float32)
    if not np.isfinite(places).all():
        raise GlitchAuditError(f"{CUML} laid out a map with places that are no numbers: choose {CPU}.")
    return places


def clustered_by_cuml(
    points: np.ndarray, *, min_cluster_size: int, min_samples: int, method: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return HDBSCAN's cluster of each point, int (n,), -1 for noise, and how firmly it belongs there, float (n,).

    ``points`` is float32 (n, components). Raises GlitchAuditError as :func:`installed_gpu_engine`, and where
    ``min_samples`` is more than :data:`MOST_MIN_SAMPLES`.
    """
    installed_gpu_engine(CUML, instead=CPU)
    if min_samples > MOST_MIN_SAMPLES:
        raise GlitchAuditError(
            f"{CUML} clusters with a min_samples of at most {MOST_MIN_SAMPLES:,}, not {min_samples:,}: choose fewer, "
            f"or {CPU}."
        )
    from cuml.cluster.hdbscan import HDBSCAN

    model = HDBSCAN(
        min_cluster_size=min_cluster_size,
        min_samples=min_samples,
        cluster_selection_method=method,
        output_type="numpy",
    ).fit(points)
    return np.asarray(model.labels_), np.asarray(model.probabilities_)


def _gpus() -> int:
    """Return how many GPUs are seen; where CUDA or its driver is missing or too old, none is."""
    try:
        import cupy
    except ImportError:
        return 0
    try:
        return int(cupy.cuda.runtime.getDeviceCount())
    except cupy.cuda.runtime.CUDARuntimeError:
        return 0
