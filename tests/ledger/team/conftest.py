"""A team's ledger, whatever the other tests run on, and the means to see and to trouble its server."""

import os

import psycopg
import pytest

from core.dataset.selection import Selection
from core.ledger import propose
from core.ledger.storage.team.address import LEDGER_VARIABLE
from core.ledger.storage.team.team_ledger import TeamLedger
from tests.ledger.engines import forget_all
from tests.postgres import Postgres, programs


@pytest.fixture
def server(postgres, monkeypatch):
    """The server of all tests, without ledgers."""
    monkeypatch.setenv(LEDGER_VARIABLE, postgres.url())
    yield postgres
    forget_all(postgres)


@pytest.fixture
def own_server():
    """Starts servers of a test's own, which may be killed."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed: make postgres")
    started = []

    def start(**options):
        started.append(Postgres(**options))
        return started[-1]

    yield start
    for one in started:
        one.remove()


@pytest.fixture
def open_at(tmp_path):
    """Opens the ledger of one workspace at an address, as a process of its own would."""
    opened = []

    def act(url=None):
        opened.append(TeamLedger(tmp_path / "workspace" / "corrections.duckdb", url or os.environ[LEDGER_VARIABLE]))
        return opened[-1]

    yield act
    for one in opened:
        one.close()


@pytest.fixture
def ask(server):
    """Asks the server's database something as its owner."""

    def act(question, *values):
        with psycopg.connect(server.url(), autocommit=True) as connection:
            cursor = connection.execute(question, values or None)
            return cursor.fetchall() if cursor.description else []

    return act


@pytest.fixture
def write():
    """``write(ledger, sample)``: Ada proposes Tomte for it."""

    def act(ledger, sample, **options):
        chosen = Selection((sample,), "click")
        return propose(ledger, chosen, {sample: "Blip"}, "Tomte", author="Ada", app_version="0.1", **options)

    return act
