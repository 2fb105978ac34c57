"""What was handed in to be named: pictures, folders and ZIPs become glitches with their views; the rest a sentence."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.classify.naming.zip_members import HEAD, OTHER_ARCHIVES, ZIP_STARTS, Member, list_members, read_member
from core.dataset.model import VIEWS, Problem
from core.dataset.names import parse_glitch_name
from core.dataset.pictures import MAX_BYTES, PictureError
from core.errors import GlitchAuditError
from core.typed_paths import typed_path

MAX_FILES = 2_000
"""Pictures that are looked at in one go unless told otherwise."""

_SUFFIXES = frozenset([".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".zip"])
_PICTURE_STARTS = (b"\x89PNG", b"\xff\xd8", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*")


@dataclass(frozen=True)
class InputFile:
    """A file as it was handed in.

    Attributes:
        name: what its owner calls it; inside a ZIP with the archive's name in front.
        size: bytes.
        source: its bytes or where it lies; of a file inside a ZIP, those of the archive.
        member: which file inside the ZIP it is; None where it is in none.
    """

    name: str
    size: int
    source: bytes | Path
    member: Member | None = None

    def head(self) -> bytes:
        """Return its first bytes without unpacking; raises OSError where it is not there any more."""
        if self.member is not None:
            return self.member.head
        if isinstance(self.source, bytes):
            return self.source[:HEAD]
        with self.source.open("rb") as file:
            return file.read(HEAD)

    def checksum(self) -> int:
        """Return the CRC-32 of its bytes, of a ZIP's member as the archive has it; raises as :meth:`read` does."""
        return zlib.crc32(self.read()) if self.member is None else self.member.checksum

    def read(self) -> bytes:
        """Return all its bytes; call it behind the gate for a file inside a ZIP, as it unpacks a stranger's archive.

        Raises GlitchAuditError where it is too big, not there any more, or damaged in its archive.
        """
        if self.size > MAX_BYTES:
            raise PictureError(f"{self.name}: the file is too big ({self.size / 1e6:.0f} MB, at most 50 MB)")
        if self.member is not None:
            return read_member(self.source, self.member, name=self.name)
        try:
            return self.source if isinstance(self.source, bytes) else self.source.read_bytes()
        except OSError as error:
            raise GlitchAuditError(f"{self.name}: the file cannot be read ({error.strerror or error})") from None


@dataclass(frozen=True)
class InputGlitch:
    """The pictures of one glitch, by view ("" where nothing tells it); named by its id, else by the picture's name."""

    name: str
    pictures: tuple[tuple[str, InputFile], ...]


@dataclass(frozen=True)
class SortedInput:
    """Everything that was handed in: the glitches in their order, and what was left out with the reason."""

    glitches: tuple[InputGlitch, ...]
    problems: tuple[Problem, ...]

    @property
    def unnamed(self) -> tuple[InputGlitch, ...]:
        """The pictures whose names tell neither glitch nor view; files that do not begin like a picture left out."""
        return tuple(
            glitch
            for glitch in self.glitches
            if any(not view and begins_like_a_picture(file) for view, file in glitch.pictures)
        )


def from_bytes(name: str, data: bytes) -> InputFile:
    """A file that is in memory."""
    return InputFile(name, len(data), data)


def kept_on_disk(file: InputFile, folder: Path) -> InputFile:
    """Return the same file, its bytes written into the folder: a big archive is handed to the gate once a glitch.

    Raises GlitchAuditError where the folder cannot be written, or is full.
    """
    if not isinstance(file.source, bytes):
        return file
    path = folder / f"{zlib.crc32(file.source):08x}-{len(file.source)}"
    try:
        path.write_bytes(file.source)
    except OSError as error:
        raise GlitchAuditError(f"{file.name}: the file cannot be put aside ({error.strerror or error})") from None
    return replace(file, source=path)


def begins_like_a_picture(file: InputFile) -> bool:
    """Whether its first bytes are those of a common picture format."""
    try:
        return file.head().startswith(_PICTURE_STARTS)
    except OSError:
        return False


def is_archive(file: InputFile) -> bool:
    """Whether it is a ZIP, by its first bytes or its name."""
    head = file.head()
    return head.startswith(ZIP_STARTS) or (file.name.lower().endswith(".zip") and bool(head))


def sort_out(files: Iterable[InputFile], *, limit: int | None = MAX_FILES) -> SortedInput:
    """Open the ZIPs and put the views of a glitch together by their Gravity Spy names, decoding nothing.

    A picture whose name says nothing is a glitch of its own. Of two pictures of one view the first is taken. At most
    ``limit`` pictures are taken; the rest becomes one problem.
    """
    problems: list[Problem] = []
    pictures: list[InputFile] = []
    beyond = 0
    for item in _unpacked(files):
        if isinstance(item, Problem):
            problems.append(item)
        elif limit is not None and len(pictures) >= limit:
            beyond += 1
        else:
            pictures.append(item)
    if beyond:
        problems.append(
            Problem(
                f"{beyond:,} more pictures", f"at most {limit:,} are looked at in one go: hand in the rest afterwards"
            )
        )
    glitches = _grouped(pictures, problems)
    return SortedInput(glitches, tuple(problems))


