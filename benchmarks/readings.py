"""Seconds to read the labels anew: suspects, the whole audit, and what changed, at the size of the real data set.

Embeddings like the demo's (``benchmarks.layout.vectors_like_the_demo``), map, clusters and labels after the demo's, one
label in twenty wrong. The labels as they were brought are audited first; then some are decided, and the audit is asked
for the labels as they are now. Embedding, neighbours, map, clusters and their stability do not hang on labels and are
not measured; the stability is not even computed, but set to 1. Run it as

    python -m benchmarks.readings

It writes ``benchmarks/results/readings.txt``. Bars of issue 14: 2 s for the suspects, 20 s for the whole audit.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd

from benchmarks.layout import ROOT, vectors_like_the_demo
from benchmarks.machine import when_and_where
from core.pipeline.audit import run_audit
from core.pipeline.audit_suspects import find_workspace_suspects
from core.pipeline.before_after import compare_readings
from core.pipeline.reading import Reading, read_as
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import Prepared, load_prepared, prepare
from core.space.stability import Stability
from core.workspace import HOME_VARIABLE, demo_workspace, workspace_for

SAMPLES, WRONG, SEED = 34_332, 0.05, 20_261_129
DECIDED, KEPT = 300, 200
SUSPECTS_BAR, AUDIT_BAR = 2.0, 20.0
RESULTS = ROOT / "benchmarks" / "results" / "readings.txt"


@dataclass
class Watch:
    """Seconds by the clock and of the processor, by stage."""

    stages: dict[str, tuple[float, float]] = field(default_factory=dict)
    _stage: str = ""
    _since: tuple[float, float] = (0.0, 0.0)

    def __call__(self, progress: object) -> None:
        """Note that a stage goes on."""
        now = time.perf_counter(), time.process_time()
        stage = getattr(progress, "stage", "")
        if stage != self._stage:
            if self._stage:
                before = self.stages.get(self._stage, (0.0, 0.0))
                self.stages[self._stage] = tuple(
                    sum(each) - since for *each, since in zip(before, now, self._since, strict=True)
                )
            self._stage, self._since = stage, now


def write_table(folder: Path, samples: int) -> tuple[Path, np.ndarray]:
    """A data set without pictures, and the labels that are true."""
    demo = load_prepared(demo_workspace())
    matrix = vectors_like_the_demo(samples)
    packed = next((ROOT / "data" / "demo_results").glob("embedding-*/embedding.npy"))
    view = np.load(packed).astype(np.float32)[:, matrix.shape[1] : 2 * matrix.shape[1]]
    nearest = np.concatenate([(part @ view.T).argmax(axis=1) for part in np.array_split(matrix, 20)])
    random = np.random.default_rng(SEED)
    true = demo.samples["label"].to_numpy(dtype=str)[nearest]
    brought = true.copy()
    wrong = random.random(samples) < WRONG
    brought[wrong] = random.permutation(true)[wrong]
    places = demo.layout.coordinates[nearest] + random.normal(0, 0.1, (samples, 2))
    frame = {
        "id": [f"s{number:06d}" for number in range(samples)],
        "label": brought,
        "x": places[:, 0].astype(np.float32),
        "y": places[:, 1].astype(np.float32),
        "cluster": demo.clustering.labels[nearest],
        **{f"dim_{place}": matrix[:, place] for place in range(matrix.shape[1])},
    }
    path = folder / "large.parquet"
    pd.DataFrame(frame).to_parquet(path)
    return path, true


def decided(prepared: Prepared, true: np.ndarray, *, count: int) -> Prepared:
    """The reading in which so many wrong labels were put right, and :data:`KEPT` right ones confirmed."""
    brought = prepared.samples["label"].astype(str)
    truth = pd.Series(true, index=[f"s{number:06d}" for number in range(len(true))]).reindex(brought.index)
    wrong = brought.index[(brought != truth).to_numpy()][:count]
    right = brought.index[(brought == truth).to_numpy()][:KEPT]
    labels = brought.copy()
    labels[wrong] = truth[wrong]
    return read_as(prepared, Reading(labels, brought.index.to_series().isin([*wrong, *right])))


def seconds(work) -> tuple[float, float, object]:
    """By the clock, of the processor, and what came out."""
    wall, busy = time.perf_counter(), time.process_time()
    found = work()
    return time.perf_counter() - wall, time.process_time() - busy, found


def settled(*given, **named) -> Stability:
    """Every cluster found again each time."""
    clusters = np.unique(given[1].labels)
    clusters = clusters[clusters >= 0].astype(np.int32)
    return Stability(np.ones((10, len(clusters)), np.float32), clusters, "settled")


def measure(samples: int) -> list[str]:
    """Lines of the result."""
    with tempfile.TemporaryDirectory() as folder, patch("core.pipeline.audit.cluster_stability", settled):
        os.environ[HOME_VARIABLE] = str(Path(folder) / "home")
        path, true = write_table(Path(folder), samples)
        workspace = workspace_for(path)
        read_dataset(workspace)
        prepared = prepare(workspace, report=lambda progress: None)
        first = seconds(lambda: run_audit(prepared, report=lambda progress: None))
        early, later = (decided(prepared, true, count=count) for count in (DECIDED // 2, DECIDED))
        alone = seconds(lambda: find_workspace_suspects(early))
        watch = Watch()
        whole = seconds(lambda: run_audit(later, report=watch))
        watch(None)
        compared = seconds(lambda: compare_readings((prepared, first[2]), (later, whole[2])))
    lines = [f"{samples:,} samples x {prepared.vectors.matrix.shape[1]}, {DECIDED} labels put right, {KEPT} confirmed"]
    for what, (wall, busy, _), bar in (
        ("audit of the labels as they were brought", first, None),
        ("suspects of another reading", alone, SUSPECTS_BAR),
        ("whole audit of another reading", whole, AUDIT_BAR),
        ("what changed between the two", compared, None),
    ):
        # The bars are of the real data set's size.
        verdict = "" if bar is None or samples < SAMPLES else f" (bar {bar:g}: {'met' if wall <= bar else 'MISSED'})"
        lines.append(f"{what}: {wall:.1f} s, {busy:.1f} of processor{verdict}")
    lines.append("where the whole audit of another reading spends them:")
    spent = sorted(watch.stages.items(), key=lambda each: -each[1][1])
    lines += [f"  {stage}: {wall:.1f} s, {busy:.1f} of processor" for stage, (wall, busy) in spent]
    return lines


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=SAMPLES)
    options = parser.parse_args()
    command = "python -m benchmarks.readings" + ("" if options.samples == SAMPLES else f" --samples {options.samples}")
    lines = [f"{when_and_where()}; {command}", *measure(options.samples)]
    print("\n".join(lines))
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
