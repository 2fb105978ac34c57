"""Whether the channels' evidence finds more wrong labels, and stays silent where channels go with nothing.

    python -m benchmarks.channel_evidence [--corpora 40] [--nulls 100] [--refits 39] [--seed 60000]

Each corpus is a simulated detector of 40 days whose five families have 500 glitches each: two go with a channel each,
three with none. The pictures are points about a centre for each family, and look-alikes overlap: the two that go with
channels, and the three that do not. 8 % of the labels are exchanged for a look-alike's, half of them anywhere, half
where the pictures leave it open. The suspects' scores are compared with and without the channels, on the same corpora.
The results are written after each fifth corpus, so that it may be stopped. What was chosen (how both are joined, when
evidence is said) was chosen on seeds below 1,000.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score

from benchmarks.machine import when_and_where
from benchmarks.suspects_corpora import make_case
from core.audit.channels import WITH_CHANNELS, with_channels
from core.audit.suspects import SuspectParams, find_suspects
from core.detector.model import GlitchTimes
from core.detector.simulated import SimulatedDetector, SimulationParams, simulate_detector
from core.impact.models.foreseen import LEAST_ODDS, Foreseen, calibrated
from core.impact.models.naming import model_family
from core.impact.models.params import ModelParams
from core.statistics.intervals import mean_interval, wilson_interval

RESULT = Path(__file__).parent / "results" / "channel_evidence.txt"
DAYS, GLITCHES, WRONG = 40, 500, 0.08
KINDS = {
    "coupled, beta 2": SimulationParams(days=DAYS, glitches=GLITCHES, beta=2.0),
    "coupled, beta 1": SimulationParams(days=DAYS, glitches=GLITCHES, beta=1.0),
}
NULLS = {
    "no coupling": SimulationParams(days=DAYS, glitches=GLITCHES, beta=0.0),
    "shared daily cycle": SimulationParams(days=DAYS, glitches=GLITCHES, beta=0.0, daily_rate=0.5),
}
MISTAKEN_FOR = {
    "Scattered_Light": ("Fast_Scattering",),
    "Fast_Scattering": ("Scattered_Light",),
    "Blip": ("Tomte", "Koi_Fish"),
    "Tomte": ("Blip",),
    "Koi_Fish": ("Blip",),
}
COUPLED = ("Scattered_Light", "Fast_Scattering")
DIMENSIONS, APART, ALIKE = 16, 6.0, 2.0
FIRST = 30
EDGES = np.array([0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 1.0])


@dataclass(frozen=True, eq=False)
class Corpus:
    """A simulated detector whose glitches carry ``labels``, str (n,), of which ``wrong``, bool (n,), are not true.

    ``matrix`` is float32 (n, d), the embedding of the pictures; ``glitches`` have the labels for families.
    """

    drawn: SimulatedDetector
    glitches: GlitchTimes
    matrix: np.ndarray
    labels: np.ndarray
    truth: np.ndarray
    wrong: np.ndarray


def centre_of(family: str) -> np.ndarray:
    """The middle of a family's pictures: two groups of look-alikes, ALIKE apart within and APART from the other."""
    middle = np.zeros(DIMENSIONS)
    middle[1 if family in COUPLED else 0] = APART
    aside = {"Scattered_Light": 2, "Tomte": 3, "Koi_Fish": 4}
    if family in aside:
        middle[aside[family]] = ALIKE
    return middle


def make_corpus(simulation: SimulationParams, seed: int) -> Corpus:
    """Draw a detector, pictures that leave look-alikes open, and wrong labels along look-alike pairs."""
    drawn = simulate_detector(simulation, seed=seed)
    random = np.random.default_rng([seed, 9])
    truth = drawn.glitches.families.astype(str)
    points = np.stack([centre_of(name) for name in truth]) + random.normal(size=(len(truth), DIMENSIONS))
    other = np.array([random.choice(MISTAKEN_FOR[name]) for name in truth])
    own, theirs = (
        ((points - np.stack([centre_of(name) for name in names])) ** 2).sum(axis=1) for names in (truth, other)
    )
    open_to = 1 / (1 + np.exp((theirs - own) / 2))
    weight = np.where(random.random(len(truth)) < 0.5, open_to / open_to.mean(), 1.0)
    wrong = np.zeros(len(truth), dtype=bool)
    wrong[random.choice(len(truth), round(WRONG * len(truth)), replace=False, p=weight / weight.sum())] = True
    labels = np.where(wrong, other, truth)
    known = drawn.glitches
    glitches = GlitchTimes(known.sample_ids, known.times, known.detectors, labels.astype(object))
    matrix = np.ascontiguousarray(points / np.linalg.norm(points, axis=1, keepdims=True), np.float32)
    return Corpus(drawn, glitches, matrix, labels, truth, wrong)


