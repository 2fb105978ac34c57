"""How many decisions it takes to find the wrong labels, with a queue that stays and with one that learns.

    python -m benchmarks.suspect_queue [--seeds 5] [--batch 20] [--corpora demo pixels ...] [--without cleanlab ...]

Somebody who knows the truth decides the head of the queue, ``--batch`` at a time. "static" is the suspects' order as it
was first. "learned" ranks anew after each batch, with what was decided as known; "alike" does so too, and asks first
about what has most in common with the labels that were wrong (core/audit/alike_wrong.py). "informative", "uncertain"
and "rare" are the orders of these names, which stay; "cleanlab" is logistic regression's self-confidence, out of
sample, which stays too; "random" is any order. Given are decisions until 50 and 80 % of the wrong labels were met, and
the share that learned and alike save against static: mean and 95 % interval over the seeds, paired. The corpora:

- demo, digits: errors planted along labels that look alike, 5, 10 and 20 % (benchmarks/suspects_corpora.py);
- structured: in the demo, half of one label's samples are called by one look-alike, and nothing else is wrong;
- pixels: 4,000 pictures of CIFAR-10H (../shared/real/labels), each called by one vote drawn at random, embedded by
  their pixels alone.

It adds to ``benchmarks/results/suspect_queue.txt``, whose figures of other corpora stay. The variances of
core/audit/alike_wrong.py were chosen on the seeds 100 to 113 of "structured", with batches of 10, and on none of these.
"""

from __future__ import annotations

import argparse
import tempfile
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.human_labels import LABELS
from benchmarks.machine import when_and_where
from benchmarks.suspects_corpora import Corpus, load_corpus, plant
from core.audit.alike_wrong import Traits, log_odds_after
from core.audit.asking import DOUBT, OTHERS_MOVED, RARITY, with_priorities
from core.audit.model import KnownLabels
from core.audit.suspects import Smoother, SuspectParams, Suspects, find_suspects, suspects_smoother
from core.statistics.intervals import mean_interval

RESULTS = Path(__file__).parent / "results" / "suspect_queue.txt"
SHARES = (0.5, 0.8)
LEARNERS = ("learned", "alike")
METHODS = ("static", *LEARNERS, "informative", "uncertain", "rare", "cleanlab", "random")
RATES = (0.05, 0.10, 0.20)
_FOLDS = 5
_TRAITS = ("suggested", "chance_wrong")


def decisions_needed(
    corpus: Corpus, labels: np.ndarray, *, seed: int, batch: int, methods: tuple[str, ...], smoother: Smoother
) -> dict[str, list[int]]:
    """Decisions until each of :data:`SHARES` of the wrong labels were met, by method."""
    case = corpus.case(labels)
    before = find_suspects(case, groups=corpus.groups, smoother=lambda progress: smoother)
    wrong = labels != corpus.truth
    table = before.table.assign(suggested=before.table["suggested"].astype("str"))
    rows = {name: row for row, name in enumerate(table.index)}
    known = with_priorities(table, table=table, neighbours=case.neighbours, row_of=rows)
    by_priority = {"informative": OTHERS_MOVED, "uncertain": DOUBT, "rare": RARITY}
    first = np.argsort(-table["score"].to_numpy(), kind="stable")
    orders = {"static": first, "random": np.random.default_rng([seed, 9]).permutation(len(labels))}
    for name, column in by_priority.items():
        orders[name] = np.lexsort([-table["score"].to_numpy(), -known[column].to_numpy()])
    if "cleanlab" in methods:
        orders["cleanlab"] = np.argsort(_self_confidence(corpus, labels, seed), kind="stable")
    found = {name: _met(wrong[order]) for name, order in orders.items() if name in methods}
    for name in LEARNERS:
        asked = _asked(corpus, labels, before, first, alike=name == "alike", batch=batch, smoother=smoother)
        found[name] = _met(wrong[asked], total=int(wrong.sum()))
    return found


def _asked(
    corpus: Corpus,
    labels: np.ndarray,
    before: Suspects,
    first: np.ndarray,
    *,
    alike: bool,
    batch: int,
    smoother: Smoother,
) -> list[int]:
    """The rows in the order in which they are decided, until enough of the wrong ones were met."""
    case, wrong, table = corpus.case(labels), labels != corpus.truth, before.table
    asked, done = list(first[:batch]), np.zeros(len(labels), bool)
    while wrong[asked].sum() < np.ceil(SHARES[-1] * wrong.sum()):
        done[asked] = True
        read = case.samples.assign(label=np.where(done, corpus.truth, labels))
        now = replace(case, samples=read, known=KnownLabels(labels, done), fingerprint=str(len(asked)))
        found = find_suspects(now, groups=corpus.groups, smoother=lambda progress: smoother, calibrated=before).table
        found = found.assign(**{name: found[name].where(~done, table[name]) for name in ("score", *_TRAITS)})
        found["label"] = labels
        scores = found["score"].to_numpy(dtype=float)
        if alike:
            scores = log_odds_after(_traits(found, corpus.matrix), np.array(asked), wrong[asked])
        open_ones = np.where(done, -np.inf, scores)
        asked += list(np.argsort(-open_ones, kind="stable")[: min(batch, int((~done).sum()))])
    return asked


def _traits(table: pd.DataFrame, matrix: np.ndarray) -> Traits:
    names = np.unique(np.concatenate([table[name].to_numpy(dtype=str) for name in ("label", "suggested")]))
    return Traits(
        score=table["score"].to_numpy(dtype=float),
        chance=table["chance_wrong"].to_numpy(dtype=float),
        label=np.searchsorted(names, table["label"].to_numpy(dtype=str)),
        suggested=np.searchsorted(names, table["suggested"].to_numpy(dtype=str)),
        facts=np.zeros((len(table), 0), int),
        matrix=matrix,
    )


