"""Where the ledger lies: the DuckDB file, its tables, backups and recovery."""
