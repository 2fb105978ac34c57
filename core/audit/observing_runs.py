"""The observing runs of the detectors, so that a data set with event times can be split by run."""

from __future__ import annotations

import numpy as np

RUNS: tuple[tuple[str, int, int], ...] = (
    ("O1", 1126051217, 1137254417),
    ("O2", 1164556817, 1187733618),
    ("O3a", 1238166018, 1253977218),
    ("O3b", 1256655618, 1269363618),
    ("O4a", 1368975618, 1389456018),
    ("O4b", 1396796418, 1422118818),
    ("O4c", 1422118818, 1447516818),
)
"""Name, first and last GPS second of each run, as the Gravitational Wave Open Science Center publishes them."""


def observing_run(event_time: np.ndarray) -> np.ndarray:
    """Return the run of each time, object (n,), for GPS seconds float (n,).

    "O1", "O2", ...; "before O2" between O1 and O2, when detectors were tuned and tested; "after ..." the last run; None
    where the time is unknown (NaN).
    """
    times = np.asarray(event_time, dtype=float)
    before, edges = [], []
    for name, start, end in RUNS:
        before += [f"before {name}", name]
        edges += [start, end]
    names = np.array([*before, f"after {RUNS[-1][0]}"], dtype=object)
    found = names[np.searchsorted(edges, times, side="right")]
    found[~np.isfinite(times)] = None
    return found
