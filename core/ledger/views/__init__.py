"""What the ledger says: proposals, votes, history, people's agreement."""
