"""The server of a team's ledger is killed, cut off, slow, or replaced: nothing is lost or doubled, and it is said."""

import threading
import time
from contextlib import closing

import psycopg
import pytest

from core.errors import GlitchAuditError
from core.ledger import Person, ProposalFilters, decide, decisions, proposals
from core.ledger.storage.team import server as server_module
from core.ledger.storage.team import team_ledger
from core.ledger.storage.team.tables import LOCK_CLASS
from tests.ledger.engines import contents
from tests.ledger.team.cutting import Cutter

SENDING = b"INSERT INTO glitch_audit.act"


@pytest.fixture
def at_once(monkeypatch):
    """Readers ask the server each time."""
    monkeypatch.setattr(team_ledger, "SECONDS_BETWEEN_QUESTIONS", 0.0)
    monkeypatch.setattr(team_ledger, "SECONDS_AFTER_SILENCE", 0.0)


@pytest.fixture
def cutter(server):
    """Stands before the server."""
    with closing(Cutter(server.port)) as made:
        yield made


def samples(ledger):
    return sorted(proposals(ledger, ProposalFilters(status="all"))["sample_id"])


def test_a_killed_server_is_read_on_from_here_and_written_to_once_it_is_back(own_server, open_at, write, at_once):
    server = own_server(lasting=True)
    ledger = open_at(server.url())
    write(ledger, "a")
    server.kill()
    with pytest.raises(GlitchAuditError, match=r"database at 127\.0\.0\.1:\d+, database postgres cannot be reached"):
        write(ledger, "b", batch_id="b")
    assert samples(ledger) == ["a"]
    assert "What is shown is as it was at" in ledger.problem()
    server.start()
    assert ledger.problem() is None
    assert not write(ledger, "b", batch_id="b").repeated
    assert write(ledger, "b", batch_id="b").repeated
    assert samples(open_at(server.url())) == samples(ledger) == ["a", "b"]


def test_a_ledger_whose_server_was_never_reached_is_one_sentence_and_not_an_empty_one(open_at, write):
    ledger = open_at("postgresql://ada:secret@127.0.0.1:1/x")
    assert ledger.exists() and not ledger.readable()
    assert ledger.problem().count("cannot be reached") == 1
    with pytest.raises(GlitchAuditError, match="cannot be reached"):
        write(ledger, "a")


@pytest.mark.parametrize("passed_on", [True, False], ids=["the answer is lost", "the act is lost"])
def test_an_act_whose_connection_is_cut_is_written_once(cutter, server, open_at, write, ask, passed_on):
    ledger = open_at(server.url(port=cutter.port))
    write(ledger, "a")
    cutter.cut_at, cutter.passed_on = SENDING, passed_on
    assert not write(ledger, "b", batch_id="b").repeated
    assert cutter.cuts == 1
    assert write(ledger, "b", batch_id="b").repeated
    write(ledger, "c")
    other = open_at()
    assert samples(other) == samples(ledger) == ["a", "b", "c"] and contents(other) == contents(ledger)
    assert ask(
        "SELECT count(DISTINCT act), count(*), max(number) FROM glitch_audit.act JOIN glitch_audit.ledger "
        "USING (ledger) WHERE name = 'workspace'"
    ) == [(3, 3, 3)]


@pytest.mark.parametrize("passed_on", [True, False], ids=["the answer is lost", "the act is lost"])
def test_where_the_server_does_not_come_back_the_sentence_says_that_nobody_knows(
    cutter, server, open_at, write, at_once, monkeypatch, passed_on
):
    monkeypatch.setattr(server_module, "SECONDS_TO_FIND_OUT", 0.5)
    ledger = open_at(server.url(port=cutter.port))
    write(ledger, "a")
    cutter.cut_at, cutter.passed_on, cutter.deaf_after_cut = SENDING, passed_on, True
    with pytest.raises(GlitchAuditError, match="whether it was written shows once it is back"):
        write(ledger, "b", batch_id="b")
    cutter.deaf = False
    assert write(ledger, "b", batch_id="b").repeated == passed_on
    assert samples(ledger) == samples(open_at()) == ["a", "b"]


def test_an_act_that_is_lost_while_others_write_is_refused_and_not_written_on_old_grounds(
    cutter, server, open_at, write, monkeypatch
):
    ledger, other = open_at(server.url(port=cutter.port)), open_at()
    write(ledger, "a")
    cutter.cut_at, cutter.passed_on = SENDING, False
    begin = server_module.Connection.begin

    def after_another(connection, position):
        if cutter.cuts and connection.address.url.endswith(f":{cutter.port}/postgres"):
            write(other, "c", batch_id="c")
        return begin(connection, position)

    with monkeypatch.context() as patch:
        patch.setattr(server_module.Connection, "begin", after_another)
        with pytest.raises(GlitchAuditError, match="nothing of it was written: do it again"):
            write(ledger, "b", batch_id="b")
    assert samples(open_at(server.url())) == ["a", "c"]
    assert not write(ledger, "b", batch_id="b").repeated


