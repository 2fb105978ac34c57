"""What is handed in to be named is unpacked and decoded behind the gate: it costs its own answer and nothing else."""

from __future__ import annotations

import io
import os
import struct
import zipfile

import numpy as np
import psutil
import pytest

from core.classify.naming.decoded import decoded_files
from core.classify.naming.inputs import from_bytes, kept_on_disk, sort_out
from core.errors import GlitchAuditError
from core.gate.limits import MOST_MEMORY
from core.gate.wire import INSIDE
from tests.classify.fake_classifier import png, stripe
from tests.hostile import bombs

SIZE = (32, 40)


def zipped(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, name in enumerate(names):
            archive.writestr(name, png(stripe(number % 3, seed=number)))
    return buffer.getvalue()


@pytest.mark.parametrize("count", [60_000, 600_000])
def test_an_archive_of_very_many_entries_takes_no_memory_here(count):
    data = bombs.entries(count)
    before = psutil.Process().memory_info().rss
    handed = sort_out([from_bytes("many.zip", data), from_bytes("one.png", png(stripe(1)))])
    assert [glitch.name for glitch in handed.glitches] == ["one.png"]
    assert handed.problems[0].where == "many.zip"
    assert "at most 50,000" in handed.problems[0].reason or "grows beyond" in handed.problems[0].reason
    # The request is the archive itself, twice; zipfile takes 600 bytes an entry.
    assert psutil.Process().memory_info().rss - before < 3 * len(data) + 20_000_000


def test_a_picture_that_outgrows_its_process_costs_no_other_picture(monkeypatch):
    monkeypatch.setenv(MOST_MEMORY, "60")
    usual = from_bytes("usual.png", png(stripe(1)))
    first, big, last = decoded_files([usual, from_bytes("big.png", bombs.pixels()), usual], size=SIZE)
    assert big.pixels is None and "grows beyond 60 MB" in big.problem
    for picture in (first, last):
        assert picture.problem == "" and picture.pixels.shape == SIZE


def test_the_same_pixels_come_from_there_as_from_here(monkeypatch):
    files = [from_bytes("a.png", png(stripe(1))), from_bytes("b.txt", b"text")]
    there = decoded_files(files, size=SIZE)
    monkeypatch.setenv(INSIDE, "1")
    here = decoded_files(files, size=SIZE)
    assert np.array_equal(there[0].pixels, here[0].pixels) and there[0].form == here[0].form == "gray energy"
    assert there[1] == here[1] and "not a picture" in there[1].problem


def test_an_archive_put_aside_gives_the_same_pictures_and_says_when_it_is_gone(tmp_path):
    data = zipped("H1_abc_spectrogram_1.0.png", "H1_abc_spectrogram_2.0.png")
    archive = kept_on_disk(from_bytes("a.zip", data), tmp_path)
    (glitch,) = sort_out([archive]).glitches
    files = [file for _, file in glitch.pictures]
    again = [file for _, file in sort_out([from_bytes("a.zip", data)]).glitches[0].pictures]
    for one, other in zip(decoded_files(files, size=SIZE), decoded_files(again, size=SIZE), strict=True):
        assert np.array_equal(one.pixels, other.pixels)
    archive.source.unlink()
    assert all("cannot be read" in picture.problem for picture in decoded_files(files, size=SIZE))


def test_a_full_disk_is_a_sentence_where_an_archive_is_put_aside(tmp_path):
    with pytest.raises(GlitchAuditError, match=r"^a\.zip: the file cannot be put aside"):
        kept_on_disk(from_bytes("a.zip", b"x"), tmp_path / "missing")


def test_a_file_without_a_name_costs_no_other_one():
    data = zipped("a", "b.png")
    directory = data.rfind(b"PK\x01\x02", 0, data.rfind(b"PK\x01\x02"))
    # The first entry of the directory loses its name of one letter.
    nameless = bytearray(data[: directory + 46] + data[directory + 47 :])
    struct.pack_into("<H", nameless, directory + 28, 0)
    end = nameless.rfind(b"PK\x05\x06")
    struct.pack_into("<L", nameless, end + 12, end - directory)
    handed = sort_out([from_bytes("a.zip", bytes(nameless))])
    assert [glitch.name for glitch in handed.glitches] == ["a.zip/b.png"]
    assert "has no name" in handed.problems[0].reason


def test_two_pictures_of_one_view_are_told_apart_without_being_unpacked():
    same = zipped("H1_abc_spectrogram_1.0.png")
    handed = sort_out([from_bytes("a.zip", same), from_bytes("b.zip", same)])
    assert "the same picture" in handed.problems[0].reason
    assert os.environ.get(INSIDE) is None
