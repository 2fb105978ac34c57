"""Labels as brought, now, and as one person would have them: the reading changes what is asked, and nothing else."""

import numpy as np
import pandas as pd
import pytest

from core.audit.drift import named_for, order_along
from core.errors import GlitchAuditError
from core.ledger import Person, open_ledger
from core.pipeline.audit import load_audit, run_audit
from core.pipeline.audit_suspects import find_workspace_suspects
from core.pipeline.reading import BROUGHT, MINE, NOW, Reading, labels_read, read_as
from core.pipeline.stages import prepare
from tests.ledger.conftest import Desk

RNG = np.random.default_rng(5)
SIZE = 40
LABELS = ["Blip"] * SIZE + ["Whistle"] * (SIZE - 1) + ["Blip"]
WRONG = f"Blip/sample{2 * SIZE - 1:03d}"
MATRIX = np.concatenate([RNG.normal(0, 0.1, (SIZE, 8)) + np.eye(8)[axis] for axis in (0, 1)])


def quiet(progress):
    """Nobody watches."""


@pytest.fixture
def ledger(tmp_path):
    opened = open_ledger(tmp_path / "corrections.duckdb")
    yield opened
    opened.close()


def samples(*labels):
    return pd.DataFrame({"label": labels}, index=pd.Index([f"id{n}" for n in range(len(labels))], name="sample_id"))


def test_now_has_what_was_decided_and_mine_what_i_proposed_on_top_of_it(ledger):
    desk = Desk(ledger)
    desk.tell("id0", "Ada proposes Tomte", "Bob accepts Ada")
    desk.tell("id1", "Ada proposes Tomte")
    desk.tell("id2", "Ada proposes Tomte", "Ada withdraws")
    desk.tell("id3", "Mo decides Whistle", "Ada proposes Tomte")
    brought = samples("Blip", "Blip", "Blip", "Blip", "Blip")
    read = {
        name: labels_read(brought, name, ledger=ledger, person=Person("Ada")).labels.tolist()
        for name in (BROUGHT, NOW, MINE)
    }
    assert read[BROUGHT] == ["Blip"] * 5
    assert read[NOW] == ["Tomte", "Blip", "Blip", "Whistle", "Blip"]
    assert read[MINE] == ["Tomte", "Tomte", "Blip", "Tomte", "Blip"]
    assert labels_read(brought, MINE, ledger=ledger, person=Person("Bob")).labels.tolist() == read[NOW]
    assert labels_read(brought, NOW, ledger=ledger).known.tolist() == [True, False, False, True, False]


def test_a_decision_about_a_glitch_reads_all_its_pictures(ledger):
    Desk(ledger).tell("g0", "Mo decides Whistle")
    pictures = samples("Blip", "Blip", "Blip").assign(glitch=["g0", "g0", "g1"])
    assert labels_read(pictures, NOW, ledger=ledger).labels.tolist() == ["Whistle", "Whistle", "Blip"]


@pytest.mark.parametrize(("reading", "sentence"), [("later", "not as “later”"), (MINE, "Say who you are")])
def test_what_cannot_be_read_is_said(ledger, reading, sentence):
    with pytest.raises(GlitchAuditError, match=sentence):
        labels_read(samples("Blip"), reading, ledger=ledger)


@pytest.fixture
def prepared(make_workspace):
    return prepare(make_workspace(LABELS, MATRIX), report=quiet)


def corrected(prepared):
    labels = prepared.samples["label"].copy()
    labels[WRONG] = "Whistle"
    return Reading(labels, labels.index.to_series() == WRONG)


def test_another_reading_has_an_audit_of_its_own_and_the_first_stays(prepared):
    brought = run_audit(prepared, report=quiet)
    assert brought.suspects.table["score"].idxmax() == WRONG
    now = read_as(prepared, corrected(prepared))
    assert load_audit(now) is None
    found = run_audit(now, report=quiet)
    row = found.suspects.table.loc[WRONG]
    assert row["label"] == "Whistle" and row["label_probability"] > 0.5
    assert load_audit(prepared).fingerprint == brought.fingerprint != found.fingerprint
    assert prepared.samples.loc[WRONG, "label"] == "Blip"


def test_curves_are_looked_for_once_and_named_by_the_labels_of_each_reading(prepared, monkeypatch):
    searched = []

    def found_at_once(case, **_):
        searched.append(case.fingerprint)
        return named_for(case, [order_along(case, np.arange(len(case.samples)))])

    monkeypatch.setattr("core.pipeline.audit.find_drifts", found_at_once)
    (brought,) = run_audit(prepared, report=quiet).drifts
    labels = prepared.samples["label"].map({"Blip": "Tomte", "Whistle": "Whistle"})
    now = read_as(prepared, Reading(labels, pd.Series(False, index=labels.index)))
    (found,) = run_audit(now, report=quiet).drifts
    assert len(searched) == 1
    assert (found.position == brought.position).all() and found.sample_ids == brought.sample_ids
    assert found.name == brought.name.replace("Blip", "Tomte") != brought.name
    assert found.fingerprint != brought.fingerprint


def test_labels_as_they_were_are_the_same_reading(prepared):
    labels = prepared.samples["label"]
    nobody = pd.Series(False, index=labels.index)
    assert read_as(prepared, Reading(labels, nobody)) is prepared
    with pytest.raises(GlitchAuditError, match="Every sample needs a label"):
        read_as(prepared, Reading(labels.iloc[1:], nobody))


def test_a_label_that_was_kept_is_no_suspect_any_more(prepared):
    labels = prepared.samples["label"]
    kept = read_as(prepared, Reading(labels, labels.index.to_series() == WRONG))
    assert kept.labels_fingerprint
    assert find_workspace_suspects(kept).table.loc[WRONG, "chance_wrong"] == 0


def test_what_does_not_hang_on_labels_is_found_once(prepared, monkeypatch):
    find_workspace_suspects(prepared)

    def refuse(*args, **kwargs):
        raise AssertionError("the smoother was made again")

    monkeypatch.setattr("core.audit.suspects.finding.make_smoother", refuse)
    row = find_workspace_suspects(read_as(prepared, corrected(prepared))).table.loc[WRONG]
    assert row["label"] == "Whistle" and row["suggested"] == "Blip" and row["label_probability"] > 0.5
