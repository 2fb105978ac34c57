"""The correction table: batches, judgements, and exchange with other tools."""
