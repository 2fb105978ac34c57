"""The schema: new files get all of it, old ones what they lack, newer and foreign ones are left alone."""

import duckdb
import pytest

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import Person, SuspectCase, judge, judgements, proposals, propose, reopen, sample_states, votes
from core.ledger.storage.schema import MIGRATIONS, VERSION, migrate, schema_version

pytestmark = pytest.mark.file_only("about migrations of the file; tests/ledger/team has those of a team's ledger")


def propose_one(ledger):
    return propose(ledger, Selection(("a",), "click"), {"a": "Blip"}, "Tomte", author="Ada", app_version="0.1")


def test_a_new_file_gets_every_migration_once(ledger):
    with ledger.cursor() as cursor:
        applied = cursor.execute("SELECT version, note FROM schema_version ORDER BY version").fetchall()
    assert applied == [(number, migration.note) for number, migration in enumerate(MIGRATIONS, start=1)]
    ledger.close()
    with ledger.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM schema_version").fetchone() == (VERSION,)


@pytest.mark.parametrize("version", range(VERSION))
def test_a_file_of_each_older_version_is_brought_up_to_date_with_its_rows(ledger, monkeypatch, version):
    ledger.path.parent.mkdir(parents=True)
    with duckdb.connect(str(ledger.path)) as old, monkeypatch.context() as patch:
        patch.setattr("core.ledger.storage.schema.MIGRATIONS", MIGRATIONS[:version])
        patch.setattr("core.ledger.storage.schema.VERSION", version)
        migrate(old)
        if version >= 1:
            old.execute(
                "INSERT INTO batch (batch_id, kind, created_at, author, author_verified, samples, skipped, refers_to, "
                "how, polygon, cluster, filters, dataset_fingerprint, layout_fingerprint, app_version) "
                "VALUES ('b', 'proposal', '2026-01-02 03:04:05', 'ΟΔΥΣΣΕΥΣ', false, 1, 0, NULL, 'click', "
                "'[]', NULL, '{}', 'data', 'layout', '0.1')"
            )
            old.execute(
                "INSERT INTO correction BY NAME "
                "SELECT 'c' AS correction_id, nextval('correction_sequence') AS sequence, 'b' AS batch_id, "
                "'proposal' AS kind, TIMESTAMP '2026-01-02 03:04:05' AS created_at, "
                "'ΟΔΥΣΣΕΥΣ' AS author, false AS author_verified, 'old' AS sample_id, 'Blip' AS label_before, "
                "'Tomte' AS label_proposed, 'why' AS reason"
            )
            if version >= 5:
                for table in ("batch", "correction"):
                    old.execute(f"UPDATE {table} SET author_key = 'οδυσσευσ'")
    propose_one(ledger)
    with ledger.cursor() as cursor:
        assert schema_version(cursor) == VERSION
        keys = dict(cursor.execute("SELECT author, author_key FROM batch").fetchall())
        rows = cursor.execute("SELECT author, author_key FROM correction ORDER BY author").fetchall()
    assert keys == ({"Ada": "ada", "ΟΔΥΣΣΕΥΣ": "οδυσσευσ"} if version >= 1 else {"Ada": "ada"})
    assert dict(rows) == keys
    assert proposals(ledger)["sample_id"].tolist() == (["a", "old"] if version >= 1 else ["a"])


def test_a_file_of_a_newer_program_is_refused_and_left_alone(ledger):
    propose_one(ledger)
    with ledger.cursor() as cursor:
        cursor.execute("INSERT INTO schema_version VALUES (?, now()::TIMESTAMP, 'from the future')", [VERSION + 1])
    ledger.close()
    content = ledger.path.read_bytes()
    with pytest.raises(GlitchAuditError, match=f"newer Glitch Audit.*{VERSION + 1}.*knows {VERSION}.*update"):
        propose_one(ledger)
    assert ledger.path.read_bytes() == content
    assert proposals(ledger).empty
    assert "update" in ledger.problem()


def test_a_file_of_another_program_is_refused_and_left_alone(ledger):
    ledger.path.parent.mkdir(parents=True)
    with duckdb.connect(str(ledger.path)) as other:
        other.execute("CREATE TABLE correction (anything INTEGER)")
    with pytest.raises(GlitchAuditError, match="another program made it"):
        propose_one(ledger)
    with duckdb.connect(str(ledger.path)) as other:
        assert other.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("correction",)]


def test_a_migration_that_fails_leaves_the_version_before_it(monkeypatch):
    broken = type(MIGRATIONS[0])("broken", "CREATE TABLE half (a INTEGER); SELECT no_such_column FROM half")
    monkeypatch.setattr("core.ledger.storage.schema.MIGRATIONS", (*MIGRATIONS, broken))
    monkeypatch.setattr("core.ledger.storage.schema.VERSION", VERSION + 1)
    with duckdb.connect() as connection:
        with pytest.raises(duckdb.Error):
            migrate(connection)
        assert schema_version(connection) == VERSION
        tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert "half" not in tables


