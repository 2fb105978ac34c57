"""How many decisions it takes to find the wrong labels, with a queue that stays and with one that learns.

    python -m benchmarks.suspect_queue [--seeds 5] [--batch 20] [--first 10] [--corpora demo pixels ...]
        [--without cleanlab ...] [--only static volunteers ...]

Somebody who knows the truth decides the head of the queue of all samples, ``--batch`` at a time; the page Suspects asks
about flagged ones alone, and how many of the wrong labels these are is said. "static" is the suspects' order as it
was first. "learned" ranks anew after each batch, with what was decided as known; "alike" does so too, and asks first
about what has most in common with the labels that were wrong (core/audit/alike_wrong.py); "informed" is the same, but
for its first batch, which is that of "informative": so does the order “like what was wrong”. "informative", "uncertain"
and "rare" are the orders of these names, which stay; "cleanlab" is logistic regression's self-confidence, out of
sample, which stays too; "random" is any order. "margin" is the logit margin of probabilities that are averaged over the
epochs of one training, in sample: the label's log-probability less that of the most probable other one (Pickler,
Kamassury and Silva 2025, Benchmarking noisy label detection methods; by what its abstract says, as the formulas could
not be read here). "volunteers K" ranks all samples by K votes that are not the label's (core/audit/volunteers.py; its
measure was chosen on the seeds 100 to 109, where the posterior mean, its median, and the chance that most would call it
otherwise needed 179 to 181 decisions to 80 %, the 95 % lower bound 192). Given are decisions until 50 and 80 % of the
wrong labels were met, and the share that they save against static: mean and 95 % interval over the seeds, paired; and
how many of the wrong labels the page Suspects asks about in that order, with and without samples that volunteers alone
contradict. The corpora:

- demo, digits: errors planted along labels that look alike, 5, 10 and 20 % (benchmarks/suspects_corpora.py);
- structured: in the demo, half of one label's samples are called by one look-alike, and nothing else is wrong;
- dated: in the demo, every sample of one label is called by one look-alike from one day on, and nothing else is wrong;
  week, detector, observing run and quarter of the SNR are known;
- pixels: 4,000 pictures of CIFAR-10H (../shared/real/labels), each called by one vote drawn at random, embedded by
  their pixels alone.

It adds to ``benchmarks/results/suspect_queue.txt``, whose figures of other corpora stay. The variances of
core/audit/alike_wrong.py were chosen on the seeds 100 to 113 of "structured", with batches of 10, and on none of these.
"best" is what nobody could better who begins as "static" does: after the first batch wrong labels alone.
"""

from __future__ import annotations

import argparse
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.human_labels import LABELS
from benchmarks.machine import when_and_where
from benchmarks.suspects_corpora import Corpus, load_corpus, plant, sound_samples
from benchmarks.volunteers_held_out import HOW_MANY, HeldOut, held_out, one_vote, queue_in_words
from core.audit.alike_wrong import Traits, log_odds_after
from core.audit.asking import DOUBT, OTHERS_MOVED, RARITY, with_priorities
from core.audit.model import KnownLabels
from core.audit.slices import slice_values
from core.audit.suspects import Smoother, SuspectParams, Suspects, find_suspects, suspects_smoother
from core.pipeline.stages import load_prepared
from core.statistics.intervals import mean_interval
from core.workspace import demo_workspace

RESULTS = Path(__file__).parent / "results" / "suspect_queue.txt"
SHARES = (0.5, 0.8)
LEARNERS = ("learned", "alike", "informed")
METHODS = ("static", *LEARNERS, "informative", "uncertain", "rare", "cleanlab", "margin", "volunteers", "random")
RATES = (0.05, 0.10, 0.20)
_FOLDS = 5
_EPOCHS, _RATE = 20, 1e-3
_TRAITS = ("suggested", "chance_wrong")


@dataclass(frozen=True, eq=False)
class Question:
    """A corpus with its labels for each seed, str (n,).

    ``said`` has what volunteers said for each seed, by how many they were; ``facts`` are as in
    :class:`core.audit.alike_wrong.Traits`.
    """

    name: str
    corpus: Corpus
    drawn: list[np.ndarray]
    said: dict[str, list[HeldOut]] = field(default_factory=dict)
    facts: np.ndarray | None = None


