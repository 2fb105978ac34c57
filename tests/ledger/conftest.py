"""A fresh ledger and a selection to propose from; what a ledger does is tested on both engines.

A test that asks for a ledger runs with a file and with PostgreSQL, unless it is marked ``file_only`` with its reason.
Once it is done, what another process would read from PostgreSQL has to be what this one has in its replica.
"""

from contextlib import closing

import pandas as pd
import pytest

from core.dataset.selection import Filters, Selection
from core.errors import GlitchAuditError
from core.ledger import (
    Person,
    ProposalFilters,
    SuspectCase,
    decide,
    judge,
    open_ledger,
    proposals,
    propose,
    reopen,
    restore,
    review,
    withdraw,
    withdraw_decision,
    withdraw_judgement,
    withdraw_review,
)
from core.ledger.storage.team.address import LEDGER_VARIABLE
from tests.ledger.engines import again, contents, forget_all
from tests.postgres import Postgres, programs

LABELS = pd.Series(["Blip"] * 4 + ["Tomte"] * 2, index=[f"id{number}" for number in range(6)])


@pytest.fixture
def labels():
    return LABELS.copy()


def pytest_generate_tests(metafunc):
    """Run whatever asks for a ledger on both engines."""
    if "engine" in metafunc.fixturenames:
        alone = metafunc.definition.get_closest_marker("file_only")
        engines = ["file"] if alone else ["file", "postgresql"]
        metafunc.parametrize("engine", engines, indirect=True, scope="function")


@pytest.fixture(scope="session")
def postgres():
    """A server that is ended with the tests."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed: make postgres")
    server = Postgres()
    yield server
    server.remove()


@pytest.fixture
def engine(request, monkeypatch):
    """Has ledgers open on one of the engines, and the name of that."""
    monkeypatch.delenv(LEDGER_VARIABLE, raising=False)
    if request.param == "file":
        yield request.param
        return
    server = request.getfixturevalue("postgres")
    monkeypatch.setenv(LEDGER_VARIABLE, server.url())
    yield request.param
    forget_all(server)


@pytest.fixture
def opened(engine):
    """Opens ledgers, and closes them; a team's are compared with what another process would read."""
    ledgers = []

    def act(path):
        ledgers.append(open_ledger(path))
        return ledgers[-1]

    yield act
    for one in dict.fromkeys(ledgers):
        if engine == "postgresql" and one.readable():
            with closing(again(one)) as other:
                assert contents(other) == contents(one)
        one.close()


@pytest.fixture
def ledger(tmp_path, opened):
    return opened(tmp_path / "workspace" / "corrections.duckdb")


@pytest.fixture
def selection():
    return Selection(
        sample_ids=("id2", "id0", "id5"),
        how="lasso",
        polygon=((0.0, 0.0), (1.0, 0.0), (1.0, 1.5)),
        filters=Filters(labels=("Blip", "Tomte"), ranges=(("snr", 7.5, 20.0),)),
        dataset_fingerprint="data",
        layout_fingerprint="layout",
    )


@pytest.fixture
def propose_whistle(ledger, selection, labels):
    """Proposes Whistle for the selection, with whatever else the test asks for."""

    def act(**options):
        options = {"author": "Ada", "app_version": "0.1", "reason": "rises", "confidence": 0.8} | options
        label = options.pop("label", "Whistle")
        return propose(ledger, options.pop("selection", selection), labels, label, **options)

    return act


@pytest.fixture
def count_rows(ledger):
    """How many rows the two append-only tables hold."""

    def act():
        with ledger.cursor() as cursor:
            return cursor.execute("SELECT (SELECT count(*) FROM batch), (SELECT count(*) FROM correction)").fetchone()

    return act


