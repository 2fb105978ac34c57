"""Fingerprints: equal for equal content, different for any difference, the same in every process."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.fingerprint import fingerprint


@dataclass(frozen=True)
class Params:
    count: int = 30
    name: str = "cosine"


def test_the_value_follows_from_the_content_alone():
    assert fingerprint("a", {"b": 1, "a": (1, 2)}, Params()) == fingerprint("a", {"a": [1, 2], "b": 1}, Params(30))
    expected = hashlib.sha256(b"json" + (3).to_bytes(8, "little") + b'"a"').hexdigest()[:16]
    assert fingerprint("a") == expected


def test_any_difference_shows():
    different = [fingerprint(Params()), fingerprint(Params(31)), fingerprint(b"30"), fingerprint("30"), fingerprint(30)]
    assert len(set(different)) == len(different)


def test_parts_do_not_run_into_each_other():
    assert fingerprint("ab", "c") != fingerprint("a", "bc")


def test_paths_count_as_text_and_objects_are_refused():
    assert fingerprint(Path("/x")) == fingerprint("/x")
    with pytest.raises(TypeError):
        fingerprint(object())
