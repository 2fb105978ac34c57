"""The ledger of a team: its acts lie in PostgreSQL, and each process reads a replica of its own in DuckDB."""