class Desk:
    """Writes to a ledger what sentences say, such as "Ada proposes Whistle"; every sample is a Blip at first.

    A name that begins with "Mo" is a moderator's. "withdraws" takes back the latest thing that this person wrote about
    the sample and has not taken back yet, "restores" the latest proposal that was taken back so.
    """

    def __init__(self, ledger):
        self.ledger = ledger
        self.proposal = {}
        self._written, self._withdrawn = {}, {}

    def tell(self, sample_id, *sentences):
        for sentence in sentences:
            name, verb, *words = sentence.split()
            person = Person(name, "moderator" if name.startswith("Mo") else "reviewer")
            getattr(self, f"_{verb}")(sample_id, person, *words)

    def correction(self, batch_id):
        return proposals(self.ledger, ProposalFilters(batch_ids=(batch_id,)))["correction_id"].iloc[0]

    def _proposes(self, sample_id, person, label):
        selection = Selection((sample_id,), "click", dataset_fingerprint="data")
        batch = propose(self.ledger, selection, {sample_id: "Blip"}, label, author=person, app_version="0.1")
        self._keep_proposal(sample_id, person, batch.batch_id, label)

    def _keep_proposal(self, sample_id, person, batch_id, label):
        correction = self.correction(batch_id)
        self.proposal[sample_id, person.name] = self.proposal[sample_id, f"{person.name}/{label}"] = correction
        self._note(sample_id, person, (withdraw, batch_id, label))

    def _reviews(self, sample_id, person, verdict, whose, label=""):
        found = self.proposal.get((sample_id, whose), "nothing")
        written = review(self.ledger, found, verdict, author=person, label=label, app_version="0.1")
        self._note(sample_id, person, (withdraw_review, written.review_id, ""))

    def _accepts(self, sample_id, person, whose):
        self._reviews(sample_id, person, "accept", whose)

    def _rejects(self, sample_id, person, whose):
        self._reviews(sample_id, person, "reject", whose)

    def _doubts(self, sample_id, person, whose):
        self._reviews(sample_id, person, "unsure", whose)

    def _wants(self, sample_id, person, label, _, whose):
        self._reviews(sample_id, person, "other label", whose, label)

    def _keeps(self, sample_id, person, verdict="keep"):
        case = SuspectCase(sample_id, "Blip", "Tomte")
        written = judge(self.ledger, case, verdict, author=person, app_version="0.1")
        self._note(sample_id, person, (withdraw_judgement, written.judgement_id, ""))

    def _skips(self, sample_id, person):
        self._keeps(sample_id, person, "skip")

    def _decides(self, sample_id, person, label):
        written = decide(self.ledger, sample_id, label, author=person, reason="seen", app_version="0.1")
        self._note(sample_id, person, (withdraw_decision, written.decision_id, ""))

    def _reopens(self, sample_id, person):
        written = reopen(self.ledger, sample_id, author=person, reason="look again", app_version="0.1")
        self._note(sample_id, person, (withdraw_decision, written.decision_id, ""))

    def _withdraws(self, sample_id, person):
        written = self._written.get((sample_id, person.name))
        if not written:
            raise GlitchAuditError("nothing to withdraw")
        act, identifier, label = written.pop()
        act(self.ledger, identifier, author=person)
        if act is withdraw:
            self._withdrawn.setdefault((sample_id, person.name), []).append((identifier, label))

    def _restores(self, sample_id, person):
        withdrawn = self._withdrawn.get((sample_id, person.name))
        if not withdrawn:
            raise GlitchAuditError("nothing to restore")
        batch_id, label = withdrawn.pop()
        batch = restore(self.ledger, batch_id, author=person)
        self._keep_proposal(sample_id, person, batch.batch_id, label)

    def _note(self, sample_id, person, written):
        self._written.setdefault((sample_id, person.name), []).append(written)


@pytest.fixture
def desk(ledger):
    return Desk(ledger)


@pytest.fixture
def new_desk(tmp_path, opened):
    """Makes a desk with an empty ledger of its own."""
    made = []

    def make():
        made.append(Desk(opened(tmp_path / f"desk{len(made)}" / "corrections.duckdb")))
        return made[-1]

    return make
