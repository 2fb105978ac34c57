"""An error's text is at most 500 characters and keeps its two ends: where, and what to do."""

from __future__ import annotations

import pickle

from core.errors import MAX_TEXT, Cancelled, GlitchAuditError


def test_a_short_text_is_itself():
    text = "x" * MAX_TEXT
    assert str(GlitchAuditError(text)) == text


def test_of_a_long_one_the_middle_is_left_out():
    said = str(Cancelled("/data/blip.csv: the column " + "y" * 10_000 + " is there twice; rename one of them"))
    assert len(said) == MAX_TEXT
    assert said.startswith("/data/blip.csv: the column y")
    assert said.endswith("y is there twice; rename one of them")


def test_it_arrives_whole_from_another_process():
    error = pickle.loads(pickle.dumps(GlitchAuditError("z" * 900)))
    assert type(error) is GlitchAuditError and error.args == ("z" * 900,)
