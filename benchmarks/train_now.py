"""How often "Before and after" claims that a classifier became better or worse though nothing did, and its power.

    python -m benchmarks.train_now [--seeds 200]

Each seed draws a corpus: 6 to 10 labels of 30 to 200 samples, directions in 24 dimensions around a middle of each
label, every second middle near the one before it, as look-alikes lie; 5 % of the labels are wrong, as the nearest other
label. The classifier is the workbench's own (core/pipeline/learnt_labels.py). Told is how often the 95 % interval of
accuracy and of macro-F1 leaves out 0. Nothing true changed where

- as many errors made as mended: 20 wrong labels are put right, and 20 right ones made wrong in the same way, so that
  the labels before and after come from the same chance;
- both ways: one label's samples are called by one of two names, by a coin; then 10 of each name get the other one.

Power: of one label a third (or 45 %) was called as the nearest other label, and is put right.

It writes ``benchmarks/results/train_now.txt``, and what 40 decisions on the demo's most suspect samples change, each
decided as it truly is. Whether decisions or glitches are counted was chosen on the seeds 100 to 159, and on none of
these.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.machine import when_and_where
from core.audit.model import AuditInput
from core.audit.suspects import Smoother, SuspectParams, suspects_smoother
from core.classify.evaluation.before_after import BETTER, MEASURES, WORSE, change_verdict
from core.embed.combine import unit_rows
from core.pipeline.audit import load_audit
from core.pipeline.learnt_labels import LearntLabels, compare_labels
from core.pipeline.reading import Reading, read_as
from core.pipeline.stages import load_prepared
from core.statistics.intervals import wilson_interval
from core.workspace import DATA_FOLDER, demo_workspace

RESULTS = Path(__file__).parent / "results" / "train_now.txt"
FIRST_SEED, WRONG, DECIDED, ON_DEMO = 9_100, 0.05, 20, 40
SHARES = {"a third of one label put right": 1 / 3, "45 % of one label put right": 0.45}
NULLS = ("as many errors made as mended", "both ways")
DIMENSIONS, SPREAD = 24, 0.12


@dataclass(frozen=True, eq=False)
class Corpus:
    """A made-up corpus: what the audit sees of it, its true labels int (n,), and each label's nearest other one."""

    case: AuditInput
    smoother: Smoother
    truth: np.ndarray
    nearest: np.ndarray

    @property
    def groups(self) -> np.ndarray:
        """Every sample is a glitch of its own."""
        return np.arange(len(self.truth))


def draw_corpus(seed: int) -> Corpus:
    """The corpus of this seed."""
    random = np.random.default_rng([seed, 1])
    labels = int(random.integers(6, 11))
    sizes = np.exp(random.uniform(np.log(30), np.log(200), labels)).astype(int)
    middles = random.normal(size=(labels, DIMENSIONS))
    # Every second label lies near the one before it, as look-alikes do.
    middles[1::2] = middles[: len(middles[1::2]) * 2 : 2] + 0.35 * random.normal(size=middles[1::2].shape)
    middles = unit_rows(middles.astype(np.float32))
    truth = np.repeat(np.arange(labels), sizes)
    matrix = unit_rows((middles[truth] + SPREAD * random.normal(size=(len(truth), DIMENSIONS))).astype(np.float32))
    alike = middles @ middles.T - 2 * np.eye(labels)
    case = _case(matrix)
    smoother = suspects_smoother(case, SuspectParams(), np.arange(len(truth)))
    return Corpus(case, smoother, truth, alike.argmax(axis=1))


def _case(matrix: np.ndarray) -> AuditInput:
    """What the comparison asks of the audit's input: where the samples lie."""
    count = len(matrix)
    samples = pd.DataFrame({"label": [""] * count})
    nowhere, alone = np.zeros((count, 2), np.float32), np.arange(count)
    return AuditInput(samples, matrix, None, nowhere, np.zeros(count, np.int32), alone, "made up")


