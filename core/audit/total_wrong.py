"""How many labels are wrong in all, from a random sample that people judge: what a ranking alone cannot say.

Chances from an embedding say nothing of wrong labels that it finds plausible, so no sum of them is a count. Samples are
therefore drawn at random within three strata (flagged, the nearest to being flagged, the rest), and the share of wrong
labels among the drawn ones that people judged is blown up to each stratum (stratified expansion estimator; Cochran
1977, Sampling Techniques, chapter 5). What is drawn hangs on the samples' names alone (permanent random numbers,
Ohlsson 1995), so it neither moves with scores nor with what was decided, and counts whoever judged it for whatever
reason.

The interval is that of the total's posterior: in each stratum the share of wrong labels among those not judged has a
beta distribution after Jeffreys' prior, and their number is beta-binomial. It is exact where all are judged.
benchmarks/real_noise.py has how often it holds.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.statistics.intervals import drawn_interval

DRAWN, DRAWN_RANK = "drawn", "drawn_rank"
"""Columns of the entries: whether a glitch is in the random sample, and how early."""

COLUMNS = (DRAWN, DRAWN_RANK, "stratum", "drawn_number")

SAMPLE = 200
"""So many glitches are drawn to be judged; the first of them are a random sample too."""

LEAST = 10
"""Answers below which no total is given; and a stratum needs :data:`LEAST_EACH`, or all that it has."""

LEAST_EACH = 3

FLAGGED, NEAR, REST = 0, 1, 2
_ROUND = (NEAR, REST, FLAGGED, NEAR, REST)
"""In which order strata take turns."""

_NEAR_SHARE = 0.2
"""Of what is not flagged, the most suspect share is the stratum in between."""

_DRAWS = 4000
SAID_WRONG, KEPT_AS_RIGHT = "accept", "keep"
"""The verdicts that say clearly whether a label is wrong."""


@dataclass(frozen=True)
class TotalWrong:
    """How many labels are wrong in all, with an interval, from ``answered`` of the ``size`` glitches.

    ``found`` of those answered were wrong; ``unsure`` had no clear answer: they count as right in ``low`` and as wrong
    in ``high``. ``total``, ``low`` and ``high`` are None where too few were judged: ``missing`` is how many more of the
    random sample are needed. Of those with a clear answer ``flagged_sure`` were flagged, ``flagged_found`` of these
    wrong.
    """

    size: int
    answered: int
    found: int
    unsure: int
    total: float | None = None
    low: float | None = None
    high: float | None = None
    missing: int = 0
    flagged_sure: int = 0
    flagged_found: int = 0


def permanent_number(name: str) -> float:
    """Return a number from 0 to 1 that hangs on the name alone, and is spread evenly over many names."""
    digest = hashlib.blake2b(f"random sample {name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def strata(flagged: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Return the stratum of each glitch, int (m,): :data:`FLAGGED`, :data:`NEAR` or :data:`REST`.

    ``flagged`` is bool (m,), ``score`` float (m,), higher is more suspect; NaN counts as the least suspect.
    """
    found = np.where(flagged, FLAGGED, REST)
    others = np.flatnonzero(~flagged)
    order = others[np.argsort(-np.nan_to_num(score[others], nan=-np.inf), kind="stable")]
    found[order[: round(_NEAR_SHARE * len(others))]] = NEAR
    return found


