"""How often the audit names a slice that is none, and how often it finds one that was planted.

    python -m benchmarks.slices [--seeds 50]

Digits (scikit-learn) and the demo's sound samples get errors along look-alikes, 5 %, and facts that are drawn anew with
each seed: a detector of three, an annotator of twenty, an SNR that goes with the label, and a time in one and a half
years, of which half falls into three weeks that each label has of its own (glitches come in bursts).

- null: errors have nothing to do with the facts. Told is the share of corpora with any slice.
- planted (digits): of one label 10, 20 or 40 samples more are called by one look-alike, all in one week, by one
  annotator, in one detector, or in the quarter with the lowest SNR, in turn. Told is how often that slice is found, and
  how many of the slices that are named are of another pair of labels.

It writes ``benchmarks/results/slices.txt``. Nothing was chosen on these seeds.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.machine import when_and_where
from benchmarks.suspects_corpora import Corpus, load_corpus, plant
from core.audit.observing_runs import RUNS
from core.audit.queue import suspect_entries
from core.audit.slices import ANNOTATOR, DETECTOR, SNR, WEEK, WEEK_SECONDS, find_slices, slice_values
from core.audit.suspects import Smoother, SuspectParams, find_suspects, suspects_smoother
from core.statistics.intervals import wilson_interval

RESULTS = Path(__file__).parent / "results" / "slices.txt"
RATE, SIZES = 0.05, (10, 20, 40)
KINDS = (WEEK, ANNOTATOR, DETECTOR, SNR)
FIRST_SEED = 700
_WEEKS = 75
_ANNOTATORS = 20


def draw_facts(labels: np.ndarray, seed: int) -> pd.DataFrame:
    """Time, detector, SNR and annotator of samples that look like ``labels``, str (n,)."""
    random = np.random.default_rng([seed, 6])
    names, codes = np.unique(labels, return_inverse=True)
    bursts = random.integers(0, _WEEKS, (len(names), 3))[codes, random.integers(0, 3, len(codes))]
    week = np.where(random.random(len(codes)) < 0.5, bursts, random.integers(0, _WEEKS, len(codes)))
    loudness = random.normal(2.5, 0.5, len(names))[codes]
    return pd.DataFrame(
        {
            "event_time": RUNS[2][1] + (week + random.random(len(codes))) * WEEK_SECONDS,
            "detector": random.choice(["H1", "L1", "V1"], len(codes), p=[0.45, 0.4, 0.15]),
            "snr": np.exp(random.normal(loudness, 0.6)),
            "annotator": random.integers(0, _ANNOTATORS, len(codes)).astype(str),
        }
    )


def plant_slice(
    corpus: Corpus, labels: np.ndarray, facts: pd.DataFrame, *, size: int, kind: str, seed: int
) -> tuple[np.ndarray, pd.DataFrame, tuple[str, str]]:
    """Return labels and facts with ``size`` errors more in one slice, and what these are called and look like."""
    random = np.random.default_rng([seed, 7])
    label = random.choice([name for name, others in corpus.mistaken_for.items() if others])
    other = random.choice(corpus.mistaken_for[label])
    rows = np.flatnonzero((corpus.truth == label) & (labels == label))
    labels, facts = labels.copy(), facts.copy()
    if kind == SNR:
        rows = rows[np.argsort(facts["snr"].to_numpy()[rows])][:size]
        facts.loc[rows, "snr"] = facts["snr"].quantile(0.2) * random.uniform(0.7, 1, len(rows))
    else:
        rows = random.choice(rows, size=size, replace=False)
    if kind == WEEK:
        # A GPS week begins at a multiple of 7 days.
        start = (facts["event_time"].iloc[rows[0]] // WEEK_SECONDS) * WEEK_SECONDS + 100
        facts.loc[rows, "event_time"] = start + random.random(size) * (WEEK_SECONDS - 200)
    elif kind in (ANNOTATOR, DETECTOR):
        facts.loc[rows, kind] = facts[kind].iloc[rows[0]]
    labels[rows] = other
    return labels, facts, (str(other), str(label))


def slices_of(corpus: Corpus, labels: np.ndarray, facts: pd.DataFrame, smoother: Smoother) -> pd.DataFrame:
    """The slices that the audit names."""
    case = corpus.case(labels)
    found = find_suspects(case, groups=corpus.groups, smoother=lambda progress: smoother)
    samples = facts.set_axis(case.samples.index)
    entries = suspect_entries(found.table, clusters=case.clusters, glitches=samples.index.to_series())
    return find_slices(entries, slice_values(samples))


def null_line(corpus: Corpus, smoother: Smoother, seeds: range) -> str:
    """The share of corpora without structure in which any slice is named."""
    named = []
    for seed in seeds:
        labels, _ = plant(corpus, "look-alikes", RATE, seed)
        named.append(len(slices_of(corpus, labels, draw_facts(corpus.truth, seed), smoother)))
    wrong = int(np.count_nonzero(named))
    return f"{corpus.name}, null: a slice in {_share(wrong, len(named))} of the corpora, {sum(named)} slices in all"


def planted_line(corpus: Corpus, smoother: Smoother, seeds: range, size: int) -> str:
    """How often a planted slice is found, by kind, and what else is named."""
    hits: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    others = named = 0
    for number, seed in enumerate(seeds):
        kind = KINDS[number % len(KINDS)]
        labels, _ = plant(corpus, "look-alikes", RATE, seed)
        labels, facts, pair = plant_slice(
            corpus, labels, draw_facts(corpus.truth, seed), size=size, kind=kind, seed=seed
        )
        found = slices_of(corpus, labels, facts, smoother)
        same = (found["label"] == pair[0]) & (found["suggested"] == pair[1])
        hits[kind].append(bool((same & (found["kind"] == kind)).any()))
        others, named = others + int((~same).sum()), named + len(found)
    every = [hit for kind in KINDS for hit in hits[kind]]
    by_kind = ", ".join(f"{kind} {sum(hits[kind])} of {len(hits[kind])}" for kind in KINDS)
    found_share = _share(sum(every), len(every))
    return (
        f"{corpus.name}, {size} planted: found in {found_share} ({by_kind}); of {named} slices {others} of another pair"
    )


def _share(count: int, total: int) -> str:
    low, high = wilson_interval(count, total)
    return f"{count} of {total} ({100 * low:.0f} to {100 * high:.0f} %)"


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=50)
    options = parser.parse_args()
    lines = [when_and_where(), f"python -m benchmarks.slices --seeds {options.seeds}"]
    print("\n".join(lines), flush=True)
    seeds = range(FIRST_SEED, FIRST_SEED + options.seeds)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("digits", "demo"):
            corpus = load_corpus(name, Path(folder))
            smoother = suspects_smoother(corpus.case(corpus.truth), SuspectParams(), corpus.groups)
            told = [null_line(corpus, smoother, seeds)]
            print(told[-1], flush=True)
            for size in SIZES if name == "digits" else ():
                told.append(planted_line(corpus, smoother, seeds, size))
                print(told[-1], flush=True)
            lines += told
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
