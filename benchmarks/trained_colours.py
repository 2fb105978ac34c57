"""What colours are worth to a network that is trained here on photographs: the same training in colour and in gray.

    python -m benchmarks.trained_colours [--seeds 0 1] [--epochs 12] [--cifar ../shared/real/labels/cifar10h_4000.npz]

The 4,000 photographs of CIFAR-10H (measured only: CC BY-NC-SA), 32 x 32, with CIFAR-10's labels. The small CNN from
random weights, everything else as the page Training has it by default. A seed sets the split, the first weights and
the order; both arms have the same. Judged on the test split, 15 % of the pictures, which differs by seed; differences
are paired by picture. Nothing was chosen by these figures.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.any_pictures import cifar, write_pictures
from benchmarks.machine import when_and_where
from core.classify.params import TrainParams
from core.classify.training.runs import Run, read_predictions
from core.classify.training.train import train_run
from core.statistics.intervals import wilson_interval
from core.statistics.paired import paired_change

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "trained_colours.txt"
ARMS = ("gray", "colour")


def right(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """Return the names of the test pictures, and which the run calls as they are labelled, bool."""
    answers = read_predictions(run)
    answers = answers[answers["split"] == "test"]
    scores = answers[[f"score:{label}" for label in run.labels]].to_numpy()
    said = np.array(run.labels, dtype=object)[scores.argmax(axis=1)]
    return answers["sample_id"].to_numpy(dtype=str), said == answers["label"].to_numpy(dtype=object)


def main() -> None:
    """Train all arms, print what they reach, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--cifar", type=Path, default=ROOT.parent / "shared/real/labels/cifar10h_4000.npz")
    options = parser.parse_args()
    lines = [
        when_and_where(),
        f"python -m benchmarks.trained_colours --seeds {' '.join(map(str, options.seeds))} --epochs {options.epochs}",
    ]
    found: dict[str, list[np.ndarray]] = {arm: [] for arm in ARMS}
    names: list[np.ndarray] = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        dataset = write_pictures(folder / "cifar", cifar(options.cifar))
        for seed in options.seeds:
            for arm in ARMS:
                params = TrainParams(
                    "small", size=(32, 32), epochs=options.epochs, seed=seed, colours=arm, device="cpu"
                )
                run = train_run(dataset, params, folder / "runs" / f"{arm}-{seed}")
                ids, hits = right(run)
                found[arm].append(hits)
                print(f"{arm}, seed {seed}: {hits.mean():.3f} of {len(hits)}, {run.seconds:.0f} s", flush=True)
            names.append(ids)
    lines.append(f"{len(dataset.samples):,} photographs, {len(dataset.labels)} labels; right on the test split (95 %)")
    rows = {arm: np.concatenate(parts).astype(float) for arm, parts in found.items()}
    for arm in ARMS:
        low, high = wilson_interval(int(rows[arm].sum()), len(rows[arm]))
        lines.append(f"  {arm:7} {rows[arm].mean():.3f} ({low:.3f} to {high:.3f})")
    change = paired_change(rows["gray"], rows["colour"], np.unique(np.concatenate(names), return_inverse=True)[1])
    points = f"{100 * change.difference:+.1f} points ({100 * change.low:+.1f} to {100 * change.high:+.1f})"
    lines.append(f"  colour over gray {points}, {len(options.seeds)} seeds, paired by picture; nothing of other seeds")
    print("\n".join(lines), flush=True)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