def _met(wrong_in_order: np.ndarray, *, total: int | None = None) -> list[int]:
    total = int(wrong_in_order.sum()) if total is None else total
    met = np.cumsum(wrong_in_order)
    return [int(np.searchsorted(met, np.ceil(share * total))) + 1 for share in SHARES]


def _self_confidence(corpus: Corpus, labels: np.ndarray, seed: int) -> np.ndarray:
    from cleanlab.rank import get_label_quality_scores
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold

    names, codes = np.unique(labels, return_inverse=True)
    probabilities = np.zeros((len(codes), len(names)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for train, test in StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=seed).split(
            corpus.matrix, codes, corpus.groups
        ):
            model = LogisticRegression(max_iter=1000).fit(corpus.matrix[train], codes[train])
            probabilities[np.ix_(test, model.classes_)] = model.predict_proba(corpus.matrix[test])
    return get_label_quality_scores(codes, np.clip(probabilities, 1e-12, 1), method="self_confidence")


def structured(corpus: Corpus, seed: int) -> np.ndarray:
    """Labels str (n,): half of one label's samples are called by one label that it is mistaken for."""
    random = np.random.default_rng([seed, 4])
    label = random.choice([name for name, others in corpus.mistaken_for.items() if others])
    rows = np.flatnonzero(corpus.truth == label)
    labels = corpus.truth.astype(object)
    labels[random.choice(rows, size=len(rows) // 2, replace=False)] = random.choice(corpus.mistaken_for[label])
    return labels.astype(str)


def pixels() -> tuple[Corpus, np.ndarray, np.ndarray]:
    """CIFAR-10H by its pixels, with the votes int (n, k) and the classes that they are for."""
    with np.load(LABELS) as found:
        pictures, label, votes, classes = (found[name] for name in ("pictures", "label", "votes", "classes"))
    flat = pictures.reshape(len(pictures), -1).astype(np.float32)
    flat -= flat.mean(axis=0)
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9)
    names = classes.astype(str)
    return Corpus("pixels", flat, names[label], {}, np.arange(len(flat))), votes, names


def cases(name: str, seeds: int, cache: Path):
    """Yield the name of each question, and a corpus with its labels for each seed."""
    if name == "pixels":
        corpus, votes, classes = pixels()
        shares = votes / votes.sum(axis=1, keepdims=True)
        drawn = []
        for seed in range(seeds):
            luck = np.random.default_rng([seed, 5]).random((len(shares), 1))
            drawn.append(classes[(shares.cumsum(axis=1) > luck).argmax(axis=1)])
        yield "pixels, one vote", corpus, drawn
    elif name == "structured":
        corpus = load_corpus("demo", cache)
        yield "demo, structured", corpus, [structured(corpus, seed) for seed in range(seeds)]
    else:
        corpus = load_corpus(name, cache)
        for rate in RATES:
            labels = [plant(corpus, "look-alikes", rate, 300 + seed)[0] for seed in range(seeds)]
            yield f"{name}, {rate:.0%} look-alikes", corpus, labels


def lines_of(name: str, corpus: Corpus, drawn: list[np.ndarray], *, batch: int, methods: tuple[str, ...]) -> list[str]:
    """The figures of one question."""
    smoother = suspects_smoother(corpus.case(corpus.truth), SuspectParams(), corpus.groups)
    found = [
        decisions_needed(corpus, labels, seed=seed, batch=batch, methods=methods, smoother=smoother)
        for seed, labels in enumerate(drawn)
    ]
    wrong = np.mean([(labels != corpus.truth).sum() for labels in drawn])
    lines = [f"{name}: {len(corpus.truth):,} samples, {wrong:.0f} wrong labels, batches of {batch}"]
    for place, share in enumerate(SHARES):
        needed = {method: np.array([one[method][place] for one in found], float) for method in methods}
        means = ", ".join(f"{method} {values.mean():.0f}" for method, values in needed.items())
        saved = "; ".join(_saved(learner, needed) for learner in LEARNERS)
        lines.append(f"  to {share:.0%}: {means}; {saved}")
    return lines


def _saved(learner: str, needed: dict[str, np.ndarray]) -> str:
    saved = 100 * (1 - needed[learner] / needed["static"])
    low, high = mean_interval(saved) if len(saved) > 1 else (np.nan, np.nan)
    return f"{learner} saves {saved.mean():.0f} % of static ({low:.0f} to {high:.0f})"


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--batch", type=int, default=20)
    parser.add_argument("--corpora", nargs="+", default=["demo", "digits", "structured", "pixels"])
    parser.add_argument("--without", nargs="*", default=[], choices=METHODS)
    options = parser.parse_args()
    methods = tuple(method for method in METHODS if method not in options.without)
    lines = [
        when_and_where(),
        f"python -m benchmarks.suspect_queue --seeds {options.seeds} --batch {options.batch} "
        f"--corpora {' '.join(options.corpora)}"
        + (f" --without {' '.join(options.without)}" if options.without else ""),
    ]
    print("\n".join(lines), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in options.corpora:
            for question in cases(name, options.seeds, Path(folder)):
                lines += (told := lines_of(*question, batch=options.batch, methods=methods))
                print("\n".join(told), flush=True)
    with RESULTS.open("a", encoding="utf-8") as results:
        results.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
