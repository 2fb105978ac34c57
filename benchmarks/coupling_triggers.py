"""How often glitches are said to come with triggers where none does, and where some do: made-up times.

    python -m benchmarks.coupling_triggers [--corpora 100] [--seed 9000]

Each corpus has five days with gaps, 1,000 glitches and three channels of 2,000 triggers. All of them come as the same
slow process allows (an autoregressive one of 4 h, 1.3 in natural logarithm, with a daily cosine), so that they meet
several times as often as evenly spread ones would, as those of Livingston do. Planted: 3 % of the glitches have a
trigger of the first channel within 0.2 s. Beside the verdicts stands what hveto's significance of 5 alone would have
named, at the same windows and thresholds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from benchmarks.coupling import share
from benchmarks.machine import when_and_where
from core.detector.coupling.triggers import judge_triggers
from core.detector.model import Channel, GlitchTimes, Segments, TriggerTable, segments
from core.detector.simulated import slow_process

RESULT = Path(__file__).parent / "results" / "coupling_triggers.txt"
DAYS, GLITCHES, TRIGGERS, CHANNELS = 5, 1000, 2000, 3
HVETO = 5.0


def corpus(seed: int, *, planted: float) -> tuple[GlitchTimes, list[TriggerTable], Segments]:
    random = np.random.default_rng(seed)
    minutes = DAYS * 1440
    daily = np.cos(2 * np.pi * np.arange(minutes) / 1440 + random.uniform(0, 6))
    rate = np.exp(slow_process(minutes, 240.0, 1.3, random) + 0.5 * daily)
    begins = random.uniform(0, minutes * 60, 8)
    live = segments([(0.0, minutes * 60.0)]).without(segments([(one, one + 5000.0) for one in begins]))

    def drawn(count: int) -> np.ndarray:
        minute = random.choice(minutes, count, p=rate / rate.sum())
        return np.sort(60 * (minute + random.random(count)))

    times = drawn(GLITCHES)
    tables = []
    for number in range(CHANNELS):
        own, near = drawn(TRIGGERS), int(planted * GLITCHES) if number == 0 else 0
        own[:near] = random.choice(times, near, replace=False) + random.uniform(-0.2, 0.2, near)
        order = np.argsort(own)
        snr = 8 + random.pareto(2, TRIGGERS) * 4
        channel = Channel(f"L1:{number}", "L1", safety="safe")
        tables.append(TriggerTable(channel, own[order], snr[order], np.full(TRIGGERS, np.nan)))
    names = [np.full(GLITCHES, name, dtype=object) for name in ("L1", "Whistle")]
    return GlitchTimes(np.arange(GLITCHES).astype(object), times, *names), tables, live


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--corpora", type=int, default=100)
    parser.add_argument("--seed", type=int, default=9000)
    chosen = parser.parse_args()
    command = f"python -m benchmarks.coupling_triggers --corpora {chosen.corpora} --seed {chosen.seed}"
    lines = [f"{when_and_where()}; {command}", ""]
    for title, planted in (
        ("no coincidence but by the slow rate", 0.0),
        ("3 % planted in one of three channels", 0.03),
    ):
        wrong, hveto, found = 0, 0, 0
        for one in range(chosen.corpora):
            glitches, tables, live = corpus(chosen.seed + one + (10_000 if planted else 0), planted=planted)
            judged = judge_triggers(tables, glitches, live, detector="L1")
            goes = {pair.channel for pair in judged if pair.verdict == "goes with"}
            true = {"L1:0"} if planted else set()
            wrong += bool(goes - true)
            found += bool(goes & true)
            hveto += any(pair.significance >= HVETO for pair in judged if pair.channel not in true)
        lines.append(f"{title}, {chosen.corpora} corpora")
        lines.append(f"   anything false named here {share(wrong, chosen.corpora)}, by hveto's significance alone ")
        lines[-1] += share(hveto, chosen.corpora)
        if planted:
            lines.append(f"   the planted one found {share(found, chosen.corpora)}")
        print("\n".join(lines[-3:]), flush=True)
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
