"""What is handed in: glitches put together by their names, ZIPs opened without harm, the rest one sentence each."""

import io
import stat
import struct
import zipfile

import pytest

from core.classify.naming.inputs import (
    MAX_FILES,
    InputFile,
    as_one_glitch,
    files_at,
    from_bytes,
    likely_views,
    sort_out,
)
from core.errors import GlitchAuditError

PNG = b"\x89PNG\r\n\x1a\nnot really"


def named(sample_id="abc", view="1.0", data=PNG, folder=""):
    return from_bytes(f"{folder}H1_{sample_id}_spectrogram_{view}.png", data)


def zipped(content, *, name="a.zip", method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for member, data in content.items():
            archive.writestr(member, data)
    return from_bytes(name, buffer.getvalue())


def reasons(handed):
    return {problem.where: problem.reason for problem in handed.problems}


def test_the_views_of_a_glitch_are_one_glitch_in_order():
    handed = sort_out([named(view=view, data=PNG + view.encode()) for view in ("4.0", "0.5", "2.0", "1.0")])
    (glitch,) = handed.glitches
    assert glitch.name == "abc"
    assert [view for view, _ in glitch.pictures] == ["0.5", "1.0", "2.0", "4.0"]
    assert handed.problems == ()


def test_two_glitches_and_a_picture_without_a_name():
    handed = sort_out([named("abc"), from_bytes("mine.png", PNG), named("xyz"), named("abc", "2.0")])
    assert [(glitch.name, [view for view, _ in glitch.pictures]) for glitch in handed.glitches] == [
        ("abc", ["1.0", "2.0"]),
        ("mine.png", [""]),
        ("xyz", ["1.0"]),
    ]
    assert [glitch.name for glitch in handed.unnamed] == ["mine.png"]


def test_the_same_picture_twice_counts_once():
    handed = sort_out([named(), named(folder="copy/"), from_bytes("mine.png", PNG), from_bytes("mine.png", PNG)])
    assert [glitch.name for glitch in handed.glitches] == ["abc", "mine.png"]
    assert "same picture" in reasons(handed)["copy/H1_abc_spectrogram_1.0.png"]
    assert "same picture" in reasons(handed)["mine.png"]


def test_another_picture_of_a_view_is_left_out_and_another_file_of_a_name_gets_a_number():
    handed = sort_out(
        [named(), named(data=PNG + b"other"), from_bytes("mine.png", PNG), from_bytes("mine.png", PNG + b"other")]
    )
    assert [glitch.name for glitch in handed.glitches] == ["abc", "mine.png", "mine.png (2)"]
    assert "view 1.0 of this sample already" in handed.problems[0].reason


def test_a_zip_is_opened_and_its_litter_passed_over():
    content = {
        "deep/H1_abc_spectrogram_0.5.png": PNG,
        "deep/H1_abc_spectrogram_1.0.png": PNG + b"1",
        "__MACOSX/deep/._H1_abc_spectrogram_0.5.png": b"litter",
        "deep/.DS_Store": b"litter",
        "deep/": b"",
    }
    handed = sort_out([zipped(content)])
    (glitch,) = handed.glitches
    assert handed.problems == ()
    assert [file.read() for _, file in glitch.pictures] == [PNG, PNG + b"1"]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (zipped({}), "archive is empty"),
        (zipped({"__MACOSX/x": b"litter"}), "archive is empty"),
        (from_bytes("a.zip", b"this is no archive"), "no ZIP archive that can be read"),
        (from_bytes("a.zip", b""), "empty (0 bytes)"),
        (from_bytes("zero.png", b""), "empty (0 bytes)"),
        (from_bytes("a.tar.gz", b"\x1f\x8b\x08\x00rest"), "gzip archive"),
        (from_bytes("a.7z", b"7z\xbc\xaf\x27\x1c"), "7z archive"),
    ],
    ids=["empty", "only litter", "no zip", "zip of 0 bytes", "0 bytes", "gzip", "7z"],
)
def test_what_cannot_be_used_is_one_sentence_and_the_rest_goes_on(file, words):
    handed = sort_out([file, named()])
    assert [glitch.name for glitch in handed.glitches] == ["abc"]
    assert len(handed.problems) == 1
    assert words in reasons(handed)[file.name]


