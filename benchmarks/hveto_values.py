"""What hveto 2.1.9 makes of some made-up triggers: recorded for tests/detector/coupling/test_significance.py.

    /path/to/hveto/bin/python benchmarks/hveto_values.py > tests/detector/coupling/hveto_2_1_9.json

It runs in an environment of its own (`pip install hveto==2.1.9`): hveto is GPL-3.0 and no part of this project.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

SECONDS = 20_000.0
THRESHOLDS, WINDOWS = [8, 10, 12, 15, 20, 50, 100, 300], [0.1, 0.2, 0.5, 1.0]
NUMBERS = [(1, 0.5), (3, 0.1), (10, 12.0), (53, 4.99), (1346, 9.06), (200, 1.5), (5, 5.0)]


def as_table(times: np.ndarray, snr: np.ndarray, channel: str) -> Any:
    from gwpy.table import EventTable

    order = np.argsort(times)
    return EventTable({"time": times[order], "snr": snr[order], "channel": np.array([channel] * len(times))})


def main() -> None:
    from hveto import core

    random = np.random.default_rng(7)
    primary = np.sort(np.round(random.uniform(0, SECONDS, 120), 3))
    # No two within the widest window, where hveto's search stops too early.
    primary = primary[np.concatenate([[True], np.diff(primary) > 3])]
    channels = {}
    for number, (count, share) in enumerate([(400, 0.3), (300, 0.0), (80, 0.5)]):
        times, near = np.round(random.uniform(0, SECONDS, count), 3), int(share * len(primary))
        times[:near] = np.round(primary[:near] + random.uniform(-0.2, 0.2, near), 3)
        channels[f"X1:AUX-{number}"] = (times, np.round(random.pareto(1.5, count) * 8 + 6, 2))
    tables = {name: as_table(*values, name) for name, values in channels.items()}
    main_table = as_table(primary, np.full(len(primary), 10.0), "X1:MAIN")
    winner, each = core.find_max_significance(main_table, tables, "X1:MAIN", THRESHOLDS, WINDOWS, SECONDS)
    dense = [np.sort(np.round(random.uniform(0, 5000, count), 2)) for count in (250, 150)]
    both = core.vstack_tables(
        [as_table(times, np.full(len(times), 20.0), name) for times, name in zip(dense, ("M", "A"), strict=True)]
    )
    found = core.find_all_coincidences(both, "M", [8], [1.0, 60.0])
    print(
        json.dumps(
            {
                "significance": [[n, mean, core.significance(n, mean)] for n, mean in NUMBERS],
                "seconds": SECONDS,
                "thresholds": THRESHOLDS,
                "windows": WINDOWS,
                "primary": primary.tolist(),
                "channels": {name: [times.tolist(), snr.tolist()] for name, (times, snr) in channels.items()},
                "winner": [winner.name, winner.snr, winner.window, winner.significance, winner.mu],
                "each": each,
                "dense": [times.tolist() for times in dense],
                "search": {str(window): counts["A"] for (window, _), counts in found.items()},
                "one by one": {str(w): len(core.find_coincidences(*dense, w)) for w in (1.0, 60.0)},
            }
        )
    )


if __name__ == "__main__":
    main()
