"""The guard of handed-in ZIPs: each limit holds at its edge, and every trap has its reason."""

import io
import stat
import zipfile

import pytest

from core.errors import GlitchAuditError
from core.gate.zip_guard import (
    MAX_RATIO,
    SMALL,
    ZipLimits,
    open_zip,
    unpacks_too_far,
    why_not_as_a_whole,
    why_not_unpacked,
)

ROOMY = ZipLimits(archive_bytes=10**9, directory_bytes=10**6, members=100, unpacked_bytes=10**9)


def zipped(*files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def limits(**changes):
    return ZipLimits(**{**vars(ROOMY), **changes})


def opened(data, most=ROOMY):
    return open_zip(io.BytesIO(data), most, name="a.zip", size=len(data))


def changed(data, *, flags=None, attributes=None):
    archive = opened(data)
    for member in archive.infolist():
        member.flag_bits = member.flag_bits if flags is None else flags
        member.external_attr = member.external_attr if attributes is None else attributes
    return archive


@pytest.mark.parametrize(
    ("name", "over", "sentence"),
    [
        ("archive_bytes", 0, r"^a\.zip: the archive is too big"),
        ("directory_bytes", 0, r"^a\.zip: the archive holds too many files, at most 100 are read"),
        ("members", 1, r"^a\.zip: the archive holds 2 files, at most 1 are read"),
    ],
)
def test_an_archive_over_a_limit_is_not_opened(name, over, sentence):
    data = zipped(("one", b"1"), ("two", b"2"))
    with pytest.raises(GlitchAuditError, match=sentence):
        opened(data, limits(**{name: over}))


def test_each_limit_holds_at_its_edge():
    data = zipped(("one", b"1" * 9), ("two", b"2"))
    directory = int.from_bytes(data[-10:-6], "little")
    edge = ZipLimits(archive_bytes=len(data), directory_bytes=directory, members=2, unpacked_bytes=10)
    archive = opened(data, edge)
    assert not unpacks_too_far(archive, edge, size=len(data))
    assert not why_not_as_a_whole(archive, edge, size=len(data))
    for name, value in vars(edge).items():
        less = ZipLimits(**{**vars(edge), name: value - 1})
        if name == "unpacked_bytes":
            assert unpacks_too_far(archive, less, size=len(data))
        else:
            with pytest.raises(GlitchAuditError):
                opened(data, less)


@pytest.mark.parametrize("data", [b"", b"no archive at all", zipped(("a", b"1"))[:-5]], ids=["nothing", "text", "cut"])
def test_what_is_no_zip_is_one_sentence(data):
    with pytest.raises(GlitchAuditError, match=r"^a\.zip: the file is no ZIP archive"):
        opened(data)


def test_what_is_packed_too_tightly_is_a_trap():
    data = zipped(("zeros", b"\0" * (MAX_RATIO * 50_000)))
    archive = opened(data)
    assert "taken for a trap" in why_not_unpacked(archive.infolist()[0], ROOMY)
    assert unpacks_too_far(archive, ROOMY, size=len(data))
    assert "would unpack to 10 MB" in why_not_as_a_whole(archive, ROOMY, size=len(data))
    small = opened(zipped(("zeros", b"\0" * SMALL)))
    assert not why_not_unpacked(small.infolist()[0], ROOMY)


def test_a_file_too_big_a_link_and_a_secret_are_left():
    data = zipped(("one", b"123"))
    assert "at most 0 MB" in why_not_unpacked(opened(data).infolist()[0], limits(unpacked_bytes=2))
    linked = changed(data, attributes=(stat.S_IFLNK | 0o777) << 16)
    assert "only a link" in why_not_unpacked(linked.infolist()[0], ROOMY)
    secret = changed(data, flags=1)
    assert "encrypted" in why_not_unpacked(secret.infolist()[0], ROOMY)
    assert "encrypted" in why_not_as_a_whole(secret, ROOMY, size=len(data))


@pytest.mark.parametrize("name", ["/etc/passwd", "../up", "a/../../up", "C:/x", "..\\up"])
def test_a_name_that_leads_out_is_refused(name):
    data = zipped((name, b"1"))
    assert "leads out of it" in why_not_as_a_whole(opened(data), ROOMY, size=len(data))


def test_two_files_of_one_name_are_refused():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped(("one", b"1"), ("one", b"2"))
    assert "two files of one name" in why_not_as_a_whole(opened(data), ROOMY, size=len(data))