def test_inside_a_zip_too_the_rest_goes_on():
    inner = zipped({"H1_in_spectrogram_1.0.png": PNG}).read()
    content = {"inner.zip": inner, "zero.png": b"", "bomb.png": b"\0" * 20_000_000, "H1_abc_spectrogram_1.0.png": PNG}
    handed = sort_out([zipped(content)])
    assert [glitch.name for glitch in handed.glitches] == ["abc"]
    told = reasons(handed)
    assert "archive inside an archive" in told["a.zip/inner.zip"]
    assert "0 bytes" in told["a.zip/zero.png"]
    assert "20 MB" in told["a.zip/bomb.png"] and "trap" in told["a.zip/bomb.png"]


def test_a_link_and_an_encrypted_file_are_not_followed_and_not_guessed():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("secret.png", PNG)
    data = bytearray(buffer.getvalue())
    # The second entry of the directory is marked as encrypted.
    second = data.find(b"PK\x01\x02", data.find(b"PK\x01\x02") + 4)
    data[second + 8] |= 1
    told = reasons(sort_out([from_bytes("a.zip", bytes(data))]))
    assert "only a link" in told["a.zip/link.png"]
    assert "encrypted" in told["a.zip/secret.png"]


def test_a_damaged_member_is_told_and_the_others_are_read():
    file = zipped({"one.png": PNG * 20, "two.png": PNG}, method=zipfile.ZIP_STORED)
    data = bytearray(file.read())
    data[data.find(b"not really")] ^= 0xFF
    handed = sort_out([from_bytes("a.zip", bytes(data))])
    read = {}
    for glitch in handed.glitches:
        try:
            read[glitch.name] = glitch.pictures[0][1].read()
        except GlitchAuditError as error:
            read[glitch.name] = str(error)
    read |= reasons(handed)
    assert "damaged" in str(read["a.zip/one.png"])
    assert read["a.zip/two.png"] == PNG


def test_a_directory_that_would_fill_the_memory_is_not_read():
    data = bytearray(zipped({"one.png": PNG}).read())
    end = data.rfind(b"PK\x05\x06")
    struct.pack_into("<I", data, end + 12, 4_000_000_000)
    handed = sort_out([from_bytes("a.zip", bytes(data)), named()])
    assert "too many files" in reasons(handed)["a.zip"]
    assert len(handed.glitches) == 1


def test_beyond_the_limit_the_rest_is_left_out_with_one_sentence():
    handed = sort_out([from_bytes(f"{n}.png", PNG) for n in range(7)], limit=5)
    assert len(handed.glitches) == 5
    (problem,) = handed.problems
    assert problem.where == "2 more pictures"
    assert MAX_FILES >= 500


def test_a_file_beyond_50_megabytes_is_not_even_read(tmp_path):
    with pytest.raises(GlitchAuditError, match="too big"):
        InputFile("big.png", 60_000_000, tmp_path / "not there").read()


def test_pictures_said_to_be_one_glitch():
    files = [from_bytes(f"{n}.png", PNG) for n in range(4)]
    glitch = as_one_glitch(files, ("0.5", "1.0", "2.0", "4.0"), name="mine")
    assert [view for view, _ in glitch.pictures] == ["0.5", "1.0", "2.0", "4.0"]
    with pytest.raises(GlitchAuditError, match=r"view 1\.0"):
        as_one_glitch(files, ("1.0", "1.0", "2.0", "4.0"))


def test_views_are_guessed_by_the_order_of_the_names():
    assert likely_views(["c.png", "a.png", "b.png"]) == ("2.0", "0.5", "1.0")
    assert likely_views(list("abcde"))[4] == ""


def test_a_folder_is_searched_and_other_files_in_it_are_not_tried(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "H1_abc_spectrogram_1.0.PNG").write_bytes(PNG)
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / "more.zip").write_bytes(zipped({"H1_xyz_spectrogram_1.0.png": PNG}).read())
    handed = sort_out(files_at(tmp_path))
    assert sorted(glitch.name for glitch in handed.glitches) == ["abc", "xyz"]


def test_no_such_place_and_an_empty_folder(tmp_path):
    with pytest.raises(GlitchAuditError, match="no such file"):
        list(files_at(tmp_path / "missing"))
    (problem,) = files_at(tmp_path)
    assert "holds no pictures" in problem.reason
