"""A ledger with bounds stops what asks for more, says so, and works on; a sandbox has bounds."""

from __future__ import annotations

import pytest

from core.errors import GlitchAuditError
from core.ledger.storage.bounds import Bounds
from core.ledger.storage.sandbox import Sandbox
from core.ledger.storage.store import Ledger

pytestmark = pytest.mark.file_only("about bounds of a visitor's file")


FOR_EVER = "WITH RECURSIVE chain(step) AS (SELECT 0 UNION ALL SELECT 0 FROM chain) SELECT count(*) FROM chain"
TOO_MUCH = "SELECT list(range::VARCHAR || repeat('x', 100)) FROM range(20000000)"


@pytest.fixture
def ledger(tmp_path):
    bounded = Ledger(tmp_path / "ledger.duckdb", bounds=Bounds(memory=60_000_000, threads=1, seconds=1.5))
    yield bounded
    bounded.close()


@pytest.mark.parametrize("query", [FOR_EVER, TOO_MUCH], ids=["for ever", "too much"])
def test_what_asks_for_more_is_stopped_with_a_sentence_and_the_ledger_works_on(ledger, query):
    with pytest.raises(GlitchAuditError, match=r"more than 1.5 s or 60 MB"), ledger.cursor() as cursor:
        cursor.execute(query).fetchall()
    with ledger.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM correction").fetchone() == (0,)


def test_a_sandbox_keeps_to_its_bounds():
    sandbox = Sandbox()
    try:
        with sandbox.ledger.cursor() as cursor:
            threads, reading_ahead, memory = cursor.execute(
                "SELECT current_setting('threads'), current_setting('async_threads'), current_setting('memory_limit')"
            ).fetchone()
        assert (threads, reading_ahead) == (1, 0)
        assert memory == "286.1 MiB"
        assert sandbox.ledger.bounds.seconds <= 30
    finally:
        sandbox.discard()


def test_batches_that_refer_to_each_other_in_a_circle_do_not_keep_the_views_busy(ledger):
    with ledger.cursor() as cursor:
        for batch, earlier in (("a", "b"), ("b", "a"), ("c", "c")):
            cursor.execute(
                "INSERT INTO batch BY NAME SELECT ? AS batch_id, 'proposal' AS kind, now()::TIMESTAMP AS created_at, "
                "'Ada' AS author, false AS author_verified, 1 AS samples, 0 AS skipped, ? AS refers_to, "
                "'click' AS how, '[]' AS polygon, '{}' AS filters, '' AS dataset_fingerprint, "
                "'' AS layout_fingerprint, "
                "'0' AS app_version",
                [batch, earlier],
            )
        standing = cursor.execute("SELECT batch_id, latest FROM standing_batch ORDER BY ALL").fetchall()
    assert standing == [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b"), ("c", "c")]
