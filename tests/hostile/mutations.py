"""Small changes to a sound file, such as damage and malice make: drawn by hypothesis, so that a failure shrinks."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

_EXTREMES = (b"\x00", b"\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x80\x00\x00\x00", b"\xff" * 8, b"\x00" * 8)
_MOST_CHANGES = 6
_LONGEST = 400


@dataclass(frozen=True)
class Change:
    """One change of a file.

    Attributes:
        kind: one of :data:`KINDS`.
        place: where, as a share of the file's length.
        length: of what is cut, repeated or overwritten, in bytes.
        data: what is written or put in.
    """

    kind: str
    place: float
    length: int
    data: bytes


def flip(content: bytearray, at: int, change: Change) -> None:
    """Turn one bit around."""
    content[at] ^= 1 << (change.length % 8)


def overwrite(content: bytearray, at: int, change: Change) -> None:
    """Write other bytes over those that are there."""
    content[at : at + len(change.data)] = change.data


def put_in(content: bytearray, at: int, change: Change) -> None:
    """Put bytes between those that are there."""
    content[at:at] = change.data


def cut_out(content: bytearray, at: int, change: Change) -> None:
    """Take some bytes away."""
    del content[at : at + change.length]


def cut_off(content: bytearray, at: int, change: Change) -> None:
    """Take everything behind a place away."""
    del content[at:]


def repeat(content: bytearray, at: int, change: Change) -> None:
    """Have some bytes twice."""
    content[at:at] = content[at : at + change.length]


KINDS = {
    "flip": flip,
    "overwrite": overwrite,
    "put in": put_in,
    "cut out": cut_out,
    "cut off": cut_off,
    "repeat": repeat,
}

# Headers and directories lie at the ends of a file: most of what decides how it is read lies there.
_PLACES = st.one_of(
    st.floats(0, 1, allow_nan=False),
    st.floats(0, 0.08, allow_nan=False),
    st.floats(0.92, 1, allow_nan=False),
)
_CHANGE = st.builds(
    Change,
    kind=st.sampled_from(["flip", "flip", "flip", "overwrite", "overwrite", "put in", "cut out", "cut off", "repeat"]),
    place=_PLACES,
    length=st.integers(1, _LONGEST),
    data=st.one_of(st.sampled_from(_EXTREMES), st.binary(min_size=1, max_size=12)),
)
CHANGES = st.lists(_CHANGE, min_size=1, max_size=_MOST_CHANGES)
"""Draws what is done to one file."""


def changed(content: bytes, changes: list[Change]) -> bytes:
    """The file after the changes, one after the other; one that was cut to nothing stays empty."""
    result = bytearray(content)
    for change in changes:
        if not result:
            break
        KINDS[change.kind](result, min(int(change.place * len(result)), len(result) - 1), change)
    return bytes(result)
