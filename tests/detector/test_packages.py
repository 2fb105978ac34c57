"""Without gwpy one sentence says what is missing and how to install it; nothing but the detector's room knows it."""

import ast
from pathlib import Path

import pytest

from core.detector import packages
from core.errors import GlitchAuditError

PROJECT = Path(__file__).parents[2]
GPL = {"gwpy", "gwosc", "astropy", "dqsegdb2", "gwdatafind", "igwn_segments", "igwn_ligolw", "lal", "lalframe", "ligo"}


@pytest.mark.parametrize(
    ("need", "missing", "sentence"),
    [
        (packages.need_gwpy, ("gwpy",), "the package gwpy is not installed"),
        (packages.need_frames, ("gwpy", "lalframe"), "the packages gwpy, lalframe are not installed"),
        (packages.need_ligo_lw, ("igwn_ligolw",), "the package igwn_ligolw is not installed"),
    ],
)
def test_a_missing_package_is_one_sentence_with_the_way_to_install_it(monkeypatch, need, missing, sentence):
    monkeypatch.setattr(packages, "missing_packages", lambda wanted: tuple(n for n in wanted if n in missing))
    with pytest.raises(GlitchAuditError) as raised:
        need("The file strain.hdf5")
    said = str(raised.value)
    assert said.startswith("The file strain.hdf5") and sentence in said
    assert "pip install -r requirements-detector.txt" in said and (PROJECT / "requirements-detector.txt").exists()


def test_what_is_installed_is_let_through(monkeypatch):
    monkeypatch.setattr(packages, "missing_packages", lambda wanted: ())
    assert packages.has_gwpy()
    for need in (packages.need_gwpy, packages.need_frames, packages.need_ligo_lw):
        need("Anything")


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.split(".")[0]


def test_nothing_but_the_detectors_room_imports_gwpy_or_what_it_brings():
    files = [path for room in ("core", "pages") for path in (PROJECT / room).rglob("*.py")]
    inside = PROJECT / "core" / "detector"
    outside = [path for path in files if inside not in path.parents]
    assert len(outside) > 300
    assert [str(path) for path in outside if GPL & set(imported(path))] == []
