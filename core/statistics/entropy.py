"""How mixed a group is, in bits, and how far that may lie from what more of its kind would show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.statistics.intervals import drawn_interval

_CONCENTRATIONS = np.geomspace(1e-4, 1e3, 80)


def entropy_bits(counts: Sequence[int] | np.ndarray) -> float:
    """Return the entropy of counts, ``-sum p log2 p`` of their shares, in bits; NaN where they sum to 0."""
    counts = np.asarray(counts, dtype=float)
    counts = counts[counts > 0]
    if not len(counts):
        return float("nan")
    shares = counts / counts.sum()
    return abs(float(-(shares * np.log2(shares)).sum()))


def miller_madow_entropy_bits(counts: Sequence[float] | np.ndarray) -> float:
    """Return the entropy corrected for the small sample, in bits; NaN where the counts sum to 0.

    Adds ``(m - 1) / (2 n)`` nats for m labels seen in n samples (Miller 1955), the first term of the plug-in's bias.
    """
    counts = np.asarray(counts, dtype=float)
    if not counts.sum():
        return float("nan")
    return entropy_bits(counts) + (np.count_nonzero(counts) - 1) / (2 * counts.sum() * np.log(2))


def entropies_by_group(counts: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Return the plug-in entropy of many groups, in bits, float64 (groups,); 0 for a group without counts.

    ``counts`` is (cells,), all above 0; ``group`` int (cells,), the group that each count belongs to.
    """
    shares = counts / np.bincount(group, weights=counts)[group]
    # Adding zero turns the minus zero of a pure group into zero.
    return np.bincount(group, weights=-shares * np.log2(shares)) + 0.0


def scaled_counts(counts: Sequence[int] | np.ndarray, total: int) -> np.ndarray:
    """Return counts scaled to sum to ``total``, float64: for counts of rows, the number of glitches they show."""
    counts = np.asarray(counts, dtype=float)
    found = counts.sum()
    return counts * (total / found) if found else counts


def corrected_entropy_bits(counts: Sequence[float] | np.ndarray, *, categories: int) -> float:
    """Return Miller and Madow's entropy in bits, but at most the ``log2`` of the labels that occur in the data set."""
    return min(miller_madow_entropy_bits(counts), float(np.log2(max(categories, int(np.count_nonzero(counts)), 1))))


def entropy_interval(
    counts: Sequence[float] | np.ndarray,
    *,
    categories: int,
    confidence: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the interval (low, high) of the entropy of the labels that a group was drawn from, in bits.

    The posterior of Nemenman, Shafee and Bialek (2002): Dirichlet priors of all concentrations, mixed so that every
    entropy is about as likely beforehand. Equal tails are cut off, but none below for a group with one label, which may
    be pure; its interval is up to 1.2 bits wide for 8 samples and 22 labels. It was chosen by coverage
    (benchmarks/results/entropy_interval.txt). (NaN, NaN) where the counts sum to 0.

    ``counts`` is (m,), samples a label; may be fractions (:func:`scaled_counts`), zeros are ignored. ``categories`` are
    the labels of the data set; at least 2 are assumed. ``draws`` are taken from the posterior.
    """
    seen = np.asarray(counts, dtype=float)
    seen = seen[seen > 0]
    if not len(seen):
        return float("nan"), float("nan")
    from scipy.special import digamma, entr

    unseen = max(categories, len(seen), 2) - len(seen)
    random = np.random.default_rng(seed)
    concentrations = random.choice(_CONCENTRATIONS, size=draws, p=_concentration_weights(seen, unseen))
    weights = random.standard_gamma(seen + concentrations[:, None])
    rest = random.standard_gamma(unseen * concentrations) if unseen else np.zeros(draws)
    totals = weights.sum(axis=1) + rest
    entropies = entr(weights / totals[:, None]).sum(axis=1)
    if unseen:
        share = rest / totals
        # Drawing tens of thousands of labels that did not occur would be slow; their share is small, so that the mean
        # of the entropy among them does.
        entropies += entr(share) + share * (digamma(unseen * concentrations + 1) - digamma(concentrations + 1))
    low, high = drawn_interval(entropies / np.log(2), confidence=confidence)
    return 0.0 if len(seen) == 1 else float(low), float(high)


def _concentration_weights(seen: np.ndarray, unseen: int) -> np.ndarray:
    """Return the posterior weight of each concentration: the prior that evens out entropy times the likelihood."""
    from scipy.special import digamma, gammaln

    grid = _CONCENTRATIONS
    labels = len(seen) + unseen
    likelihood = gammaln(labels * grid) - gammaln(seen.sum() + labels * grid)
    likelihood += (gammaln(seen[:, None] + grid) - gammaln(grid)).sum(axis=0)
    prior = np.gradient(digamma(labels * grid + 1) - digamma(grid + 1))
    logarithm = likelihood + np.log(prior)
    weights = np.exp(logarithm - logarithm.max())
    return weights / weights.sum()
