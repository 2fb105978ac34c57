"""How often somebody who sees Review's choices and no picture finds what was proposed, on the demo.

    python -m benchmarks.blindness

Proposed: the samples in which a wrong label was planted, each with its true label as the proposal. Beside them as many
others, drawn without a proposal, each with the label that the audit would suggest next in place of one. A guesser may
press the first digit, draw one of the choices, or have learned from the other half of the samples what is proposed for
a present label. One of six choices is found by chance in 17 %. The way before (likeliest label first, filled up with
the commonest of the data set) is computed from the same samples. Intervals: 95 %, Wilson.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.machine import when_and_where
from core.audit.blind_labels import CHOICES, blind_labels
from core.audit.queue import label_counts
from core.dataset import taxonomy_for
from core.dataset.pictures_as_samples import glitch_of
from core.pipeline.audit import load_audit
from core.pipeline.stages import Prepared, load_prepared
from core.statistics.intervals import wilson_interval
from core.workspace import DATA_FOLDER, demo_workspace

RESULT = Path(__file__).parent / "results" / "blindness.txt"
SEED = 7


@dataclass(frozen=True)
class Card:
    """What a reviewer is shown of one sample: its label, the others to choose from, and what is to be found."""

    present: str
    others: tuple[str, ...]
    target: str


def likeliest_first(prepared: Prepared, row: int) -> tuple[str, ...]:
    """The choices as they were made before: of the neighbours, then look-alikes, then the commonest, in this order."""
    labels, glitches = _labels(prepared), glitch_of(prepared.samples).to_numpy()
    everywhere = label_counts(np.arange(len(labels)), labels=labels)
    near = label_counts(prepared.neighbours.indices[row], labels=labels, glitches=glitches, row=row)
    known = [
        name for name in taxonomy_for(prepared.dataset.labels)[labels[row]].look_alikes if name in everywhere.index
    ]
    found = dict.fromkeys([*near.index, *known, *everywhere.index])
    return tuple(str(name) for name in found if name and name != labels[row])[:CHOICES]


def from_the_sample_alone(prepared: Prepared, row: int) -> tuple[str, ...]:
    """The choices as they are made now."""
    labels = _labels(prepared)
    found = blind_labels(
        row,
        neighbours=prepared.neighbours.indices[row],
        labels=labels,
        glitches=glitch_of(prepared.samples).to_numpy(),
        matrix=prepared.vectors.matrix,
        weights=prepared.vectors.weights,
        look_alikes=taxonomy_for(prepared.dataset.labels)[labels[row]].look_alikes,
    )
    return tuple(one.name for one in found[1:])


def cards_of(
    prepared: Prepared, rows: Sequence[int], targets: Sequence[str], choose: Callable[[Prepared, int], tuple[str, ...]]
) -> list[Card]:
    """One card a row."""
    labels = _labels(prepared)
    return [
        Card(str(labels[row]), choose(prepared, row), str(target)) for row, target in zip(rows, targets, strict=True)
    ]


def guesses(cards: Sequence[Card], *, seed: int) -> dict[str, int]:
    """How often each guesser finds the target."""
    random = np.random.default_rng(seed)
    halves = random.permutation(len(cards)) % 2
    found = {"the first digit": 0, "one of the digits": 0, "what it learned": 0}
    for card, half in zip(cards, halves, strict=True):
        known = Counter(
            other.target
            for other, there in zip(cards, halves, strict=True)
            if there != half and other.present == card.present and other.target in card.others
        )
        learned = known.most_common(1)[0][0] if known else str(random.choice(card.others))
        found["the first digit"] += card.others[0] == card.target
        found["one of the digits"] += str(random.choice(card.others)) == card.target
        found["what it learned"] += learned == card.target
    return found


def _labels(prepared: Prepared) -> np.ndarray:
    return prepared.samples["label"].to_numpy(dtype=object)


def main() -> None:
    """Print the table and add it to the results."""
    prepared = load_prepared(demo_workspace())
    audit = load_audit(prepared)
    truth = pd.read_parquet(DATA_FOLDER / "demo_truth.parquet").set_index("sample_id").loc[prepared.samples.index]
    labels, true = _labels(prepared), truth["true_label"].to_numpy(dtype=object)
    wrong = np.flatnonzero((labels != true) & (truth["fault"] == "label error").to_numpy())
    suggested = audit.suspects.table["suggested"].fillna("").to_numpy(dtype=object)
    sound = np.flatnonzero((labels == true) & (suggested != "") & (suggested != labels))
    others = np.random.default_rng(SEED).choice(sound, size=min(len(wrong), len(sound)), replace=False)
    lines = [f"{when_and_where()}; python -m benchmarks.blindness"]
    for name, choose in (("before", likeliest_first), ("now", from_the_sample_alone)):
        for which, rows, targets in (("proposed", wrong, true[wrong]), ("not proposed", others, suggested[others])):
            cards = cards_of(prepared, rows, targets, choose)
            among = sum(card.target in card.others for card in cards)
            parts = [f"{name}, {len(cards)} {which}: among the choices {among / len(cards):.0%}"]
            for guesser, hits in guesses(cards, seed=SEED).items():
                low, high = wilson_interval(hits, len(cards))
                parts.append(f"{guesser} {hits / len(cards):.0%} ({low:.0%} to {high:.0%})")
            lines.append("; ".join(parts))
    print("\n".join(lines))
    with RESULT.open("a", encoding="utf-8") as results:
        results.write("\n".join(lines) + "\n\n")


if __name__ == "__main__":
    main()
