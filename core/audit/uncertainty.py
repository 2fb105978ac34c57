"""How far a share or an entropy of few samples may lie from what more samples would show.

Labels belong to glitches: where several rows show one glitch, a cluster of them knows as much as its glitches, and
their number, not the rows', sets the width of every interval.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.audit.metrics import miller_madow_entropy_bits, wilson_interval

_CONCENTRATIONS = np.geomspace(1e-4, 1e3, 80)


def share_interval(share: float, glitches: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share that was counted over rows, as wide as so many glitches warrant.

    Args:
        share: of the rows, 0 to 1.
        glitches: different glitches among the rows; (NaN, NaN) for none.
    """
    return wilson_interval(share * glitches, glitches, confidence=confidence)


def glitch_weighted(counts: Sequence[int] | np.ndarray, glitches: int) -> np.ndarray:
    """Counts of rows a label scaled to sum to the number of glitches; float64, shares unchanged."""
    counts = np.asarray(counts, dtype=float)
    total = counts.sum()
    return counts * (glitches / total) if total else counts


def corrected_entropy_bits(counts: Sequence[float] | np.ndarray, *, categories: int) -> float:
    """Miller and Madow's entropy in bits, but at most the ``log2`` of the labels that occur in the data set.

    The correction adds ``(m - 1) / (2 n)`` nats even where all labels are equally common already.
    """
    return min(miller_madow_entropy_bits(counts), float(np.log2(max(categories, int(np.count_nonzero(counts)), 1))))


def entropy_interval(
    counts: Sequence[float] | np.ndarray,
    *,
    categories: int,
    confidence: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
) -> tuple[float, float]:
    """The interval of the entropy of the labels that a group was drawn from, in bits.

    The posterior of Nemenman, Shafee and Bialek (2002): Dirichlet priors of all concentrations, mixed so that every
    entropy is about as likely beforehand. Any one of them as good as decides the entropy of a small group. Equal tails
    are cut off; from a group with one label none is cut off below, for it may be pure. It may as well be mixed, so its
    interval has a width: up to 1.2 bits for 8 samples, 0.35 for 30, 0.19 for 60, where 22 labels occur.

    Chosen by coverage: 13 label mixes (pure to even, two labels to 22, geometric, Zipf, one label and a thin rest)
    times 8, 15, 30, 60 and 200 samples, 22 labels, 400 groups each. How often the nominal 95 % interval held the true
    entropy (mean and worst of the 65 cases), in how many cases less often than 0.90, and its mean width in bits:

    ===================================================  =====  =====  =========  =====
    interval                                              mean  worst  below 0.9  width
    ===================================================  =====  =====  =========  =====
    percentile bootstrap                                  0.59   0.00   46         0.56
    bias-corrected bootstrap                              0.62   0.00   43         0.42
    bootstrap of Miller and Madow's entropy               0.72   0.00   39         0.61
    Miller and Madow, 1.96 standard errors (delta)        0.77   0.00   41         0.53
    basic bootstrap                                       0.78   0.00   39         0.56
    Dirichlet 1/2 on all labels (Jeffreys)                0.33   0.00   56         1.17
    Dirichlet 1/2 on the labels seen and one more         0.81   0.00   28         0.61
    Dirichlet 1/22 (Perks)                                0.84   0.00   19         0.80
    this one                                              0.95   0.71    8         0.97
    ===================================================  =====  =====  =========  =====

    Its worst case is one label of 85 % and 21 that share the rest evenly, of which 8 samples often show nothing.

    Args:
        counts: (m,), samples a label; may be fractions (:func:`glitch_weighted`), zeros are ignored.
        categories: labels that could have occurred, those of the data set; at least 2 are assumed.
        confidence: of the interval.
        draws: from the posterior.
        seed: of the draws.

    Returns:
        (low, high); (NaN, NaN) where the counts sum to 0.
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
    tail = (1 - confidence) / 2
    low, high = np.quantile(entropies / np.log(2), [tail, 1 - tail])
    return 0.0 if len(seen) == 1 else float(low), float(high)


def _concentration_weights(seen: np.ndarray, unseen: int) -> np.ndarray:
    """Posterior weight of each concentration: the prior that evens out entropy times the likelihood of the counts."""
    from scipy.special import digamma, gammaln

    grid = _CONCENTRATIONS
    labels = len(seen) + unseen
    likelihood = gammaln(labels * grid) - gammaln(seen.sum() + labels * grid)
    likelihood += (gammaln(seen[:, None] + grid) - gammaln(grid)).sum(axis=0)
    prior = np.gradient(digamma(labels * grid + 1) - digamma(grid + 1))
    logarithm = likelihood + np.log(prior)
    weights = np.exp(logarithm - logarithm.max())
    return weights / weights.sum()
