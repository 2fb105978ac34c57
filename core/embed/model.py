"""The embedding: what the later stages read. Loading one imports neither torch nor torchvision."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from core.dataset.model import Problem
from core.embed.backbones import BACKBONES, OFFLINE_DEFAULT, backbone_named, weights_hash
from core.embed.likeness import seen_views
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint

STAGE_VERSION = 1
"""Raised whenever the same input and parameters would give other numbers."""

SAMPLE_UNITS = ("glitch", "picture")
SEEN_FILE = "seen.npy"
# Reading half a gigabyte takes longer than a page may, and what is mapped the system takes back when it is short.
_MAPPED_FROM = 500_000_000
PRECISIONS = ("float32", "bfloat16", "openvino-bfloat16")


@dataclass(frozen=True)
class EmbedParams:
    """What decides the numbers of an embedding.

    ``unit`` is "glitch", one row a sample from all its views, or "picture", one row a picture (the reference audit's
    way); ``precision`` "float32", "bfloat16" (3 to 4 times faster on processors that have it, cosine to float32 above
    0.999; of imagenet-lite0 above 0.99) or "openvino-bfloat16" (faster still, needs the optional package openvino).
    """

    backbone: str = OFFLINE_DEFAULT
    unit: str = "glitch"
    precision: str = "float32"

    def __post_init__(self) -> None:
        backbone_named(self.backbone)
        for name, value, allowed in (("unit", self.unit, SAMPLE_UNITS), ("precision", self.precision, PRECISIONS)):
            if value not in allowed:
                raise GlitchAuditError(f"{name} {value!r} is not known: choose one of {', '.join(allowed)}.")


@dataclass(frozen=True)
class Embedding:
    """One vector a row, ``matrix`` float32 (rows, d) with rows of length 1.

    ``ids`` are sample ids, or ``sample_id/view`` where ``unit`` is "picture"; ``source`` is a backbone's name, or a
    file of ready-made vectors; ``problems`` are pictures and samples that were left out; ``forms`` how many pictures
    were recognised in which form ("viridis figure", ...); ``seen`` is bool (rows, views), where the block of a missing
    view is zeros in ``matrix``; None where nothing is missing.
    """

    ids: tuple[str, ...]
    matrix: np.ndarray
    unit: str
    source: str = ""
    problems: tuple[Problem, ...] = ()
    forms: dict[str, int] = field(default_factory=dict)
    fingerprint: str = ""
    seen: np.ndarray | None = None

    @property
    def sample_ids(self) -> tuple[str, ...]:
        """The sample of each row, from which labels are inherited."""
        if self.unit == "picture":
            return tuple(row.rsplit("/", 1)[0] for row in self.ids)
        return self.ids


def picture_fingerprint(pictures_fingerprint: str, params: EmbedParams) -> str:
    """Return the hash of what decides one picture's features: not the unit, so both units share finished shards."""
    return fingerprint(
        "pictures", STAGE_VERSION, pictures_fingerprint, params.backbone, params.precision,
        weights_hash(backbone_named(params.backbone)),
    )  # fmt: skip


def embedding_fingerprint(pictures_fingerprint: str, params: EmbedParams) -> str:
    """Return the hash under which an embedding is cached; known before anything is computed or downloaded.

    Raises GlitchAuditError where the project's own weights file is missing.
    """
    return fingerprint("embedding", picture_fingerprint(pictures_fingerprint, params), params.unit)


def save_embedding(embedding: Embedding, folder: Path, *, half: bool = False) -> None:
    """Write ``embedding.npy``, ``seen.npy`` and ``embedding.json`` into ``folder``, which is made if need be.

    With ``half`` the matrix is stored as float16: cosines change by less than 0.001.
    """
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "embedding.npy", embedding.matrix.astype(np.float16 if half else np.float32), allow_pickle=False)
    # Always there, so that a folder without it is known to be older and is asked in another way.
    np.save(folder / SEEN_FILE, _no_views() if embedding.seen is None else embedding.seen, allow_pickle=False)
    about = {
        "ids": list(embedding.ids),
        "unit": embedding.unit,
        "source": embedding.source,
        "stored_as": "float16" if half else "float32",
        "problems": [asdict(problem) for problem in embedding.problems],
        "forms": dict(embedding.forms),
        "fingerprint": embedding.fingerprint,
    }
    (folder / "embedding.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")


def load_embedding(folder: Path) -> Embedding:
    """Return the embedding that :func:`save_embedding` wrote; its matrix is float32 again.

    A very large matrix stays in its file, of which only the rows that are looked at are in memory.
    Raises GlitchAuditError where the files are missing or do not belong together.
    """
    try:
        matrix = _read_matrix(folder / "embedding.npy")
        about = json.loads((folder / "embedding.json").read_text(encoding="utf-8"))
        embedding = Embedding(
            ids=tuple(about["ids"]),
            matrix=matrix,
            unit=about["unit"],
            source=about["source"],
            problems=tuple(Problem(**problem) for problem in about["problems"]),
            forms=about["forms"],
            fingerprint=about["fingerprint"],
            seen=_read_seen(folder, matrix, about),
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise GlitchAuditError(f"There is no readable embedding in {folder} ({error}): compute it again.") from error
    if matrix.ndim != 2 or len(embedding.ids) != len(matrix):
        raise GlitchAuditError(
            f"The embedding in {folder} has {len(embedding.ids)} ids for {len(matrix)} rows: compute it again."
        )
    return embedding


def _read_matrix(path: Path) -> np.ndarray:
    # Mapped privately, so that an array that somebody writes to is no reason to fail, and the file stays as it is.
    mode: Literal["c"] | None = "c" if path.stat().st_size > _MAPPED_FROM else None
    return np.asarray(np.load(path, mmap_mode=mode, allow_pickle=False)).astype(np.float32, copy=False)


@lru_cache(maxsize=64)
def lacks_views(folder: Path) -> bool:
    """Return whether some sample of the embedding in ``folder`` lacks a view; such a folder never changes.

    Raises GlitchAuditError where there is no readable embedding.
    """
    try:
        return bool(np.load(folder / SEEN_FILE, allow_pickle=False).size)
    except FileNotFoundError:
        return load_embedding(folder).seen is not None
    except (OSError, ValueError) as error:
        raise GlitchAuditError(f"There is no readable embedding in {folder} ({error}): compute it again.") from error


def _read_seen(folder: Path, matrix: np.ndarray, about: dict[str, Any]) -> np.ndarray | None:
    try:
        seen = np.load(folder / SEEN_FILE, allow_pickle=False)
    except FileNotFoundError:
        # Written before missing views were noted: the backbone's length tells where one view ends.
        dimensions = BACKBONES[about["source"]].dimensions if about["source"] in BACKBONES else matrix.shape[1]
        return seen_views(matrix, matrix.shape[1] // dimensions) if about["unit"] == "glitch" else None
    if seen.size and (len(seen) != len(matrix) or matrix.shape[1] % seen.shape[1]):
        raise ValueError("it says which views there are for another number of rows")
    return seen if seen.size else None


def _no_views() -> np.ndarray:
    return np.zeros((0, 0), bool)
