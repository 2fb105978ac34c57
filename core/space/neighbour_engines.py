"""The engines that search very large sets for neighbours: pynndescent, FAISS where it is installed, cuVS by name."""

from __future__ import annotations

from importlib import metadata

import numpy as np

from core.errors import GlitchAuditError
from core.packages import missing_packages
from core.progress import OnProgress, ignore_progress
from core.space.gpu_engines import CUVS, installed_gpu_engine, without_itself

PYNNDESCENT = "pynndescent"
FAISS = "FAISS"
ENGINES = (PYNNDESCENT, FAISS, CUVS)
ENGINES_IN_WORDS = f"{PYNNDESCENT}, {FAISS} or {CUVS}"

LARGE = 200_000
"""Beyond so many samples FAISS searches where it is installed: pynndescent needs minutes there, and more memory."""

SETTINGS_VERSION = 1
"""Raised when the index or its search is set otherwise, so that what was cached with FAISS is dropped."""

_DISTRIBUTIONS = ("faiss-cpu", "faiss-gpu", "faiss")
# Cells a square root of the samples, cells that are looked into, rows a cell that their centres are learnt from, and
# rounds of learning: chosen with seed 100 of benchmarks/scale_vectors.py, which reports on others.
_CELLS, _PROBES, _LEARNT_FROM, _ROUNDS = 4, 32, 64, 10
_BLOCK_ROWS = 16_384


def engine_for(samples: int, *, wanted: bool = False) -> str:
    """Return the engine that searches a set of this size unless another is asked for, FAISS with its version.

    ``wanted`` says that FAISS is to be used at any size, where it is installed.
    """
    large = wanted or samples > LARGE
    return installed_engine(FAISS) if large and not missing_packages(["faiss"]) else PYNNDESCENT


def installed_engine(name: str) -> str:
    """Return an engine of :data:`ENGINES` as fingerprints know it: FAISS and cuVS with their versions.

    Raises GlitchAuditError where there is no such engine, or it is not installed here.
    """
    if name not in ENGINES:
        raise GlitchAuditError(f"Neighbours are searched with {ENGINES_IN_WORDS}, not with '{name}'.")
    if name == PYNNDESCENT:
        return name
    if name == CUVS:
        return installed_gpu_engine(CUVS, instead=f"{FAISS} or {PYNNDESCENT}")
    if missing_packages(["faiss"]):
        raise GlitchAuditError(
            "Neighbours are to be searched with FAISS, which is not installed here: run pip install -r "
            "requirements-scale.txt, or choose pynndescent."
        )
    return f"{FAISS} {_faiss_version()}"


def is_faiss(engine: str) -> bool:
    """Return whether this is FAISS, of whatever version."""
    return engine == FAISS or engine.startswith(f"{FAISS} ")


def proposed_by_faiss(
    matrix: np.ndarray, count: int, *, seed: int, on_progress: OnProgress = ignore_progress
) -> np.ndarray:
    """Return ``count`` rows near each row, int32 (n, count), itself left out, in no order that counts; -1 for none.

    ``matrix`` is float32 (n, d), rows of length 1. The rows are sorted into cells (an inverted file; Sivic and
    Zisserman 2003) and kept in half precision; a row is compared with those of the cells nearest to it. That is a
    proposal, to be ranked exactly. One seed gives the same proposals on one machine; another number of threads moves
    the cells' centres by rounding, and with them few proposals. Raises GlitchAuditError where FAISS is not installed.
    """
    installed_engine(FAISS)
    import faiss

    rows, width = matrix.shape
    cells = int(max(1, min(_CELLS * np.sqrt(rows), rows // _LEARNT_FROM)))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(width), width, cells, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.seed, index.cp.niter, index.cp.max_points_per_centroid = seed, _ROUNDS, _LEARNT_FROM
    index.nprobe = min(_PROBES, cells)
    index.train(matrix)
    index.add(matrix)
    proposed = np.empty((rows, count), np.int32)
    for start in range(0, rows, _BLOCK_ROWS):
        on_progress(start, rows)
        block = np.arange(start, min(start + _BLOCK_ROWS, rows))
        found = index.search(matrix[block], count + 1)[1]
        proposed[block] = without_itself(found, block)
    return proposed


def _faiss_version() -> str:
    for name in _DISTRIBUTIONS:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    import faiss

    return str(faiss.__version__)
