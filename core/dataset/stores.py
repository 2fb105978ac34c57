"""Where the encoded bytes of pictures come from: a folder, a Parquet file, an HDF5 file, or nowhere.

Stores may be used from several threads and be pickled: files are opened anew where they arrive. A store that knows how
its files were when the data set was read refuses to read what has changed since.
"""

from __future__ import annotations

import io
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Mapping
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.dataset.content import picture_stamp
from core.dataset.pictures import MAX_BYTES, PictureError
from core.dataset.sources import SourceChangedError, SourceFile, SourceFiles
from core.dataset.viridis import SCIKIT_IMAGE_LUMINANCE, from_viridis_luminance
from core.errors import GlitchAuditError

_CACHE_BYTES = 64_000_000


class NoPictures:
    """The store of a data set without pictures."""

    def read(self, location: str) -> bytes:
        """Raise PictureError: there is nothing to read."""
        raise PictureError(f"{location}: this data set has no pictures")


def file_stamp(size: int, modified: int) -> str:
    """The stamp of a picture that is a file: its size in bytes and the time of its last change in ns."""
    return f"{size}:{modified}"


class FolderStore:
    """Pictures that are files below ``root``; a location is the path relative to it, with forward slashes.

    ``stamps`` has the :func:`file_stamp` of locations as read, others go unchecked; ``files`` is told of changes.
    """

    def __init__(
        self, root: Path, *, stamps: Mapping[str, str] | None = None, files: SourceFiles | None = None
    ) -> None:
        self.root = Path(root).resolve()
        self.stamps = stamps or {}
        self.files = files or SourceFiles()

    def read(self, location: str) -> bytes:
        """Return the file's bytes.

        Raises:
            GlitchAuditError: the location leads out of the folder, by ``..``, as an absolute path, or through a link.
            PictureError: the file is gone, cannot be opened, or is too big.
            SourceChangedError: it is not the file that was there when the data set was read.
        """
        path = self._path(location)
        self.refuse_changed(location)
        try:
            size = path.stat().st_size
            if size > MAX_BYTES:
                raise PictureError(
                    f"{location}: the file is too big ({size / 1e6:.0f} MB, at most {MAX_BYTES / 1e6:.0f} MB)"
                )
            return path.read_bytes()
        except FileNotFoundError:
            raise PictureError(f"{location}: the file is not there any more") from None
        except OSError as error:
            raise PictureError(f"{location}: the file cannot be opened ({error.strerror})") from None

    def refuse_changed(self, location: str) -> None:
        """Raise SourceChangedError where the file has changed or is gone; costs a look at its size and time."""
        if stamp := self.stamps.get(location):
            size, _, modified = stamp.partition(":")
            self.files.refuse_changed(SourceFile(self._path(location), int(size), int(modified)))

    def _path(self, location: str) -> Path:
        try:
            path = (self.root / location).resolve()
        except (OSError, RuntimeError, ValueError):
            raise PictureError(f"{location}: the path cannot be followed") from None
        if not path.is_relative_to(self.root):
            raise GlitchAuditError(f"{location}: the path leaves the data set's folder {self.root}, so it is not read")
        return path


class ParquetStore:
    """Pictures that are bytes in a column of a Parquet file; a location is the row's number.

    Pictures below 64 MB in all are read once and kept; of a bigger file, row groups are read as needed and the last few
    kept, together at most about 64 MB (at least one row group).
    """

    def __init__(
        self,
        path: Path,
        column: str = "picture",
        *,
        stamps: Mapping[str, str] | None = None,
        files: SourceFiles | None = None,
    ) -> None:
        self.path = Path(path)
        self.column = column
        self.stamps = stamps or {}
        self.files = files or SourceFiles()
        self._lock = threading.Lock()
        self._file: Any = None
        self._ends: list[int] = []
        self._groups: OrderedDict[int, Any] = OrderedDict()

    def read(self, location: str) -> bytes:
        """Return the bytes in row ``location``; empty where the row holds none.

        Raises GlitchAuditError without such a row or readable file, SourceChangedError where file or picture has
        changed.
        """
        self.files.refuse_change()
        self._open()
        row = int(location) if location.isdecimal() else -1
        if not self._ends or not 0 <= row < self._ends[-1]:
            raise GlitchAuditError(f"{self.path.name} has no row {location}")
        group = bisect_right(self._ends, row)
        first = self._ends[group - 1] if group else 0
        data = self._column_of(group)[row - first].as_py() or b""
        if (stamp := self.stamps.get(location)) and picture_stamp(data) != stamp:
            raise SourceChangedError(
                f"{self.path.name}: row {location} holds another picture than when the data set was read: read the "
                "data set again (the button “Read the data set again” on the page “Data and settings”)."
            )
        return data

    def _open(self) -> None:
        import pyarrow
        import pyarrow.parquet

        with self._lock:
            if self._file is not None:
                return
            try:
                file = pyarrow.parquet.ParquetFile(self.path)
            except (pyarrow.ArrowException, OSError, ValueError):
                raise GlitchAuditError(f"{self.path}: the file cannot be read as Parquet") from None
            groups = file.metadata
            self._ends = list(accumulate(groups.row_group(number).num_rows for number in range(groups.num_row_groups)))
            self._file = file

    def _column_of(self, group: int) -> Any:
        with self._lock:
            if group in self._groups:
                self._groups.move_to_end(group)
                return self._groups[group]
            values = binary_values(self._file.read_row_group(group, columns=[self.column]).column(0))
            self._groups[group] = values
            while len(self._groups) > 1 and sum(kept.nbytes for kept in self._groups.values()) > _CACHE_BYTES:
                self._groups.popitem(last=False)
            return values

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(ParquetStore, stamps=self.stamps, files=self.files), (self.path, self.column)


