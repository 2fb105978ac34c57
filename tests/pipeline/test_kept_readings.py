"""A reading of the labels, kept under an id that an address and a job can name."""

import pandas as pd
import pytest

from core.errors import GlitchAuditError
from core.pipeline import kept_readings
from core.pipeline.kept_readings import is_reading_id, keep_reading, kept_reading
from core.pipeline.reading import MINE, NOW
from core.workspace import Workspace


@pytest.fixture
def workspace(tmp_path):
    return Workspace(root=tmp_path / "home" / "set", source=tmp_path)


def said(**labels):
    return pd.Series(labels, dtype="str", name="label").rename_axis("sample_id")


def test_it_comes_back_as_it_was(workspace):
    reading_id = keep_reading(workspace, MINE, said(a="Blip", ü="Ünder"), person_key="ada")
    found = kept_reading(workspace, reading_id)
    assert is_reading_id(reading_id) and found.reading_id == reading_id
    assert (found.reading, found.person_key, found.said.to_dict()) == (MINE, "ada", {"a": "Blip", "ü": "Ünder"})


def test_the_same_labels_have_the_same_id_in_whatever_order_and_others_another(workspace):
    first = keep_reading(workspace, NOW, said(a="Blip", b="Tomte"))
    assert keep_reading(workspace, NOW, said(b="Tomte", a="Blip")) == first
    others = {keep_reading(workspace, NOW, said(a="Blip")), keep_reading(workspace, MINE, said(a="Blip", b="Tomte"))}
    assert first not in others and len(others) == 2


def test_what_was_said_since_is_counted_by_kind(workspace):
    kept = kept_reading(workspace, keep_reading(workspace, NOW, said(a="Blip", b="Tomte", c="Helix")))
    assert kept.since(kept.said) == (0, 0)
    # d and e are new, b is another label now, c was taken back.
    assert kept.since(said(a="Blip", b="Blip", d="Blip", e="Chirp")) == (2, 2)


def test_the_oldest_give_way(workspace, monkeypatch):
    monkeypatch.setattr(kept_readings, "NEWEST_KEPT", 2)
    ids = [keep_reading(workspace, NOW, said(a=f"label {number}")) for number in range(3)]
    assert len(list(workspace.cache.rglob("now-*.json"))) == 2
    with pytest.raises(GlitchAuditError, match="have the labels read again"):
        kept_reading(workspace, ids[0])


@pytest.mark.parametrize("asked", ["", "now-", "../../passwd", "brought-0123456789abcdef", "now-0123456789abcdeg"])
def test_what_is_no_id_is_never_looked_up(workspace, asked):
    assert not is_reading_id(asked)
    with pytest.raises(GlitchAuditError, match="not kept here any more"):
        kept_reading(workspace, asked)


def test_a_damaged_file_is_none(workspace):
    reading_id = keep_reading(workspace, NOW, said(a="Blip"))
    next(workspace.cache.rglob("now-*.json")).write_text('{"said": 3}')
    with pytest.raises(GlitchAuditError, match="not kept here any more"):
        kept_reading(workspace, reading_id)
