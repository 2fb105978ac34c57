"""How often a family is said to go with a channel where none does, and where one does: simulated detectors.

    python -m benchmarks.coupling [--corpora 200] [--seed 9000]

Each corpus has 30 days, five families of 1,000 glitches each and up to nine channels. Parameters were chosen on seeds
below 1,000. Beside the verdicts stand what plainer methods say of the same pairs, adjusted for their number likewise.
Last, a year of minute trends of 20 channels against 13,471 glitches, in a process of its own.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.coupling_corpora import METHODS, NULLS, PLANTED, plain_verdicts
from benchmarks.machine import when_and_where
from core.detector.coupling.judge import CouplingResult, judge_couplings
from core.detector.model import GlitchTimes
from core.detector.simulated import SimulatedDetector, SimulationParams, simulate_detector
from core.statistics.intervals import wilson_interval

RESULT = Path(__file__).parent / "results" / "coupling.txt"
YEAR_GLITCHES = 13_471


def share(count: float, n: int) -> str:
    low, high = wilson_interval(count, n)
    return f"{count / n:6.1%} ({low:.1%} to {high:.1%})"


def named(result: CouplingResult) -> set[tuple[str, str]]:
    return {(one.family, one.channel) for one in result.couplings if one.verdict == "goes with"}


def judged(params: SimulationParams, seed: int) -> tuple[SimulatedDetector, CouplingResult, list[set[tuple[str, str]]]]:
    drawn = simulate_detector(params, seed=seed)
    result = judge_couplings(drawn.channels, drawn.glitches)
    plain = plain_verdicts(drawn.channels, drawn.glitches, left_out=frozenset(result.excluded))
    return drawn, result, plain


def nulls(corpora: int, seed: int) -> Iterator[str]:
    """Any "goes with" in a corpus without couplings is false."""
    yield "No coupling at all: corpora in which any family is said to go with any channel"
    yield f"{'kind of corpus':22}{'here':>26}" + "".join(f"{name:>26}" for name in METHODS) + "   intervals that hold 0"
    for number, (name, params) in enumerate(NULLS.items()):
        wrong, covered, pairs = np.zeros(1 + len(METHODS)), 0, 0
        for one in range(corpora):
            _, result, plain = judged(params, seed + 10_000 * number + one)
            wrong += [bool(names) for names in (named(result), *plain)]
            told = [pair for pair in result.couplings if np.isfinite(pair.low)]
            covered += sum(pair.low <= 1 <= pair.high for pair in told)
            pairs += len(told)
        cells = "".join(f"{share(count, corpora):>26}" for count in wrong)
        yield f"{name:22}{cells}   {covered / pairs:.3f} of {pairs:,}"


def planted(corpora: int, seed: int) -> Iterator[str]:
    """Two couplings in each corpus, with a twin of each channel, a confounder, a dead channel, an unsafe copy."""
    yield f"Planted couplings: two in each of {corpora} corpora"
    for number, (name, params) in enumerate(PLANTED.items()):
        found = np.zeros(1 + len(METHODS))
        others = np.zeros(1 + len(METHODS))
        covered = grouped = twins = 0
        never = dict.fromkeys(("confounder", "other detector", "unsafe copy", "dead channel"), 0)
        for one in range(corpora):
            drawn, result, plain = judged(params, seed + 10_000 * (len(NULLS) + number) + one)
            truth = drawn.truth
            couplings = set(truth.goes_with.items())
            allowed = couplings | {(family, truth.twins[channel]) for family, channel in couplings}
            for method, names in enumerate((named(result), *plain)):
                found[method] += len(couplings & names)
                others[method] += bool(names - allowed)
            channels = {channel for _, channel in named(result)}
            plants = (truth.confounder, truth.other_detector, truth.unsafe, truth.dead)
            for plant, channel in zip(never, plants, strict=True):
                never[plant] += channel in channels
            for pair in result.couplings:
                if (pair.family, pair.channel) in couplings:
                    covered += pair.low <= 10 ** truth.beta[0] <= pair.high
            groups = {member: group.number for group in result.groups for member in group.members}
            grouped += sum(groups[channel] == groups[twin] for channel, twin in truth.twins.items())
            twins += len(truth.twins)
        yield f"{name}: found" + "".join(
            f"   {method} {share(count, 2 * corpora)}" for method, count in zip(("here", *METHODS), found, strict=True)
        )
        yield "   corpora with anything else named" + "".join(
            f"   {method} {share(count, corpora)}" for method, count in zip(("here", *METHODS), others, strict=True)
        )
        yield f"   intervals that hold the planted ratio: {share(covered, 2 * corpora)}"
        yield f"   twins that stand in one group with their channel: {grouped} of {twins}"
        yield "   corpora in which it was named: " + ", ".join(f"{plant} {count}" for plant, count in never.items())


def changes(corpora: int, seed: int) -> Iterator[str]:
    """Beta changes from 0 to 1 in mid-run, and the border is given."""
    params = SimulationParams(days=60, glitches=2000.0, beta=0.0, later_beta=1.0)
    inside, early, late = 0, 0, 0
    for one in range(corpora):
        drawn = simulate_detector(params, seed=seed + 90_000 + one)
        middle = (drawn.channels.start + drawn.channels.end) / 2
        result = judge_couplings(drawn.channels, drawn.glitches, borders=[middle])
        for family, channel in drawn.truth.goes_with.items():
            own = {pair.epoch: pair for pair in result.of_channel(channel) if pair.family == family}
            inside += own["epoch 1"].low <= 1 <= own["epoch 1"].high
            inside += own["epoch 2"].low <= 10 <= own["epoch 2"].high
            early += own["epoch 1"].verdict == "goes with"
            late += own["epoch 2"].verdict == "goes with"
    yield f"Beta 0, then 1, two epochs of 30 days, {corpora} corpora: goes with in the first epoch {early} of "
    yield f"   {2 * corpora}, in the second {share(late, 2 * corpora)}"
    yield f"   intervals that hold the planted ratio: {share(inside, 4 * corpora)}"


def the_year(seed: int) -> dict[str, float]:
    """Seconds and MB of a year of 20 channels; run in a process of its own."""
    params = SimulationParams(days=365, glitches=YEAR_GLITCHES * 1.01, others=14, beta=0.5)
    drawn = simulate_detector(params, seed=seed)
    own = np.flatnonzero(drawn.glitches.families == "Scattered_Light")[:YEAR_GLITCHES]
    glitches = GlitchTimes(
        **{field.name: getattr(drawn.glitches, field.name)[own] for field in dataclasses.fields(GlitchTimes)}
    )
    safe = [row for row, one in enumerate(drawn.channels.channels) if one.safety == "safe" and one.detector == "L1"]
    rows = (safe * 2)[:20]
    names = [dataclasses.replace(drawn.channels.channels[row], name=f"L1:{number}") for number, row in enumerate(rows)]
    table = dataclasses.replace(drawn.channels, channels=tuple(names), values=drawn.channels.values[rows])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.perf_counter()
    result = judge_couplings(table, glitches)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    processor = time.process_time()
    return {
        "seconds": seconds,
        "peak": peak,
        "before": before,
        "glitches": len(glitches.times),
        "channels": len(rows),
        "named": len(named(result)),
        "processor": processor,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--corpora", type=int, default=200)
    parser.add_argument("--changes", type=int, default=50)
    parser.add_argument("--seed", type=int, default=9000)
    parser.add_argument("--year", action="store_true", help="only the year, as JSON")
    chosen = parser.parse_args()
    if chosen.year:
        print(json.dumps(the_year(chosen.seed)))
        return
    lines = [
        f"{when_and_where()}; python -m benchmarks.coupling --corpora {chosen.corpora} --changes {chosen.changes} "
        f"--seed {chosen.seed}",
        "",
    ]

    def write(line: str) -> None:
        lines.append(line)
        print(line, flush=True)
        RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")

    write("A year of minute trends, one detector (in a process of its own):")
    command = [sys.executable, "-m", "benchmarks.coupling", "--year", "--seed", str(chosen.seed)]
    year = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    write(
        f"   {year['channels']:.0f} channels, {year['glitches']:,.0f} glitches: {year['seconds']:.1f} s, at most "
        f"{year['peak']:,.0f} MB ({year['before']:,.0f} MB of it before, with the simulation)"
    )
    write("")
    for part in (planted, nulls):
        for line in part(chosen.corpora, chosen.seed):
            write(line)
        write("")
    for line in changes(chosen.changes, chosen.seed):
        write(line)


if __name__ == "__main__":
    main()
