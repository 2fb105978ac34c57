"""The files that a data set was read from, and whether they are still as they were then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.dataset.content import content_hash
from core.dataset.pictures import PictureError

_MOST_NOTED = 100


class SourceChangedError(PictureError):
    """A file is no longer what was read, so that what it holds now may belong to other samples."""


@dataclass(frozen=True)
class SourceFile:
    """A file as it was when the data set was read: ``size`` in bytes, ``modified`` in ns, and a hash of ``content``.

    The content decides where the time alone is another; where it is empty, size and time decide.
    """

    path: Path
    size: int
    modified: int
    content: str = ""


def source_file(path: Path) -> SourceFile:
    """A file as it is now, its content included."""
    path = Path(path).resolve()
    status = path.stat()
    return SourceFile(path, status.st_size, status.st_mtime_ns, content_hash(path))


class SourceFiles:
    """How the files of a data set looked when they were read, and whether they still do; it looks only when asked.

    ``files`` were read as a whole (a table, a Parquet or HDF5 file); pictures that are files are checked one by one
    (:meth:`refuse_changed`). Several threads may use it. Pickling forgets the changes found, which :meth:`trouble`
    tells.
    """

    def __init__(self, files: Iterable[SourceFile] = ()) -> None:
        self.files = tuple(files)
        self._seen: dict[Path, tuple[tuple[int, int], bool]] = {}
        self._noted: dict[Path, SourceFile] = {}

    def __iter__(self) -> Iterator[SourceFile]:
        return iter(self.files)

    def refuse_change(self) -> None:
        """Raise SourceChangedError where a file has changed or is gone; costs a look at their sizes and times."""
        for file in self.files:
            self._check(file)

    def refuse_changed(self, file: SourceFile) -> None:
        """The same for one file more; a change is noted, so that :meth:`trouble` tells of it from then on."""
        try:
            self._check(file)
        except SourceChangedError:
            if len(self._noted) < _MOST_NOTED:
                self._noted[file.path] = file
            raise

    def trouble(self) -> str:
        """What has changed, and what to do, in a sentence; empty where nothing is known to have changed."""
        try:
            self.refuse_change()
            for file in list(self._noted.values()):
                self._check(file)
                # Put back as it was.
                self._noted.pop(file.path, None)
        except SourceChangedError as change:
            return str(change)
        return ""

    def refuse_trouble(self) -> None:
        """Raise SourceChangedError with the sentence of :meth:`trouble`, if there is one."""
        if trouble := self.trouble():
            raise SourceChangedError(trouble)

    def _check(self, file: SourceFile) -> None:
        try:
            status = file.path.stat()
        except OSError as error:
            reason = error.strerror or str(error)
            raise SourceChangedError(_sentence(f"{file.path} cannot be found as it was read ({reason})")) from None
        now = (status.st_size, status.st_mtime_ns)
        if now == (file.size, file.modified):
            return
        seen, same = self._seen.get(file.path, (None, False))
        if seen != now:
            try:
                same = bool(file.content) and file.size == now[0] and content_hash(file.path) == file.content
            except OSError:
                same = False
            self._seen[file.path] = (now, same)
        if not same:
            raise SourceChangedError(_sentence(f"{file.path} has changed since the data set was read"))

    def __reduce__(self) -> tuple[object, ...]:
        return SourceFiles, (self.files,)


def _sentence(what: str) -> str:
    return (
        f"{what}, so what it holds may belong to other samples now: read the data set again (the button “Read the data "
        "set again” on the page “Data and settings”), or put the file back as it was."
    )
