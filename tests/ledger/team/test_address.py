"""The address of a team's ledger: what is obeyed, what is shown, and that a password never is."""

import logging
import traceback
from pathlib import Path

import pytest

from core.errors import GlitchAuditError
from core.ledger import open_ledger, proposals
from core.ledger.storage.team.address import LEDGER_VARIABLE, ledger_name, read_address
from core.ledger.storage.team.team_ledger import TeamLedger

SECRET = "hunter2secret"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"postgresql://ada:{SECRET}@db.example:5433/glitches", "db.example:5433, database glitches"),
        (f"postgres://ada:{SECRET}@db.example", "db.example, database ada"),
        (
            f"postgresql://ada:{SECRET}@one:1,two:2/g?target_session_attrs=read-write",
            "one:1 or two:2, database g",
        ),
    ],
)
def test_host_and_database_are_shown_and_nothing_else(url, shown):
    address = read_address(url)
    assert address.shown == shown
    assert SECRET not in repr(address) and "ada:" not in repr(address)


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://ada:{SECRET}@host/db",
        f"/home/ada/{SECRET}.duckdb",
        f"postgresql://ada:{SECRET}%zz@host/db",
        f"postgresql://ada:{SECRET}/x@host/db",
        f"postgresql://ada:1234/{SECRET}@host/db",
        f"postgresql://ada@{SECRET}@host/db",
        f"postgresql://ada@host/db?passwort={SECRET}",
    ],
)
def test_what_is_no_address_is_one_sentence_that_shows_nothing_of_it(url, monkeypatch, tmp_path, caplog):
    monkeypatch.setenv(LEDGER_VARIABLE, url)
    ledger = open_ledger(tmp_path / "w" / "corrections.duckdb")
    with caplog.at_level(logging.DEBUG):
        assert not ledger.readable() and not ledger.path.exists()
        assert f"{LEDGER_VARIABLE} is no address of a PostgreSQL database" in ledger.problem()
        with pytest.raises(GlitchAuditError) as raised, ledger.cursor():
            pass
    told = "".join(traceback.format_exception(raised.value)) + caplog.text + ledger.problem() + str(ledger)
    assert SECRET not in told + repr(ledger)


def test_a_wrong_password_is_one_sentence_without_it(server, open_at, caplog):
    ledger = open_at(server.url(password=SECRET))
    with caplog.at_level(logging.DEBUG), pytest.raises(GlitchAuditError) as raised, ledger.cursor():
        pass
    assert "refuses the name or the password" in str(raised.value)
    assert SECRET not in "".join(traceback.format_exception(raised.value)) + caplog.text + ledger.problem()


def test_a_database_that_is_not_there_is_one_sentence(server, open_at):
    assert "does not exist: make it" in open_at(server.url("nowhere")).problem()


def test_without_the_variable_a_ledger_is_a_file(monkeypatch, tmp_path):
    monkeypatch.delenv(LEDGER_VARIABLE, raising=False)
    assert not isinstance(open_ledger(tmp_path / "corrections.duckdb"), TeamLedger)


def test_workspaces_share_a_database_and_not_a_ledger(server, tmp_path, write):
    one = open_ledger(tmp_path / "one" / "corrections.duckdb")
    two = open_ledger(tmp_path / "two" / "corrections.duckdb")
    write(one, "a")
    assert len(proposals(one)) == 1 and proposals(two).empty
    assert str(one) == f"“one” at 127.0.0.1:{server.port}, database postgres"
    for ledger in (one, two):
        ledger.close()


@pytest.mark.parametrize(
    ("path", "name"), [("/home/o3-3f9a1c/corrections.duckdb", "o3-3f9a1c"), ("/tmp/x/copy.duckdb", "x/copy")]
)
def test_a_ledger_is_named_like_its_workspace(path, name):
    assert ledger_name(Path(path)) == name


def test_who_may_only_read_reads_and_is_told_why_he_cannot_write(server, open_at, write, ask):
    write(open_at(), "a")
    ask("DROP ROLE IF EXISTS onlooker")
    ask(f"CREATE ROLE onlooker LOGIN PASSWORD '{SECRET}'")
    try:
        ask("GRANT USAGE ON SCHEMA glitch_audit TO onlooker")
        ask("GRANT SELECT ON ALL TABLES IN SCHEMA glitch_audit TO onlooker")
        ledger = open_at(f"postgresql://onlooker:{SECRET}@127.0.0.1:{server.port}/postgres")
        assert proposals(ledger)["sample_id"].tolist() == ["a"]
        with pytest.raises(GlitchAuditError, match="give it the rights to the schema glitch_audit"):
            write(ledger, "b")
        assert proposals(ledger)["sample_id"].tolist() == ["a"]
        ledger.close()
    finally:
        ask("DROP OWNED BY onlooker")
        ask("DROP ROLE onlooker")
