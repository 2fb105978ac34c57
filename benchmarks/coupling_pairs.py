"""How often two labels are said to go with different channels where they do not, and where they do.

    python -m benchmarks.coupling_pairs [--corpora 200] [--seed 70000]

Each corpus has 30 days and 1,000 glitches a family. Where nothing goes with any channel, the three control families
are compared in pairs; a family that does go with one is cut at random into two halves. Any "different" is false there.
Where one of two does go with a channel, "different" has to be said, with that channel or its twin.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np

from benchmarks.coupling_corpora import NULLS, PLANTED
from benchmarks.machine import when_and_where
from core.detector.coupling.compare import CANNOT_TELL, DIFFERENT, NO_DIFFERENCE, Comparison, Question, compare_all
from core.detector.model import GlitchTimes
from core.detector.simulated import CONTROLS, COUPLED, SimulatedDetector, simulate_detector
from core.statistics.intervals import wilson_interval

RESULT = Path(__file__).parent / "results" / "coupling_pairs.txt"
FAMILY = "Scattered_Light"


def share(count: float, n: int) -> str:
    low, high = wilson_interval(count, n)
    return f"{count / n:6.1%} ({low:.1%} to {high:.1%})"


def controls(drawn: SimulatedDetector, seed: int) -> list[Question]:
    return [Question("L1", one, other, drawn.glitches) for one, other in combinations(CONTROLS, 2)]


def halves(drawn: SimulatedDetector, seed: int) -> list[Question]:
    own = np.flatnonzero(drawn.glitches.families == FAMILY)
    names = np.where(np.random.default_rng(seed).random(len(own)) < 0.5, "one half", "other half").astype(object)
    glitches = drawn.glitches
    part = GlitchTimes(glitches.sample_ids[own], glitches.times[own], glitches.detectors[own], names)
    return [Question("L1", "one half", "other half", part)]


def planted(drawn: SimulatedDetector, seed: int) -> list[Question]:
    return [Question("L1", family, "Blip", drawn.glitches) for family in COUPLED]


CASES = {
    **{f"nothing coupled, {name}": (params, controls) for name, params in NULLS.items()},
    **{f"two halves of a family, {name}": (params, halves) for name, params in PLANTED.items()},
}


def answers(found: list[Comparison]) -> str:
    n = len(found)
    counts = {name: sum(one.verdict == name for one in found) for name in (DIFFERENT, NO_DIFFERENCE, CANNOT_TELL)}
    return "   ".join(f"{name} {count / n:.1%}" for name, count in counts.items()) + f" of {n:,} pairs"


def nulls(corpora: int, seed: int) -> Iterator[str]:
    yield 'No difference at all: corpora in which any pair is called "different", and the answers by pair'
    for number, (name, (params, ask)) in enumerate(CASES.items()):
        wrong, every = 0, []
        for one in range(corpora):
            own = seed + 1_000 * number + one
            drawn = simulate_detector(params, seed=own)
            found = list(compare_all(drawn.channels, ask(drawn, own)))
            wrong += any(answer.verdict == DIFFERENT for answer in found)
            every += found
        yield f"{name:45}{share(wrong, corpora):>26}   {answers(every)}"


def differences(corpora: int, seed: int) -> Iterator[str]:
    yield "One of the two goes with a channel, the other with none: how often that is said"
    for number, (name, params) in enumerate(PLANTED.items()):
        for glitches in (300.0, 1000.0):
            every, named, inside = [], 0, 0
            for one in range(corpora):
                own = seed + 50_000 + 1_000 * (2 * number + (glitches > 500)) + one
                drawn = simulate_detector(replace(params, glitches=glitches), seed=own)
                found = list(compare_all(drawn.channels, planted(drawn, own)))
                every += found
                for family, answer in zip(COUPLED, found, strict=True):
                    channel = drawn.truth.goes_with[family]
                    best = answer.differences[0].channel
                    named += answer.verdict == DIFFERENT and best in (channel, drawn.truth.twins[channel])
                    true = next(each for each in answer.differences if each.channel == channel)
                    inside += true.low <= 10**params.beta <= true.high
            n = 2 * corpora
            yield f"{name}, {glitches:,.0f} glitches each: {answers(every)}"
            yield f"   with the channel or its twin first {share(named, n)}"
            yield f"   intervals that hold the truth {share(inside, n)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=int, default=200)
    parser.add_argument("--seed", type=int, default=70_000)
    options = parser.parse_args()
    began = time.process_time()
    lines = [f"{when_and_where()}; python -m benchmarks.coupling_pairs {' '.join(sys.argv[1:])}".rstrip(), ""]
    for line in (*nulls(options.corpora, options.seed), "", *differences(options.corpora, options.seed)):
        print(line, flush=True)
        lines.append(line)
    lines += ["", f"{time.process_time() - began:.0f} processor seconds"]
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
