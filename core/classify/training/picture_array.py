"""Every picture decoded once, into one file of pixels that all runs share and the system pages in as needed."""

from __future__ import annotations

import hashlib
import json
import math
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from core.dataset.model import Dataset, Problem
from core.embed.decoding import Decoded, read_colours, read_picture
from core.embed.runner import available_cores
from core.errors import GlitchAuditError
from core.files import whole_file
from core.fingerprint import fingerprint
from core.progress import OnProgress, ignore_progress
from core.workspace import make_folder

VERSION = 1

_BATCH = 64


@dataclass(frozen=True)
class PictureArray:
    """A data set's pictures, ready for a network.

    ``pixels`` is a read-only memory map of uint8 tenths of normalised energy (pictures, height, width), of ordinary
    pictures luminance, or colours (pictures, height, width, 3), in the order of ``Dataset.pictures``. Where
    ``readable`` (pictures,) is False they are zeros, and ``problems`` says why.
    """

    pixels: np.ndarray
    readable: np.ndarray
    problems: tuple[Problem, ...]


def picture_array(
    dataset: Dataset,
    size: tuple[int, int],
    folder: Path,
    *,
    colours: bool = False,
    on_progress: OnProgress = ignore_progress,
) -> PictureArray:
    """Return the data set's pictures at ``size`` (height, width), decoded where no earlier run has done so.

    ``colours`` says whether the network sees the colours of ordinary pictures. Takes height * width bytes a picture in
    the shared ``folder``, three times as many in colours: 34,000 pictures of 140 x 170 are 800 MB. The file
    appears whole or not at all, and two runs may ask for it at once. ``on_progress`` counts pictures and may raise
    ``Cancelled``. Raises GlitchAuditError where the disk is full or read only.
    """
    shape = (*size, 3) if colours else size
    path = folder / f"{fingerprint('picture array', VERSION, dataset.seen_fingerprint, list(shape))}.npy"
    found = _load(path, len(dataset.pictures), shape)
    if found is not None:
        return found
    make_folder(folder)
    try:
        # The pixels come last: a file of that name is whole.
        with whole_file(path) as pixels, whole_file(path.with_suffix(".json")) as about:
            problems = _write(dataset, shape, pixels, on_progress)
            content = {
                "problems": [asdict(problem) for problem in problems.values()],
                "unreadable": sorted(problems),
                "sum": _sum(pixels),
            }
            about.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        needed = len(dataset.pictures) * math.prod(shape) / 1e6
        raise GlitchAuditError(
            f"The decoded pictures cannot be written to {folder} ({error.strerror or error}): they need "
            f"{needed:.0f} MB; free some space, or train with smaller pictures."
        ) from error
    found = _load(path, len(dataset.pictures), shape)
    if found is None:
        raise GlitchAuditError(f"The decoded pictures in {folder} were taken away while they were written: try again.")
    return found


def _load(path: Path, count: int, shape: tuple[int, ...]) -> PictureArray | None:
    try:
        about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        # Those of versions up to 0.4 have no sum.
        if about.get("sum") not in (None, _sum(path)):
            return None
        pixels = np.load(path, mmap_mode="r", allow_pickle=False)
        problems = tuple(Problem(**problem) for problem in about["problems"])
        readable = np.ones(count, dtype=bool)
        readable[about["unreadable"]] = False
    except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError):
        return None
    return PictureArray(pixels, readable, problems) if pixels.shape == (count, *shape) else None


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(dataset: Dataset, shape: tuple[int, ...], path: Path, on_progress: OnProgress) -> dict[int, Problem]:
    """Decode every picture into a ``.npy`` file and return the problems by row.

    Written piece by piece: a full disk would end a memory map with a signal.
    """
    total = len(dataset.pictures)
    problems: dict[int, Problem] = {}
    blank = np.zeros(shape, dtype=np.uint8)
    on_progress(0, total)
    with path.open("wb") as file:
        header = {"descr": "|u1", "fortran_order": False, "shape": (total, *shape)}
        np.lib.format.write_array_header_1_0(file, header)
        done = 0
        for pictures in _decoded(dataset, shape):
            for picture in pictures:
                if picture.problem is not None:
                    problems[picture.row] = picture.problem
                file.write((blank if picture.pixels is None else np.ascontiguousarray(picture.pixels)).data)
            done += len(pictures)
            on_progress(done, total)
    return problems


def _decoded(dataset: Dataset, shape: tuple[int, ...]) -> Iterator[list[Decoded]]:
    """The pictures in order, a batch at a time, decoded by one thread a core."""
    locations = dataset.pictures["location"].tolist()
    size = (shape[0], shape[1])

    def read(row: int) -> Decoded:
        if dataset.kind.in_colour:
            return read_colours(dataset.store, locations[row], row=row, size=size, colours=len(shape) == 3)
        return read_picture(dataset.store, locations[row], row=row, size=size)

    def work(rows: range) -> list[Decoded]:
        return [read(row) for row in rows]

    pool = ThreadPoolExecutor(available_cores(), thread_name_prefix="decode")
    try:
        waiting: deque[Future[list[Decoded]]] = deque()
        for first in range(0, len(locations), _BATCH):
            waiting.append(pool.submit(work, range(first, min(first + _BATCH, len(locations)))))
            if len(waiting) > 2 * available_cores():
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