def decisions_needed(
    question: Question, seed: int, *, batches: tuple[int, int], methods: tuple[str, ...], smoother: Smoother
) -> tuple[dict[str, list[int]], Suspects]:
    """Decisions until each of :data:`SHARES` of the wrong labels were met, by method; and the suspects at first."""
    corpus, labels = question.corpus, question.drawn[seed]
    case = corpus.case(labels)
    before = find_suspects(case, groups=corpus.groups, smoother=lambda progress: smoother)
    wrong = labels != corpus.truth
    table = before.table.assign(suggested=before.table["suggested"].astype("str"))
    rows = {name: row for row, name in enumerate(table.index)}
    known = with_priorities(table, table=table, neighbours=case.neighbours, row_of=rows)
    by_priority = {"informative": OTHERS_MOVED, "uncertain": DOUBT, "rare": RARITY}
    score = table["score"].to_numpy(dtype=float)
    first = np.argsort(-score, kind="stable")
    orders = {"static": first, "random": np.random.default_rng([seed, 9]).permutation(len(labels))}
    for name, column in by_priority.items():
        orders[name] = np.lexsort([-score, -known[column].to_numpy()])
    if "cleanlab" in methods:
        orders["cleanlab"] = np.argsort(_self_confidence(corpus, labels, seed), kind="stable")
    if "margin" in methods:
        orders["margin"] = np.argsort(logit_margin(corpus.matrix, labels, seed), kind="stable")
    found = {name: _met(wrong[order]) for name, order in orders.items() if name in methods}
    for name, said in question.said.items():
        found[f"volunteers {name}"] = _met(wrong[said[seed].order(score)])
    for name in (one for one in LEARNERS if one in methods):
        begun = orders["informative"] if name == "informed" else first
        asked = _asked(question, labels, before, begun, alike=name != "learned", batches=batches, smoother=smoother)
        found[name] = _met(wrong[asked], total=int(wrong.sum()))
    if set(LEARNERS) & set(methods):
        # The first batch is the static order's; nobody could do better than to ask about wrong ones alone from then on.
        rest = int(wrong[first[batches[0] :]].sum())
        rest = np.concatenate([wrong[first[: batches[0]]], np.ones(rest, bool)])
        found["best"] = _met(rest, total=int(wrong.sum()))
    return found, before


def _asked(
    question: Question,
    labels: np.ndarray,
    before: Suspects,
    first: np.ndarray,
    *,
    alike: bool,
    batches: tuple[int, int],
    smoother: Smoother,
) -> list[int]:
    """The rows in the order in which they are decided, until enough of the wrong ones were met.

    ``batches`` are the sizes of the first batch and of each one after it.
    """
    corpus, table = question.corpus, before.table
    case, wrong = corpus.case(labels), labels != corpus.truth
    asked, done = list(first[: batches[0]]), np.zeros(len(labels), bool)
    while wrong[asked].sum() < np.ceil(SHARES[-1] * wrong.sum()):
        done[asked] = True
        read = case.samples.assign(label=np.where(done, corpus.truth, labels))
        now = replace(case, samples=read, known=KnownLabels(labels, done), fingerprint=str(len(asked)))
        found = find_suspects(now, groups=corpus.groups, smoother=lambda progress: smoother, calibrated=before).table
        found = found.assign(**{name: found[name].where(~done, table[name]) for name in ("score", *_TRAITS)})
        found["label"] = labels
        scores = found["score"].to_numpy(dtype=float)
        if alike:
            scores = log_odds_after(traits_of(found, question), np.array(asked), wrong[asked])
        open_ones = np.where(done, -np.inf, scores)
        asked += list(np.argsort(-open_ones, kind="stable")[: min(batches[1], int((~done).sum()))])
    return asked