def judge(corpus: Corpus, params: ModelParams) -> tuple[pd.DataFrame, Foreseen]:
    """The suspects with and without the channels, index sample id; and what was foreseen, whether with skill or not."""
    found = find_suspects(make_case(corpus.matrix, corpus.labels), SuspectParams(landmarks=600)).table
    entries = found.set_axis(pd.Index(corpus.glitches.sample_ids, dtype=object))
    table = corpus.drawn.channels
    model = model_family(table, corpus.glitches, detector="L1", params=params)
    foreseen = calibrated(model, table, corpus.glitches, detector="L1", params=params)
    odds = foreseen.log_odds(entries.index, entries["label"], entries["suggested"])
    return with_channels(entries, odds).assign(odds=odds), foreseen


def measures(corpus: Corpus, entries: pd.DataFrame, foreseen: Foreseen) -> dict[str, float]:
    """What one corpus gives; where there is no skill the channels are not counted in, and say nothing."""
    wrong, without, joined = corpus.wrong, entries["score"].to_numpy(), entries[WITH_CHANNELS].to_numpy()
    used = joined if foreseen.skilled else without
    coupled = np.isin(corpus.labels, COUPLED)
    flagged = entries["flagged"].to_numpy(dtype=bool)
    odds = entries["odds"].to_numpy()
    against, for_label = odds >= np.log(LEAST_ODDS), odds <= -np.log(LEAST_ODDS)

    def precision(score: np.ndarray, rows: np.ndarray) -> float:
        return float(average_precision_score(wrong[rows], score[rows]))

    every, rest = np.ones(len(wrong), dtype=bool), ~coupled
    first = {
        name: wrong[flagged][np.argsort(-score[flagged], kind="stable")][:FIRST].mean()
        for name, score in (("without", without), ("with", used))
    }
    return {
        "skilled": float(foreseen.skilled),
        "all without": precision(without, every),
        "all with": precision(used, every),
        "all ungated": precision(joined, every),
        "coupled without": precision(without, coupled),
        "coupled with": precision(used, coupled),
        "rest without": precision(without, rest),
        "rest with": precision(used, rest),
        "flagged without": precision(without, flagged),
        "flagged with": precision(used, flagged),
        "first without": float(first["without"]),
        "first with": float(first["with"]),
        "said": float((against | for_label).mean()) if foreseen.skilled else 0.0,
        "said ungated": float((against | for_label).mean()),
        **{
            f"{name} {what}": float(values.sum()) if foreseen.skilled else 0.0
            for name, rows in (("all", every), ("flagged", flagged))
            for what, values in (
                ("against", against & rows),
                ("against wrong", against & rows & wrong),
                ("for", for_label & rows),
                ("for wrong", for_label & rows & wrong),
            )
        },
        "flagged wrong": float(wrong[flagged].mean()),
        "wrong": float(wrong.mean()),
    }


def stated_and_seen(corpus: Corpus, foreseen: Foreseen) -> tuple[np.ndarray, np.ndarray]:
    """Every stated chance of a label, and whether the glitch carries it."""
    labels = pd.Series(corpus.labels, index=corpus.glitches.sample_ids).loc[list(foreseen.sample_ids)].to_numpy()
    known = np.isfinite(foreseen.chances).all(axis=1)
    carried = labels[known, None] == np.array(foreseen.families)
    return foreseen.chances[known].ravel(), carried.ravel()


def difference(rows: pd.DataFrame, what: str) -> str:
    """Mean without and with the channels, and the paired difference with 95 % by corpora (Student's t)."""
    without, with_them = rows[f"{what} without"].to_numpy(), rows[f"{what} with"].to_numpy()
    change = with_them - without
    low, high = mean_interval(change) if len(rows) > 1 else (np.nan, np.nan)
    better, worse = int((change > 0).sum()), int((change < 0).sum())
    return (
        f"{without.mean():.3f} without, {with_them.mean():.3f} with: {change.mean():+.3f} ({low:+.3f} to {high:+.3f}), "
        f"better in {better}, worse in {worse} of {len(rows)}"
    )


def share(count: float, n: int) -> str:
    if not n:
        return "none"
    low, high = wilson_interval(count, n)
    return f"{int(count)} of {n} ({low:.0%} to {high:.0%})"


def told(rows: pd.DataFrame, what: str) -> str:
    return share(rows[f"{what} wrong"].sum(), int(rows[what].sum()))


