"""What the audit found, as advice: one plain sentence, one thing to do, and the figures for whoever asks."""

from core.audit.advice.examples import Typical
from core.audit.advice.findings import (
    agreement_advice,
    confounding_advice,
    drift_advice,
    leak_advice,
    outlier_advice,
    twin_advice,
)
from core.audit.advice.model import (
    COLLECT_COLUMN,
    COLLECT_SAMPLES,
    LOOK,
    MERGE,
    NOTHING,
    SPLIT,
    Advice,
    Words,
)
from core.audit.advice.verdicts import verdict_advice

__all__ = [
    "COLLECT_COLUMN",
    "COLLECT_SAMPLES",
    "LOOK",
    "MERGE",
    "NOTHING",
    "SPLIT",
    "Advice",
    "Typical",
    "Words",
    "agreement_advice",
    "confounding_advice",
    "drift_advice",
    "leak_advice",
    "outlier_advice",
    "twin_advice",
    "verdict_advice",
]
