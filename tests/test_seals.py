"""The seal of a folder of results: whatever is done to a file of it shows, and a whole folder is hashed once."""

import os

import pytest

from core import seals
from core.seals import SEAL_FILE, flaw_of, is_sealed, seal


@pytest.fixture
def sealed(tmp_path):
    folder = tmp_path / "layout-key"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.npy").write_bytes(bytes(range(200)))
    (folder / "deep" / "b.json").write_text("{}")
    seal(folder)
    return folder


def flip(path, place=10):
    """Another bit at a place, with the size and the time as they were."""
    status, content = path.stat(), bytearray(path.read_bytes())
    content[place % len(content)] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))


def test_a_whole_folder_has_no_flaw_and_one_without_a_seal_neither(sealed):
    assert flaw_of(sealed) == ""
    (sealed / SEAL_FILE).unlink()
    assert not is_sealed(sealed) and flaw_of(sealed) == ""


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda folder: (folder / "a.npy").unlink(), "a.npy is missing"),
        (lambda folder: (folder / "a.npy").write_bytes(b""), "a.npy has 0 bytes and not 200"),
        (lambda folder: os.truncate(folder / "a.npy", 199), "a.npy has 199 bytes and not 200"),
        (lambda folder: flip(folder / "a.npy"), "a.npy is not what was written"),
        (lambda folder: flip(folder / "deep" / "b.json"), "deep/b.json is not what was written"),
        (lambda folder: (folder / SEAL_FILE).write_text(""), "its seal cannot be compared"),
        (lambda folder: (folder / SEAL_FILE).write_text('{"files": [1]}'), "its seal cannot be compared"),
    ],
)
def test_damage_is_named(sealed, harm, said):
    harm(sealed)
    assert said in flaw_of(sealed)


def test_content_is_hashed_once_a_state_of_the_files(sealed, monkeypatch):
    hashed = []
    monkeypatch.setattr(seals, "_hash", lambda path, real=seals._hash: hashed.append(path.name) or real(path))
    assert [flaw_of(sealed) for _ in range(3)] == ["", "", ""]
    assert sorted(hashed) == ["a.npy", "b.json"]
    os.utime(sealed / "a.npy", ns=(0, 0))
    assert flaw_of(sealed) == "" and len(hashed) == 4
