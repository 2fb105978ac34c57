"""What known samples mixed into people's work tell of them, on made-up people whose truth is known.

    python -m benchmarks.gold

False alarms: in how many weeks it is said that somebody's answers changed in kind, though nothing did; each week after
four others, 100 answers in each. Answers come one by one at random, in stretches (work in an order, where alike samples
come together), or in stretches whose length differs from week to week. Power: how often a key held for 30 answers in a
row is found, and a fall to one half of known samples right, for the whole week. Guessers: what is said of somebody who
names one label in two right, and of one who names any of 22. Consensus: three who are right with 92 % against six who
are right with 40 %, each after 20 known samples: the share of samples that most of the nine, and that the weighed
consensus, name right; the wrong answers fall anywhere, or six in ten of them on one look-alike, which the model does
not know. Intervals: 95 %, Wilson. The limits were chosen on seed 1.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.machine import when_and_where
from core.ledger.views.skill import FEWEST_IN_ALL, Share
from core.ledger.views.weighed import weigh
from core.statistics.change_in_kind import LEVEL, has_fallen, held_answer
from core.statistics.intervals import wilson_interval

RESULT = Path(__file__).parent / "results" / "gold.txt"
SEED = 2026
WEEKS, BEFORE, ANSWERS, HELD = 2_000, 4, 100, 30
RATES = (5, 10, 20)
KINDS = ("keep", "accept", "cannot tell", "skip")
USUAL = (0.3, 0.55, 0.1, 0.05)
LABELS, KNOWN, CONFLICTS = 22, 20, 500
SKILLED, UNSKILLED = (3, 0.92), (6, 0.40)


def fall_lines(random: np.random.Generator) -> list[str]:
    """How often it is said that fewer known samples are right: without cause, and after a fall."""
    lines = []
    for one_in in RATES:
        known = ANSWERS // one_in
        parts = []
        for before, now in ((0.7, 0.7), (0.8, 0.8), (0.9, 0.9), (0.97, 0.97), (0.9, 0.7), (0.9, 0.5)):
            said = 0
            for _ in range(WEEKS):
                right = int(random.binomial(BEFORE * known, before))
                said += has_fallen(right, BEFORE * known - right, list(random.random(known) < now))
            parts.append(f"{before:.0%} to {now:.0%}: {_share(said, WEEKS)}")
        lines.append(f"share of right ones said to have fallen, one in {one_in} known: {'; '.join(parts)}")
    return lines


def held_lines(random: np.random.Generator) -> list[str]:
    """How often it is said that one answer was held: without cause, and with a key held."""
    lines = []
    for name, lengths in (
        ("at random", (1, 1)),
        ("in stretches of 5 on average", (5, 5)),
        ("in stretches of 3 to 12 on average by the week", (3, 12)),
    ):
        said = quick = found = 0
        for _ in range(WEEKS):
            weeks = [_answers(random, random.uniform(*lengths)) for _ in range(BEFORE + 1)]
            pace = [_gaps(random) for _ in weeks]
            earlier, gaps = list(chain(*weeks[:-1])), list(chain(*pace[:-1]))
            latest, now = weeks[-1], pace[-1]
            said += held_answer(earlier, latest, earlier_gaps=gaps, latest_gaps=now) is not None
            # Somebody who got used to it and takes half the time is no held key.
            halved = [gap / 2 for gap in now]
            quick += held_answer(earlier, latest, earlier_gaps=gaps, latest_gaps=halved) is not None
            held = [*latest[:-HELD], *["keep"] * HELD]
            now = [*now[:-HELD], *random.uniform(0.4, 1.0, HELD)]
            found += held_answer(earlier, held, earlier_gaps=gaps, latest_gaps=now) is not None
        lines.append(
            f"one answer held, work {name}: said without cause {_share(said, WEEKS)}; at twice the pace "
            f"{_share(quick, WEEKS)}; a key held {HELD} times found {_share(found, WEEKS)}"
        )
    return lines


def _gaps(random: np.random.Generator) -> list[float]:
    """Seconds between the answers of a week: 8 in the middle, in some weeks more, in some less."""
    return list(random.lognormal(np.log(8) + random.normal(0, 0.3), 0.8, ANSWERS))


def _answers(random: np.random.Generator, length: float) -> list[str]:
    """A week's answers, in stretches of this length on average."""
    found: list[str] = []
    while len(found) < ANSWERS:
        found += [str(random.choice(KINDS, p=USUAL))] * int(random.geometric(1 / length))
    return found[:ANSWERS]


