"""Undo and undo of the undo: both append, and neither ever changes or removes a row."""

from pathlib import Path

import pytest

from core.errors import GlitchAuditError
from core.ledger import Person, ProposalFilters, batches, current_labels, proposals, restore, withdraw

# What Ada wrote, somebody else takes back as a moderator only.
BEN = Person("Ben", "moderator")


def test_a_withdrawn_batch_no_longer_counts_but_stays_on_record(propose_whistle, ledger, labels):
    batch = propose_whistle()
    withdrawal = withdraw(ledger, batch.batch_id, author=BEN)
    assert (withdrawal.kind, withdrawal.samples, withdrawal.refers_to) == ("withdrawal", 3, batch.batch_id)
    assert proposals(ledger).empty
    assert current_labels(ledger, labels).equals(labels)
    kept = proposals(ledger, ProposalFilters(status="withdrawn"))
    assert kept["sample_id"].tolist() == ["id2", "id0", "id5"]
    assert set(kept["withdrawn_by"]) == {"Ben"}
    assert (kept["withdrawn_at"] >= kept["created_at"]).all()


def test_withdrawing_uncovers_the_proposal_before(propose_whistle, ledger, labels):
    propose_whistle(label="Helix")
    withdraw(ledger, propose_whistle().batch_id, author="Ada")
    assert current_labels(ledger, labels)["id0"] == "Helix"


def test_a_second_withdrawal_adds_nothing(propose_whistle, ledger, count_rows):
    batch = propose_whistle()
    first = withdraw(ledger, batch.batch_id, author="Ada")
    rows = count_rows()
    again = withdraw(ledger, batch.batch_id, author=BEN)
    assert (again.repeated, again.author, again.batch_id) == (True, "Ada", first.batch_id)
    assert count_rows() == rows


def test_undo_and_redo_for_as_long_as_one_likes(propose_whistle, ledger, labels, count_rows):
    batch = propose_whistle()
    sizes = [count_rows()]
    for _ in range(3):
        withdraw(ledger, batch.batch_id, author="Ada")
        sizes.append(count_rows())
        assert proposals(ledger).empty
        batch = restore(ledger, batch.batch_id, author="Ada")
        sizes.append(count_rows())
        assert (batch.kind, batch.samples, batch.repeated) == ("proposal", 3, False)
        assert current_labels(ledger, labels)["id5"] == "Whistle"
    # Every act adds one batch of three rows.
    assert sizes == [(number, 3 * number) for number in range(1, 8)]
    assert batches(ledger)["status"].tolist() == ["current", "withdrawn", "withdrawn", "withdrawn"]


def test_a_restored_batch_keeps_reason_labels_and_provenance(propose_whistle, ledger):
    batch = propose_whistle(confidence=None)
    before = proposals(ledger)
    withdraw(ledger, batch.batch_id, author="Ada")
    again = restore(ledger, batch.batch_id, author=BEN)
    after = proposals(ledger)
    same = ["sample_id", "label_before", "label_proposed", "reason", "confidence", "how", "polygon", "filters"]
    same += ["dataset_fingerprint", "layout_fingerprint", "app_version"]
    assert after[same].equals(before[same])
    assert set(after["author"]) == {"Ben"}
    assert batches(ledger).set_index("batch_id").loc[again.batch_id, "restores"] == batch.batch_id


def test_restoring_twice_adds_nothing(propose_whistle, ledger, count_rows):
    batch = propose_whistle()
    withdraw(ledger, batch.batch_id, author="Ada")
    first = restore(ledger, batch.batch_id, author="Ada")
    rows = count_rows()
    assert restore(ledger, batch.batch_id, author="Ada").batch_id == first.batch_id
    assert count_rows() == rows


def test_restoring_the_first_of_a_chain_brings_back_its_last(propose_whistle, ledger, labels):
    batch = propose_whistle()
    withdraw(ledger, batch.batch_id, author="Ada")
    second = restore(ledger, batch.batch_id, author="Ada")
    withdraw(ledger, second.batch_id, author="Ada")
    third = restore(ledger, batch.batch_id, author="Ada")
    assert (third.refers_to, third.repeated) == (second.batch_id, False)
    assert current_labels(ledger, labels)["id0"] == "Whistle"


def test_only_batches_of_proposals_can_be_withdrawn_and_only_withdrawn_ones_restored(propose_whistle, ledger):
    batch = propose_whistle()
    with pytest.raises(GlitchAuditError, match="no batch of proposals ghost"):
        withdraw(ledger, "ghost", author="Ada")
    with pytest.raises(GlitchAuditError, match="is not withdrawn"):
        restore(ledger, batch.batch_id, author="Ada")
    withdrawal = withdraw(ledger, batch.batch_id, author="Ada")
    with pytest.raises(GlitchAuditError, match="no batch of proposals"):
        withdraw(ledger, withdrawal.batch_id, author="Ada")
    with pytest.raises(GlitchAuditError, match="name is empty"):
        withdraw(ledger, batch.batch_id, author=" ")


def test_batches_are_listed_latest_first(propose_whistle, ledger):
    propose_whistle(batch_id="one")
    propose_whistle(batch_id="two", label="Tomte")
    withdraw(ledger, "one", author=BEN)
    table = batches(ledger)
    assert table["batch_id"].tolist() == ["two", "one"]
    assert table["status"].tolist() == ["current", "withdrawn"]
    assert table["samples"].tolist() == [2, 3]
    assert table["label_proposed"].tolist() == ["Tomte", "Whistle"]
    assert table["withdrawn_by"].tolist()[1] == "Ben"


def test_no_statement_of_the_ledger_changes_or_removes_a_row():
    ledger = Path(__file__).parents[3] / "core" / "ledger"
    # An older file's rows get the key of their author once, and judgements a number; test_migrations shows that nothing
    # else of them changes.
    # And the tables of PostgreSQL have a trigger that names what it refuses.
    others = ("author_keys.py", "old_judgements.py", "team/tables.py")
    paths = [path for path in ledger.rglob("*.py") if not path.as_posix().endswith(others)]
    source = "".join(path.read_text() for path in paths).replace("CREATE OR REPLACE VIEW ", "")
    assert "INSERT INTO" in source
    # "ON CONFLICT DO NOTHING" changes no row, and "DO UPDATE" is found by its UPDATE.
    for statement in ("UPDATE ", "DELETE ", "TRUNCATE ", "DROP ", "REPLACE "):
        assert statement not in source
