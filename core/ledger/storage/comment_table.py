"""The table of comments, and the view of those that stand."""

COMMENT_TABLE = """
    CREATE TABLE comment (
        comment_id VARCHAR PRIMARY KEY,
        event BIGINT NOT NULL DEFAULT nextval('correction_sequence'),
        created_at TIMESTAMP NOT NULL,
        author VARCHAR NOT NULL,
        author_key VARCHAR NOT NULL,
        name_key VARCHAR NOT NULL,
        author_verified BOOLEAN NOT NULL,
        role VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        subject_kind VARCHAR NOT NULL,
        subject VARCHAR NOT NULL,
        subject_name VARCHAR NOT NULL,
        sample_ids JSON NOT NULL,
        text VARCHAR NOT NULL,
        answers VARCHAR,
        asks VARCHAR NOT NULL,
        asks_key VARCHAR NOT NULL,
        dataset_fingerprint VARCHAR NOT NULL,
        app_version VARCHAR NOT NULL,
        withdraws VARCHAR
    );
    COMMENT ON COLUMN comment.created_at IS 'UTC';
    COMMENT ON COLUMN comment.kind IS 'comment, or seen: its author has seen the comment that answers names';
    COMMENT ON COLUMN comment.subject_kind IS 'sample, selection, cluster or conflict';
    COMMENT ON COLUMN comment.sample_ids IS 'of a cluster, so that it is known again when clusters are found anew';
    COMMENT ON COLUMN comment.answers IS 'the comment that this one answers, or that was seen';
    COMMENT ON COLUMN comment.asks IS 'who is asked to look; empty where nobody is';
    COMMENT ON COLUMN comment.withdraws IS 'the comment that this row takes back';
    CREATE VIEW current_comment AS
        SELECT * FROM comment
        WHERE withdraws IS NULL
            AND comment_id NOT IN (SELECT withdraws FROM comment WHERE withdraws IS NOT NULL);
"""
