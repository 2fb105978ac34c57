"""Whether what Practice teaches is true, on the demo: its known samples, and what it says tells two labels apart.

    python -m benchmarks.practice

Known samples: how many of their labels are true, beside those of all samples, and how many of the planted errors are
among them; what carries None_of_the_Above is left out, for whatever fits nothing else has names of its own in the
truth. Measured differences: of every pair of labels, how often one is named, and how often after the labels of the two
were shuffled (the null, which may reach 1 %). Power: how often a measure is named that puts one of each in the usual
order with a stated chance, among four that say nothing, for samples of several sizes. Tossed names: on the demo's and
the digits' true labels, how often two names tossed for one of them (30 to 70 %) are noticed, and how many labels are
taken for tossed where none is and some labels are those of look-alikes instead. Balance: how often each label
comes to somebody who finds every label, and to somebody who misses one label in two of three cases. Intervals: 95 %,
Wilson. The rule for tossed names was found on the demo and these two with seeds 11 and 77; the seeds here are others.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from itertools import combinations
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd

from benchmarks.machine import when_and_where
from benchmarks.suspects_corpora import load_corpus, plant
from core.audit.physical import physical_columns
from core.audit.practice import Tally, next_label
from core.audit.telling_apart import best_difference, seen_measures
from core.audit.tossed_names import tossed_names
from core.pipeline.audit import load_audit
from core.pipeline.practice import Practice, practice_of
from core.pipeline.stages import load_prepared
from core.statistics.intervals import wilson_interval
from core.workspace import DATA_FOLDER, demo_workspace

RESULT = Path(__file__).parent / "results" / "practice.txt"
SEED = 7
ODD = "None_of_the_Above"
SHUFFLES, DRAWS, QUESTIONS = 10, 1000, 400
TOSSES, PLANTED, FEWEST_TOSSED = 200, 10, 20


def known_lines(practice: Practice) -> list[str]:
    """How many labels of known samples are true, beside those of all."""
    truth = pd.read_parquet(DATA_FOLDER / "demo_truth.parquet").set_index("sample_id").loc[practice.samples.index]
    right = truth["true_label"].to_numpy(dtype=str) == practice.labels
    counted = practice.labels != ODD
    rows = np.concatenate([one.rows for name, one in practice.known.items() if name != ODD])
    planted = (truth["fault"] == "label error").to_numpy()
    return [
        f"all samples: {_share(int(right[counted].sum()), int(counted.sum()))} labels true",
        f"known samples: {_share(int(right[rows].sum()), len(rows))} labels true; "
        f"{int(planted[rows].sum())} of {int(planted.sum())} planted label errors among them",
        f"labels known: {len(practice.known)}, not known: {', '.join(practice.without)}",
    ]


def difference_lines(practice: Practice) -> list[str]:
    """How often a measured difference is named, and how often where there is none."""
    measures, units = seen_measures(physical_columns(practice.samples))
    random = np.random.default_rng(SEED)
    named = by_luck = 0
    pairs = list(combinations(practice.names, 2))
    for one, other in pairs:
        first, second = (np.flatnonzero(practice.sound & (practice.labels == name)) for name in (one, other))
        named += best_difference(measures, first, second, units=units) is not None
        for _ in range(SHUFFLES):
            both = random.permutation(np.concatenate([first, second]))
            found = best_difference(measures, both[: len(first)], both[len(first) :], units=units)
            by_luck += found is not None
    lines = [
        f"measured difference: named for {_share(named, len(pairs))} pairs; after shuffling for "
        f"{_share(by_luck, SHUFFLES * len(pairs))}"
    ]
    nothing = dict.fromkeys("abcd", "")
    for chance in (0.85, 0.9, 0.95, 0.99):
        shift = 2**0.5 * NormalDist().inv_cdf(chance)
        parts = []
        for count in (5, 10, 20, 50):
            first, second = np.arange(count), np.arange(count, 2 * count)
            hits = 0
            for _ in range(DRAWS):
                values = {name: random.normal(size=2 * count) for name in nothing}
                told = random.normal(size=2 * count) + np.where(np.arange(2 * count) < count, 0.0, shift)
                found = best_difference({**values, "told": told}, first, second, units={**nothing, "told": ""})
                hits += found is not None and found.measure == "told"
            parts.append(f"{count} of each {hits / DRAWS:.0%}")
        lines.append(f"power, in the usual order with {chance:.0%}: {', '.join(parts)}")
    return lines


def toss_lines() -> list[str]:
    """How often tossed names are noticed, and how often labels are taken for tossed that are not."""
    lines = []
    for name in ("demo", "digits"):
        corpus = load_corpus(name, Path(tempfile.gettempdir()))
        rows = np.arange(len(corpus.truth))
        neighbours = corpus.case(corpus.truth).neighbours.indices
        names, counts = np.unique(corpus.truth, return_counts=True)
        random = np.random.default_rng(SEED)
        noticed = 0
        for _ in range(TOSSES):
            tossed = corpus.truth == random.choice(names[counts >= FEWEST_TOSSED])
            tossed &= random.random(len(rows)) < random.uniform(0.3, 0.7)
            labels = np.where(tossed, "another name", corpus.truth)
            noticed += "another name" in tossed_names(labels, rows, neighbours)
        lines.append(f"two names tossed for one label, {name}: noticed {_share(noticed, TOSSES)} times")
        for rate in (0.0, 0.1, 0.2, 0.3):
            found = [
                len(tossed_names(plant(corpus, "look-alikes", rate, SEED + draw)[0], rows, neighbours))
                for draw in range(PLANTED if rate else 1)
            ]
            lines.append(
                f"{rate:.0%} of the labels those of look-alikes, {name}: taken for tossed "
                f"{_share(sum(found), len(found) * len(names))} labels"
            )
    return lines


def balance_lines(practice: Practice) -> list[str]:
    """How often each label comes."""
    names = tuple(practice.known)
    lines = []
    for missed in ("", names[0]):
        random = np.random.default_rng(SEED)
        tallies: dict[str, Tally] = {}
        counts: Counter[str] = Counter()
        last = ""
        for number in range(QUESTIONS):
            last = next_label(names, tallies, last=last, seed=(SEED, number))
            before = tallies.get(last, Tally())
            right = last != missed or random.random() < 1 / 3
            tallies[last] = Tally(before.seen + 1, before.right + right)
            counts[last] += 1
        others = [counts[name] for name in names if name != missed]
        who = (
            f"who misses {missed} in two of three cases is asked it {counts[missed]} times, the others"
            if missed
            else ""
        )
        lines.append(
            f"{QUESTIONS} questions about {len(names)} labels: {who or 'who finds all is asked each'} {min(others)} to "
            f"{max(others)} times"
        )
    return lines


def _share(found: int, count: int) -> str:
    low, high = wilson_interval(found, count)
    return f"{found:,} of {count:,} ({found / count:.1%}, {low:.1%} to {high:.1%})"


def main() -> None:
    """Print the table and add it to the results."""
    lines = [f"{when_and_where()}; python -m benchmarks.practice"]
    prepared = load_prepared(demo_workspace())
    nothing_said = pd.DataFrame({"state": [], "label": []}, dtype=object)
    practice = practice_of(prepared, load_audit(prepared).suspects, nothing_said)
    for part in (known_lines, difference_lines, balance_lines):
        lines += part(practice)
    lines += toss_lines()
    print("\n".join(lines))
    with RESULT.open("a", encoding="utf-8") as results:
        results.write("\n".join(lines) + "\n\n")


if __name__ == "__main__":
    main()
