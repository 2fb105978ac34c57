"""What each file that somebody brings is: channels, states, triggers, or a list of safe and unsafe channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.dataset.model import Problem
from core.detector.channels.gps import EARLIEST
from core.detector.channels.hdf5 import entries, opened, own_dataset
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process

Kind = Literal["channels", "states", "triggers", "safety"]

SUFFIXES = (
    *(".h5", ".hdf5", ".hdf", ".gwf", ".csv", ".txt", ".dat", ".xml", ".gz"),
    *(".parquet", ".pq", ".ini", ".cfg", ".conf"),
)
_TOGETHER = 200
_HEAD = 200_000
_SAFETY_WORDS = frozenset({"safe", "safety"})
_LABEL_WORDS = frozenset({"label", "ml_label", "gravityspy_id"})
_SPAN_WORDS = frozenset({"start", "end", "stop", "start_time", "end_time", "gps_start", "gps_end", "begin"})


@dataclass(frozen=True)
class Sorted:
    """Files by what they are; ``problems`` are those that are none of it."""

    channels: tuple[Path, ...] = ()
    states: tuple[Path, ...] = ()
    triggers: tuple[Path, ...] = ()
    safety: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()


def sort_files(files: Sequence[Path]) -> Sorted:
    """Return the files by what they are; each is looked into, behind the gate, and none is read whole."""
    kinds: dict[Path, str] = {}
    for first in range(0, len(files), _TOGETHER):
        part = files[first : first + _TOGETHER]
        try:
            kinds.update(zip(part, kinds_of(*part), strict=True))
        except GlitchAuditError:
            # One that ends its reader must not take the others along.
            kinds.update({path: _alone(path) for path in part})
    found = {kind: tuple(path for path in files if kinds[path] == kind) for kind in _KINDS}
    problems = tuple(
        Problem(str(path), kinds[path].removeprefix(f"{path}: ")) for path in files if kinds[path] not in _KINDS
    )
    return Sorted(found["channels"], found["states"], found["triggers"], found["safety"], problems)


@in_own_process(Limits(memory=1_000_000_000, seconds=120))
def kinds_of(path: Path, *others: Path) -> list[str]:
    """Return for each file its :data:`Kind`, or a sentence that says why it is none."""
    return [_kind_or_why(one) for one in (path, *others)]


_KINDS: tuple[Kind, ...] = ("channels", "states", "triggers", "safety")


def _alone(path: Path) -> str:
    try:
        return kinds_of(path)[0]
    except GlitchAuditError as error:
        return str(error)


def _kind_or_why(path: Path) -> str:
    try:
        return _kind(path)
    except GlitchAuditError as error:
        return str(error)
    except OSError as error:
        return f"{path}: the file cannot be read ({error.strerror or error})."


def _kind(path: Path) -> Kind:
    suffix = path.suffix.lower()
    if suffix == ".gwf":
        return "channels"
    if suffix in (".parquet", ".pq"):
        return "triggers"
    if suffix in (".ini", ".cfg", ".conf"):
        return "safety"
    if suffix in (".h5", ".hdf5", ".hdf"):
        return _kind_of_hdf5(path)
    if suffix in (".xml", ".gz"):
        return _kind_of_xml(path)
    if suffix in (".csv", ".txt", ".dat"):
        return _kind_of_text(path)
    raise GlitchAuditError(f"{path}: neither channels, states, triggers nor a list of channels is kept in such a file.")


def _kind_of_hdf5(path: Path) -> Kind:
    import h5py

    with opened(path) as file:
        for _, entry in entries(file, path):
            if isinstance(entry, h5py.Group) and {"active", "known"} <= set(entry):
                return "states"
            if own_dataset(entry) and {"x0", "dx"} <= set(entry.attrs):
                return "states" if "bits" in entry.attrs else "channels"
            if own_dataset(entry) and "snr" in (entry.dtype.names or ()):
                return "triggers"
    raise GlitchAuditError(f"{path}: this HDF5 file holds neither a channel nor a state nor triggers.")


def _kind_of_xml(path: Path) -> Kind:
    import gzip

    try:
        with gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb") as file:
            head = file.read(_HEAD)
    except (OSError, EOFError) as error:
        raise GlitchAuditError(f"{path}: the file cannot be unpacked ({error}).") from None
    if b"segment_summary" in head or b"segment:table" in head or b"segment_definer" in head:
        return "states"
    if b"sngl_" in head:
        return "triggers"
    raise GlitchAuditError(f"{path}: this XML file holds neither segments nor triggers in LIGO_LW.")


def _kind_of_text(path: Path) -> Kind:
    with path.open(encoding="utf-8", errors="replace") as file:
        lines = [line for line in file.read(_HEAD).splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        return "states"
    words = [word.strip().lower() for word in lines[0].replace(",", " ").replace(";", " ").split()]
    if _SAFETY_WORDS & set(words):
        return "safety"
    if _LABEL_WORDS & set(words):
        raise GlitchAuditError(f"{path}: this is a table of labelled glitches; open it as a data set.")
    if "snr" in words:
        return "triggers"
    if _SPAN_WORDS & set(words):
        return "states"
    if words[0] in ("time", "gps", "gps_time", "t", "event_time", "gpstime", "gps_seconds"):
        return "channels"
    numbers = [_number(word) for word in words]
    if any(number is None for number in numbers):
        raise GlitchAuditError(f"{path}: its first line names no known column, such as time, snr, start or safety.")
    return "states" if sum(number > EARLIEST for number in numbers if number is not None) > 1 else "channels"


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None