def guesser_lines(random: np.random.Generator) -> list[str]:
    """What is said of those who guess."""
    lines = []
    for name, right in (("one of two labels", 0.5), ("any of 22", 1 / LABELS), ("nine of ten right", 0.9)):
        highs = [Share(int(random.binomial(KNOWN, right)), KNOWN).interval[1] for _ in range(WEEKS)]
        below = sum(high < 0.85 for high in highs)
        lines.append(f"after {KNOWN} known samples, {name}: interval wholly below 85 % for {_share(below, WEEKS)}")
    return lines


def consensus_lines(random: np.random.Generator) -> list[str]:
    """Whom the majority and the weighed consensus name right, and whether the chance said is true."""
    names = [f"label {number:02}" for number in range(LABELS)]
    lines = []
    for where, alike in (("anywhere", 0.0), ("six in ten on one look-alike", 0.6)):
        most_right = weighed_right = 0
        said, right_of = [], []
        for _ in range(CONFLICTS):
            people = [f"p{number}" for number in range(SKILLED[0] + UNSKILLED[0])]
            skill = [SKILLED[1]] * SKILLED[0] + [UNSKILLED[1]] * UNSKILLED[0]
            answers = pd.DataFrame(
                [
                    (person, names[_named(random, true, right, alike)], names[true])
                    for person, right in zip(people, skill, strict=True)
                    for true in random.integers(LABELS, size=KNOWN)
                ],
                columns=["person", "label", "known"],
            )
            true = int(random.integers(LABELS))
            cast = pd.DataFrame(
                {"person": people, "label": [names[_named(random, true, right, alike)] for right in skill]}
            )
            counted = Counter(cast["label"])
            most = max(counted.values())
            ahead = [label for label, count in counted.items() if count == most]
            most_right += names[true] == ahead[int(random.integers(len(ahead)))]
            found = weigh(cast, answers, names)
            assert found is not None, f"everybody named {FEWEST_IN_ALL}"
            weighed_right += found.label == names[true]
            said.append(found.chance)
            right_of.append(found.label == names[true])
        sure = np.asarray(said) >= 0.9
        lines.append(
            f"three skilled against six unskilled, errors {where}: most people {_share(most_right, CONFLICTS)}; "
            f"weighed {_share(weighed_right, CONFLICTS)}; chance said {np.mean(said):.0%} on average; where at "
            f"least 90 % is said ({sure.sum()} times, {np.mean(np.asarray(said)[sure]):.0%} on average) right in "
            f"{_share(int(np.asarray(right_of)[sure].sum()), int(sure.sum()))}"
        )
    return lines


def _named(random: np.random.Generator, true: int, right: float, alike: float) -> int:
    """The label that somebody names: the true one, its look-alike, or any other."""
    if random.random() < right:
        return true
    if random.random() < alike:
        return (true + 1) % LABELS
    return (true + 1 + int(random.integers(LABELS - 1))) % LABELS


def _share(found: int, count: int) -> str:
    low, high = wilson_interval(found, count)
    return f"{found:,} of {count:,} ({found / count:.1%}, {low:.1%} to {high:.1%})"


def main() -> None:
    """Print the table and add it to the results."""
    lines = [f"{when_and_where()}; python -m benchmarks.gold; level {LEVEL:.0%} each; seed {SEED}"]
    random = np.random.default_rng(SEED)
    for part in (fall_lines, held_lines, guesser_lines, consensus_lines):
        lines += part(random)
    print("\n".join(lines))
    with RESULT.open("a", encoding="utf-8") as results:
        results.write("\n".join(lines) + "\n\n")


if __name__ == "__main__":
    main()