def changed(corpus: Corpus, what: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels before and after, int (n,)."""
    random = np.random.default_rng([seed, 2])
    truth, before = corpus.truth, corpus.truth.copy()
    wrong = random.random(len(truth)) < WRONG
    before[wrong] = corpus.nearest[truth[wrong]]
    after = before.copy()
    if what in SHARES:
        label = random.choice(np.flatnonzero(np.bincount(truth) >= 60) if (np.bincount(truth) >= 60).any() else truth)
        rows = np.flatnonzero(truth == label)
        chosen = random.choice(rows, size=round(SHARES[what] * len(rows)), replace=False)
        before[chosen], after[chosen] = corpus.nearest[label], label
    elif what == NULLS[0]:
        mended = random.choice(np.flatnonzero(wrong), size=min(DECIDED, int(wrong.sum())), replace=False)
        spoiled = random.choice(np.flatnonzero(~wrong), size=len(mended), replace=False)
        after[mended], after[spoiled] = truth[mended], corpus.nearest[truth[spoiled]]
    else:
        other = int(truth.max()) + 1
        rows = np.flatnonzero(before == np.bincount(truth).argmax())
        before[rows[random.random(len(rows)) < 0.5]] = other
        after = before.copy()
        for name, new in ((before[rows].min(), other), (other, before[rows].min())):
            after[random.choice(np.flatnonzero(before == name), size=DECIDED // 2, replace=False)] = new
    return before, after


def compared(corpus: Corpus, what: str, seed: int) -> LearntLabels:
    """What is said of the change."""
    before, after = (each.astype(str) for each in changed(corpus, what, seed))
    nobody = np.zeros(len(before), bool)
    return compare_labels(corpus.case, corpus.smoother, (before, after), known=nobody, groups=corpus.groups)


def said_line(what: str, found: list[LearntLabels]) -> str:
    """How often each measure is said to be better and worse, and the mean accuracy."""
    parts = []
    for measure in MEASURES:
        verdicts = Counter(change_verdict(one.figures.loc[measure]) for one in found)
        means = [np.mean([100 * one.figures.loc[measure, name] for one in found]) for name in ("before", "after")]
        parts.append(
            f"{measure} {means[0]:.1f} -> {means[1]:.1f} %, better {_share(verdicts[BETTER], len(found))}, "
            f"worse {_share(verdicts[WORSE], len(found))}"
        )
    return f"{what}: {'; '.join(parts)}"


def _share(count: int, total: int) -> str:
    low, high = wilson_interval(count, total)
    return f"{count} of {total} ({100 * low:.0f} to {100 * high:.0f} %)"


def demo_lines() -> Iterator[str]:
    """What putting right the demo's most suspect samples changes."""
    from core.pipeline.learnt_labels import learnt_labels

    prepared = load_prepared(demo_workspace())
    table = load_audit(prepared).suspects.table.sort_values("score", ascending=False, kind="stable")
    truth = pd.read_parquet(DATA_FOLDER / "demo_truth.parquet").set_index("sample_id")["true_label"].astype(str)
    labels = prepared.samples["label"].astype(str).copy()
    decided = table.index[:ON_DEMO]
    labels[decided] = truth[decided]
    read = read_as(prepared, Reading(labels, labels.index.to_series().isin(decided)))
    found = learnt_labels(prepared, read)
    for measure, row in found.figures.iterrows():
        yield (
            f"demo, {ON_DEMO} most suspect samples decided as they truly are ({found.relabelled} relabelled), "
            f"{measure} of {int(row['samples']):,} untouched samples: {100 * row['before']:.2f} -> "
            f"{100 * row['after']:.2f} % ({100 * row['low']:+.2f} to {100 * row['high']:+.2f}), "
            f"{int(row['moved'])} named otherwise: {change_verdict(row)}"
        )


def lines_of(seeds: range) -> Iterator[str]:
    """The figures, a line a question."""
    found: dict[str, list[LearntLabels]] = {what: [] for what in (*NULLS, *SHARES)}
    for seed in seeds:
        corpus = draw_corpus(seed)
        for what, each in found.items():
            each.append(compared(corpus, what, seed))
    for what, each in found.items():
        yield said_line(what, each)


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=FIRST_SEED)
    options = parser.parse_args()
    lines = [when_and_where(), f"python -m benchmarks.train_now --seeds {options.seeds}"]
    print("\n".join(lines), flush=True)
    for line in (*lines_of(range(options.first, options.first + options.seeds)), *demo_lines()):
        lines.append(line)
        print(line, flush=True)
    if options.first == FIRST_SEED:
        RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
