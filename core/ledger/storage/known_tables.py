"""The tables of known samples that are mixed in: how often, and what people answered; and the view of what stands."""

KNOWN_TABLES = """
    CREATE TABLE known_rate (
        rate_id VARCHAR PRIMARY KEY,
        event BIGINT NOT NULL DEFAULT nextval('correction_sequence'),
        created_at TIMESTAMP NOT NULL,
        author VARCHAR NOT NULL,
        author_key VARCHAR NOT NULL,
        name_key VARCHAR NOT NULL,
        author_verified BOOLEAN NOT NULL,
        role VARCHAR NOT NULL,
        one_in INTEGER NOT NULL,
        app_version VARCHAR NOT NULL,
        withdraws VARCHAR
    );
    CREATE TABLE known_answer (
        answer_id VARCHAR PRIMARY KEY,
        event BIGINT NOT NULL DEFAULT nextval('correction_sequence'),
        created_at TIMESTAMP NOT NULL,
        author VARCHAR NOT NULL,
        author_key VARCHAR NOT NULL,
        name_key VARCHAR NOT NULL,
        author_verified BOOLEAN NOT NULL,
        role VARCHAR NOT NULL,
        place VARCHAR NOT NULL,
        position INTEGER NOT NULL,
        sample_id VARCHAR NOT NULL,
        label_before VARCHAR NOT NULL,
        label_named VARCHAR NOT NULL,
        verdict VARCHAR NOT NULL,
        label VARCHAR NOT NULL,
        blind_label VARCHAR NOT NULL,
        known_label VARCHAR NOT NULL,
        reason VARCHAR NOT NULL,
        app_version VARCHAR NOT NULL,
        withdraws VARCHAR
    );
    COMMENT ON COLUMN known_rate.created_at IS 'UTC';
    COMMENT ON COLUMN known_rate.one_in IS 'every so manieth sample that is asked about is a known one; 0 for none';
    COMMENT ON COLUMN known_answer.created_at IS 'UTC';
    COMMENT ON COLUMN known_answer.place IS 'review or suspects';
    COMMENT ON COLUMN known_answer.position IS 'which of all that the author was asked about at this place';
    COMMENT ON COLUMN known_answer.label_before IS 'the label that the card showed';
    COMMENT ON COLUMN known_answer.label_named IS 'the other label that the card named; may be empty';
    COMMENT ON COLUMN known_answer.label IS 'what the author called it; empty for cannot tell';
    COMMENT ON COLUMN known_answer.blind_label IS 'of a review: what was chosen before the proposal was shown';
    COMMENT ON COLUMN known_answer.known_label IS 'the decided label at that time';
    COMMENT ON COLUMN known_answer.withdraws IS 'the answer that this row takes back';
    CREATE VIEW current_known_answer AS
        SELECT * FROM known_answer
        WHERE withdraws IS NULL
            AND answer_id NOT IN (SELECT withdraws FROM known_answer WHERE withdraws IS NOT NULL);
"""