def test_another_who_holds_the_lock_too_long_is_one_sentence(server, open_at, write, ask):
    slow = open_at(server.url() + "?options=-c%20lock_timeout%3D200")
    write(slow, "a")
    (number,) = ask("SELECT ledger FROM glitch_audit.ledger WHERE name = 'workspace'")[0]
    with psycopg.connect(server.url()) as holder:
        holder.execute(f"SELECT pg_advisory_xact_lock({LOCK_CLASS}, {number})")
        with pytest.raises(GlitchAuditError, match=r"took too long, so this was stopped; nothing was written\."):
            write(slow, "b")
    assert not write(slow, "b").repeated
    assert samples(slow) == samples(open_at()) == ["a", "b"]


def test_a_statement_that_takes_too_long_leaves_nothing(server, open_at, write):
    slow = open_at(server.url() + "?options=-c%20statement_timeout%3D200")
    write(slow, "a")
    with psycopg.connect(server.url()) as holder:
        holder.execute("LOCK TABLE glitch_audit.act IN EXCLUSIVE MODE")
        with pytest.raises(GlitchAuditError, match=r"took too long, so this was stopped; nothing was written\."):
            write(slow, "b", batch_id="b")
    assert samples(slow) == ["a"]
    assert not write(slow, "b", batch_id="b").repeated
    assert samples(slow) == samples(open_at()) == ["a", "b"]


def test_a_promoted_standby_takes_over_with_all_acts(own_server, open_at, write, at_once):
    first = own_server(lasting=True, settings={"synchronous_standby_names": "*", "synchronous_commit": "local"})
    second = own_server(lasting=True, copy_of=first)
    both = f"postgresql://glitch:p%40ss%3Aw%2Frd@127.0.0.1:{first.port},127.0.0.1:{second.port}/postgres"
    ledger = open_at(both + "?target_session_attrs=read-write&options=-c%20synchronous_commit%3Don")
    for number in range(5):
        write(ledger, f"s{number}")
    first.kill()
    assert len(samples(ledger)) == 5 and "cannot be reached" in ledger.problem()
    second.promote()
    # A standby of its own is what it would wait for now.
    with psycopg.connect(second.url(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
        connection.execute("SELECT pg_reload_conf()")
    write(ledger, "s5")
    assert ledger.problem() is None and ledger.backup_trouble is None
    assert samples(ledger) == samples(open_at(second.url())) == [f"s{number}" for number in range(6)]


def test_a_server_that_has_lost_what_was_read_from_it_is_believed_and_that_is_said(
    server, open_at, write, ask, at_once
):
    ledger, other = open_at(), open_at()
    write(ledger, "a")
    write(other, "b")
    assert samples(ledger) == ["a", "b"]
    ask("ALTER TABLE glitch_audit.act DISABLE TRIGGER USER")
    ask(
        "DELETE FROM glitch_audit.act USING glitch_audit.ledger WHERE act.ledger = ledger.ledger "
        "AND name = 'workspace' AND number = 2"
    )
    ask("ALTER TABLE glitch_audit.act ENABLE TRIGGER USER")
    assert samples(ledger) == ["a"]
    assert "no longer holds act 2" in ledger.backup_trouble
    write(other, "c")
    assert samples(other) == samples(ledger) == ["a", "c"] and contents(other) == contents(ledger)


def test_many_who_write_at_once_lose_and_double_nothing(server, open_at, write):
    ledgers = [open_at() for _ in range(4)]
    start, refused = threading.Barrier(8), []

    def act(number):
        start.wait()
        for place in range(5):
            write(ledgers[number % 4], f"{number}-{place}", batch_id=f"{number}-{place}")
            write(ledgers[(number + 1) % 4], f"{number}-{place}", batch_id=f"{number}-{place}")
        try:
            decide(
                ledgers[number % 4],
                "id0",
                f"label {number}",
                author=Person("Mo", "moderator"),
                reason="why",
                app_version="0.1",
            )
        except GlitchAuditError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=act, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fresh = open_at()
    assert samples(fresh) == sorted(f"{number}-{place}" for number in range(8) for place in range(5))
    assert len(refused) == 7 and len(decisions(fresh)) == 1
    until = time.monotonic() + 5
    while time.monotonic() < until and any(contents(one) != contents(fresh) for one in ledgers):
        time.sleep(0.05)
    assert [contents(one) for one in ledgers] == [contents(fresh)] * 4


def test_an_act_that_fails_half_way_leaves_nothing_here_or_there(open_at, write, ask, monkeypatch):
    ledger = open_at()
    write(ledger, "a")
    send = server_module.Connection._write

    def fail(connection, acts, version):
        send(connection, [(number, act, "no JSON") for number, act, _ in acts], version)

    with monkeypatch.context() as patch:
        patch.setattr(server_module.Connection, "_write", fail)
        with pytest.raises(GlitchAuditError, match="cannot be used"):
            write(ledger, "b", batch_id="b")
    assert samples(ledger) == ["a"]
    assert not write(ledger, "b", batch_id="b").repeated
    assert samples(open_at(ledger._url)) == ["a", "b"]
