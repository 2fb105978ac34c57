"""Who wrote in the ledger, and which names and keys are one person's."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.ledger.names import person_key
from core.ledger.storage.migrations import OURS
from core.ledger.storage.store import Ledger
from core.ledger.views.queries import read_frame


def authors(ledger: Ledger, *, signed_in: bool = False) -> tuple[str, ...]:
    """Return the names of all who wrote (``signed_in``: of accounts alone), in every spelling, the latest last."""
    # A batch has no number of its own; its author is that of its corrections.
    numbers = {table: "sequence" if table == "correction" else "event" for table in OURS if table != "batch"}
    wanted = "WHERE author_key <> name_key" if signed_in else ""
    parts = " UNION ALL ".join(
        f"SELECT author, {number} AS event FROM {table} {wanted}" for table, number in numbers.items()
    )
    query = f"SELECT author FROM ({parts}) GROUP BY author ORDER BY max(event), author"
    return tuple(read_frame(ledger, query, [], ("author",))["author"].astype(str))


def people_behind(ledger: Ledger, keys: pd.Series) -> pd.Series:
    """Return the person behind each author's key, as the votes count them; see ``core.ledger.identity``."""
    known = read_frame(ledger, "SELECT author_key, account FROM account_of", [], ("author_key", "account"))
    accounts = dict(zip(known["author_key"], known["account"], strict=True))
    return keys.map(lambda key: accounts.get(key, key))


def name_keys(names: Sequence[str]) -> tuple[str, ...]:
    """Return the keys of names that are given in any spelling."""
    return tuple(person_key(name) for name in names)
