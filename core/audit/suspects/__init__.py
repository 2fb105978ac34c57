"""Which labels the embedding contradicts, and how probably each of them is wrong."""

from core.audit.suspects.finding import find_suspects
from core.audit.suspects.model import (
    VERSION,
    SuspectParams,
    Suspects,
    load_suspects,
    save_suspects,
    suspects_fingerprint,
)

__all__ = [
    "VERSION",
    "SuspectParams",
    "Suspects",
    "find_suspects",
    "load_suspects",
    "save_suspects",
    "suspects_fingerprint",
]
