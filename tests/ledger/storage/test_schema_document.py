"""docs/ledger.md says of the schema what the database says of itself."""

import re

import duckdb
import pytest

from core.ledger.storage.backups import BackupRule
from core.ledger.storage.schema import VERSION, migrate
from core.workspace import PROJECT_ROOT

DOCUMENT = (PROJECT_ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        migrate(connection)
        yield connection


def rows_under(heading):
    """The rows of the Markdown table under a heading, cells without back-quotes."""
    section = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", DOCUMENT, flags=re.M | re.S)
    assert section, f"docs/ledger.md has no heading {heading}"
    lines = [line for line in section[1].splitlines() if line.startswith("|")][2:]
    return [tuple(cell.strip().strip("`") for cell in line.strip("|").split("|")) for line in lines]


def test_every_table_is_documented_and_no_other(database):
    tables = {name for (name,) in database.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert set(re.findall(r"^### (\w+)$", DOCUMENT, flags=re.M)) == tables


def test_every_column_stands_there_in_order_with_its_type(database):
    columns = database.execute(
        "SELECT table_name, column_name, data_type, if(is_nullable, 'yes', 'no') FROM duckdb_columns() "
        "WHERE NOT internal AND table_name IN (SELECT table_name FROM duckdb_tables()) ORDER BY column_index"
    ).fetchall()
    for table in {column[0] for column in columns}:
        assert [row[:3] for row in rows_under(table)] == [column[1:] for column in columns if column[0] == table], table
        assert all(meaning for *_, meaning in rows_under(table)), table


def test_every_view_is_documented_and_no_other(database):
    views = {name for (name,) in database.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()}
    assert {view for view, meaning in rows_under("Views") if meaning} == views


def test_every_sequence_is_documented(database):
    sequences = {name for (name,) in database.execute("SELECT sequence_name FROM duckdb_sequences()").fetchall()}
    assert set(re.findall(r"`(\w+_sequence)`", DOCUMENT)) == sequences


def test_the_version_and_the_rule_of_backups_are_today_s():
    assert f"The schema’s version is {VERSION}." in DOCUMENT
    rule = BackupRule()
    assert (rule.age.days, rule.keep_newest) == (1, 10)
    prose = " ".join(DOCUMENT.split())
    assert "the last one is a day old" in prose
    assert f"{rule.writes} acts" in prose
    assert f"The ten newest are kept, and of each of the last {rule.keep_days} days the newest" in prose
