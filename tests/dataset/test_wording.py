"""The words by kind: the same fields for both, literals alone, and none of glitches among those of pictures."""

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

from core.dataset import wording as module
from core.dataset.kind import GLITCHES, KINDS, PICTURES
from core.dataset.pictures import GRAY_ENERGY, ORDINARY_PICTURE
from core.dataset.wording import GLITCH_WORDS, PICTURE_WORDS, wording
from core.errors import GlitchAuditError

PROJECT = Path(__file__).parents[2]
OF_GLITCHES = re.compile(r"glitch|detector|GPS|gravity ?spy|energy|observing run|spectrogram|LIGO|SNR", re.IGNORECASE)


def test_every_kind_has_its_words():
    assert [wording(kind) for kind in KINDS] == [GLITCH_WORDS, PICTURE_WORDS]
    assert wording(GLITCHES).one == "glitch"
    assert wording(PICTURES).one == "sample"


def test_an_unknown_kind_is_refused():
    with pytest.raises(GlitchAuditError, match="not known"):
        wording("movies")


def test_the_words_of_pictures_name_nothing_of_glitches():
    said = [getattr(PICTURE_WORDS, field.name) for field in fields(PICTURE_WORDS)]
    assert [text for text in said if isinstance(text, str) and OF_GLITCHES.search(text)] == []


def test_words_are_made_here_alone_and_are_literals():
    made = []
    for file in (PROJECT / "app.py", *PROJECT.glob("core/**/*.py"), *PROJECT.glob("pages/**/*.py")):
        text = file.read_text(encoding="utf-8")
        if "Wording(" in text:
            made += [(file, node) for node in ast.walk(ast.parse(text)) if _makes_words(node)]
    assert {file for file, _ in made} == {Path(module.__file__)}
    assert len(made) == 2
    assert all(isinstance(keyword.value, ast.Constant) for _, call in made for keyword in call.keywords)


def _makes_words(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Wording"


def test_a_gray_photograph_is_no_energy():
    assert PICTURE_WORDS.form(GRAY_ENERGY) == "gray picture"
    assert GLITCH_WORDS.form(GRAY_ENERGY) == GRAY_ENERGY
    assert PICTURE_WORDS.form(ORDINARY_PICTURE) == ORDINARY_PICTURE
