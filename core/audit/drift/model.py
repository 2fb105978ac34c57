"""A drift: samples that lie along one curve of the embedding, in their order along it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.space.artifacts import load_artifact, save_artifact

VERSION = 1
"""Raised when the same input and parameters would give another result, so that cached ones are dropped."""

_KIND = "drifts"


@dataclass(frozen=True)
class DriftParams:
    """What counts as a drift, and how carefully it is looked for.

    It has at least ``fewest`` samples, each linked to its ``neighbours`` nearest on the curve, and at least the values
    ``length_to_width``, ``share``, ``continuity`` and ``apartness`` of :class:`OneDimensional`; ``p_value`` is the
    greatest chance that a round cloud of the same spread looks as long, from ``shuffles`` clouds. ``longest_chain`` is
    the most clusters that one covers, ``scored`` the most samples by which a candidate is judged; ``subsamples`` orders
    of four fifths of the samples tell how firm the order is.
    """

    fewest: int = 20
    neighbours: int = 8
    length_to_width: float = 4.0
    share: float = 0.75
    continuity: float = 0.12
    apartness: float = 0.95
    p_value: float = 0.05
    shuffles: int = 99
    longest_chain: int = 8
    scored: int = 240
    subsamples: int = 20

    def __post_init__(self) -> None:
        if self.fewest < 3:
            raise GlitchAuditError(f"A drift has at least 3 samples, not {self.fewest}.")
        if self.neighbours < 2:
            raise GlitchAuditError(f"The order along a curve needs at least 2 neighbours, not {self.neighbours}.")
        if self.shuffles < 1 or self.subsamples < 1 or self.longest_chain < 1:
            raise GlitchAuditError("Shuffles, subsamples and the longest chain of clusters must be at least 1.")


@dataclass(frozen=True)
class OneDimensional:
    """How much like a curve a set of samples is; NaN where there are too few samples to tell.

    Attributes:
        length_to_width: the spread along the first coordinate over that along the second; about 1 for a round cloud.
        share: share of the squared distances along the neighbour graph that the first coordinate explains, 0 to 1.
        continuity: the fewest links across any place of the middle four fifths, as a share of the median there, or of
            what an evenly spaced chain has, whichever is more; near 0 for two heaps side by side.
        evenness: ``2^H / 10`` for the entropy H of the samples' shares in ten equally long parts; 1 for an even spread.
        apartness: share of the neighbours of the middle four fifths that are on the curve; low in a broad cloud.
        chance_length_to_width: the mean for round clouds of the same spread.
        p_value: share of those clouds that are at least as long, ``(1 + at least as long) / (1 + clouds)``.
    """

    length_to_width: float
    share: float
    continuity: float
    evenness: float
    apartness: float
    chance_length_to_width: float
    p_value: float

    @property
    def score(self) -> float:
        """What candidates are ranked by: a part of a curve explains less, and a heap at an end makes it less even."""
        return self.share * self.evenness


@dataclass(frozen=True)
class Drift:
    """Samples in their order along one curve.

    ``clusters`` are those it covers, ascending, noise left out, or those of its samples for a user's own set.
    ``position`` is float64 (m,), from 0 to 1; ``confidence`` float64 (m,), 1 for the same place in every subsample, 0
    for places no better than chance, or NaN; ``agreement`` the mean absolute rank correlation between the order and
    those of the subsamples, with the range of 95 %; ``direction`` the column that rises along the curve, "" where
    nothing told the ends apart; ``fingerprint`` that of the input, the parameters and the seed.
    """

    name: str
    clusters: tuple[int, ...]
    sample_ids: tuple[str, ...]
    position: np.ndarray
    confidence: np.ndarray
    agreement: float
    agreement_low: float
    agreement_high: float
    one_dimensional: OneDimensional
    direction: str
    fingerprint: str

    def __len__(self) -> int:
        return len(self.sample_ids)


def drifts_fingerprint(input_fingerprint: str, params: DriftParams, *, seed: int = 0) -> str:
    """Return the name under which the drifts of an input are cached, known before the work is done."""
    return fingerprint(_KIND, VERSION, input_fingerprint, params, seed)


def save_drifts(drifts: Sequence[Drift], folder: Path) -> None:
    """Write the drifts into ``folder``."""
    arrays = {
        "position": np.concatenate([np.zeros(0), *(drift.position for drift in drifts)]),
        "confidence": np.concatenate([np.zeros(0), *(drift.confidence for drift in drifts)]),
    }
    facts = [
        {
            "name": drift.name,
            "clusters": [int(number) for number in drift.clusters],
            "sample_ids": list(drift.sample_ids),
            "agreement": [drift.agreement, drift.agreement_low, drift.agreement_high],
            "one_dimensional": asdict(drift.one_dimensional),
            "direction": drift.direction,
            "fingerprint": drift.fingerprint,
        }
        for drift in drifts
    ]
    save_artifact(folder, kind=_KIND, arrays=arrays, facts={"drifts": facts})


def load_drifts(folder: Path) -> tuple[Drift, ...]:
    """Read what :func:`save_drifts` wrote; raises GlitchAuditError where it is missing or damaged."""
    arrays, facts = load_artifact(folder, kind=_KIND)
    ends = np.cumsum([len(fact["sample_ids"]) for fact in facts["drifts"]], dtype=int)
    drifts = []
    for fact, position, confidence in zip(
        facts["drifts"], np.split(arrays["position"], ends), np.split(arrays["confidence"], ends), strict=False
    ):
        agreement, low, high = fact["agreement"]
        drifts.append(
            Drift(
                name=fact["name"],
                clusters=tuple(fact["clusters"]),
                sample_ids=tuple(fact["sample_ids"]),
                position=position,
                confidence=confidence,
                agreement=agreement,
                agreement_low=low,
                agreement_high=high,
                one_dimensional=OneDimensional(**fact["one_dimensional"]),
                direction=fact["direction"],
                fingerprint=fact["fingerprint"],
            )
        )
    return tuple(drifts)
