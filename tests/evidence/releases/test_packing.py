"""The ZIP of a release: the same bytes for the same state, checksums that hold, cells that no spreadsheet runs."""

import hashlib
import io
import re
import shutil
import subprocess
import zipfile

import pytest

from core.errors import GlitchAuditError
from core.evidence.releases import packing
from core.evidence.releases.model import LeftWrong, checked_licence, checked_name
from core.gate.zip_guard import ZipLimits
from tests.evidence.releases.cases import content, packed


def files_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name.removeprefix("2026-11/"): archive.read(name) for name in archive.namelist()}


def test_the_same_state_gives_the_same_bytes():
    assert packed() == packed()
    assert packed() != packed(content(made_at="2026-12-01T12:00:00Z"))


def test_every_file_has_its_checksum_and_sha256sum_agrees(tmp_path):
    files = files_of(packed())
    sums = files.pop("SHA256SUMS").decode()
    assert sums == "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    if shutil.which("sha256sum"):
        with zipfile.ZipFile(io.BytesIO(packed())) as archive:
            archive.extractall(tmp_path)
        assert subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "2026-11").returncode == 0


def test_the_readme_names_every_file_and_every_estimate_has_its_interval():
    files = files_of(packed())
    text = files["README.md"].decode()
    assert all(f"`{name}`" in text for name in files if name != "README.md")
    assert "5 samples with 5 different labels, in 4 after" in text
    assert "3 were decided: 2 by the rule, 1 by a moderator. 2 labels changed (40.00 %" in text
    # Wilson's interval of 3 of 4: 0.301 to 0.954.
    assert "3: 75 % (95 % interval 30 % to 95 %)" in text
    assert "about 2 of them are expected to be so (95 % interval 1 to 3)" in text
    assert "| Blip | 30 | 10.0 % (2.0 % to 25.0 %) |" in text and "| NA | 1 | too few to say |" in text


def test_the_readme_says_why_nothing_was_estimated():
    made = content()
    bare = packed(type(made)(made.about, made.labels, made.opinions, left=LeftWrong(why_not="there is no map yet")))
    assert "was not estimated: there is no map yet." in files_of(bare)["README.md"].decode()


def test_no_cell_is_run_by_a_spreadsheet_and_no_text_is_markup():
    files = files_of(packed(content(sentence="<b>x</b> | [y](z)")))
    for name in ("labels.csv", "changes.csv"):
        assert b"'=HYPERLINK()" in files[name] and not re.search(rb"(^|,)=", files[name], re.MULTILINE)
    assert r"\<b\>x\</b\> \| \[y\](z)" in files["README.md"].decode()


def test_what_is_too_large_to_be_read_back_is_not_packed(monkeypatch):
    monkeypatch.setattr(packing, "LIMITS", ZipLimits(1000, 1000, 100, 10**9))
    with pytest.raises(GlitchAuditError, match="too large"):
        packed()


@pytest.mark.parametrize("name", ["2026-11", "a", "O3.b_2", "v1.0", " padded ", "x" * 64])
def test_plain_names_are_taken(name):
    assert checked_name(name) == name.strip()


@pytest.mark.parametrize(
    "name",
    ["", "..", "../x", "a/b", "a\\b", ".hidden", "a..b", "x" * 65, "con", "NUL.zip", "a b", "-x", "x-", "é", "a\nb"],
)  # fmt: skip
def test_a_name_that_could_lead_elsewhere_is_refused(name):
    with pytest.raises(GlitchAuditError, match="A release's name"):
        checked_name(name)


def test_only_known_licences_are_stated():
    assert checked_licence("") == "" and checked_licence("CC0-1.0") == "CC0-1.0"
    with pytest.raises(GlitchAuditError, match="The licence is one of"):
        checked_licence("GPL-3.0")
