"""The selection on screen, kept under an id that an address can name."""

import json

import pytest

from core.dataset.selection import Filters, Selection
from core.errors import GlitchAuditError
from core.pipeline import kept_selections
from core.pipeline.kept_selections import is_kept_id, keep_selection, kept_selection
from core.workspace import Workspace

SELECTION = Selection(
    ("a", "ü/b"),
    how="lasso",
    polygon=((0.1, 0.2), (1 / 3, -1e-9), (2.0, 3.0)),
    cluster=None,
    filters=Filters(labels=("Blip",), clusters=(-1, 3), ranges=(("snr", 7.5, 1e9),), text="x"),
    dataset_fingerprint="data",
    layout_fingerprint="layout",
)


@pytest.fixture
def workspace(tmp_path):
    return Workspace(root=tmp_path / "home" / "set", source=tmp_path)


def test_it_comes_back_as_it_was(workspace):
    selection_id = keep_selection(workspace, SELECTION, clustering="clusters")
    assert is_kept_id(selection_id)
    assert kept_selection(workspace, selection_id) == (SELECTION, "clusters")


def test_the_same_selection_is_kept_once(workspace):
    assert keep_selection(workspace, SELECTION) == keep_selection(workspace, SELECTION)
    assert len(list(workspace.cache.rglob("kept-*"))) == 1


def test_the_oldest_give_way(workspace, monkeypatch):
    monkeypatch.setattr(kept_selections, "NEWEST_KEPT", 3)
    kept = [keep_selection(workspace, Selection((str(number),), how="click")) for number in range(5)]
    assert len(list(workspace.cache.rglob("kept-*"))) == 3
    assert kept_selection(workspace, kept[-1])[0].sample_ids == ("4",)
    with pytest.raises(GlitchAuditError, match="not kept here any more"):
        kept_selection(workspace, kept[0])


@pytest.mark.parametrize("wrong", ["", "kept-", "kept-../../../etc/passwd", "kept-" + "0" * 16, "kept-" + "g" * 16])
def test_what_was_never_kept_is_one_sentence(workspace, wrong):
    with pytest.raises(GlitchAuditError, match="not kept here any more"):
        kept_selection(workspace, wrong)


@pytest.mark.parametrize("damage", ["", "[]", "{}", json.dumps({"selection": {"sample_ids": 3}, "clustering": ""})])
def test_a_damaged_file_is_one_sentence(workspace, damage):
    selection_id = keep_selection(workspace, SELECTION)
    (workspace.cache / "selections" / f"{selection_id}.json").write_text(damage, encoding="utf-8")
    with pytest.raises(GlitchAuditError, match="not kept here any more"):
        kept_selection(workspace, selection_id)


def test_a_workspace_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(GlitchAuditError):
        keep_selection(Workspace(root=tmp_path / "file" / "set", source=tmp_path), SELECTION)
