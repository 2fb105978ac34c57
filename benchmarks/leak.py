"""How much splitting by picture flatters a classifier: the same network, split by glitch and split by picture.

    python -m benchmarks.leak [--glitches 300] [--seeds 3] [--epochs 24] [--noise 0.1]

A glitch has four views. Split by picture, as the systems did whose tables this project compares itself with, most
glitches of the test part have other views of themselves in the training part. The small CNN then need not know the
class: it is enough to know the glitch again, by its shape, its loudness and the noise around it, and to repeat the
label that it was given. That should pay most where labels are hard to predict from the picture alone: in small sets, in
rare classes, and where labels are wrong, for a wrong label can be learnt by heart but not foreseen. So there are two
arms, labels all right and labels of which a tenth is wrong (whole glitches, renamed to another class at random).

Both splits train on as many pictures, with the same parameters, from the same first weights; only who stands where
differs. Accuracy is that of single pictures of the test part against the labels they carry. Intervals are 95 %, from a
bootstrap that draws glitches, so that four views never count as four; the difference is taken within each draw. Each
run is added to benchmarks/results/leak.txt. The workbench quotes its last line "inflation:" wherever somebody splits by
picture: it stands in core/classify/training/splits.py, and this benchmark says so when it has found another figure.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from core.classify.params import TrainParams
from core.classify.training.runs import read_predictions
from core.classify.training.splits import MEASURED_INFLATION
from core.dataset import Dataset, open_dataset
from core.statistics.intervals import drawn_interval

RESULTS = Path(__file__).parent / "results" / "leak.txt"
INFLATION = "inflation:"
CORPUS_SEED = 8501
COMPARED = ("glitch", "picture")
BOOTSTRAP = 2000


def corpus(glitches: int, folder: Path) -> Dataset:
    """Simulated glitches of all classes in equal shares, without a split of their own."""
    from core.simulate.corpus import write_corpus

    path = folder / "corpus.parquet"
    write_corpus(path, glitches, CORPUS_SEED, shares="uniform")
    dataset = open_dataset(path)
    return replace(dataset, samples=dataset.samples.drop(columns=["split"], errors="ignore"))


def with_wrong_labels(dataset: Dataset, share: float) -> Dataset:
    """The data set with the labels of ``share`` of its glitches replaced by another one at random."""
    random = np.random.default_rng(CORPUS_SEED)
    labels = dataset.samples["label"].to_numpy(dtype=object).copy()
    names = np.array(dataset.labels, dtype=object)
    for place in random.choice(len(labels), round(share * len(labels)), replace=False):
        labels[place] = random.choice(names[names != labels[place]])
    samples = dataset.samples.assign(label=pd.Series(labels, index=dataset.samples.index, dtype="str"))
    return replace(dataset, samples=samples, fingerprint=f"{dataset.fingerprint} {share} wrong")


def answers(dataset: Dataset, params: TrainParams, folder: Path) -> pd.DataFrame:
    """One row a test picture: ``glitch`` and ``right``."""
    from core.classify.training.train import train_run

    run = train_run(dataset, params, folder, resume=False)
    predictions = read_predictions(run)
    predictions = predictions[predictions["split"] == "test"]
    scores = predictions[[f"score:{label}" for label in run.labels]].to_numpy()
    named = np.array(run.labels, dtype=object)[scores.argmax(1)]
    return pd.DataFrame({"glitch": predictions["glitch"].to_numpy(), "right": named == predictions["label"].to_numpy()})


def compared(by_glitch: pd.DataFrame, by_picture: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    """Accuracy of both and their difference, each with a 95 % interval; all seeds together."""
    glitches = np.union1d(by_glitch["glitch"], by_picture["glitch"])
    totals = {}
    for name, table in (("glitch", by_glitch), ("picture", by_picture)):
        sums = table.groupby("glitch")["right"].agg(["sum", "count"]).reindex(glitches, fill_value=0)
        totals[name] = sums.to_numpy(dtype=float)
    draws = np.random.default_rng(0).multinomial(len(glitches), np.full(len(glitches), 1 / len(glitches)), BOOTSTRAP)
    accuracy = {name: sums.sum(0)[0] / sums.sum(0)[1] for name, sums in totals.items()}
    drawn = {name: (draws @ sums[:, 0]) / (draws @ sums[:, 1]) for name, sums in totals.items()}
    accuracy["difference"] = accuracy["picture"] - accuracy["glitch"]
    drawn["difference"] = drawn["picture"] - drawn["glitch"]
    return {name: (value, *drawn_interval(drawn[name])) for name, value in accuracy.items()}


def measure(dataset: Dataset, params: TrainParams, seeds: int, folder: Path) -> dict[str, tuple[float, float, float]]:
    """Train with every seed and both splits, in turn."""
    found: dict[str, list[pd.DataFrame]] = {by: [] for by in COMPARED}
    for seed in range(seeds):
        for by in COMPARED:
            found[by].append(answers(dataset, replace(params, seed=seed, split_by=by), folder / "runs" / by))
    return compared(*(pd.concat(found[by]) for by in COMPARED))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--glitches", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--noise", type=float, default=0.1, help="share of wrong labels in the second arm")
    parser.add_argument("--size", type=int, nargs=2, default=[35, 42], help="height and width of the pictures")
    options = parser.parse_args()
    params = TrainParams(
        architecture="small",
        unit="picture",
        size=tuple(options.size),
        dense=(128,),
        epochs=options.epochs,
        patience=options.epochs,
        learning_rate=2e-3,
        device="cpu",
    )
    processor = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        processor = names[0].split(":")[1].strip() if names else processor
    load = f", load {os.getloadavg()[0]:.1f} when it began" if hasattr(os, "getloadavg") else ""
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {processor}, {os.cpu_count()} cores{load}",
        f"python -m benchmarks.leak {' '.join(sys.argv[1:])}".strip(),
        f"{options.glitches} simulated glitches, 22 classes in equal shares, four views each; small CNN from scratch, "
        f"one picture at a time, {options.size[0]} x {options.size[1]} pixels, {options.epochs} epochs, "
        f"{options.seeds} seeds",
    ]
    print("\n".join(lines), flush=True)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dataset = corpus(options.glitches, folder)
        arms = {"labels all right": dataset}
        if options.noise:
            arms[f"{options.noise:.0%} of labels wrong"] = with_wrong_labels(dataset, options.noise)
        found = {arm: measure(data, params, options.seeds, folder) for arm, data in arms.items()}
    points = []
    for arm, figures in found.items():
        told = {
            name: f"{100 * value:.1f} ({100 * low:.1f} to {100 * high:.1f})"
            for name, (value, low, high) in figures.items()
        }
        lines += [
            f"{arm}: accuracy on test pictures, %",
            f"  split by glitch   {told['glitch']}",
            f"  split by picture  {told['picture']}",
        ]
        points.append(f"{told['difference']} points of accuracy with {arm}")
    lines.append(f"{INFLATION} {', '.join(points)}; {options.glitches} simulated glitches, small CNN")
    lines.append(f"{time.perf_counter() - began:.0f} s in all")
    print("\n".join(lines[3:]), flush=True)
    with RESULTS.open("a", encoding="utf-8") as results:
        results.write("\n".join(lines) + "\n\n")
    if last_inflation() != MEASURED_INFLATION:
        print("Put this figure into MEASURED_INFLATION in core/classify/training/splits.py, which has another one.")


def last_inflation() -> str:
    """What the last run that was kept found, in words."""
    lines = [line.strip() for line in RESULTS.read_text(encoding="utf-8").splitlines()]
    return [line.removeprefix(INFLATION).strip() for line in lines if line.startswith(INFLATION)][-1]


if __name__ == "__main__":
    main()