def coupled_lines(name: str, rows: pd.DataFrame, stated: np.ndarray, carried: np.ndarray) -> list[str]:
    place = np.clip(np.searchsorted(EDGES, stated, side="right") - 1, 0, len(EDGES) - 2)
    table, gaps, weights = [], [], []
    for number in np.unique(place):
        here = place == number
        gap = carried[here].mean() - stated[here].mean()
        gaps.append(abs(gap))
        weights.append(here.sum())
        table.append(
            f"    {EDGES[number]:.2f} to {EDGES[number + 1]:.2f}: {here.sum():7,} chances, stated "
            f"{stated[here].mean():.3f}, seen {carried[here].mean():.3f}"
        )
    off = float(np.average(gaps, weights=weights))
    large = max(gap for gap, count in zip(gaps, weights, strict=True) if count >= 300)
    return [
        f"{name}: skill in {share(rows['skilled'].sum(), len(rows))} corpora",
        f"  average precision, all labels               {difference(rows, 'all')}",
        f"  ... of the two labels that go with channels {difference(rows, 'coupled')}",
        f"  ... of the three that do not                {difference(rows, 'rest')}",
        f"  ... among flagged labels alone              {difference(rows, 'flagged')}",
        f"  wrong among the first {FIRST} flagged             {difference(rows, 'first')}",
        f"  evidence is said of {rows['said'].mean():.1%} of the samples, and of "
        f"{rows[['flagged against', 'flagged for']].sum(axis=1).mean():.1f} flagged ones a corpus",
        f"  wrong where it speaks for the suggested label: of all {told(rows, 'all against')}, of flagged ones "
        f"{told(rows, 'flagged against')}",
        f"  wrong where it speaks for the own label:       of all {told(rows, 'all for')}, of flagged ones "
        f"{told(rows, 'flagged for')}",
        f"  wrong whatever the channels say:               of all {rows['wrong'].mean():.0%}, of flagged ones "
        f"{rows['flagged wrong'].mean():.0%}",
        f"  stated chance against how often the label was carried: mean gap {100 * off:.1f} points, greatest "
        f"{100 * large:.1f} (where at least 300 chances lie)",
        *table,
    ]


def null_lines(name: str, rows: pd.DataFrame) -> list[str]:
    change = (rows["all ungated"] - rows["all without"]).to_numpy()
    low, high = mean_interval(change)
    return [
        f"{name}: evidence is said in {share(rows['skilled'].sum(), len(rows))} corpora (asked for at most 5 %)",
        f"  average precision, all labels               {difference(rows, 'all')}",
        f"  if skill were not asked for: {change.mean():+.4f} ({low:+.4f} to {high:+.4f}), and evidence said of "
        f"{rows['said ungated'].mean():.2%} of the samples",
    ]


def write(head: str, rows: dict, stated: dict, carried: dict, seconds: float) -> None:
    lines = [head]
    for name in KINDS:
        both = (np.concatenate(values[name]) if values[name] else np.zeros(0) for values in (stated, carried))
        lines += [*coupled_lines(name, pd.DataFrame(rows[name]), *both), ""]
    for name in NULLS:
        lines += [*null_lines(name, pd.DataFrame(rows[name])), ""]
    corpora = sum(map(len, rows.values()))
    lines.append(f"{corpora} corpora in {seconds:.0f} processor seconds, suspects included")
    RESULT.write_text("\n".join(lines) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=int, default=40, help="of each strength of coupling")
    parser.add_argument("--nulls", type=int, default=100, help="of each kind without coupling")
    parser.add_argument("--refits", type=int, default=39)
    parser.add_argument("--seed", type=int, default=60_000)
    options = parser.parse_args()
    head = f"{when_and_where()}\npython -m benchmarks.channel_evidence {' '.join(sys.argv[1:])}\n"
    params = ModelParams(refits=options.refits)
    rows, stated, carried = (defaultdict(list) for _ in range(3))
    used = time.process_time()
    for number in range(max(options.corpora, options.nulls)):
        for name, simulation in (KINDS | NULLS).items():
            if number >= (options.corpora if name in KINDS else options.nulls):
                continue
            corpus = make_corpus(simulation, options.seed + number)
            entries, foreseen = judge(corpus, params)
            rows[name].append(measures(corpus, entries, foreseen))
            if foreseen.skilled:
                one, other = stated_and_seen(corpus, foreseen)
                stated[name].append(one)
                carried[name].append(other)
        if number % 5 == 4 or number + 1 == max(options.corpora, options.nulls):
            write(head, rows, stated, carried, time.process_time() - used)
    print(RESULT.read_text())


if __name__ == "__main__":
    main()
