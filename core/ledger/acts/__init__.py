"""What people write to the ledger: proposals, judgements, reviews, decisions, changes of the taxonomy, selections."""
