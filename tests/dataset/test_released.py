"""A release is read back as it was written, and what is damaged or no release is refused in one sentence."""

import hashlib
import io
import zipfile

import pytest

from core.dataset.released import COLUMNS, is_release, read_about, read_release
from core.errors import GlitchAuditError
from tests.evidence.releases.cases import ABOUT, ROWS, packed, written


def again(path, **changed):
    """The same ZIP with other files: None takes one out."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for name, data in changed.items():
        key = next(one for one in files if one.endswith(name.replace("_", ".")))
        files.pop(key) if data is None else files.__setitem__(key, data)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    path.write_bytes(out.getvalue())
    return path


def test_everything_comes_back(tmp_path):
    found = read_release(written(tmp_path))
    assert found.about == ABOUT
    assert [tuple(row) for row in found.labels[list(COLUMNS)].itertuples(index=False)] == list(ROWS)


def test_what_it_says_of_itself_is_read_without_the_labels(tmp_path):
    path = again(written(tmp_path), labels_csv=b"damaged")
    assert read_about(path) == ABOUT and is_release(path)


def test_labels_changed_by_hand_are_refused(tmp_path):
    path = written(tmp_path)
    with zipfile.ZipFile(path) as archive:
        data = archive.read("2026-11/labels.csv")
    with pytest.raises(GlitchAuditError, match="changed by hand"):
        read_release(again(path, labels_csv=data.replace(b"Helix", b"Blip")))


@pytest.mark.parametrize("part", ["labels_csv", "SHA256SUMS", "about_json"])
def test_a_part_that_is_gone_is_missed(tmp_path, part):
    with pytest.raises(GlitchAuditError):
        read_release(again(written(tmp_path), **{part: None}))


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"format": "glitch-audit release"}', b"\xff"])
def test_a_description_that_is_not_whole_is_refused(tmp_path, text):
    with pytest.raises(GlitchAuditError, match=r"no release of labels|not whole"):
        read_about(again(written(tmp_path), about_json=text))


def test_one_sample_twice_is_refused(tmp_path):
    path = written(tmp_path)
    with zipfile.ZipFile(path) as archive:
        rows = archive.read("2026-11/labels.csv")
    rows += b"c,Blip,Blip,,,,,Blip\n"
    sums = f"{hashlib.sha256(rows).hexdigest()}  labels.csv\n".encode()
    with pytest.raises(GlitchAuditError, match="a sample twice"):
        read_release(again(path, labels_csv=rows, SHA256SUMS=sums))


def test_other_files_are_no_release(tmp_path):
    (tmp_path / "no.zip").write_bytes(b"x")
    (tmp_path / "cut.zip").write_bytes(packed()[:-100])
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    assert not any(is_release(tmp_path / name) for name in ("no.zip", "cut.zip", "other.zip", "gone.zip"))