def with_drawn(entries: pd.DataFrame, *, size: int = SAMPLE) -> pd.DataFrame:
    """Return the entries with the random sample: the columns :data:`COLUMNS`.

    They are ``drawn`` (bool, ``size`` glitches, or all), ``drawn_rank`` (float, the first drawn highest; -inf where not
    drawn), ``stratum`` (int) and ``drawn_number`` (float). Strata take turns, so that any first part of the drawn ones
    is a sample of all three. ``entries`` are from :func:`core.audit.queue.suspect_entries`; the columns ``glitch``,
    ``flagged`` and ``score`` are used.
    """
    number = np.array([permanent_number(str(glitch)) for glitch in entries["glitch"]], dtype=float)
    stratum = strata(entries["flagged"].to_numpy(dtype=bool), entries["score"].to_numpy(dtype=float))
    waiting = {}
    for one in (FLAGGED, NEAR, REST):
        rows = np.flatnonzero(stratum == one)
        waiting[one] = list(rows[np.argsort(number[rows], kind="stable")][:size])
    order: list[int] = []
    while any(waiting.values()):
        order += [int(waiting[one].pop(0)) for one in _ROUND if waiting[one]]
    order = order[:size]
    drawn, rank = np.zeros(len(entries), bool), np.full(len(entries), -np.inf)
    drawn[order], rank[order] = True, -np.arange(len(order), dtype=float)
    return entries.assign(drawn=drawn, drawn_rank=rank, stratum=stratum, drawn_number=number)


