"""Whether a model's explanation names what was planted, and nothing where nothing was: simulated detectors.

    python -m benchmarks.impact [--corpora 100] [--refits 39] [--minutes 60] [--seed 40000] [--large-refits 99]

Each corpus has 40 days, five families of 1,000 glitches each and channels with a driver, its twin, a confounder that
follows the hour of the day, another detector's channel, a dead one and one that sees the strain. Parameters were chosen
on seeds below 1,000. Where the minutes are over, fewer corpora are told of. Last, 90 days of 40 channels against one
family with 99 refits, in a process of its own.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.machine import when_and_where
from core.detector.coupling.counts import count_families, epochs_of, grid_of
from core.detector.coupling.groups import ChannelGroup
from core.detector.simulated import SimulatedDetector, SimulationParams, simulate_detector
from core.impact.columns.preventable import preventable
from core.impact.explaining.curves import counterfactual
from core.impact.explaining.explain import explain
from core.impact.models.features import features_of
from core.impact.models.fitting import prepare
from core.impact.models.folds import turns_of
from core.impact.models.params import ModelParams
from core.impact.models.rate_model import RateModel, model_rate
from core.statistics.intervals import wilson_interval
from core.statistics.ranks import chance_larger

RESULT = Path(__file__).parent / "results" / "impact.txt"
DRIVEN = "Scattered_Light"
SIZE_TITLE = "90 days of 40 channels, one thread"

COUPLED_CORPUS = SimulationParams(days=40, others=4, beta=1.0)
NULLS = {
    "no coupling": SimulationParams(days=40, others=4, beta=0.0),
    "shared daily cycle": SimulationParams(days=40, others=4, beta=0.0, daily_rate=0.5),
}
TRAP = SimulationParams(
    days=40, beta=0.0, others=10, plants=False, gaps=False, tau_hours=(12.0, 24.0), rate_sigma=(0.8, 0.8)
)
TREES_OF_THE_TRAP = {"depth": 6, "learning_rate": 0.2, "least_weight": 1.0}


def share(count: int, n: int) -> str:
    low, high = wilson_interval(count, n)
    return f"{count} of {n} ({low:.0%} to {high:.0%})"


def truth_of(drawn: SimulatedDetector, limit: float) -> float:
    """The share of the driven family's glitches that the planted rate would lose below ``limit``, by each glitch."""
    table, name = drawn.channels, drawn.truth.goes_with[DRIVEN]
    row = [one.name for one in table.channels].index(name)
    own = drawn.glitches.times[drawn.glitches.families == DRIVEN]
    values = table.values[row, ((own - table.start) / table.step).astype(int)].astype(float)
    return float(1 - (np.minimum(limit / values, 1.0) ** drawn.truth.beta[0]).mean())


def preventable_of(drawn: SimulatedDetector, members: tuple[str, ...], model: RateModel):
    params = model.params.coupling
    grid = grid_of(drawn.channels, params)
    families = count_families(drawn.channels, drawn.glitches, grid=grid, epochs=epochs_of(drawn.channels))
    family = next(one for one in families if one.family == DRIVEN)
    return preventable(drawn.channels, family, ChannelGroup(0, members, 1.0), grid=grid, params=params)


def one_coupled(seed: int, params: ModelParams, told: Counter) -> None:
    drawn = simulate_detector(COUPLED_CORPUS, seed=seed)
    model = model_rate(drawn.channels, drawn.glitches, family=DRIVEN, detector="L1", params=params)
    found, truth = explain(model), drawn.truth
    driver = truth.goes_with[DRIVEN]
    twin = truth.twins[driver]
    names = [one.group.members for one in found.groups]
    listed = {name for members in names for name in members}
    told["coupled"] += 1
    told["skilled"] += model.skilled
    told["driver first"] += bool(names) and driver in names[0]
    told["twin alone"] += any(twin in members and driver not in members for members in names)
    told["confounder"] += truth.confounder in listed
    told["other detector"] += truth.other_detector in listed
    told["unsafe"] += truth.unsafe in listed or model.features.excluded.get(truth.unsafe) != "unsafe"
    told["another group"] += any(driver not in members for members in names)
    told["skill sum"] += model.skill.value
    told["auc sum"] += model.auc
    members = next((one.members for one in model.features.groups if driver in one.members), (driver,))
    spared = preventable_of(drawn, members, model)
    quiet = float(spared.quiet[list(spared.members).index(driver)])
    planted = truth_of(drawn, quiet)
    told["preventable"] += spared.share.low <= planted <= spared.share.high
    told["preventable sum"] += spared.share.value - planted
    told["preventable width"] += spared.share.high - spared.share.low
    if names and driver in names[0]:
        told["of trees"] += 1
        told["trees"] += counterfactual(model, found, found.groups[0].group.name).by_model - planted


def one_null(seed: int, params: ModelParams, told: Counter) -> None:
    for name, simulation in NULLS.items():
        drawn = simulate_detector(simulation, seed=seed)
        # One family a corpus: one that would follow the driver, if there were a coupling, and a control, in turn.
        family = (DRIVEN, "Blip")[seed % 2]
        model = model_rate(drawn.channels, drawn.glitches, family=family, detector="L1", params=params)
        told[f"null {name}"] += 1
        told[f"silent {name}"] += not explain(model).groups
        told[f"unskilled {name}"] += not model.skilled


