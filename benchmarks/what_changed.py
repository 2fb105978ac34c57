"""How often "What changed" claims a change though nothing true changed, and how often it sees errors that were undone.

    python -m benchmarks.what_changed [--seeds 60]

The demo's 1,200 samples, its clusters and its true labels, 5 % of them wrong along look-alikes
(benchmarks/suspects_corpora.py), drawn anew with each seed. Told is, for each of the five figures of
core/pipeline/before_after.py, in how many corpora its 95 % interval leaves out 0, and in how many any does. Nothing
true changed where

- kept, most suspect: the 20 most suspect of the right labels are looked at and kept;
- kept, any: 20 right labels at random are kept;
- kept, two names: one label's samples are called by one of two names, by a coin, and 20 of them, the most suspect,
  are kept;
- both ways: one label's samples are called by one of two names, by a coin or by one chance in four; then 10 of each
  name, at random, get the other one. The labels before and after come from the same chance;
- power: 5, 10, 20 or 40 more errors were planted, and are undone. Told is how often the change is seen as better, and
  how often as worse.

It writes ``benchmarks/results/what_changed.txt``. How changes are counted (core/pipeline/moved_by.py) was chosen on the
seeds 1,400 to 1,459 and 5,000 to 5,149, and on none of these.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.machine import when_and_where
from benchmarks.suspects_corpora import Corpus, look_alikes, plant
from core.audit.duplicates import near_duplicate_groups
from core.audit.model import AuditInput, KnownLabels
from core.audit.suspects import Smoother, SuspectParams, Suspects, find_suspects, suspects_smoother
from core.pipeline.audit_input import audit_input
from core.pipeline.before_after import changed_figures
from core.pipeline.change_words import BETTER, NEITHER, SHORT, WORSE, verdict_on
from core.pipeline.stages import load_prepared
from core.statistics.intervals import wilson_interval
from core.workspace import DATA_FOLDER, demo_workspace

RESULTS = Path(__file__).parent / "results" / "what_changed.txt"
BACKGROUND, DECIDED, UNDONE = 0.05, 20, (5, 10, 20, 40)
TWO_NAMES_FROM = 60
FIRST_SEED = 7_400
OTHER_NAME = "Other_Name"


@dataclass(frozen=True, eq=False)
class Demo:
    """The demo as the audit sees it, with its true labels, and what of the suspects hangs on no label."""

    case: AuditInput
    corpus: Corpus
    smoother: Smoother


@dataclass(frozen=True, eq=False)
class Decided:
    """Labels before and after some decisions, str (n,), and which samples were decided, bool (n,)."""

    before: np.ndarray
    after: np.ndarray
    known: np.ndarray


def load_demo() -> Demo:
    """The packed demo; errors that were planted in it are mended."""
    prepared = load_prepared(demo_workspace())
    case = audit_input(prepared, with_profiles=False)
    truth = pd.read_parquet(DATA_FOLDER / "demo_truth.parquet").set_index("sample_id").loc[case.samples.index]
    names = truth["true_label"].to_numpy(dtype=str)
    groups = near_duplicate_groups(case)
    corpus = Corpus("demo", case.matrix, names, look_alikes(np.unique(names)), groups)
    return Demo(case, corpus, suspects_smoother(case, SuspectParams(), groups))


def suspects_of(demo: Demo, labels: np.ndarray, known: KnownLabels | None = None) -> Suspects:
    """The suspects under these labels, str (n,)."""
    case = replace(demo.case, samples=demo.case.samples.assign(label=labels), known=known)
    return find_suspects(case, groups=demo.corpus.groups, smoother=lambda progress: demo.smoother)


def kept(demo: Demo, seed: int, *, most_suspect: bool) -> Decided:
    """Right labels are looked at and kept."""
    labels, wrong = plant(demo.corpus, "look-alikes", BACKGROUND, seed)
    order = np.random.default_rng([seed, 11]).permutation(len(labels))
    if most_suspect:
        order = _most_suspect(demo, labels)
    return _with_kept(labels, order[~wrong[order]])


def kept_of_two_names(demo: Demo, seed: int) -> Decided:
    """The most suspect of one kind with two names are looked at and kept."""
    labels, (name, other) = two_names(demo, seed, share=0.5)
    order = _most_suspect(demo, labels)
    return _with_kept(labels, order[np.isin(labels[order], [name, other])])


def _most_suspect(demo: Demo, labels: np.ndarray) -> np.ndarray:
    return np.argsort(-suspects_of(demo, labels).table["score"].to_numpy(), kind="stable")


def _with_kept(labels: np.ndarray, order: np.ndarray) -> Decided:
    return Decided(labels, labels, np.isin(np.arange(len(labels)), order[:DECIDED]))


def two_names(demo: Demo, seed: int, *, share: float) -> tuple[np.ndarray, tuple[str, str]]:
    """Labels str (n,) in which a ``share`` of one kind has another name, and its two names."""
    random = np.random.default_rng([seed, 12])
    labels, _ = plant(demo.corpus, "look-alikes", BACKGROUND, seed)
    names, counts = np.unique(demo.corpus.truth, return_counts=True)
    name = str(random.choice(names[counts >= TWO_NAMES_FROM]))
    rows = np.flatnonzero(labels == name)
    given = labels.astype(object)
    given[random.choice(rows, size=round(share * len(rows)), replace=False)] = OTHER_NAME
    return given.astype(str), (name, OTHER_NAME)


def both_ways(demo: Demo, seed: int, *, share: float) -> Decided:
    """As many samples of one kind go from one of its two names to the other as come back."""
    random = np.random.default_rng([seed, 14])
    before, names = two_names(demo, seed, share=share)
    after = before.astype(object)
    for name, other in (names, names[::-1]):
        after[random.choice(np.flatnonzero(before == name), size=DECIDED // 2, replace=False)] = other
    return Decided(before, after.astype(str), before != after)


def undone(demo: Demo, seed: int, count: int) -> Decided:
    """So many errors more than those that stay, and then these are mended."""
    random = np.random.default_rng([seed, 13])
    after, wrong = plant(demo.corpus, "look-alikes", BACKGROUND, seed)
    possible = np.flatnonzero(~wrong & [bool(demo.corpus.mistaken_for[label]) for label in demo.corpus.truth])
    rows = random.choice(possible, size=count, replace=False)
    before = after.astype(object)
    before[rows] = [random.choice(demo.corpus.mistaken_for[label]) for label in after[rows]]
    return Decided(before.astype(str), after, np.isin(np.arange(len(after)), rows))


def verdicts(demo: Demo, decided: Decided) -> dict[str, str]:
    """What is said of each figure."""
    first = suspects_of(demo, decided.before)
    second = suspects_of(demo, decided.after, KnownLabels(decided.before, decided.known))
    labels = pd.DataFrame({"before": decided.before, "after": decided.after}, index=demo.case.samples.index)
    figures = changed_figures(labels, (first.table, second.table), case=demo.case, groups=demo.corpus.groups)
    return {str(name): verdict_on(str(name), row) for name, row in figures.iterrows()}


def null_line(what: str, said: list[dict[str, str]]) -> str:
    """How often each figure, and any, claims a change."""
    shares = [f"{SHORT[name]} {_share(sum(one[name] != NEITHER for one in said), len(said))}" for name in said[0]]
    every = sum(any(verdict != NEITHER for verdict in one.values()) for one in said)
    return f"{what}: a change is claimed by {'; '.join(shares)}; by any {_share(every, len(said))}"


def power_line(count: int, said: list[dict[str, str]]) -> str:
    """How often each figure sees that errors were undone."""
    shares = [
        f"{SHORT[name]} {_share(sum(one[name] == BETTER for one in said), len(said))}"
        f", worse {sum(one[name] == WORSE for one in said)}"
        for name in said[0]
    ]
    return f"{count} errors undone: seen as better by {'; '.join(shares)}"


def _share(count: int, total: int) -> str:
    low, high = wilson_interval(count, total)
    return f"{count} of {total} ({100 * low:.0f} to {100 * high:.0f} %)"


def lines_of(demo: Demo, seeds: range) -> Iterator[str]:
    """The figures, a line a question."""
    yield null_line("kept, most suspect", [verdicts(demo, kept(demo, seed, most_suspect=True)) for seed in seeds])
    yield null_line("kept, any", [verdicts(demo, kept(demo, seed, most_suspect=False)) for seed in seeds])
    yield null_line("kept, two names", [verdicts(demo, kept_of_two_names(demo, seed)) for seed in seeds])
    for share in (0.5, 0.25):
        said = [verdicts(demo, both_ways(demo, seed, share=share)) for seed in seeds]
        yield null_line(f"both ways, {share:.0%} with the other name", said)
    for count in UNDONE:
        yield power_line(count, [verdicts(demo, undone(demo, seed, count)) for seed in seeds])


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=100)
    options = parser.parse_args()
    lines = [when_and_where(), f"python -m benchmarks.what_changed --seeds {options.seeds}"]
    print("\n".join(lines), flush=True)
    for line in lines_of(load_demo(), range(FIRST_SEED, FIRST_SEED + options.seeds)):
        lines.append(line)
        print(line, flush=True)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