def binary_values(values: Any) -> Any:
    """The bytes themselves, where the column is a struct of bytes and path as Hugging Face writes it."""
    import pyarrow
    import pyarrow.compute

    if pyarrow.types.is_struct(values.type):
        return pyarrow.compute.struct_field(values, "bytes")
    return values


class Hdf5Store:
    """Pictures that are data sets of an HDF5 file; a location is the path inside it.

    A data set may hold an encoded picture (1-D uint8, or one opaque or string value) or decoded pixels, with or without
    a leading axis of one: uint8 pixels are tenths of energy; float pixels up to 1 are the gray that Gravity Spy's own
    tools make of a viridis figure (scikit-image ``rgb2gray``), which is inverted; other floats are energy. Three
    colours may stand last. Pixels come out as an uncompressed PNG.
    """

    def __init__(self, path: Path, *, files: SourceFiles | None = None) -> None:
        self.path = Path(path)
        self.files = files or SourceFiles()
        self._lock = threading.Lock()
        self._file: Any = None

    def read(self, location: str) -> bytes:
        """Return the encoded picture at ``location``.

        Raises GlitchAuditError for an unreadable file, PictureError for no picture, SourceChangedError for another
        file.
        """
        import h5py

        self.files.refuse_change()

        with self._lock:
            try:
                if self._file is None:
                    self._file = h5py.File(self.path, "r")
            except OSError:
                raise GlitchAuditError(f"{self.path}: the file cannot be opened as HDF5") from None
            try:
                if _leaves_the_file(self._file, location):
                    raise PictureError(f"{location}: the picture lies in another file, so it is not read")
                entry = self._file[location]
                if entry.nbytes > MAX_BYTES:
                    raise PictureError(f"{location}: the picture is too big ({entry.nbytes / 1e6:.0f} MB)")
                value = entry[()]
            except PictureError:
                raise
            except Exception:  # the HDF5 library meets arbitrary bytes and raises nearly anything
                raise PictureError(f"{location}: {self.path.name} holds no picture there") from None
        if isinstance(value, (bytes, str)):
            return value if isinstance(value, bytes) else value.encode("latin-1", "replace")
        pixels = np.asarray(value)
        if pixels.size == 0:
            return b""
        if pixels.dtype.kind == "O":
            # An array of things of any length, such as texts: its own bytes would be addresses in memory.
            raise PictureError(f"{location}: an array of {pixels.size} things is not a picture")
        if pixels.dtype.kind in "VS" or (pixels.ndim <= 1 and pixels.dtype == np.uint8):
            return pixels.tobytes()
        return _encode(pixels, location)

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Hdf5Store, files=self.files), (self.path,)


def _leaves_the_file(file: Any, location: str) -> bool:
    """Whether a link on the way, or the data set's own storage, leads to another file."""
    import h5py

    parts = location.split("/")
    for depth in range(1, len(parts) + 1):
        if isinstance(file.get("/".join(parts[:depth]), getlink=True), h5py.ExternalLink):
            return True
    entry = file[location]
    return isinstance(entry, h5py.Dataset) and bool(entry.external or entry.is_virtual)


def _encode(pixels: np.ndarray, location: str) -> bytes:
    while pixels.ndim > 2 and pixels.shape[0] == 1:
        pixels = pixels[0]
    colour = pixels.ndim == 3 and pixels.shape[-1] in (3, 4)
    if (pixels.ndim != 2 and not colour) or pixels.dtype.kind not in "uif" or pixels.size == 0:
        raise PictureError(f"{location}: an array of shape {pixels.shape} and type {pixels.dtype} is not a picture")
    if pixels.dtype.kind == "f":
        pixels = np.nan_to_num(pixels)
        fractions = pixels.max() <= 1.0
        if colour:
            pixels = pixels * 255.0 if fractions else pixels
        elif fractions:
            pixels = from_viridis_luminance(pixels * 255.0, weights=SCIKIT_IMAGE_LUMINANCE)
        else:
            pixels = pixels * 10.0
    out = io.BytesIO()
    Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8)).save(out, "png", compress_level=0)
    return out.getvalue()