def as_one_glitch(pictures: Sequence[InputFile], views: Sequence[str], *, name: str = "") -> InputGlitch:
    """Return the pictures as the given views of one glitch; raises GlitchAuditError where two share a view."""
    twice = [view for view in dict.fromkeys(views) if view and list(views).count(view) > 1]
    if twice:
        raise GlitchAuditError(f"Two pictures are said to be the view {twice[0]}: give each picture a view of its own.")
    if not name and pictures:
        name = pictures[0].name + (f" and {len(pictures) - 1} more" if len(pictures) > 1 else "")
    return InputGlitch(name, tuple(zip(views, pictures, strict=True)))


def likely_views(names: Sequence[str]) -> tuple[str, ...]:
    """A first guess which picture is which view, by the order of the names: shortest first."""
    ranks = {number: rank for rank, number in enumerate(sorted(range(len(names)), key=lambda at: names[at]))}
    return tuple(VIEWS[ranks[number]] if ranks[number] < len(VIEWS) else "" for number in range(len(names)))


def files_at(path: Path) -> Iterator[InputFile | Problem]:
    """Yield a file, or the pictures and ZIPs below a folder, by name; raises GlitchAuditError for no such place."""
    path = typed_path(path)
    if path.is_dir():
        found = [item for item in sorted(path.rglob("*")) if item.suffix.lower() in _SUFFIXES and item.is_file()]
        if not found:
            yield Problem(str(path), "the folder holds no pictures and no ZIP archives")
        for item in found:
            yield _file_at(item, str(item.relative_to(path)))
    elif path.is_file():
        yield _file_at(path, path.name)
    else:
        raise GlitchAuditError(f"{path}: there is no such file or folder; check the spelling.")


def _file_at(path: Path, name: str) -> InputFile | Problem:
    try:
        return InputFile(name, path.stat().st_size, path)
    except OSError as error:
        return Problem(name, f"the file cannot be read ({error.strerror or error})")


def _unpacked(files: Iterable[InputFile]) -> Iterator[InputFile | Problem]:
    for file in files:
        try:
            archive = is_archive(file)
        except OSError as error:
            yield Problem(file.name, f"the file cannot be read ({error.strerror or error})")
            continue
        if archive:
            yield from _members(file)
        elif problem := _not_a_picture(file.name, file.head(), file.size):
            yield problem
        else:
            yield file


def _members(file: InputFile) -> Iterator[InputFile | Problem]:
    try:
        members = list_members(file.source, name=file.name, size=file.size)
    except GlitchAuditError as error:
        yield Problem(file.name, str(error).removeprefix(f"{file.name}: "))
        return
    if not members:
        yield Problem(file.name, "the archive is empty")
    for member in members:
        if isinstance(member, Problem):
            yield member
            continue
        name = f"{file.name}/{member.name}"
        if member.head.startswith(ZIP_STARTS) or name.lower().endswith(".zip"):
            yield Problem(name, "an archive inside an archive is not opened: hand it in by itself")
        elif problem := _not_a_picture(name, member.head, member.size):
            yield problem
        else:
            yield InputFile(name, member.size, file.source, member)


def _not_a_picture(name: str, head: bytes, size: int) -> Problem | None:
    """What can be told from the first bytes; anything else is told when the picture is decoded."""
    if size == 0:
        return Problem(name, "the file is empty (0 bytes)")
    for start, kind in OTHER_ARCHIVES.items():
        if head.startswith(start):
            return Problem(name, f"the file is a {kind} archive: only ZIP archives are opened")
    return None


def _grouped(pictures: Sequence[InputFile], problems: list[Problem]) -> tuple[InputGlitch, ...]:
    groups: dict[tuple[str, ...], dict[str, InputFile]] = {}
    names: dict[tuple[str, ...], str] = {}
    for picture in pictures:
        known = parse_glitch_name(picture.name.replace("\\", "/").rsplit("/", 1)[-1])
        key = (known.detector, known.sample_id) if known else ("", picture.name)
        view = known.view if known else ""
        views = groups.setdefault(key, {})
        names[key] = known.sample_id if known else picture.name
        if view not in views:
            views[view] = picture
        elif _same(views[view], picture):
            problems.append(Problem(picture.name, f"the same picture as {views[view].name}, so it is counted once"))
        elif known:
            problems.append(
                Problem(
                    picture.name,
                    f"{views[view].name} is the view {view} of this sample already, so this other picture is left out",
                )
            )
        else:
            number = sum(1 for taken in names.values() if taken.startswith(picture.name)) + 1
            again = ("", picture.name, str(number))
            groups[again] = {"": picture}
            names[again] = f"{picture.name} ({number})"
    return tuple(
        InputGlitch(names[key], tuple(sorted(views.items(), key=lambda item: _view_order(item[0]))))
        for key, views in groups.items()
    )


def _view_order(view: str) -> tuple[int, str]:
    return (VIEWS.index(view), "") if view in VIEWS else (len(VIEWS), view)


def _same(one: InputFile, other: InputFile) -> bool:
    if one.size != other.size:
        return False
    try:
        return one.checksum() == other.checksum()
    except GlitchAuditError:
        return False
