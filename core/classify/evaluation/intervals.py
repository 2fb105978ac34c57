"""How far a classifier's figures may lie from what other test glitches would show: a bootstrap by glitch.

Pictures of one glitch are one observation, so glitches are drawn with replacement, each with all its rows. A draw is a
count for each glitch; with these as weights, a few matrix products give every measure of all draws.
"""

from __future__ import annotations

import numpy as np

from core.classify.evaluation.calibration import BINS, bin_of
from core.classify.evaluation.metrics import SHARES, auc_of_weightings, brier_of_rows, score_confusions
from core.statistics.intervals import UNKNOWN, drawn_interval, wilson_interval

CONFIDENCE = 0.95
_CELLS = 2_000_000


def draw_weights(glitches: int, *, draws: int, seed: int) -> np.ndarray:
    """How often each glitch is drawn in each bootstrap draw, int (draws, glitches); every row sums to ``glitches``."""
    if not glitches:
        return np.zeros((draws, 0), dtype=int)
    return np.random.default_rng(seed).multinomial(glitches, np.full(glitches, 1 / glitches), size=draws)


def drawn_confusions(
    truth: np.ndarray, named: np.ndarray, glitch_of: np.ndarray, weights: np.ndarray, *, labels: int
) -> np.ndarray:
    """Return each draw's confusion matrix, float (draws, labels, labels), from int (n,) labels and glitches."""
    cells, cell_of = np.unique(truth * labels + named, return_inverse=True)
    by_glitch = np.zeros((weights.shape[1], len(cells)))
    np.add.at(by_glitch, (glitch_of, cell_of), 1)
    counts = np.zeros((len(weights), labels * labels))
    counts[:, cells] = weights @ by_glitch
    return counts.reshape(len(weights), labels, labels)


def drawn_measures(
    truth: np.ndarray,
    calibrated: np.ndarray,
    raw: np.ndarray,
    glitch_of: np.ndarray,
    weights: np.ndarray,
) -> dict[str, np.ndarray]:
    """Return every overall measure in each draw, float (draws,) each, NaN where a draw leaves it undefined.

    ``truth`` and ``glitch_of`` are int (n,), ``calibrated`` and ``raw`` probabilities (n, k), ``weights`` draws by
    glitch.
    """
    labels = calibrated.shape[1]
    named = calibrated.argmax(axis=1)
    right = (named == truth).astype(float)
    result = score_confusions(drawn_confusions(truth, named, glitch_of, weights, labels=labels))
    result["auc_macro"] = _drawn_auc(truth, calibrated, glitch_of, weights)
    rows = _summed(np.ones((len(truth), 1)), glitch_of, weights)[:, 0]
    for measure, values in (("", raw), ("_calibrated", calibrated)):
        confidence = values.max(axis=1)
        gaps = np.zeros((len(truth), BINS))
        gaps[np.arange(len(truth)), bin_of(confidence)] = right - confidence
        result[f"expected_calibration_error{measure}"] = np.abs(_summed(gaps, glitch_of, weights)).sum(axis=1) / rows
    result["brier"] = _summed(brier_of_rows(calibrated, truth)[:, None], glitch_of, weights)[:, 0] / rows
    return result


def interval_of(measure: str, value: float, drawn: np.ndarray, *, glitches: int) -> tuple[float, float]:
    """Return the 95 % interval (low, high) of a measure from its bootstrap draws; NaN where it or all draws are NaN.

    It takes percentiles, with three exceptions. A share of 0 or 1 gets the Wilson interval among so many ``glitches``,
    since every draw agrees. A calibration error grows with chance, once more in each draw, so the draws' mean excess is
    taken off first. And the interval always holds the value itself, which the draws of a handful of samples may miss.
    Chosen by coverage (benchmarks/results/classifier_intervals.txt); after a handful of errors 95 % means about 90.
    """
    drawn = drawn[np.isfinite(drawn)]
    if not len(drawn) or not np.isfinite(value):
        return UNKNOWN
    if measure in (*SHARES, "f1") and value in (0.0, 1.0):
        return wilson_interval(value * glitches, glitches, confidence=CONFIDENCE)
    if measure.startswith("expected_calibration_error"):
        drawn = np.maximum(drawn - max(0.0, float(drawn.mean()) - value), 0.0)
    low, high = drawn_interval(drawn, confidence=CONFIDENCE)
    return min(float(low), value), max(float(high), value)


def _drawn_auc(truth: np.ndarray, probabilities: np.ndarray, glitch_of: np.ndarray, weights: np.ndarray) -> np.ndarray:
    present = np.unique(truth)
    result = np.full(len(weights), np.nan)
    # A weight a row and draw: in slices, or 30,000 rows would take a gigabyte.
    step = max(1, _CELLS // max(1, len(truth)))
    for first in range(0, len(weights), step):
        by_row = weights[first : first + step, glitch_of]
        areas = np.stack([auc_of_weightings(truth == label, probabilities[:, label], by_row) for label in present])
        counted = np.isfinite(areas)
        total = np.where(counted, areas, 0).sum(axis=0)
        count = counted.sum(axis=0)
        result[first : first + step] = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
    return result


def _summed(values: np.ndarray, glitch_of: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Sums over the rows of each draw, (draws, columns), of values (n, columns)."""
    by_glitch = np.zeros((weights.shape[1], values.shape[1]))
    np.add.at(by_glitch, glitch_of, values)
    return weights @ by_glitch
