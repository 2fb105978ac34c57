"""What is known of each sample's label: how suspect it is, what it should be instead, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.space.artifacts import load_artifact, save_artifact
from core.statistics.intervals import standard_errors

VERSION = 3
"""Raised when the same input and parameters would give another result, so that cached ones are dropped."""

PEOPLE_ERROR = 1.1
"""Standard error, in log-odds, for people's errors being unlike planted ones, beside ``LIKENESS_ERROR``.

It is added when chances are read, not when they are learnt. Chosen so that the intervals of
:meth:`Suspects.expected_right` hold in 95 % of the runs of benchmarks/flags_judged.py with ``--develop``.
"""

_KIND = "suspects"
_TABLE = "table.parquet"


@dataclass(frozen=True)
class SuspectParams:
    """How suspects are found; the defaults were chosen on the planting seeds that benchmarks/suspects.py names.

    Attributes:
        width: reach of the kernel, in median distances between two samples of the data set.
        even_share: share of the distance that is measured between rows whose few large values are brought nearer to the
            many small ones, less than 1; rows with negative values go without it.
        ridge: variance of the noise that the regression expects in the labels' 0 and 1.
        landmarks: samples on which the kernel stands; up to this many samples it is exact.
        balance: how far the commonness of a label is discounted: 0 not at all, 1 wholly.
        neighbours, vote_weight: nearest samples of other groups that vote, and the vote's share in the probabilities.
        plantings: how often errors are planted, to learn how they score.
        flag_above: labels that are wrong with at least this probability are flagged.
    """

    width: float = 1.0
    even_share: float = 0.5
    ridge: float = 0.5
    landmarks: int = 2000
    balance: float = 0.5
    neighbours: int = 20
    vote_weight: float = 0.1
    plantings: int = 20
    flag_above: float = 0.5
    seed: int = 0

    def __post_init__(self) -> None:
        if self.width <= 0 or self.ridge <= 0:
            raise GlitchAuditError("The kernel's width and ridge must be greater than 0.")
        if self.landmarks < 1 or self.neighbours < 1 or self.plantings < 1:
            raise GlitchAuditError("Landmarks, neighbours and plantings must be at least 1.")
        if not all(0 <= share <= 1 for share in (self.balance, self.vote_weight, self.flag_above)):
            raise GlitchAuditError("Balance, vote_weight and flag_above must lie between 0 and 1.")
        if not 0 <= self.even_share < 1:
            raise GlitchAuditError("Even_share must be at least 0 and less than 1.")


@dataclass(frozen=True)
class Suspects:
    """How strongly the embedding contradicts each sample's label.

    ``fingerprint`` is that of the audit's input, the parameters and this stage's version; ``log_odds_error`` the
    standard error, in log-odds, that all ``chance_wrong`` share were real errors made like planted ones.
    ``table`` has the index ``sample_id`` in the order of the data; columns ``label``, ``suggested`` (the most probable
    other label, "" for none), ``label_probability`` and ``suggested_probability`` (out of sample),
    ``neighbour_disagreement`` (0 to 1), ``score`` (higher is more suspect), ``chance_wrong`` (probability that the
    label is wrong, as far as the embedding can see; NaN where nothing can be said), ``flagged``, ``confident_label``
    ("" for none; see :mod:`.confident`) and ``glitch`` (rows with one number are views of one glitch).
    """

    table: pd.DataFrame
    fingerprint: str
    log_odds_error: float = 0.0

    @property
    def chance_error(self) -> float:
        """Standard error in log-odds that all chances share, as far as nobody judged: its sum with people's error."""
        return float(np.hypot(self.log_odds_error, PEOPLE_ERROR))

    def expected_right(self, sample_ids: Iterable[str], *, confidence: float = 0.95) -> tuple[float, float, float]:
        """Return the expected, low and high number of these flags that are right, that is of labels seen to be wrong.

        Meant for flags: over all samples it is neither a floor nor a ceiling, because a wrong label that the embedding
        finds plausible has a chance near 0, and right labels look wrong where samples are hard to tell apart
        (benchmarks/results/real_noise.txt; :mod:`core.audit.total_wrong` estimates the total). The interval covers both
        the luck of the draw (each glitch's label is wrong or not, for all its rows together) and :attr:`chance_error`;
        what people judged narrows it (:mod:`core.audit.recalibration`). Samples without a chance are left out; 0, 0 and
        0 for none. Raises KeyError where a sample is not in the table.
        """
        rows = self.table.loc[list(sample_ids)]
        rows = rows[rows["chance_wrong"].notna()]
        chances = rows["chance_wrong"].to_numpy(dtype=float)
        if not len(chances):
            return 0.0, 0.0, 0.0
        _, glitch = np.unique(rows["glitch"] if "glitch" in rows else np.arange(len(rows)), return_inverse=True)
        z = standard_errors(confidence)
        expected = float(chances.sum())
        reach = []
        for side in (-1, 1):
            shifted = _shift(chances, side * z * self.chance_error)
            spread = np.bincount(glitch, weights=np.sqrt(shifted * (1 - shifted)))
            luck = z * np.sqrt((spread**2).sum())
            # The two errors are independent, so their squares add.
            reach.append(float(np.hypot(shifted.sum() - expected, luck)))
        return expected, max(0.0, expected - reach[0]), min(float(len(chances)), expected + reach[1])


def suspects_fingerprint(input_fingerprint: str, params: SuspectParams) -> str:
    """Return the name under which the result is cached, known before the work is done."""
    return fingerprint(_KIND, VERSION, input_fingerprint, params)


def smoother_fingerprint(places_fingerprint: str, params: SuspectParams) -> str:
    """Return the name under which the smoother is cached: it hangs on where the samples lie, not on their labels."""
    reach = (params.width, params.even_share, params.ridge, params.landmarks, params.seed)
    return fingerprint("smoother", VERSION, places_fingerprint, *reach)


def save_suspects(suspects: Suspects, folder: Path) -> None:
    """Write the suspects into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    suspects.table.to_parquet(folder / _TABLE)
    facts = {"fingerprint": suspects.fingerprint, "log_odds_error": suspects.log_odds_error}
    save_artifact(folder, kind=_KIND, arrays={}, facts=facts)


def load_suspects(folder: Path) -> Suspects:
    """Read what :func:`save_suspects` wrote; raises GlitchAuditError where it is missing or damaged."""
    _, facts = load_artifact(folder, kind=_KIND)
    try:
        table = pd.read_parquet(folder / _TABLE)
    except (OSError, ValueError) as error:
        raise GlitchAuditError(
            f"The cached {_KIND} in {folder} is missing or damaged; delete that folder and it is computed again."
        ) from error
    return Suspects(table, facts["fingerprint"], float(facts["log_odds_error"]))


def _shift(chances: np.ndarray, by: float) -> np.ndarray:
    inside = np.clip(chances, 1e-9, 1 - 1e-9)
    return 1 / (1 + (1 - inside) / inside * np.exp(-by))