def asking_drawn(entries: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """Return the entries with the random sample of ``drawn``, from :func:`with_drawn`, glitch by glitch.

    Of a drawn glitch that is not flagged nothing is suggested: the most probable other label is no reason to change it.
    ``drawn`` may come from an earlier ranking of the same glitches, so that a new one does not change the sample.
    """
    known = drawn.set_index("glitch")[[DRAWN, DRAWN_RANK]].loc[entries["glitch"]].set_axis(entries.index)
    quiet = known[DRAWN] & ~entries["flagged"].astype(bool)
    suggested = entries["suggested"].astype(object).where(~quiet, "")
    return entries.assign(suggested=suggested, drawn=known[DRAWN], drawn_rank=known[DRAWN_RANK])


def total_wrong(drawn: pd.DataFrame, judged: pd.DataFrame, *, seed: int = 0) -> TotalWrong:
    """Estimate how many labels are wrong in all from the judgements of the random sample.

    ``drawn`` is from :func:`with_drawn`; ``judged`` has the index ``sample_id`` (the glitch) and ``verdict``, one row a
    judgement. "accept" says wrong and "keep" right; where people contradict each other, or nobody settled it, the
    glitch has no clear answer. In each stratum those count that come before the first one without any judgement, in
    the order of their permanent numbers: that part is a random sample, whatever else was judged.
    """
    verdict = drawn["glitch"].astype(str).map(settled_verdicts(judged)).to_numpy(dtype=object)
    stratum, counted = drawn["stratum"].to_numpy(), answers_in_turn(drawn, verdict)
    counts = []
    for one in (FLAGGED, NEAR, REST):
        part = verdict[counted & (stratum == one)]
        size = int((stratum == one).sum())
        counts.append((size, int((part == SAID_WRONG).sum()), int((part == KEPT_AS_RIGHT).sum()), len(part)))
    return total_of_counts(np.array(counts), seed=seed)


def answers_in_turn(drawn: pd.DataFrame, verdict: np.ndarray) -> np.ndarray:
    """Return which judged glitches are a random sample of their stratum, bool (m,).

    They are those before the first one without any judgement, in the order of their permanent numbers. ``verdict`` is
    object (m,), NaN where a glitch has no judgement at all, else from :func:`settled_verdicts`.
    """
    stratum, number = drawn["stratum"].to_numpy(), drawn["drawn_number"].to_numpy()
    found = np.zeros(len(drawn), bool)
    for one in (FLAGGED, NEAR, REST):
        rows = np.flatnonzero(stratum == one)
        rows = rows[np.argsort(number[rows], kind="stable")]
        open_ones = np.flatnonzero(pd.isna(verdict[rows]))
        found[rows[: open_ones[0] if len(open_ones) else len(rows)]] = True
    return found


def total_of_counts(counts: np.ndarray, *, confidence: float = 0.95, seed: int = 0) -> TotalWrong:
    """Return the total from ``counts``, int (strata, 4): size, wrong, right, and answered at all, of each stratum.

    The first stratum is that of flagged ones.
    """
    size, wrong, right, answered = counts.T
    unsure = answered - wrong - right
    needed = np.minimum(size, LEAST_EACH)
    missing = int(max(LEAST - answered.sum(), np.maximum(needed - (wrong + right), 0).sum(), 0))
    missing = min(missing, int((size - answered).sum()))
    said = (int(size.sum()), int(answered.sum()), int(wrong.sum()), int(unsure.sum()))
    sure = wrong + right
    of_flagged = {"flagged_sure": int(sure[0]), "flagged_found": int(wrong[0])}
    if missing or ((sure == 0) & (size > 0)).any():
        return TotalWrong(*said, missing=max(missing, 1), **of_flagged)
    share = np.divide(wrong, sure, out=np.zeros(len(size)), where=sure > 0)
    total = float((wrong + share * (size - sure)).sum())
    least = _drawn_totals(size - answered, wrong, right + unsure, seed)
    most = _drawn_totals(size - answered, wrong + unsure, right, seed)
    low = float(drawn_interval(least + wrong.sum(), confidence=confidence)[0])
    high = float(drawn_interval(most + (wrong + unsure).sum(), confidence=confidence)[1])
    return TotalWrong(*said, total, min(low, total), max(high, total), **of_flagged)


def _drawn_totals(others: np.ndarray, wrong: np.ndarray, right: np.ndarray, seed: int) -> np.ndarray:
    random = np.random.default_rng([seed, 11])
    shares = random.beta(wrong + 0.5, right + 0.5, size=(_DRAWS, len(others)))
    found: np.ndarray = random.binomial(others, shares).sum(axis=1)
    return found


def settled_verdicts(judged: pd.DataFrame) -> dict[str, str]:
    """Return what people said of each judged glitch: :data:`SAID_WRONG`, :data:`KEPT_AS_RIGHT`, or nothing clear.

    ``judged`` has the index ``sample_id`` (the glitch) and ``verdict``, one row a judgement.
    """
    found: dict[str, str] = {}
    for glitch, verdict in zip(judged.index.astype(str), judged["verdict"], strict=True):
        said = verdict if verdict in (SAID_WRONG, KEPT_AS_RIGHT) else ""
        before = found.get(glitch, "")
        # Who settled it outweighs who was unsure; two who contradict each other settle nothing.
        found[glitch] = said if not before else before if not said or said == before else "contradicted"
    return found


def total_sentence(total: TotalWrong, *, order: str, chosen: bool = False) -> str:
    """Return the estimate in words, or how many of the queue's ``order`` are to be judged before there is one.

    ``chosen`` says whether the queue is in that order already.
    """
    if total.total is None or total.low is None or total.high is None:
        so_far = f" more of it ({total.answered:,} so far)" if total.answered else " of it"
        first = f"judge {total.missing:,}{so_far}"
        first = first.capitalize() if chosen else f"Choose the order “{order}” and {first}"
        return (
            f"How many of all {total.size:,} labels are wrong, a random sample tells. {first}; 50 give a rough "
            f"figure, {SAMPLE:,} a closer one."
        )
    if total.answered == total.size:
        known = f"All {total.size:,} labels were judged: {total.found:,} wrong"
        return f"{known}, {total.unsure:,} without a clear answer." if total.unsure else f"{known}."
    unclear = f"; {total.unsure:,} had no clear answer" if total.unsure else ""
    others, found = total.answered - total.unsure - total.flagged_sure, total.found - total.flagged_found
    return (
        f"Of all {total.size:,} labels about {total.total:,.0f} ({total.low:,.0f} to {total.high:,.0f}) are wrong, by "
        f"the {total.answered:,} judged ones of a random sample (order “{order}”): {total.flagged_found:,} of "
        f"{total.flagged_sure:,} flagged ones were wrong, and {found:,} of {others:,} others{unclear}."
    )
