"""Finished pieces of a long embedding on disk, so that a stopped run can resume."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from core.dataset.model import Problem
from core.files import whole_file


@dataclass(frozen=True)
class Shard:
    """The features of consecutive pictures.

    ``features`` is (pictures, d) float32; rows of NaN are pictures that could not be read, for which ``problems`` say
    why; ``forms`` is how many pictures were recognised in which form.
    """

    features: np.ndarray
    problems: tuple[Problem, ...]
    forms: dict[str, int]


def shard_rows(total: int, size: int) -> Iterator[range]:
    """Yield consecutive ranges of at most ``size`` that cover ``range(total)``."""
    for first in range(0, total, size):
        yield range(first, min(first + size, total))


def write_shard(folder: Path, rows: range, shard: Shard) -> None:
    """Store a shard so that it is there whole or not at all: the ``.npy`` file appears last, by renaming."""
    folder.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    np.save(content, shard.features, allow_pickle=False)
    about = {
        "problems": [asdict(problem) for problem in shard.problems],
        "forms": shard.forms,
        "sum": hashlib.sha256(content.getbuffer()).hexdigest(),
    }
    matrix_path, about_path = _paths(folder, rows)
    _replace(about_path, json.dumps(about, ensure_ascii=False).encode())
    _replace(matrix_path, content.getbuffer())


def read_shard(folder: Path, rows: range, dimensions: int) -> Shard | None:
    """Return the finished shard of these rows, or None where there is none or it has been damaged."""
    matrix_path, about_path = _paths(folder, rows)
    try:
        content = matrix_path.read_bytes()
        about = json.loads(about_path.read_text(encoding="utf-8"))
        # Shards of versions up to 0.4 have no sum.
        if about.get("sum") not in (None, hashlib.sha256(content).hexdigest()):
            return None
        features = np.load(io.BytesIO(content), allow_pickle=False)
        problems = tuple(Problem(**problem) for problem in about["problems"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError):
        return None
    if features.shape != (len(rows), dimensions):
        return None
    return Shard(features, problems, about["forms"])


def _paths(folder: Path, rows: range) -> tuple[Path, Path]:
    name = f"pictures-{rows.start:08d}-{rows.stop:08d}"
    return folder / f"{name}.npy", folder / f"{name}.json"


def _replace(path: Path, content: bytes | memoryview) -> None:
    with whole_file(path) as temporary:
        temporary.write_bytes(content)
