"""The migrations that make the ledger's tables and views, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.ledger.identity import JOIN_ACCOUNT, PERSON
from core.ledger.storage.author_keys import fill_author_keys, fill_person_keys
from core.ledger.storage.comment_table import COMMENT_TABLE
from core.ledger.storage.known_tables import KNOWN_TABLES
from core.ledger.storage.old_judgements import number_old_judgements

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Migration:
    """One step of the schema: what it is for, and its statements."""

    note: str
    sql: str
    fill: Callable[[duckdb.DuckDBPyConnection], None] | None = None
    """What SQL alone cannot work out, after the statements and in the same transaction."""


_FIRST = (
    *("batch", "correction", "judgement", "review", "decision", "taxonomy_change", "taxonomy_review"),
    "saved_selection",
)
"""The tables that migrations gave an author's keys to; a table that comes later is made with them."""

_WITH_COMMENTS = (*_FIRST, "comment")
_WITH_KNOWN = (*_WITH_COMMENTS, "known_rate", "known_answer")

OURS = (*_WITH_KNOWN,)
"""The ledger's tables; each row of each has an author."""


def _account_of(tables: Iterable[str]) -> str:
    """Return SQL of the view ``account_of``, which looks into all tables: a migration that adds one makes it anew."""
    rows = " UNION ALL ".join(f"SELECT name_key, author_key, created_at FROM {table}" for table in tables)
    return f"""
        CREATE OR REPLACE VIEW account_of AS
            -- Rows of a proved name whose issuer is not known are the account's that first wrote under that name.
            SELECT '\n' || name_key AS author_key, arg_min(author_key, created_at) AS account
            FROM ({rows})
            WHERE position('\n' IN author_key) > 1
            GROUP BY name_key;
        """