def one_trap(seed: int, told: Counter) -> None:
    """Ten channels that have nothing to do with the glitches: the area under the curve by how the folds are made."""
    drawn = simulate_detector(TRAP, seed=seed)
    base = ModelParams()
    grid = grid_of(drawn.channels, base.coupling)
    families = count_families(drawn.channels, drawn.glitches, grid=grid, epochs=epochs_of(drawn.channels))
    family = next(one for one in families if one.family == "Blip")
    told["trap"] += 1
    for split in ("shuffled", "blocks"):
        params = dataclasses.replace(base, split=split, **TREES_OF_THE_TRAP)
        features = features_of(drawn.channels, family, grid=grid, params=params)
        foreseen = np.full(grid.bins, np.nan)
        for turn in turns_of(grid, params):
            fitted = prepare(features.values, turn, params).fit(family.counts, family.livetime)
            foreseen[turn.test] = fitted.log_rate(features.values[turn.test])
        live = family.livetime > 0
        told[split] += chance_larger(foreseen[live], family.counts[live] > 0)


def large(refits: int) -> None:
    """90 days of 40 channels, in a process of its own, so that its memory is its own."""
    simulation = SimulationParams(days=90, others=34, glitches=3000)
    drawn = simulate_detector(simulation, seed=90_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began, used = time.perf_counter(), time.process_time()
    model = model_rate(drawn.channels, drawn.glitches, family=DRIVEN, detector="L1", params=ModelParams(refits=refits))
    found = explain(model)
    print(
        json.dumps(
            {
                "channels": len(drawn.channels.channels),
                "days": simulation.days,
                "refits": len(model.chance_skill),
                "seconds": time.perf_counter() - began,
                "processor seconds": time.process_time() - used,
                "memory before, MB": before,
                "memory at most, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "first": found.groups[0].group.members if found.groups else (),
                "listed": len(found.groups),
            }
        )
    )


def lines_of(told: Counter, refits: int) -> list[str]:
    n, traps = told["coupled"], told["trap"]
    null_lines = [
        f"  {name:44}{share(told[f'silent {name}'], told[f'null {name}'])}   without skill "
        f"{share(told[f'unskilled {name}'], told[f'null {name}'])}"
        for name in NULLS
    ]
    return [
        f"{n} corpora with a coupling (beta 1), {refits} refits each; share, 95 % by Wilson",
        f"  skill beyond chance                         {share(told['skilled'], n)}",
        f"  driver's group first                        {share(told['driver first'], n)}   asked for 95 %",
        f"  twin named without the driver               {share(told['twin alone'], n)}   asked for none",
        f"  confounder of the hour listed               {share(told['confounder'], n)}   asked for none",
        f"  other detector's channel listed             {share(told['other detector'], n)}   asked for none",
        f"  unsafe channel listed or not told of        {share(told['unsafe'], n)}   asked for none",
        f"  any group beside the driver's listed        {share(told['another group'], n)}",
        f"  mean skill {told['skill sum'] / n:.3f} of the deviance by the hour, mean area under the curve "
        f"{told['auc sum'] / n:.3f}",
        f"  preventable share (regression) holds truth  {share(told['preventable'], n)}   asked for 90 %; mean error "
        f"{told['preventable sum'] / n:+.3f}, mean width {told['preventable width'] / n:.3f}",
        f"  the trees' own share, which has no interval: mean error {told['trees'] / max(1, told['of trees']):+.3f}",
        "",
        "Corpora without coupling, one family each: no list at all (asked for 95 %)",
        *null_lines,
        "",
        f"Area under the curve, ten channels that have nothing to do with the glitches, mean of {traps} corpora",
        f"  shuffled folds {told['shuffled'] / traps:.3f}   blocks of two days with a gap {told['blocks'] / traps:.3f}",
    ]


def measured_size(refits: int) -> list[str]:
    """The large run in a process of its own, as lines; the time of 99 refits is reckoned from those that were made."""
    command = [sys.executable, "-m", "benchmarks.impact", "--large", "--large-refits", str(refits)]
    begun = when_and_where()
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    a_fit = found["processor seconds"] / (found["refits"] + 1)
    lines = [begun, *(f"{name:22}{value}" for name, value in found.items())]
    return [*lines, f"so that 99 refits take about {100 * a_fit:.0f} processor seconds (asked for at most 180 s, 2 GB)"]


def write(head: str, told: Counter, refits: int) -> None:
    RESULT.write_text("\n".join([head, *lines_of(told, refits)]) + "\n" + size_lines(["not measured yet"]))


def size_lines(lines: list[str]) -> str:
    return "\n".join(["", SIZE_TITLE, *(f"  {line}" for line in lines)]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=int, default=100, help="0 measures time and memory alone, beside the rest")
    parser.add_argument("--refits", type=int, default=39)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=40_000)
    parser.add_argument("--large", action="store_true", help="only the 90 days of 40 channels, as JSON")
    parser.add_argument("--large-refits", type=int, default=99)
    options = parser.parse_args()
    if options.large:
        large(options.large_refits)
        return
    head = f"{when_and_where()}\npython -m benchmarks.impact {' '.join(sys.argv[1:])}\n"
    began = time.monotonic()
    told: Counter = Counter()
    params = ModelParams(refits=options.refits)
    for number in range(options.corpora):
        seed = options.seed + number
        one_coupled(seed, params, told)
        one_null(seed + 10_000, params, told)
        one_trap(seed + 20_000, told)
        write(head, told, options.refits)
        if (time.monotonic() - began) / 60 > options.minutes:
            break
    before = RESULT.read_text().split(f"\n{SIZE_TITLE}")[0]
    RESULT.write_text(before + size_lines(measured_size(options.large_refits)))
    print(RESULT.read_text())


if __name__ == "__main__":
    main()