def test_judgements_from_before_reviews_are_votes_until_the_sample_is_reopened(ledger, monkeypatch):
    ledger.path.parent.mkdir(parents=True)
    with duckdb.connect(str(ledger.path)) as old, monkeypatch.context() as patch:
        patch.setattr("core.ledger.storage.schema.MIGRATIONS", MIGRATIONS[:3])
        patch.setattr("core.ledger.storage.schema.VERSION", 3)
        migrate(old)
        for name in ("Ada", "Ben"):
            old.execute(
                "INSERT INTO judgement VALUES (?, nextval('judgement_sequence'), '2026-01-02 03:04:05', ?, false, 'a', "
                "'Blip', 'keep', 'Tomte', NULL, NULL, '', NULL, 'suspects', 'data', '0.1', NULL)",
                [name, name],
            )
    assert judgements(ledger)["role"].tolist() == ["", ""]
    assert sample_states(ledger).loc["a", ["state", "label"]].tolist() == ["decided", "Blip"]
    reopen(ledger, "a", author=Person("Mo", "moderator"), reason="look again", app_version="0.1")
    assert sample_states(ledger).loc["a", "state"] == "reopened"
    judge(ledger, SuspectCase("a", "Blip"), "keep", author="Ada", app_version="0.1")
    assert sample_states(ledger).loc["a", ["state", "people"]].tolist() == ["in review", "Ada"]


def test_judgements_from_before_reviews_get_the_number_of_the_proposal_before_them(ledger, monkeypatch):
    ledger.path.parent.mkdir(parents=True)
    with duckdb.connect(str(ledger.path)) as old, monkeypatch.context() as patch:
        patch.setattr("core.ledger.storage.schema.MIGRATIONS", MIGRATIONS[:3])
        patch.setattr("core.ledger.storage.schema.VERSION", 3)
        migrate(old)
        for hour in (10, 12):
            old.execute(
                "INSERT INTO batch SELECT ?, 'proposal', ?::TIMESTAMP, 'Ada', false, 1, 0, NULL, 'click', '[]', NULL, "
                "'{}', '', '', ''",
                [f"b{hour}", f"2026-01-02 {hour}:00:00"],
            )
            old.execute(
                "INSERT INTO correction VALUES (?, nextval('correction_sequence'), ?, 'proposal', ?, 'Ada', false, "
                "?, 'Blip', 'Tomte', '', NULL, NULL)",
                [f"c{hour}", f"b{hour}", f"2026-01-02 {hour}:00:00", f"s{hour}"],
            )
        for hour, sample in ((9, "s10"), (11, "s10"), (11, "s12"), (13, "s12")):
            old.execute(
                "INSERT INTO judgement VALUES (?, nextval('judgement_sequence'), ?, 'Ada', false, ?, "
                "'Blip', 'keep', 'Tomte', NULL, NULL, '', NULL, 'suspects', 'data', '0.1', NULL)",
                [f"j{hour}{sample}", f"2026-01-02 {hour}:00:00", sample],
            )
        before = old.execute("SELECT * FROM judgement ORDER BY judgement_id").fetchall()
    with ledger.cursor() as cursor:
        after = cursor.execute("SELECT * FROM judgement ORDER BY judgement_id").fetchall()
        events = dict(cursor.execute("SELECT judgement_id, event FROM judgement").fetchall())
    assert [row[: len(before[0])] for row in after] == before
    assert events == {"j9s10": 0, "j11s10": 1, "j11s12": 1, "j13s12": 2}
    # What was said last counts: about each sample the judgement after its proposal.
    assert votes(ledger)["said_id"].tolist() == ["j11s10", "j13s12"]


def test_the_key_of_the_author_is_all_that_a_migration_writes_into_older_rows(ledger, monkeypatch):
    ledger.path.parent.mkdir(parents=True)
    with duckdb.connect(str(ledger.path)) as old, monkeypatch.context() as patch:
        patch.setattr("core.ledger.storage.schema.MIGRATIONS", MIGRATIONS[:4])
        patch.setattr("core.ledger.storage.schema.VERSION", 4)
        migrate(old)
        for number, author in enumerate(("Ada", "ada", "İbrahim")):
            old.execute(
                "INSERT INTO correction VALUES (?, nextval('correction_sequence'), 'b', 'proposal', "
                "'2026-01-02 03:04:05', ?, false, 'old', 'Blip', 'Tomte', 'why', NULL, NULL)",
                [str(number), author],
            )
        before = old.execute("SELECT * FROM correction ORDER BY correction_id").fetchall()
    with ledger.cursor() as cursor:
        after = cursor.execute("SELECT * FROM correction ORDER BY correction_id").fetchall()
    assert [row[:-2] for row in after] == before
    assert [row[-2:] for row in after] == [("ada", "ada"), ("ada", "ada"), ("ibrahim", "ibrahim")]