# Never change a migration that has been released: add one.
MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "the append-only tables",
        """
        CREATE SEQUENCE correction_sequence;
        CREATE TABLE batch (
            batch_id VARCHAR PRIMARY KEY,
            kind VARCHAR NOT NULL,
            created_at TIMESTAMP NOT NULL,
            author VARCHAR NOT NULL,
            author_verified BOOLEAN NOT NULL,
            samples INTEGER NOT NULL,
            skipped INTEGER NOT NULL,
            refers_to VARCHAR,
            how VARCHAR NOT NULL,
            polygon JSON NOT NULL,
            cluster INTEGER,
            filters JSON NOT NULL,
            dataset_fingerprint VARCHAR NOT NULL,
            layout_fingerprint VARCHAR NOT NULL,
            app_version VARCHAR NOT NULL
        );
        CREATE TABLE correction (
            correction_id VARCHAR PRIMARY KEY,
            sequence BIGINT NOT NULL DEFAULT nextval('correction_sequence'),
            batch_id VARCHAR NOT NULL,
            kind VARCHAR NOT NULL,
            created_at TIMESTAMP NOT NULL,
            author VARCHAR NOT NULL,
            author_verified BOOLEAN NOT NULL,
            sample_id VARCHAR NOT NULL,
            label_before VARCHAR NOT NULL,
            label_proposed VARCHAR NOT NULL,
            reason VARCHAR NOT NULL,
            confidence DOUBLE,
            withdraws VARCHAR
        );
        COMMENT ON COLUMN correction.created_at IS 'UTC';
        COMMENT ON COLUMN batch.created_at IS 'UTC';
        COMMENT ON COLUMN correction.withdraws IS 'the batch whose row for this sample this row takes back';
        COMMENT ON COLUMN batch.refers_to IS 'the batch that this one withdraws or restores';
        """,
    ),
    Migration(
        "today's state as views",
        """
        CREATE VIEW current_proposal AS
            SELECT * FROM correction AS proposal
            WHERE kind = 'proposal' AND NOT EXISTS (
                SELECT 1 FROM correction AS taken_back
                WHERE taken_back.kind = 'withdrawal'
                    AND taken_back.withdraws = proposal.batch_id
                    AND taken_back.sample_id = proposal.sample_id
            );
        CREATE VIEW correction_detail AS
            SELECT correction.*, how, polygon, cluster, filters, dataset_fingerprint, layout_fingerprint, app_version
            FROM correction JOIN batch USING (batch_id);
        """,
    ),
    Migration(
        "judgements of suspects",
        """
        CREATE SEQUENCE judgement_sequence;
        CREATE TABLE judgement (
            judgement_id VARCHAR PRIMARY KEY,
            sequence BIGINT NOT NULL DEFAULT nextval('judgement_sequence'),
            created_at TIMESTAMP NOT NULL,
            author VARCHAR NOT NULL,
            author_verified BOOLEAN NOT NULL,
            sample_id VARCHAR NOT NULL,
            label VARCHAR NOT NULL,
            verdict VARCHAR NOT NULL,
            suggested_label VARCHAR NOT NULL,
            score DOUBLE,
            chance_wrong DOUBLE,
            reason VARCHAR NOT NULL,
            batch_id VARCHAR,
            suspects_fingerprint VARCHAR NOT NULL,
            dataset_fingerprint VARCHAR NOT NULL,
            app_version VARCHAR NOT NULL,
            withdraws VARCHAR
        );
        COMMENT ON COLUMN judgement.created_at IS 'UTC';
        COMMENT ON COLUMN judgement.batch_id IS 'the proposal that an accepted suggestion wrote';
        COMMENT ON COLUMN judgement.withdraws IS 'the judgement that this row takes back';
        CREATE VIEW standing_batch AS
            -- A withdrawn batch that was restored stands again, in a batch of another id.
            WITH RECURSIVE lineage(batch_id, latest) AS (
                SELECT batch_id, batch_id FROM batch WHERE kind = 'proposal'
                UNION ALL
                SELECT lineage.batch_id, restored.batch_id
                FROM lineage JOIN batch AS restored
                    ON restored.kind = 'proposal' AND restored.refers_to = lineage.latest
            )
            SELECT lineage.batch_id, lineage.latest
            FROM lineage LEFT JOIN batch AS taken_back
                ON taken_back.kind = 'withdrawal' AND taken_back.refers_to = lineage.latest
            WHERE taken_back.batch_id IS NULL;
        CREATE VIEW current_judgement AS
            SELECT * FROM judgement
            WHERE withdraws IS NULL
                AND judgement_id NOT IN (SELECT withdraws FROM judgement WHERE withdraws IS NOT NULL)
                AND (batch_id IS NULL OR batch_id IN (SELECT batch_id FROM standing_batch));
        """,
    ),
    Migration(
        "reviews, decisions, changes of the taxonomy, saved selections, and roles",
        """
        ALTER TABLE batch ADD COLUMN role VARCHAR DEFAULT '';
        ALTER TABLE judgement ADD COLUMN role VARCHAR DEFAULT '';
        -- Proposals, judgements, reviews and decisions are numbered in one order from here on, so that it is known
        -- which votes came before a sample was reopened. Judgements from before that have no number.
        ALTER TABLE judgement ADD COLUMN event BIGINT DEFAULT 0;
        ALTER TABLE judgement ALTER COLUMN event SET DEFAULT nextval('correction_sequence');
        CREATE TABLE review (
            review_id VARCHAR PRIMARY KEY,
            event BIGINT NOT NULL DEFAULT nextval('correction_sequence'),
            created_at TIMESTAMP NOT NULL,
            author VARCHAR NOT NULL,
            author_verified BOOLEAN NOT NULL,
            role VARCHAR NOT NULL,
            correction_id VARCHAR NOT NULL,
            batch_id VARCHAR NOT NULL,
            sample_id VARCHAR NOT NULL,
            label_before VARCHAR NOT NULL,
            label_proposed VARCHAR NOT NULL,
            verdict VARCHAR NOT NULL,
            label VARCHAR NOT NULL,
            blind_label VARCHAR NOT NULL,
            reason VARCHAR NOT NULL,
            app_version VARCHAR NOT NULL,
            withdraws VARCHAR
        );
        CREATE TABLE decision (
            decision_id VARCHAR PRIMARY KEY,
            event BIGINT NOT NULL DEFAULT nextval('correction_sequence'),
            created_at TIMESTAMP NOT NULL,
            author VARCHAR NOT NULL,
            author_verified BOOLEAN NOT NULL,
            role VARCHAR NOT NULL,
            sample_id VARCHAR NOT NULL,
            turn INTEGER NOT NULL,
            kind VARCHAR NOT NULL,
            label VARCHAR NOT NULL,
            reason VARCHAR NOT NULL,
            dataset_fingerprint VARCHAR NOT NULL,
            app_version VARCHAR NOT NULL,
            withdraws VARCHAR,
            UNIQUE (sample_id, turn)
        );
        CREATE TABLE taxonomy_change (
            change_id VARCHAR PRIMARY KEY,
            event BIGINT NOT NULL DEFAULT nextval('correction_sequence'),
            created_at TIMESTAMP NOT NULL,
            author VARCHAR NOT NULL,
            author_verified BOOLEAN NOT NULL,
            role VARCHAR NOT NULL,
            kind VARCHAR NOT NULL,
            labels JSON NOT NULL,
            becomes JSON NOT NULL,
            reason VARCHAR NOT NULL,
            sample_ids JSON NOT NULL,
            dataset_fingerprint VARCHAR NOT NULL,
            app_version VARCHAR NOT NULL,
            withdraws VARCHAR
        );
        CREATE TABLE taxonomy_review (
            review_id VARCHAR PRIMARY KEY,
            event BIGINT NOT NULL DEFAULT nextval('correction_sequence'),
            created_at TIMESTAMP NOT NULL,
            author VARCHAR NOT NULL,
            author_verified BOOLEAN NOT NULL,
            role VARCHAR NOT NULL,
            change_id VARCHAR NOT NULL,
            kind VARCHAR NOT NULL,
            verdict VARCHAR NOT NULL,
            reason VARCHAR NOT NULL,
            app_version VARCHAR NOT NULL,
            withdraws VARCHAR
        );
        CREATE TABLE saved_selection (
            selection_id VARCHAR PRIMARY KEY,
            event BIGINT NOT NULL DEFAULT nextval('correction_sequence'),
            created_at TIMESTAMP NOT NULL,
            author VARCHAR NOT NULL,
            author_verified BOOLEAN NOT NULL,
            role VARCHAR NOT NULL,
            name VARCHAR NOT NULL,
            note VARCHAR NOT NULL,
            how VARCHAR NOT NULL,
            polygon JSON NOT NULL,
            cluster INTEGER,
            filters JSON NOT NULL,
            sample_ids JSON NOT NULL,
            dataset_fingerprint VARCHAR NOT NULL,
            layout_fingerprint VARCHAR NOT NULL,
            app_version VARCHAR NOT NULL,
            withdraws VARCHAR
        );
        COMMENT ON COLUMN batch.role IS 'the role the author had; empty in rows from before roles';
        COMMENT ON COLUMN judgement.role IS 'the role the author had; empty in rows from before roles';
        COMMENT ON COLUMN judgement.event IS 'its place among all events; 0 in rows from before reviews';
        COMMENT ON COLUMN review.event IS 'its place among all events, correction.sequence included';
        COMMENT ON COLUMN review.created_at IS 'UTC';
        COMMENT ON COLUMN review.correction_id IS 'the proposal that was reviewed';
        COMMENT ON COLUMN review.label IS 'the label that "other label" asks for';
        COMMENT ON COLUMN review.blind_label IS 'what the reviewer chose before the proposal was revealed';
        COMMENT ON COLUMN review.withdraws IS 'the review that this row takes back';
        COMMENT ON COLUMN decision.created_at IS 'UTC';
        COMMENT ON COLUMN decision.turn IS 'how many rows the sample had before: two people cannot decide at once';
        COMMENT ON COLUMN decision.kind IS 'decide or reopen';
        COMMENT ON COLUMN decision.withdraws IS 'the decision that this row takes back';
        COMMENT ON COLUMN taxonomy_change.created_at IS 'UTC';
        COMMENT ON COLUMN taxonomy_change.kind IS 'merge, split, rename or new class';
        COMMENT ON COLUMN taxonomy_change.withdraws IS 'the change that this row takes back';
        COMMENT ON COLUMN taxonomy_review.created_at IS 'UTC';
        COMMENT ON COLUMN taxonomy_review.kind IS 'review, or decision by a moderator';
        COMMENT ON COLUMN taxonomy_review.withdraws IS 'the review that this row takes back';
        COMMENT ON COLUMN saved_selection.created_at IS 'UTC';
        COMMENT ON COLUMN saved_selection.withdraws IS 'the saved selection that this row takes back';
        CREATE VIEW standing_correction AS
            -- A proposal of a batch that was withdrawn and restored stands in the restored one; reviews follow it.
            SELECT proposal.correction_id, latest.correction_id AS latest_id, latest.batch_id, latest.sample_id,
                latest.author, latest.author_verified, latest.created_at, latest.sequence AS event,
                latest.label_before, latest.label_proposed
            FROM correction AS proposal
            JOIN standing_batch ON standing_batch.batch_id = proposal.batch_id
            JOIN correction AS latest
                ON latest.batch_id = standing_batch.latest AND latest.sample_id = proposal.sample_id
            WHERE proposal.kind = 'proposal';
        CREATE VIEW current_review AS
            -- One a person and proposal: the latest that was not taken back, while the proposal stands.
            SELECT review.*, standing.latest_id
            FROM review JOIN standing_correction AS standing USING (correction_id)
            WHERE withdraws IS NULL
                AND review_id NOT IN (SELECT withdraws FROM review WHERE withdraws IS NOT NULL)
            QUALIFY row_number() OVER (
                PARTITION BY standing.latest_id, lower(review.author) ORDER BY review.event DESC
            ) = 1;
        CREATE VIEW current_decision AS
            -- The latest decision or reopening of a sample that was not taken back.
            SELECT * FROM decision
            WHERE withdraws IS NULL
                AND decision_id NOT IN (SELECT withdraws FROM decision WHERE withdraws IS NOT NULL)
            QUALIFY row_number() OVER (PARTITION BY sample_id ORDER BY event DESC) = 1;
        CREATE VIEW current_taxonomy_change AS
            SELECT * FROM taxonomy_change
            WHERE withdraws IS NULL
                AND change_id NOT IN (SELECT withdraws FROM taxonomy_change WHERE withdraws IS NOT NULL);
        CREATE VIEW current_saved_selection AS
            SELECT * FROM saved_selection
            WHERE withdraws IS NULL
                AND selection_id NOT IN (SELECT withdraws FROM saved_selection WHERE withdraws IS NOT NULL);
        """,
    ),
    Migration(
        "one key a person beside each author",
        "".join(
            f"""
        ALTER TABLE {table} ADD COLUMN author_key VARCHAR DEFAULT '';
        COMMENT ON COLUMN {table}.author_key IS 'the same for every spelling of one person''s name';
        """
            for table in _FIRST
        )
        + """
        CREATE OR REPLACE VIEW current_proposal AS
            SELECT * FROM correction AS proposal
            WHERE kind = 'proposal' AND NOT EXISTS (
                SELECT 1 FROM correction AS taken_back
                WHERE taken_back.kind = 'withdrawal'
                    AND taken_back.withdraws = proposal.batch_id
                    AND taken_back.sample_id = proposal.sample_id
            );
        CREATE OR REPLACE VIEW current_review AS
            -- One a person and proposal: the latest that was not taken back, while the proposal stands.
            SELECT review.*, standing.latest_id
            FROM review JOIN standing_correction AS standing USING (correction_id)
            WHERE withdraws IS NULL
                AND review_id NOT IN (SELECT withdraws FROM review WHERE withdraws IS NOT NULL)
            QUALIFY row_number() OVER (
                PARTITION BY standing.latest_id, review.author_key ORDER BY review.event DESC
            ) = 1;
        """,
        lambda connection: fill_author_keys(connection, _FIRST),
    ),
    Migration(
        "a number for judgements from before reviews",
        """
        COMMENT ON COLUMN judgement.event IS 'its place among all events; in rows from before reviews that of the last
            proposal before it, 0 without one';
        """,
        number_old_judgements,
    ),
    Migration(
        "a key of his own for everybody who signed in",
        "".join(
            f"""
        ALTER TABLE {table} ADD COLUMN name_key VARCHAR DEFAULT '';
        COMMENT ON COLUMN {table}.name_key IS 'the same for every spelling of one name, whoever has it';
        COMMENT ON COLUMN {table}.author_key IS 'the person: issuer and account where signed in, else the name''s key';
        """
            for table in _FIRST
        )
        + _account_of(_FIRST)
        + f"""
        CREATE OR REPLACE VIEW current_proposal AS
            SELECT * FROM correction AS proposal
            WHERE kind = 'proposal' AND NOT EXISTS (
                SELECT 1 FROM correction AS taken_back
                WHERE taken_back.kind = 'withdrawal'
                    AND taken_back.withdraws = proposal.batch_id
                    AND taken_back.sample_id = proposal.sample_id
            );
        CREATE OR REPLACE VIEW current_review AS
            -- One a person and proposal: the latest that was not taken back, while the proposal stands.
            SELECT said.*, standing.latest_id
            FROM review AS said JOIN standing_correction AS standing USING (correction_id)
            {JOIN_ACCOUNT}
            WHERE withdraws IS NULL
                AND review_id NOT IN (SELECT withdraws FROM review WHERE withdraws IS NOT NULL)
            QUALIFY row_number() OVER (PARTITION BY standing.latest_id, {PERSON} ORDER BY said.event DESC) = 1;
        """,
        lambda connection: fill_person_keys(connection, _FIRST),
    ),
    Migration(
        "a lineage of batches that ends, whatever the rows say",
        """
        CREATE OR REPLACE VIEW standing_batch AS
            -- A withdrawn batch that was restored stands again, in a batch of another id.
            WITH RECURSIVE lineage(batch_id, latest) AS (
                SELECT batch_id, batch_id FROM batch WHERE kind = 'proposal'
                UNION
                SELECT lineage.batch_id, restored.batch_id
                FROM lineage JOIN batch AS restored
                    ON restored.kind = 'proposal' AND restored.refers_to = lineage.latest
            )
            SELECT lineage.batch_id, lineage.latest
            FROM lineage LEFT JOIN batch AS taken_back
                ON taken_back.kind = 'withdrawal' AND taken_back.refers_to = lineage.latest
            WHERE taken_back.batch_id IS NULL;
        """,
    ),
    Migration("comments, answers, and who is asked to look", COMMENT_TABLE + _account_of(_WITH_COMMENTS)),
    Migration("known samples that are mixed in, and what people answered", KNOWN_TABLES + _account_of(_WITH_KNOWN)),
)
