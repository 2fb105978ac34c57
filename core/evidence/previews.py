"""Small pictures of every sample, kept as pages of 256, so that a map can show one wherever the pointer is."""

from __future__ import annotations

import io
import json
import math
import platform
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw

from core.dataset import Dataset, Problem, resize_energy, to_viridis
from core.dataset.model import PictureStore
from core.dataset.shown import letterboxed, read_from, reduced
from core.dataset.sources import SourceChangedError
from core.dataset.stores_in_parts import store_of
from core.embed.decoding import SHOWN_SIDE
from core.errors import GlitchAuditError
from core.files import lacking_room, take_room, whole_file
from core.fingerprint import fingerprint
from core.progress import OnProgress, ignore_progress
from core.tasks.mapping import IN_PROCESS, MapTasks

VERSION = 1
PREVIEW_HEIGHT, PREVIEW_WIDTH = 70, 85
PAGE_COLUMNS = 16
PAGE_SIZE = PAGE_COLUMNS * PAGE_COLUMNS
PREFERRED_VIEW = "1.0"
_JPEG_QUALITY = 82
_TASK_SIZE = 64
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
"""Of red, green and blue, as ITU-R BT.601 has it, and Pillow."""


@dataclass(frozen=True)
class Previews:
    """A folder of preview pages, in viridis, or of ordinary pictures in their own colours and proportions.

    ``folder`` holds ``page-0000.jpg`` and so on; sample i of the data set is cell ``i % 256`` of page ``i // 256``, row
    by row. ``intensity`` is float32 (samples,), the preview's summed pixel values in normalised energy (the reference
    audit's intensity order), of an ordinary picture its mean luminance, 0 to 255, because sizes differ; NaN where no
    picture could be read.
    """

    folder: Path
    intensity: np.ndarray
    count: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return math.ceil(self.count / PAGE_SIZE)

    def page(self, number: int) -> bytes:
        """Return the JPEG of one page; raises GlitchAuditError where there is no such page."""
        path = self.folder / _page_name(number)
        if not path.is_file():
            raise GlitchAuditError(f"There is no preview page {number} in {self.folder}: prepare the data set again.")
        return path.read_bytes()

    def sprite(self, samples: np.ndarray) -> bytes:
        """Return a JPEG of up to 256 samples' cells, given by their numbers in the data set, laid out like a page."""
        first = int(samples[0]) if len(samples) else 0
        whole = np.arange(first, min(first + PAGE_SIZE, self.count))
        if first % PAGE_SIZE == 0 and np.array_equal(samples, whole):
            return self.page(first // PAGE_SIZE)
        pages = {number: _open_page(self.page(number)) for number in sorted({int(s) // PAGE_SIZE for s in samples})}
        cells = [_cell(pages[int(sample) // PAGE_SIZE], int(sample) % PAGE_SIZE) for sample in samples]
        return encode_jpeg(_arranged(cells), quality=_JPEG_QUALITY)


def previews_key(dataset: Dataset) -> str:
    """The cache key of a data set's previews."""
    return fingerprint("previews", VERSION, dataset.seen_fingerprint, PREVIEW_HEIGHT, PREVIEW_WIDTH, PREFERRED_VIEW)


def preview_rows(dataset: Dataset) -> np.ndarray:
    """Return each sample's row in ``dataset.pictures`` of its 1.0 s view, else of its first; -1 without any."""
    pictures = dataset.pictures.reset_index(drop=True)
    order = pd.Series(np.where(pictures["view"] == PREFERRED_VIEW, 0, 1), index=pictures.index)
    first = pictures.assign(order=order, row=pictures.index).sort_values(["order", "row"]).drop_duplicates("sample_id")
    rows = first.set_index("sample_id")["row"].reindex(dataset.samples.index)
    return rows.fillna(-1).to_numpy(dtype=np.int64)


@dataclass(frozen=True, eq=False)
class SmallPicture:
    """One sample's cell, uint8 (70, 85) or (70, 85, 3) of an ordinary picture, and its ``intensity``."""

    pixels: np.ndarray
    intensity: float


def small_picture(picture: np.ndarray) -> SmallPicture:
    """Return the preview of a decoded picture.

    It is uint8 tenths of energy (height, width), or the colours (height, width, 3) of an ordinary picture.
    """
    if picture.ndim == 3:
        pixels = letterboxed(picture, height=PREVIEW_HEIGHT, width=PREVIEW_WIDTH)
        return SmallPicture(pixels, float((picture @ _LUMINANCE).mean()))
    pixels = resize_energy(picture, PREVIEW_HEIGHT, PREVIEW_WIDTH)
    return SmallPicture(pixels, float(picture.sum(dtype=np.float64)) / 10.0)


@dataclass(frozen=True, eq=False)
class _SmallTask:
    rows: tuple[int, ...]
    locations: tuple[str, ...]
    store: PictureStore
    ordinary: bool
    source: Path | None


def _read_small(task: _SmallTask, _common: None) -> list[tuple[int, SmallPicture | Problem]]:
    if task.source is not None and not task.source.exists():
        raise GlitchAuditError(f"{task.source} is not to be seen at {platform.node()}: mount it there at that path.")
    found: list[tuple[int, SmallPicture | Problem]] = []
    for row, location in zip(task.rows, task.locations, strict=True):
        try:
            picture = read_from(task.store, location, ordinary=task.ordinary, least=SHOWN_SIDE)
            shown = picture.energy if picture.colours is None else reduced(picture.colours, SHOWN_SIDE)
            found.append((row, small_picture(shown)))
        except SourceChangedError:
            raise
        except (GlitchAuditError, OSError) as error:
            found.append((row, Problem(location, str(error))))
    return found


class PreviewCollector:
    """Gathers previews while another stage reads the pictures, so that no picture is read twice.

    It gathers in ``partial``, which outlives a killed run; raises GlitchAuditError where there is no room for it.
    """

    def __init__(self, dataset: Dataset, partial: Path) -> None:
        self._dataset = dataset
        self._rows = preview_rows(dataset)
        self._sample_of_row = {int(row): sample for sample, row in enumerate(self._rows) if row >= 0}
        count = len(self._rows)
        cell = (PREVIEW_HEIGHT, PREVIEW_WIDTH, 3) if dataset.kind.in_colour else (PREVIEW_HEIGHT, PREVIEW_WIDTH)
        self._pixels = _open_array(partial / "pixels.npy", (count, *cell), np.uint8, fill=0)
        self._intensity = _open_array(partial / "intensity.npy", (count,), np.float32, fill=np.nan)
        self._forget_lost_pixels()

    def add(self, row: int, picture: np.ndarray) -> None:
        """Take the decoded picture of a ``dataset.pictures`` row, as :func:`small_picture` does, if it is wanted."""
        if row in self._sample_of_row:
            self.keep(row, small_picture(picture))

    def wanted(self, rows: range) -> tuple[int, ...]:
        """Return those of the rows of ``dataset.pictures`` that stand for a sample."""
        return tuple(row for row in rows if row in self._sample_of_row)

    def keep(self, row: int, small: SmallPicture) -> None:
        """Take the small picture of a wanted row."""
        sample = self._sample_of_row[row]
        self._pixels[sample] = small.pixels
        self._intensity[sample] = small.intensity

    def fill_missing(
        self, on_progress: OnProgress = ignore_progress, *, tasks: MapTasks = IN_PROCESS
    ) -> tuple[Problem, ...]:
        """Read the pictures that no stage has brought yet, on ``tasks``; returns those that cannot be read."""
        missing = self._missing()
        problems: dict[int, Problem] = {}
        done = 0
        wanted = self._tasks(self._rows[missing])
        with closing(tasks.results(_read_small, wanted, on_wait=lambda: on_progress(done, len(missing)))) as results:
            for _, found in results:
                for row, small in found:
                    done += 1
                    if isinstance(small, Problem):
                        problems[row] = small
                    else:
                        self.keep(row, small)
        return tuple(problems[row] for row in sorted(problems))

    @property
    def lacking(self) -> int:
        """How many samples have a picture and no preview yet."""
        return len(self._missing())

    def _missing(self) -> np.ndarray:
        return np.flatnonzero(np.isnan(self._intensity) & (self._rows >= 0))

    def _tasks(self, rows: np.ndarray) -> Iterator[_SmallTask]:
        dataset = self._dataset
        for start in range(0, len(rows), _TASK_SIZE):
            part = tuple(int(row) for row in rows[start : start + _TASK_SIZE])
            locations = tuple(dataset.pictures["location"].iloc[list(part)])
            yield _SmallTask(
                part, locations, store_of(dataset.store, locations), dataset.kind.in_colour, dataset.source
            )

    def _forget_lost_pixels(self) -> None:
        # A power cut may keep the sum of a picture and lose its pixels, which are another file's.
        for start in range(0, len(self._rows), PAGE_SIZE):
            part = slice(start, start + PAGE_SIZE)
            blank = ~self._pixels[part].any(axis=tuple(range(1, self._pixels.ndim)))
            self._intensity[part][blank & (self._intensity[part] > 0)] = np.nan

    def write(self, folder: Path) -> None:
        """Write the pages, the intensities and their description into ``folder``."""
        for number, start in enumerate(range(0, len(self._rows), PAGE_SIZE)):
            part = slice(start, start + PAGE_SIZE)
            page = _page_image(self._pixels[part], pictured=np.isfinite(self._intensity[part]))
            (folder / _page_name(number)).write_bytes(encode_jpeg(page, quality=_JPEG_QUALITY))
        np.save(folder / "intensity.npy", np.asarray(self._intensity), allow_pickle=False)
        (folder / "previews.json").write_text(json.dumps({"count": len(self._rows)}), encoding="utf-8")


def load_previews(folder: Path) -> Previews:
    """Return the previews in a finished artifact's folder.

    Raises GlitchAuditError where a part is missing; OSError, ValueError, KeyError or EOFError where one is damaged.
    """
    count = json.loads((folder / "previews.json").read_text(encoding="utf-8"))["count"]
    previews = Previews(folder, np.load(folder / "intensity.npy", allow_pickle=False), count)
    lacking = [number for number in range(previews.pages) if not (folder / _page_name(number)).is_file()]
    if lacking or previews.intensity.shape != (count,):
        raise GlitchAuditError(f"The previews in {folder} are not whole: prepare the data set again.")
    return previews


def encode_jpeg(pixels: np.ndarray, *, quality: int) -> bytes:
    """A JPEG of uint8 (height, width, 3) RGB or (height, width) gray pixels."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def _page_name(number: int) -> str:
    return f"page-{number:04d}.jpg"


def _page_image(pixels: np.ndarray, *, pictured: np.ndarray) -> np.ndarray:
    page = _arranged(pixels)
    page = to_viridis(page) if page.ndim == 2 else page
    for number in np.flatnonzero(~pictured):
        top, left = _corner(int(number))
        page[top : top + PREVIEW_HEIGHT, left : left + PREVIEW_WIDTH] = _no_picture()
    return page


@cache
def _no_picture() -> np.ndarray:
    """What stands for a sample without a picture: words on gray, so that nobody takes it for a dark picture."""
    cell = Image.new("RGB", (PREVIEW_WIDTH, PREVIEW_HEIGHT), (128, 128, 128))
    middle = (PREVIEW_WIDTH / 2, PREVIEW_HEIGHT / 2)
    ImageDraw.Draw(cell).text(middle, "no picture", fill="white", anchor="mm")
    return np.asarray(cell)


def _arranged(cells: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
    """Cells in rows of 16; uint8, gray or RGB as they are."""
    rows = math.ceil(len(cells) / PAGE_COLUMNS)
    page = np.zeros((rows * PREVIEW_HEIGHT, PAGE_COLUMNS * PREVIEW_WIDTH, *cells[0].shape[2:]), np.uint8)
    for number, cell in enumerate(cells):
        top, left = _corner(number)
        page[top : top + PREVIEW_HEIGHT, left : left + PREVIEW_WIDTH] = cell
    return page


def _cell(page: np.ndarray, number: int) -> np.ndarray:
    top, left = _corner(number)
    return page[top : top + PREVIEW_HEIGHT, left : left + PREVIEW_WIDTH]


def _corner(number: int) -> tuple[int, int]:
    return (number // PAGE_COLUMNS) * PREVIEW_HEIGHT, (number % PAGE_COLUMNS) * PREVIEW_WIDTH


def _open_page(jpeg: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))


def _open_array(path: Path, shape: tuple[int, ...], dtype: type, *, fill: float) -> np.ndarray:
    if path.is_file():
        # What a killed run left may be cut; then it is made anew.
        with suppress(OSError, ValueError, EOFError):
            array = np.load(path, mmap_mode="r+", allow_pickle=False)
            if array.shape == shape and array.dtype == dtype:
                return array
        path.unlink()
    try:
        with whole_file(path) as temporary:
            _write_filled(temporary, shape, np.dtype(dtype), fill)
    except OSError as error:
        raise GlitchAuditError(
            f"The previews cannot be gathered in {path.parent} ({error.strerror or error}): free some space there."
        ) from error
    return np.load(path, mmap_mode="r+", allow_pickle=False)


def _write_filled(path: Path, shape: tuple[int, ...], dtype: np.dtype, fill: float) -> None:
    """A ``.npy`` file of one value; all of its place on the disk is taken."""
    size = math.prod(shape) * dtype.itemsize
    if lacking := lacking_room(path.parent, size):
        raise OSError(lacking)
    with path.open("wb") as file:
        header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        if fill:
            np.full(shape, fill, dtype).tofile(file)
        take_room(file, file.tell() + (0 if fill else size))
