"""What was read of the ledger is kept until something is written, by whomever, and not a moment longer."""

import duckdb
import pandas as pd
import pytest

from core.ledger import open_ledger, proposals, withdraw
from core.ledger.storage.bounds import Bounds
from core.ledger.storage.kept_answers import KeptAnswers
from core.ledger.storage.store import Ledger
from core.ledger.views.queries import read_frame
from core.ledger.views.states import sample_states

pytestmark = pytest.mark.file_only("about how a change of the file is noticed")


HOW_MANY = "SELECT count(*) AS found FROM correction"


def found(ledger):
    return int(read_frame(ledger, HOW_MANY, [], ("found",))["found"].iloc[0])


def test_the_file_is_asked_once_between_two_writes(ledger, propose_whistle):
    propose_whistle()
    calls = []

    def ask():
        calls.append(1)
        return pd.DataFrame({"found": [len(calls)]})

    assert [ledger.answer("how many", ask)["found"].iloc[0] for _ in range(3)] == [1, 1, 1]
    assert ledger.answer("how many others", ask)["found"].iloc[0] == 2
    propose_whistle(author="Ben")
    assert [ledger.answer("how many", ask)["found"].iloc[0] for _ in range(2)] == [3, 3]


def test_every_write_shows_at_once(ledger, propose_whistle):
    batch = propose_whistle()
    assert len(proposals(ledger)) == found(ledger) == 3
    withdraw(ledger, batch.batch_id, author="Ada")
    assert (len(proposals(ledger)), found(ledger)) == (0, 6)


def test_what_another_connection_of_this_program_writes_shows_at_once(ledger, propose_whistle):
    """As where Streamlit has loaded the module anew, and two ledgers write to one file."""
    propose_whistle()
    again = Ledger(ledger.path)
    assert found(ledger) == found(again) == 3
    propose_whistle(author="Ben")
    assert found(again) == 6
    again.close()


def test_another_file_in_its_place_is_read(ledger, propose_whistle, tmp_path):
    propose_whistle()
    other = open_ledger(tmp_path / "other.duckdb")
    with other.cursor():
        pass
    other.close()
    assert found(ledger) == 3
    ledger.close()
    other.path.replace(ledger.path)
    ledger.path.with_name("corrections.last-event.json").unlink()
    assert found(ledger) == 0


def test_a_moment_that_is_looked_at_is_not_kept_for_others(ledger, propose_whistle):
    propose_whistle()
    with ledger.snapshot():
        assert found(ledger) == 3
        # Written by somebody else meanwhile: the moment stays, and whoever reads now reads what is there now.
        with duckdb.connect(str(ledger.path)) as writer:
            writer.execute(
                "INSERT INTO correction SELECT * REPLACE (correction_id || '2' AS correction_id) FROM correction"
            )
        assert found(ledger) == 3
    assert found(ledger) == 6


def test_a_table_that_its_reader_changes_is_not_what_the_next_one_gets(ledger, propose_whistle):
    propose_whistle()
    first = sample_states(ledger)
    first["state"] = "spoiled"
    first.loc["id0", "label"] = "spoiled"
    assert "spoiled" not in sample_states(ledger).to_numpy()


def test_what_is_written_while_a_question_is_answered_makes_the_answer_old(tmp_path):
    kept = KeptAnswers(tmp_path / "ledger")

    def overtaken():
        kept.forget()
        return pd.DataFrame({"found": ["before"]})

    kept.answer("question", overtaken)
    assert kept.answer("question", lambda: pd.DataFrame({"found": ["after"]}))["found"].tolist() == ["after"]


def test_a_table_that_is_too_large_is_read_each_time(tmp_path):
    kept, large = KeptAnswers(tmp_path / "ledger", most_cells=9), pd.DataFrame({"found": range(10)})
    kept.answer("question", lambda: large)
    assert kept.answer("question", lambda: large.head(0)).empty


def test_those_asked_for_longest_ago_give_way(tmp_path):
    kept, five = KeptAnswers(tmp_path / "ledger", most_cells=10), pd.DataFrame({"found": range(5)})
    for question in "abc":
        kept.answer(question, lambda: five)
    again = {question: kept.answer(question, lambda: five.head(0)).empty for question in "cb"}
    assert again == {"c": False, "b": False}
    assert kept.answer("a", lambda: five.head(0)).empty


def test_a_ledger_that_cannot_be_read_is_asked_again(ledger, propose_whistle, monkeypatch):
    propose_whistle()
    monkeypatch.setattr(Ledger, "readable", lambda self: False)
    assert sample_states(ledger).empty
    monkeypatch.undo()
    assert len(sample_states(ledger)) == 3


def test_a_visitors_ledger_keeps_less(tmp_path):
    bounded = Ledger(tmp_path / "sandbox.duckdb", bounds=Bounds(memory=300_000_000, threads=1, seconds=20.0))
    assert bounded._kept._kept.maxsize < Ledger(tmp_path / "own.duckdb")._kept._kept.maxsize
