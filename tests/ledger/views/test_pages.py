"""Pages of proposals, batches and judgements: put together they are the whole table, and each count is its length."""

import pandas as pd
import pytest

from core.dataset.selection import Selection
from core.ledger import (
    JudgementFilters,
    Person,
    ProposalFilters,
    batches,
    judgements,
    proposals,
    propose,
    restore,
    withdraw,
)
from core.ledger.views.batches import count_batches, last_to_redo, last_to_undo
from core.ledger.views.judgements import count_judgements
from core.ledger.views.proposals import count_proposals, proposal_choices
from tests.ledger.views.test_sample_states import CASES

LABELS = pd.Series("Blip", index=[f"s{number}" for number in range(9)])
PEOPLE = ("Ada", "Ben", " ada ")


@pytest.fixture
def told(ledger):
    """Six batches of one to three samples by two people; the second was withdrawn, the third and brought back."""
    ids = []
    for number in range(6):
        selection = Selection(tuple(LABELS.index[: number % 3 + 1]), "click")
        label, author = ("Tomte", "Koi")[number % 2], PEOPLE[number % 3]
        ids.append(propose(ledger, selection, LABELS, label, author=author, app_version="0").batch_id)
    withdraw(ledger, ids[1], author=PEOPLE[1])
    withdraw(ledger, ids[2], author=PEOPLE[2])
    restore(ledger, ids[2], author=PEOPLE[2])
    return ledger


def pages(read, count, most):
    return pd.concat([read(first=first, most=most) for first in range(0, count, most)], ignore_index=True)


def assert_same(found, expected):
    # A column that is empty on a page has another type there, and another word for nothing.
    alike = [frame.astype("object").where(frame.notna(), None) for frame in (found, expected)]
    pd.testing.assert_frame_equal(*alike)


@pytest.mark.parametrize("status", ["current", "withdrawn", "all"])
@pytest.mark.parametrize("most", [1, 4, 50])
def test_pages_of_proposals_are_the_table(told, status, most):
    filters = ProposalFilters(status=status)
    whole = proposals(told, filters)
    assert count_proposals(told, filters) == len(whole) == {"current": 10, "withdrawn": 5, "all": 15}[status]
    assert_same(pages(lambda **part: proposals(told, filters, **part), len(whole), most), whole)


@pytest.mark.parametrize("who", [None, "Ada", "Ben", "nobody"])
def test_pages_of_batches_are_the_table(told, who):
    by = who and Person(who)
    whole = batches(told, by=by)
    assert count_batches(told, by=by) == len(whole) == {None: 7, "Ada": 5, "Ben": 2, "nobody": 0}[who]
    if len(whole):
        assert_same(pages(lambda **part: batches(told, by=by, **part), len(whole), 2), whole)
        assert whole["author"].str.strip().str.lower().isin(["ada", "ben"] if by is None else [who.lower()]).all()


def test_a_batch_says_whether_it_was_brought_back(told):
    table = batches(told).set_index("batch_id")
    back = table["restores"].dropna()
    assert table.index[table["brought_back"]].tolist() == back.tolist()
    assert table.loc[back.iloc[0], "status"] == "withdrawn" and len(back) == 1


def test_an_undo_takes_the_last_that_stands_and_a_redo_the_last_withdrawn_that_is_not_back(told):
    table = batches(told)
    for name in ("Ada", "Ben"):
        own = table[table["author"].str.strip().str.lower() == name.lower()]
        assert last_to_undo(told, Person(name))["batch_id"] == own[own["status"] == "current"]["batch_id"].iloc[0]
    assert last_to_redo(told, Person("Ada")) is None
    assert last_to_redo(told, Person("Ben"))["samples"] == 2
    assert last_to_undo(told, Person("nobody")) is None


def test_hidden_samples_are_left_out_of_pages_and_counts(told):
    filters = ProposalFilters(status="all", hidden=frozenset({"s1", "elsewhere"}))
    found = proposals(told, filters)
    assert count_proposals(told, filters) == len(found) == 10
    assert set(found["sample_id"]) == {"s0", "s2"}


def test_the_choices_are_of_all_proposals(told):
    choices = proposal_choices(told)
    whole = proposals(told, ProposalFilters(status="all"))
    assert choices.count == len(whole)
    assert choices.authors == tuple(sorted(whole["author"].unique()))
    assert choices.labels_proposed == ("Koi", "Tomte")


def test_a_missing_ledger_has_no_pages(ledger):
    assert proposals(ledger, most=5).empty and batches(ledger, most=5).empty and judgements(ledger, most=5).empty
    assert count_proposals(ledger) == count_batches(ledger) == count_judgements(ledger) == 0
    assert proposal_choices(ledger).authors == ()


def test_pages_of_judgements_are_the_table(desk):
    for place, (said, *_) in enumerate(CASES.values()):
        desk.tell(f"sample{place}", *said)
    whole = judgements(desk.ledger)
    assert count_judgements(desk.ledger) == len(whole) > 2
    assert_same(pages(lambda **part: judgements(desk.ledger, **part), len(whole), 2), whole)
    hidden = JudgementFilters(hidden=frozenset(whole["sample_id"].iloc[:1]))
    left = whole[whole["sample_id"] != whole["sample_id"].iloc[0]].reset_index(drop=True)
    assert_same(judgements(desk.ledger, hidden), left)
    assert count_judgements(desk.ledger, hidden) == len(left)
