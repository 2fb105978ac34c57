"""After decisions of one kind the rest is offered: one batch that names seeds and model, without those taken out."""

import numpy as np
import pytest

from core.audit.propose_rest import MODEL
from core.dataset.selection import Selection, read_asked_record
from core.ledger import Person, SuspectCase, judge, proposals, propose, withdraw
from core.pipeline.rest import Kind, decided_so_far, pairs_accepted, rest_of
from core.pipeline.stages import prepare
from pages.parts.search.rest import RestState
from tests.parts.proposing import propose_button
from tests.parts.remembered import remember

RANDOM = np.random.default_rng(3)
ADA = Person("Ada", "reviewer")
EACH, WRONG = 40, 14
WRONG_ONES = [f"Blip/sample{number:03d}" for number in range(2 * EACH - WRONG, 2 * EACH)]
LABELS = ["Blip"] * EACH + ["Tomte"] * (EACH - WRONG) + ["Blip"] * WRONG


@pytest.fixture
def prepared(make_workspace):
    """Two groups of samples; the last of the second carry the first one's label."""
    matrix = RANDOM.normal(0, 0.15, (2 * EACH, 8))
    matrix[:EACH, 0] += 1
    matrix[EACH:, 1] += 1
    return prepare(make_workspace(LABELS, matrix), report=lambda progress: None)


@pytest.fixture
def say(ledger, prepared):
    """``say(ids, label, author="Ada")``: propose a label for these samples."""

    def act(ids, label, author="Ada"):
        labels = prepared.samples["label"]
        return propose(ledger, Selection(tuple(ids), "query"), labels, label, author=author, app_version="0")

    return act


def test_kinds_are_counted_by_the_label_that_was_brought(prepared, ledger, say):
    say(WRONG_ONES[:4], "Tomte")
    say(WRONG_ONES[4:6], "Whistle")
    say(WRONG_ONES[6:9], "Tomte", author="Ben")
    decided = decided_so_far(prepared, ledger, ADA, None)
    assert decided.kinds == (Kind("Blip", "Tomte", decided.kinds[0].seeds),)
    assert set(decided.kinds[0].seeds) == set(WRONG_ONES[:4])
    # What waits for others is not to be offered, either.
    assert decided.done == set(WRONG_ONES[:9])


def test_what_was_taken_back_is_no_seed(prepared, ledger, say):
    batch = say(WRONG_ONES[:4], "Tomte")
    withdraw(ledger, batch.batch_id, author="Ada")
    decided = decided_so_far(prepared, ledger, ADA, None)
    assert decided.kinds == ()


def test_the_rest_is_what_looks_like_the_seeds(prepared, ledger, say):
    say(WRONG_ONES[:4], "Tomte")
    decided = decided_so_far(prepared, ledger, ADA, None)
    rest = rest_of(prepared, decided.kinds[0], decided.done)
    found = set(prepared.samples.index[rest.rows])
    assert found and found <= set(WRONG_ONES[4:]) and len(found) >= 8


def test_a_page_proposes_it_as_one_batch_that_is_undone_at_once(prepared, ledger, say, open_app):
    say(WRONG_ONES[:4], "Tomte")
    app = open_app("pages/search.py", workspace=prepared.workspace.name, reviewer="Ada")
    app.query_params["from"], app.query_params["to"] = "Blip", "Tomte"
    remember(app, RestState(("", ""), frozenset()))
    app.run()
    assert not app.exception, [error.value for error in app.exception]
    assert app.selectbox(key="propose_label").value == "Tomte"
    remember(app, RestState(("Blip", "Tomte"), frozenset({WRONG_ONES[5]})))
    app.run()
    propose_button(app).click().run()
    rows = proposals(ledger)
    batch = rows[rows["how"] == "search"]
    assert batch["batch_id"].nunique() == 1 and WRONG_ONES[5] not in set(batch["sample_id"])
    assert set(batch["sample_id"]) <= set(WRONG_ONES[4:]) and len(batch) >= 7
    asked = read_asked_record(batch["polygon"].iloc[0])
    assert (set(asked.like), asked.method) == (set(WRONG_ONES[:4]), MODEL)
    # What was guessed is no seed of the next rest.
    assert set(decided_so_far(prepared, ledger, ADA, None).kinds[0].seeds) == set(WRONG_ONES[:4])
    app.button(key="propose_undo").click().run()
    assert set(proposals(ledger)["sample_id"]) == set(WRONG_ONES[:4])


def test_too_few_decisions_are_said(prepared, ledger, say, open_app):
    say(WRONG_ONES[:2], "Tomte")
    app = open_app("pages/search.py", workspace=prepared.workspace.name, reviewer="Ada")
    app.query_params["from"], app.query_params["to"] = "Blip", "Tomte"
    app.run()
    assert app.info[0].value.startswith("Fewer than 3 samples called Blip were found to be Tomte by you")


def test_pairs_that_were_accepted_often_are_counted(ledger):
    def accept(count, author, label, suggested):
        for number in range(count):
            case = SuspectCase(f"{author}{label}{suggested}{number}", label, suggested)
            judge(ledger, case, "accept", author=author, app_version="0", label_proposed=suggested)

    accept(3, "Ada", "Blip", "Tomte")
    accept(2, "Ada", "Blip", "Whistle")
    accept(4, "Ben", "Tomte", "Blip")
    judge(ledger, SuspectCase("kept", "Blip", "Whistle"), "keep", author="Ada", app_version="0")
    assert pairs_accepted(ledger, author_keys=ADA.keys) == (("Blip", "Tomte", 3),)
    assert pairs_accepted(ledger, author_keys={""}) == ()
