"""Which labels the embedding contradicts, and how probably each of them is wrong."""

from core.audit.suspects.finding import find_suspects, suspects_smoother
from core.audit.suspects.model import (
    VERSION,
    SuspectParams,
    Suspects,
    load_suspects,
    save_suspects,
    smoother_fingerprint,
    suspects_fingerprint,
)
from core.audit.suspects.probabilities import Smoother, load_smoother, save_smoother

__all__ = [
    "VERSION",
    "Smoother",
    "SuspectParams",
    "Suspects",
    "find_suspects",
    "load_smoother",
    "load_suspects",
    "save_smoother",
    "save_suspects",
    "smoother_fingerprint",
    "suspects_fingerprint",
    "suspects_smoother",
]
