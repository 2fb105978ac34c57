"""A release joins ledger, audit and data set; it is kept once, whole, and never replaced."""

import io
import threading
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from core.dataset.released import ClassChange, read_release
from core.errors import GlitchAuditError
from core.ledger import open_ledger, propose_taxonomy_change, review_taxonomy_change
from core.ledger.views.decision_rule import DecisionRule
from core.pipeline import kept_releases as keeping
from core.pipeline.backing_up import back_up_workspace
from core.pipeline.kept_releases import difference_of, draft_release, keep_release, kept_releases, release_named
from core.pipeline.releasing import ReleaseWish, classes_after, make_release
from core.pipeline.snapshot import read_snapshot
from core.pipeline.stages import prepare
from tests.ledger.conftest import Desk

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
RNG = np.random.default_rng(2)
MATRIX = np.concatenate([RNG.normal(0, 0.1, (20, 8)) + np.eye(8)[0], RNG.normal(0, 0.1, (20, 8)) + np.eye(8)[1]])
LABELS = ["Blip"] * 20 + ["Whistle"] * 19 + ["Blip"]
FIRST = "Blip/sample000"


@pytest.fixture
def workspace(make_workspace):
    return make_workspace(LABELS, MATRIX)


@pytest.fixture
def ledger(workspace):
    opened = open_ledger(workspace.ledger_path)
    yield opened
    opened.close()


@pytest.fixture
def draft(workspace, ledger):
    """``draft("2026-11")``: a release of that name, not kept."""

    def act(name, **wish):
        return draft_release(ledger, workspace, read_snapshot(workspace), ReleaseWish(name, **wish), author="Mo")

    return act


@pytest.fixture
def release(workspace, draft):
    """``release("2026-11")``: make and keep it; returns its file."""
    return lambda name, **wish: keep_release(workspace, draft(name, **wish))


def test_it_says_who_when_and_why_of_each_decided_label(ledger, release):
    Desk(ledger).tell(FIRST, "Ada proposes Tomte", "Ben accepts Ada")
    Desk(ledger).tell("Blip/sample001", "Mo decides Whistle")
    Desk(ledger).tell("Blip/sample002", "Ada proposes Tomte")
    found = read_release(release("2026-11", authors=("Lovelace, Ada",)))
    rows = found.labels.set_index("sample_id")
    assert rows.loc[FIRST, ["label", "label_before", "how", "decided_by"]].tolist() == [
        "Tomte",
        "Blip",
        "rule",
        "Ada, Ben",
    ]
    moderated = rows.loc["Blip/sample001"]
    assert moderated[["label", "how", "decided_by", "reason"]].tolist() == [
        "Whistle",
        "moderator",
        "Mo (moderator)",
        "seen",
    ]
    # In review is not decided.
    assert rows.loc["Blip/sample002", ["label", "how", "decided_by", "decided_at"]].tolist() == ["Blip", "", "", ""]
    assert len(rows) == len(LABELS) and found.about.authors == ("Lovelace, Ada",) and found.about.made_by == "Mo"


def test_who_was_overruled_does_not_stand_behind_what_was_decided(workspace, ledger):
    Desk(ledger).tell(FIRST, "Ada proposes Tomte", "Ben proposes Whistle", "Mo decides Tomte")
    made = make_release(ledger, workspace, read_snapshot(workspace), ReleaseWish("a"), author="Mo")
    with zipfile.ZipFile(io.BytesIO(made.data)) as packed:
        (readme,) = (name for name in packed.namelist() if name.endswith("README.md"))
        assert "- 2 people stand behind what was decided" in packed.read(readme).decode()


def test_the_rule_of_the_workspace_decides(workspace, ledger):
    Desk(ledger).tell(FIRST, "Ada proposes Tomte")
    dataset, wish = read_snapshot(workspace), ReleaseWish("a")
    one = make_release(ledger, workspace, dataset, wish, author="Mo", rule=DecisionRule(1))
    two = make_release(ledger, workspace, dataset, wish, author="Mo", rule=DecisionRule(2))
    assert one.difference.headline() == "1 label changed." and two.difference.headline() == "Nothing changed."


def test_merges_and_renamings_follow_each_other_and_a_split_waits_for_people():
    labels = pd.Series(["A", "B", "C", "D"], index=list("wxyz"))
    changes = (
        ClassChange("1", "merge", ("A", "B"), ("B",)),
        ClassChange("2", "rename", ("B",), ("E",)),
        ClassChange("3", "split", ("C",), ("C1", "C2")),
        ClassChange("4", "new class", (), ("F",)),
    )
    assert classes_after(labels, changes).to_dict() == {"w": "E", "x": "E", "y": "C", "z": "D"}


def test_only_accepted_changes_of_the_taxonomy_count(ledger, release):
    for becomes, accepted in (("Bleep", True), ("Blop", False)):
        change = propose_taxonomy_change(
            ledger, "rename", labels=["Blip"], becomes=[becomes], reason="why", author="Ada", app_version="0"
        )
        if accepted:
            review_taxonomy_change(ledger, change.change_id, "accept", author="Ben", app_version="0")
    found = read_release(release("2026-11"))
    assert [change.becomes for change in found.about.changes] == [("Bleep",)]
    assert set(found.labels["class"]) == {"Bleep", "Whistle"} and set(found.labels["label"]) == {"Blip", "Whistle"}