def traits_of(table: pd.DataFrame, question: Question) -> Traits:
    """What the labels of a table of suspects have in common."""
    names = np.unique(np.concatenate([table[name].to_numpy(dtype=str) for name in ("label", "suggested")]))
    return Traits(
        score=table["score"].to_numpy(dtype=float),
        chance=table["chance_wrong"].to_numpy(dtype=float),
        label=np.searchsorted(names, table["label"].to_numpy(dtype=str)),
        suggested=np.searchsorted(names, table["suggested"].to_numpy(dtype=str)),
        facts=np.zeros((len(table), 0), int) if question.facts is None else question.facts,
        matrix=question.corpus.matrix,
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


def logit_margin(matrix: np.ndarray, labels: np.ndarray, seed: int) -> np.ndarray:
    """The label's log-probability less the largest other one, float (n,): of a linear classifier, in sample.

    Probabilities are averaged over the epochs of one training (Adam, batches of 256).
    """
    import torch

    torch.manual_seed(seed)
    names, codes = np.unique(labels, return_inverse=True)
    rows = torch.from_numpy((matrix - matrix.mean(axis=0)) / np.maximum(matrix.std(axis=0), 1e-6)).float()
    wanted = torch.from_numpy(codes)
    model = torch.nn.Linear(rows.shape[1], len(names))
    steps = torch.optim.Adam(model.parameters(), lr=_RATE)
    shares = torch.zeros(len(rows), len(names))
    for _ in range(_EPOCHS):
        for part in torch.randperm(len(rows)).split(256):
            steps.zero_grad()
            torch.nn.functional.cross_entropy(model(rows[part]), wanted[part]).backward()
            steps.step()
        with torch.inference_mode():
            shares += torch.softmax(model(rows), dim=1) / _EPOCHS
    logs = np.log(np.clip(shares.numpy(), 1e-12, 1))
    own = logs[np.arange(len(logs)), codes]
    logs[np.arange(len(logs)), codes] = -np.inf
    return own - logs.max(axis=1)


def structured(corpus: Corpus, seed: int) -> np.ndarray:
    """Labels str (n,): half of one label's samples are called by one label that it is mistaken for."""
    random = np.random.default_rng([seed, 4])
    label = random.choice([name for name, others in corpus.mistaken_for.items() if others])
    rows = np.flatnonzero(corpus.truth == label)
    labels = corpus.truth.astype(object)
    labels[random.choice(rows, size=len(rows) // 2, replace=False)] = random.choice(corpus.mistaken_for[label])
    return labels.astype(str)


def dated(corpus: Corpus, times: np.ndarray, seed: int) -> np.ndarray:
    """Labels str (n,): from one day on every sample of one label is called by one label that it is mistaken for."""
    random = np.random.default_rng([seed, 7])
    label = random.choice([name for name, others in corpus.mistaken_for.items() if others])
    rows = np.flatnonzero(corpus.truth == label)
    day = np.quantile(times[rows], random.uniform(0.3, 0.7))
    labels = corpus.truth.astype(object)
    labels[rows[times[rows] >= day]] = random.choice(corpus.mistaken_for[label])
    return labels.astype(str)


def demo_facts() -> tuple[np.ndarray, np.ndarray]:
    """Week, detector, observing run and quarter of the SNR of the demo's samples, int (n, f), and GPS times."""
    samples = load_prepared(demo_workspace()).samples.loc[sound_samples()]
    facts = np.column_stack([pd.factorize(values)[0] for values in slice_values(samples).values()])
    return facts, samples["event_time"].to_numpy(dtype=float)


def pixels() -> tuple[Corpus, np.ndarray, np.ndarray]:
    """CIFAR-10H by its pixels, with the votes int (n, k) and the classes that they are for."""
    with np.load(LABELS) as found:
        pictures, label, votes, classes = (found[name] for name in ("pictures", "label", "votes", "classes"))
    flat = pictures.reshape(len(pictures), -1).astype(np.float32)
    flat -= flat.mean(axis=0)
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9)
    names = classes.astype(str)
    return Corpus("pixels", flat, names[label], {}, np.arange(len(flat))), votes, names


def cases(name: str, seeds: int, cache: Path) -> Iterator[Question]:
    """Yield the questions of one name."""
    if name == "pixels":
        corpus, votes, classes = pixels()
        codes = [one_vote(votes, seed) for seed in range(seeds)]
        said = {
            many: [held_out(votes, label, numbers, seed) for seed, label in enumerate(codes)]
            for many, numbers in HOW_MANY.items()
        }
        yield Question("pixels, one vote", corpus, [classes[label] for label in codes], said)
    elif name == "structured":
        corpus = load_corpus("demo", cache)
        yield Question("demo, structured", corpus, [structured(corpus, seed) for seed in range(seeds)])
    elif name == "dated":
        corpus, (facts, times) = load_corpus("demo", cache), demo_facts()
        drawn = [dated(corpus, times, seed) for seed in range(seeds)]
        yield Question("demo, a dated volunteer", corpus, drawn, facts=facts)
    else:
        corpus = load_corpus(name, cache)
        for rate in RATES:
            labels = [plant(corpus, "look-alikes", rate, 300 + seed)[0] for seed in range(seeds)]
            yield Question(f"{name}, {rate:.0%} look-alikes", corpus, labels)


def lines_of(question: Question, *, batches: tuple[int, int], methods: tuple[str, ...]) -> list[str]:
    """The figures of one question."""
    corpus, drawn = question.corpus, question.drawn
    if "volunteers" not in methods:
        question = replace(question, said={})
    smoother = suspects_smoother(corpus.case(corpus.truth), SuspectParams(), corpus.groups)
    needed, suspects = zip(
        *(
            decisions_needed(question, seed, batches=batches, methods=methods, smoother=smoother)
            for seed in range(len(drawn))
        ),
        strict=True,
    )
    wrong = [labels != corpus.truth for labels in drawn]
    mean = np.mean([one.sum() for one in wrong])
    sizes = f"batches of {batches[1]}" if batches[0] == batches[1] else f"a batch of {batches[0]}, then of {batches[1]}"
    lines = [f"{question.name}: {len(corpus.truth):,} samples, {mean:.0f} wrong labels, {sizes}"]
    for place, share in enumerate(SHARES):
        values = {method: np.array([one[method][place] for one in needed], float) for method in needed[0]}
        means = ", ".join(f"{method} {found.mean():.0f}" for method, found in values.items())
        learners = [name for name in values if name.startswith(("volunteers", *LEARNERS, "margin", "best"))]
        saved = "; ".join(_saved(learner, values) for learner in learners)
        lines.append(f"  to {share:.0%}: {means}; {saved}".removesuffix("; "))
        late = values["static"] > batches[0]
        if "alike" in values and 1 < late.sum() < len(late):
            # Where the first batch is enough, nothing can be learnt in time.
            saved = "; ".join(_saved(name, {one: found[late] for one, found in values.items()}) for name in learners)
            lines.append(
                f"    in the {late.sum()} of {len(late)} seeds where static needs more than the first batch: {saved}"
            )
    flagged = [one.table["flagged"].to_numpy(dtype=bool) for one in suspects]
    right = sum(int(bad[flag].sum()) for bad, flag in zip(wrong, flagged, strict=True))
    asked = np.mean([one.sum() for one in flagged])
    lines.append(
        f"  flagged at first, which is all that the page Suspects asks about: {asked:.0f}, with "
        f"{right / sum(one.sum() for one in wrong):.0%} of the wrong labels"
    )
    scores = [one.table["score"].to_numpy(dtype=float) for one in suspects]
    lines += [queue_in_words(name, wrong, flagged, scores, said) for name, said in question.said.items()]
    return lines


def _saved(learner: str, needed: dict[str, np.ndarray]) -> str:
    saved = 100 * (1 - needed[learner] / needed["static"])
    low, high = mean_interval(saved) if len(saved) > 1 else (np.nan, np.nan)
    what = "after this first batch none could save more than" if learner == "best" else f"{learner} saves"
    return f"{what} {saved.mean():.0f} % of static ({low:.0f} to {high:.0f})"


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--batch", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="size of the first batch, where it is another")
    parser.add_argument("--corpora", nargs="+", default=["demo", "digits", "structured", "pixels"])
    parser.add_argument("--without", nargs="*", default=[], choices=METHODS)
    parser.add_argument("--only", nargs="*", default=list(METHODS), choices=METHODS)
    options = parser.parse_args()
    batches = (options.first or options.batch, options.batch)
    methods = tuple(name for name in METHODS if name in options.only and name not in options.without)
    lines = [
        when_and_where(),
        f"python -m benchmarks.suspect_queue --seeds {options.seeds} --batch {options.batch} "
        + (f"--first {options.first} " if options.first else "")
        + f"--corpora {' '.join(options.corpora)}"
        + (f" --without {' '.join(options.without)}" if options.without else "")
        + (f" --only {' '.join(options.only)}" if options.only != list(METHODS) else ""),
    ]
    print("\n".join(lines), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in options.corpora:
            for question in cases(name, options.seeds, Path(folder)):
                lines += (told := lines_of(question, batches=batches, methods=methods))
                print("\n".join(told), flush=True)
    with RESULTS.open("a", encoding="utf-8") as results:
        results.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
