"""What the ledger says: proposals, votes, history, people's agreement.

Tables have times in UTC, and are empty where the ledger is missing or cannot be read (``Ledger.problem`` says why).
``dataset_fingerprint`` limits them to one data set. The default decision rule is two people in agreement.
"""
