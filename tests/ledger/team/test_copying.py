"""A ledger is copied from a file to PostgreSQL and back: complete, checked on both sides, into an empty one alone."""

import math

import duckdb
import pytest

from core.commands.parser import main
from core.errors import GlitchAuditError
from core.ledger import Ledger, open_ledger
from core.ledger.exchange.moving import copy_ledger
from core.ledger.storage.backups import content_by_table, read_whole
from core.ledger.storage.team.replica import Replica
from tests.ledger.conftest import Desk
from tests.ledger.engines import contents


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A ledger in a file with a row or more in most tables, whatever the environment says."""
    ledger = Ledger(tmp_path / "o3" / "corrections.duckdb")
    desk = Desk(ledger)
    desk.tell("a", "Ada proposes Tomte", "Ben accepts Ada", "Mo decides Koi", "Mo reopens", "Cy keeps", "Ada withdraws")
    desk.tell("b", "Ada proposes Whistle", "Ada withdraws", "Ada restores", "Ben wants Koi for Ada")
    yield ledger
    ledger.close()


def test_there_and_back_keeps_every_row(server, file, tmp_path, capsys):
    before = contents(file)
    file.close()
    main(["ledger", "copy", str(file.path), server.url()])
    told = capsys.readouterr().out
    assert f"{file.path} was copied to “o3” at 127.0.0.1:{server.port}" in told and "p@ss" not in told
    main(["ledger", "copy", "GLITCH_AUDIT_LEDGER", str(tmp_path / "back.duckdb"), "--name", "o3"])
    assert read_whole(tmp_path / "back.duckdb") == before
    with file.cursor() as cursor:
        tables = content_by_table(cursor)
    lines = {line.split()[0]: line.split()[1:] for line in told.splitlines()[1:-1]}
    assert lines == {table: [f"{rows:,}", content] for table, (rows, content) in tables.items()}


def test_acts_after_a_copy_have_numbers_of_their_own(server, file, open_at, tmp_path, write):
    team = open_at()
    copy_ledger(file, team, target_again=open_at())
    back = Ledger(tmp_path / "back.duckdb")
    copy_ledger(team, back)
    for ledger in (team, back, open_at()):
        write(ledger, "z")
        with ledger.cursor() as cursor:
            last, before = cursor.execute("SELECT sequence FROM correction ORDER BY sequence DESC LIMIT 2").fetchall()
        assert last > before
    assert contents(open_at()) == contents(open_at())
    back.close()


def test_a_target_with_rows_is_refused_and_left_as_it_is(server, file, open_at, write):
    team = open_at()
    write(team, "z")
    before = contents(team)
    with pytest.raises(
        GlitchAuditError, match=r"has rows already: a copy goes into an empty one\. Nothing was written"
    ):
        copy_ledger(file, team)
    with pytest.raises(GlitchAuditError, match="has rows already"):
        copy_ledger(team, file)
    assert contents(open_at()) == contents(team) == before


def test_an_empty_or_missing_source_is_one_sentence(server, open_at, tmp_path):
    with pytest.raises(GlitchAuditError, match=r"There is no ledger .*none\.duckdb to copy"):
        copy_ledger(Ledger(tmp_path / "none.duckdb"), open_at())
    with pytest.raises(GlitchAuditError, match="has no rows, so there is nothing to copy"):
        copy_ledger(open_at(), Ledger(tmp_path / "none.duckdb"))
    assert not (tmp_path / "none.duckdb").exists()


def test_a_copy_of_many_rows_goes_in_parts_and_all_at_once(server, file, open_at, ask, monkeypatch):
    monkeypatch.setattr("core.ledger.storage.team.replica._MOST_ROWS", 3)
    with file.cursor() as cursor:
        rows = sum(count for count, _ in content_by_table(cursor).values())
    copy_ledger(file, open_at(), target_again=open_at())
    (found,) = ask(
        "SELECT count(*), max(number), count(DISTINCT act.xmin::text) FROM glitch_audit.act "
        "JOIN glitch_audit.ledger USING (ledger) WHERE name = 'workspace'"
    )
    assert found == (math.ceil(rows / 3), math.ceil(rows / 3), 1)


def test_a_copy_that_differs_is_found(server, file, open_at, tmp_path):
    other = Ledger(tmp_path / "other" / "corrections.duckdb")
    Desk(other).tell("a", "Ada proposes Tomte")
    with pytest.raises(
        GlitchAuditError, match=r"differs from .*o3/corrections\.duckdb in the table batch \(1 rows for"
    ):
        copy_ledger(file, open_at(), target_again=other)
    other.close()


def test_texts_and_numbers_of_every_kind_come_back_as_they_were(server, file, open_at):
    hostile = "ü\n\t\\ \"' \u2028 \U0001f600 \x7f"
    with file.write_lock, file.cursor() as cursor:
        for number, score in enumerate((math.nan, math.inf, -math.inf, 0.1, 1e308, 5e-324, -0.0)):
            cursor.execute(
                "INSERT INTO judgement (judgement_id, event, created_at, author, author_verified, sample_id, label, "
                "verdict, suggested_label, score, reason, suspects_fingerprint, dataset_fingerprint, app_version) "
                "VALUES (?, ?, '2026-01-01 00:00:00.000001', ?, true, 'a', '', 'keep', '', ?, ?, '', '', '0')",
                [f"{number}", 100 + number, hostile, score, hostile],
            )
    copied = copy_ledger(file, open_at(), target_again=open_at())
    assert next(table.rows for table in copied if table.name == "judgement") == 8


def test_duckdb_tells_rows_that_are_not_committed_as_the_replica_takes_it():
    """The replica finds what an act added by the numbers of its rows, which DuckDB does not document."""
    replica = Replica()
    replica.complete()
    cursor = replica.connection.cursor()
    signed = "now(), 'a', 'a', 'a', true, 'r'"
    insert = f"INSERT INTO known_rate VALUES (?, nextval('correction_sequence'), {signed}, 1, '0', null)"
    cursor.execute(insert, ["before"])
    cursor.execute("BEGIN")
    cursor.executemany(insert, [[f"{number}"] for number in range(3)])
    found = [row["rate_id"] for part in replica.added(cursor, ["known_rate"]) for row in part["known_rate"]]
    assert found == ["0", "1", "2"]
    cursor.execute("COMMIT")
    cursor.execute("BEGIN")
    assert not list(replica.added(cursor, replica.columns))
    with pytest.raises(duckdb.Error):
        cursor.execute("SELECT no_such_column FROM known_rate")


def test_both_sides_in_databases_need_a_name(server):
    with pytest.raises(SystemExit, match="say with --name which one is meant"):
        main(["ledger", "copy", server.url(), server.url()])


def test_a_workspace_may_be_named(server, tmp_path, monkeypatch, capsys, write):
    monkeypatch.setenv("GLITCH_AUDIT_HOME", str(tmp_path))
    monkeypatch.delenv("GLITCH_AUDIT_LEDGER")
    ledger = open_ledger(tmp_path / "demo" / "corrections.duckdb")
    write(ledger, "a")
    ledger.close()
    main(["ledger", "copy", "demo", server.url()])
    assert "“demo” at" in capsys.readouterr().out
