"""Find drifts: clusters, and chains of adjoining clusters, that form one curve of the embedding.

A clustering cuts a long thin curve into pieces and calls the samples between them noise. So every cluster and every
chain of adjoining clusters is tried, with the noise that lies among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.audit.drift.geometry import Unrolled, apartness, unroll
from core.audit.drift.model import Drift, DriftParams, drifts_fingerprint
from core.audit.drift.ordering import order_along
from core.audit.model import AuditInput
from core.fingerprint import fingerprint
from core.progress import OnProgress, ignore_progress
from core.statistics import NOISE

_ADJOINING = 1 / 3
_MOST = 0.5
# Noise that has noise for neighbours joins once they have.
_ROUNDS = 3
_BEAM = 24
_SAMPLES_PER_NEIGHBOUR = 150


@dataclass(frozen=True)
class _Candidate:
    clusters: tuple[int, ...]
    rows: np.ndarray
    shape: Unrolled
    apartness: float

    @property
    def score(self) -> float:
        return self.shape.share * self.shape.evenness

    def passes(self, params: DriftParams) -> bool:
        return (
            len(self.rows) >= params.fewest
            and self.shape.length_to_width >= params.length_to_width
            and self.shape.share >= params.share
            and self.shape.continuity >= params.continuity
            and self.apartness >= params.apartness
        )


def find_drifts(
    case: AuditInput,
    *,
    params: DriftParams | None = None,
    seed: int = 0,
    intensity: np.ndarray | None = None,
    on_progress: OnProgress = ignore_progress,
) -> tuple[Drift, ...]:
    """Return the clusters and chains of adjoining clusters that are one-dimensional continua, clearest first.

    A drift is several times longer than wide along its neighbour graph, one coordinate explains most of the distances
    along that graph, it has no gap, its middle has no neighbours off the curve, and a round cloud of the same spread
    would hardly ever look as long (:class:`DriftParams`). No sample is in two of the drifts. ``intensity`` is float
    (n,), sum of the pixel values, to direct the curves where no physical column does.
    """
    params = params or DriftParams()
    search = _Search(case, params, seed, on_progress)
    drifts: list[Drift] = []
    for found in search.chains():
        drift = order_along(case, found.rows, params=params, seed=seed, intensity=intensity)
        if drift.one_dimensional.p_value <= params.p_value:
            drifts.append(replace(drift, clusters=found.clusters))
    return named_for(case, drifts, params=params, seed=seed)


def named_for(
    case: AuditInput, drifts: Sequence[Drift], *, params: DriftParams | None = None, seed: int = 0
) -> tuple[Drift, ...]:
    """Return these drifts as :func:`find_drifts` gives them for the labels of ``case``.

    Labels give a drift its name and nothing else: what was found with other labels of the same samples need not be
    looked for again.
    """
    found_in = drifts_fingerprint(case.fingerprint, params or DriftParams(), seed=seed)
    return tuple(
        replace(drift, name=_name(case, drift, number), fingerprint=fingerprint(found_in, drift.clusters))
        for number, drift in enumerate(drifts, start=1)
    )


def _name(case: AuditInput, drift: Drift, number: int) -> str:
    labels = case.samples["label"].loc[list(drift.sample_ids)]
    third = max(1, len(labels) // 3)
    first, last = labels.iloc[:third].mode().iloc[0], labels.iloc[-third:].mode().iloc[0]
    return f"drift {number}: {first} to {last}" if first != last else f"drift {number}: within {first}"


class _Search:
    def __init__(self, case: AuditInput, params: DriftParams, seed: int, on_progress: OnProgress) -> None:
        self._case, self._params, self._seed, self._on_progress = case, params, seed, on_progress
        # A larger data set is sampled more densely: as many neighbours as its smallest clusters have samples.
        wanted = max(params.neighbours, len(case.samples) // _SAMPLES_PER_NEIGHBOUR)
        self._near = case.neighbours.indices[:, :wanted]
        self._adjoining = _adjoining_clusters(case.clusters, self._near)
        self._judged: dict[frozenset[int], _Candidate] = {}

    def chains(self) -> list[_Candidate]:
        """Return the candidates that pass, clearest first, none sharing a sample with a clearer one."""
        level = [frozenset({int(number)}) for number in self._case.cluster_numbers]
        self._judge_all(level)
        for length in range(1, self._params.longest_chain):
            # Every pair is tried: two halves of a curve may each look round.
            best = level if length == 1 else sorted(level, key=self._rank)[:_BEAM]
            level = list(dict.fromkeys(wider for chain in best for wider in self._longer(chain)))
            self._judge_all(level)
        passing = [chain for chain, found in self._judged.items() if found.passes(self._params)]
        chosen, taken = [], np.zeros(len(self._case.clusters), dtype=bool)
        for chain in sorted(passing, key=self._rank):
            found = self._judged[chain]
            if not taken[found.rows].any():
                chosen.append(found)
                taken[found.rows] = True
        return chosen

    def _rank(self, chain: frozenset[int]) -> tuple[float, list[int]]:
        score = self._judged[chain].score
        return (-score if np.isfinite(score) else np.inf), sorted(chain)

    def _longer(self, chain: frozenset[int]) -> list[frozenset[int]]:
        beside = set().union(*(self._adjoining.get(number, ()) for number in chain)) - chain
        return [chain | {number} for number in sorted(beside)]

    def _judge_all(self, chains: list[frozenset[int]]) -> None:
        chains = [chain for chain in chains if chain not in self._judged]
        known = len(self._judged)
        for done, chain in enumerate(chains):
            self._on_progress(known + done, known + len(chains))
            self._judged[chain] = self._judge(chain)
        self._on_progress(len(self._judged), len(self._judged))

    def _judge(self, chain: frozenset[int]) -> _Candidate:
        rows = _with_noise_among(chain, self._case.clusters, self._near)
        # A generator for each candidate, so that its score does not depend on which others were tried before.
        rng = np.random.default_rng([self._seed, *sorted(chain)])
        scored = rows if len(rows) <= self._params.scored else np.sort(rng.choice(rows, self._params.scored, False))
        found = unroll(self._case.matrix[scored], neighbours=self._params.neighbours, rng=rng)
        inside = np.zeros(len(self._case.clusters), dtype=bool)
        inside[rows] = True
        return _Candidate(
            clusters=tuple(sorted(chain)),
            rows=rows,
            shape=found,
            apartness=apartness(found.coordinate, self._near[scored], inside),
        )


def _adjoining_clusters(clusters: np.ndarray, near: np.ndarray) -> dict[int, set[int]]:
    """Return the clusters that adjoin each cluster: with a third as many links between them as along a chain.

    Noise counts for the cluster of the sample nearest to it, so that clusters adjoin across noise. ``clusters`` is int
    (n,), ``near`` int (n, k), nearest samples first.
    """
    numbers = np.unique(clusters[clusters != NOISE])
    degree = near.shape[1]
    if not len(numbers) or not degree:
        return {}
    owner = clusters.copy()
    # Noise deep inside noise is reached from its rim.
    for _ in range(degree):
        lost = np.flatnonzero(owner == NOISE)
        owners = owner[near[lost]]
        found = (owners != NOISE).any(axis=1)
        owner[lost[found]] = owners[found, np.argmax(owners[found] != NOISE, axis=1)]
    first, second = np.repeat(owner, degree), owner[near.ravel()]
    between = (first != second) & (first != NOISE) & (second != NOISE)
    pairs = np.sort(np.stack([first[between], second[between]]), axis=0)
    found_pairs, links = np.unique(pairs, axis=1, return_counts=True)
    enough = _ADJOINING * (degree / 2) * (degree / 2 + 1)
    adjoining: dict[int, set[int]] = {int(number): set() for number in numbers}
    for (one, other), count in zip(found_pairs.T.tolist(), links, strict=True):
        if count >= enough:
            adjoining[one].add(other)
            adjoining[other].add(one)
    return adjoining


def _with_noise_among(chain: frozenset[int], clusters: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Return the rows of a chain of clusters and of the noise that has most of its neighbours among them."""
    inside = np.isin(clusters, list(chain))
    noise = np.flatnonzero(clusters == NOISE)
    if near.shape[1]:
        for _ in range(_ROUNDS):
            inside[noise] |= inside[near[noise]].mean(axis=1) >= _MOST
    return np.flatnonzero(inside)