def test_the_next_release_is_compared_with_the_one_before(workspace, ledger, release):
    Desk(ledger).tell(FIRST, "Mo decides Tomte")
    release("first")
    Desk(ledger).tell("Blip/sample001", "Mo decides Tomte")
    found = read_release(release("second"))
    assert (found.about.number, found.about.before) == (2, "first")
    difference = difference_of(workspace, "second", "first")
    assert difference.table["sample_id"].tolist() == ["Blip/sample001"]
    assert difference_of(workspace, "second").table["sample_id"].tolist() == [FIRST, "Blip/sample001"]
    assert difference_of(workspace, "first").table["sample_id"].tolist() == [FIRST]
    assert [one.name for one in kept_releases(workspace)] == ["second", "first"]


def test_the_same_state_at_the_same_time_gives_the_same_bytes(workspace, ledger):
    Desk(ledger).tell(FIRST, "Ada proposes Tomte", "Ben accepts Ada")
    dataset = read_snapshot(workspace)
    made = [
        make_release(ledger, workspace, dataset, ReleaseWish("a"), author="Mo", made_at=NOON).data for _ in range(2)
    ]
    assert made[0] == made[1]


def test_what_is_left_wrong_is_estimated_of_the_labels_now(workspace, ledger, release):
    def readme(name):
        with zipfile.ZipFile(release(name)) as archive:
            return archive.read(f"{name}/README.md").decode()

    assert "was not estimated: the data set has no map yet." in readme("unprepared")
    prepare(workspace, report=lambda progress: None)
    # The last sample carries the other group's label; once that is decided, nothing looks wrong.
    assert "1 label looks wrong still; about 1 of them" in readme("before")
    Desk(ledger).tell("Blip/sample039", "Mo decides Whistle")
    assert "0 labels look wrong still." in readme("after")


def test_a_ledger_that_is_not_there_is_not_made(workspace, draft):
    assert draft("a").difference.headline() == "Nothing changed."
    assert not workspace.ledger_path.exists()


@pytest.mark.parametrize("name", ["2026-11", "2026-11 ", "V1", "v1"])
def test_a_name_is_taken_once_in_whatever_letter_case(release, draft, name):
    for taken in ("2026-11", "v1"):
        release(taken)
    with pytest.raises(GlitchAuditError, match="already, and none is ever replaced"):
        draft(name)


def test_a_file_of_that_name_is_never_replaced(workspace, draft):
    made = draft("a")
    kept = keep_release(workspace, made)
    before = kept.read_bytes()
    with pytest.raises(GlitchAuditError, match="already"):
        keep_release(workspace, made)
    assert kept.read_bytes() == before


def test_of_two_at_once_one_is_kept(workspace, draft):
    made, said = [draft("a"), draft("b")], []

    def keep(one):
        try:
            said.append(keep_release(workspace, one).stem)
        except GlitchAuditError as error:
            said.append(str(error))

    threads = [threading.Thread(target=keep, args=(one,)) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (kept,) = kept_releases(workspace)
    assert sorted(said, key=len)[0] == kept.name and "in the meantime: make this one again" in max(said, key=len)


def test_a_failed_write_leaves_nothing(workspace, draft, monkeypatch):
    made = draft("a")

    class Full:
        def __enter__(self):
            raise OSError(28, "No space left on device")

        def __exit__(self, *_):
            return False

    monkeypatch.setattr(keeping, "whole_file", lambda path: Full())
    with pytest.raises(GlitchAuditError, match="No space left"):
        keep_release(workspace, made)
    assert list((workspace.root / "releases").iterdir()) == []


def test_a_damaged_release_is_listed_with_the_reason_and_stands_in_nobodys_way(workspace, release):
    release("good")
    (workspace.root / "releases" / "bad.zip").write_bytes(b"x")
    good, bad = kept_releases(workspace)
    assert good.about.name == "good" and bad.about is None and "no ZIP" in bad.trouble
    assert read_release(release("next")).about.before == "good"


@pytest.mark.parametrize("name", ["nowhere", "../../secret"])
def test_only_a_release_is_found_by_name(workspace, name):
    with pytest.raises(GlitchAuditError):
        release_named(workspace, name)


def test_releases_belong_to_a_backup(workspace, ledger, release):
    kept = release("2026-11")
    made = back_up_workspace(ledger, workspace, read_snapshot(workspace))
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert archive.read("workspace/releases/2026-11.zip") == kept.read_bytes()


@pytest.mark.parametrize("wish", [{"authors": ("Ada,",)}, {"licence": "GPL"}, {"sentence": "x" * 2001}])
def test_a_wish_that_cannot_be_fulfilled_is_said_before_anything_is_written(workspace, draft, wish):
    with pytest.raises(GlitchAuditError):
        draft("a", **wish)
    assert not (workspace.root / "releases").exists()


def test_a_kept_release_does_not_change_with_the_ledger(workspace, ledger, release):
    Desk(ledger).tell(FIRST, "Mo decides Tomte")
    kept = read_release(release("a"))
    Desk(ledger).tell(FIRST, "Mo reopens")
    again = read_release(release_named(workspace, "a"))
    assert again.about == replace(kept.about) and again.labels.equals(kept.labels)
    assert read_release(release("b")).labels.set_index("sample_id").loc[FIRST, "label"] == "Blip"
