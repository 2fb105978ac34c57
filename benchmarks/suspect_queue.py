"""How many decisions it takes to find the wrong labels, with a queue that stays and with one that learns.

    python -m benchmarks.suspect_queue [--seeds 5] [--corpora demo pixels ...]

Somebody who knows the truth decides the head of the queue, 20 at a time. "static" is the suspects' order as it was
first; "learned" ranks anew after each 20, with what was decided as known; "cleanlab" is logistic regression's
self-confidence, out of sample, which stays too; "random" is any order. Given are decisions until 50 and 80 % of the
wrong labels were met, and the share saved against static: mean and 95 % interval over the seeds, paired. The corpora:

- demo, digits: errors planted along labels that look alike, 5, 10 and 20 % (benchmarks/suspects_corpora.py);
- structured: in the demo, half of one label's samples are called by one look-alike, and nothing else is wrong;
- pixels: 4,000 pictures of CIFAR-10H (../shared/real/labels), each called by one vote drawn at random, embedded by
  their pixels alone.

It writes ``benchmarks/results/suspect_queue.txt``. Nothing was chosen on these
seeds: the learned queue has no setting but 20.
"""

from __future__ import annotations

import argparse
import tempfile
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.human_labels import LABELS
from benchmarks.machine import when_and_where
from benchmarks.suspects_corpora import Corpus, load_corpus, plant
from core.audit.model import AuditInput, KnownLabels
from core.audit.suspects import SuspectParams, find_suspects, suspects_smoother
from core.statistics.intervals import mean_interval

RESULTS = Path(__file__).parent / "results" / "suspect_queue.txt"
BATCH = 20
SHARES = (0.5, 0.8)
METHODS = ("static", "learned", "cleanlab", "random")
RATES = (0.05, 0.10, 0.20)
_FOLDS = 5


def decisions_needed(corpus: Corpus, labels: np.ndarray, *, seed: int) -> dict[str, list[int]]:
    """Decisions until each of :data:`SHARES` of the wrong labels were met, by method."""
    case = corpus.case(labels)
    smoother = suspects_smoother(case, SuspectParams(), corpus.groups)

    def suspicion(asked: AuditInput) -> np.ndarray:
        found = find_suspects(asked, groups=corpus.groups, smoother=lambda progress: smoother)
        return found.table["score"].to_numpy()

    wrong = labels != corpus.truth
    first = np.argsort(-suspicion(case), kind="stable")
    orders = {
        "static": first,
        "cleanlab": np.argsort(_self_confidence(corpus, labels, seed), kind="stable"),
        "random": np.random.default_rng([seed, 9]).permutation(len(labels)),
    }
    found = {name: _met(wrong[order]) for name, order in orders.items()}
    learned, done = list(first[:BATCH]), np.zeros(len(labels), bool)
    while wrong[learned].sum() < np.ceil(SHARES[-1] * wrong.sum()):
        done[learned] = True
        now = np.where(done, corpus.truth, labels)
        asked = replace(
            case, samples=case.samples.assign(label=now), known=KnownLabels(labels, done), fingerprint=str(len(learned))
        )
        scores = np.where(done, -np.inf, suspicion(asked))
        learned += list(np.argsort(-scores, kind="stable")[: min(BATCH, int((~done).sum()))])
    found["learned"] = _met(wrong[learned], total=int(wrong.sum()))
    return found


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


def lines_of(name: str, corpus: Corpus, drawn: list[np.ndarray]) -> list[str]:
    """The figures of one question."""
    found = [decisions_needed(corpus, labels, seed=seed) for seed, labels in enumerate(drawn)]
    wrong = np.mean([(labels != corpus.truth).sum() for labels in drawn])
    lines = [f"{name}: {len(corpus.truth):,} samples, {wrong:.0f} wrong labels"]
    for place, share in enumerate(SHARES):
        needed = {method: np.array([one[method][place] for one in found], float) for method in METHODS}
        means = ", ".join(f"{method} {values.mean():.0f}" for method, values in needed.items())
        saved = 100 * (1 - needed["learned"] / needed["static"])
        low, high = mean_interval(saved) if len(saved) > 1 else (np.nan, np.nan)
        lines.append(
            f"  to {share:.0%}: {means}; learned saves {saved.mean():.0f} % of static ({low:.0f} to {high:.0f})"
        )
    return lines


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--corpora", nargs="+", default=["demo", "digits", "structured", "pixels"])
    options = parser.parse_args()
    lines = [
        when_and_where(),
        f"python -m benchmarks.suspect_queue --seeds {options.seeds} --corpora {' '.join(options.corpora)}",
    ]
    print("\n".join(lines), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in options.corpora:
            for question in cases(name, options.seeds, Path(folder)):
                lines += (told := lines_of(*question))
                print("\n".join(told), flush=True)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
