"""Losses for the backbone compared on equal time: by label, by contrast, by pairs of looks, and together.

    python -m benchmarks.losses [--minutes 1] [--seeds 0 1] [--kept /tmp/losses] [--real ../shared/real]

Every arm starts from the same random weights of its seed, sees the same pool of drawn glitches in the same order,
changed as training changes them, and learns for the same **processor minutes of one core** (the wall's clock would
count what else the machine does). Batches hold 64 times four views. Pictures have a quarter of the size, 35 x 42, in
training and when measured: at full size such minutes hold too few steps to tell anything. So shares are lower than
those of a whole training, and thin lines merge. Every arm has the profile of energy, which needs no label. Arms:

- ``shipped``: class by glitch and by picture, supervised contrast at 0.2: what the shipped backbone was trained with;
- ``names``: the same without contrast; ``contrast 0.1``: with half of it, as the first training had;
- ``contrast``: supervised contrast alone, at 1;
- ``pairs``: self-supervised: two looks of a glitch are to find each other among the batch (Chen and others 2020, with
  the temperature of the contrast), at 1, no label at all;
- ``both``: ``shipped`` and pairs at 0.2.

No weight of these was tuned: they are the shipped ones, and 1 where a loss is alone. One learning rate for all.

Measured on simulated glitches that no arm saw, 22 labels: "plain near" names each of 440 by the five nearest others,
as ``evaluate-backbone`` does; "held out near" names 440 with parameters outside of what
training draws (``benchmarks/backbones.py``) by the five nearest plain ones; "held out probe" by logistic regression on
the plain ones' vectors. Differences from ``shipped`` are paired by glitch, the seeds of one glitch counting as one
observation; they say nothing of other seeds beyond those run. Real pictures (``--real``) are looked at once, after all
arms have ended, and choose nothing.

Each finished run is kept in ``--kept``, so that a stopped comparison goes on.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.backbones import held_out_glitches
from benchmarks.machine import when_and_where
from core.embed.evaluate import (
    LabelledGlitches,
    embed_glitches,
    knn_labels,
    real_glitches,
    sheet_glitches,
    simulated_glitches,
)
from core.embed.train_backbone import one_cycle
from core.statistics.intervals import wilson_interval
from core.statistics.paired import paired_change

if TYPE_CHECKING:
    import torch

    from core.embed.training_model import LossWeights, TrainedBackbone

RESULT = Path(__file__).parent / "results" / "losses.txt"
SEED = 83_000_017
"""Of the pool and of what is measured; far from those of training, of the demo, and of every other benchmark."""
ARMS = ("shipped", "pairs", "both", "contrast", "names", "contrast 0.1")
COLUMNS = ("plain near", "held out near", "held out probe")
NEAREST, SIZE = 5, (35, 42)
_BATCH, _AT_ONCE, _RATE, _FEWER_VIEWS = 64, 44, 1.2e-3, 0.4


@dataclass(frozen=True)
class Arm:
    """What an arm learns by: weights of the losses, and of the pairs (0: one look of each glitch)."""

    weights: LossWeights
    pairs: float = 0.0


@dataclass(frozen=True)
class Asked:
    """Glitches to measure on: ``known`` plain ones, ``held_out`` ones, and real ones by name."""

    known: LabelledGlitches
    held_out: LabelledGlitches
    real: dict[str, LabelledGlitches]


def arm_named(name: str) -> Arm:
    """Return the arm of a name in ``ARMS``."""
    from core.embed.training_model import LossWeights

    shipped = LossWeights()
    unnamed = replace(shipped, picture=0.0, glitch=0.0)
    return {
        "shipped": Arm(shipped),
        "names": Arm(replace(shipped, contrast=0.0)),
        "contrast 0.1": Arm(replace(shipped, contrast=0.1)),
        "contrast": Arm(replace(unnamed, contrast=1.0)),
        "pairs": Arm(replace(unnamed, contrast=0.0), pairs=1.0),
        "both": Arm(shipped, pairs=0.2),
    }[name]


def drawn_pool(count: int, kept: Path, strain: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures uint8 (count, 4, 35, 42) and class numbers: drawn as in training, or as kept."""
    import torch

    from core.embed.training_data import draw_batch
    from core.simulate.real_noise import load_real_noise
    from core.simulate.views import ViewMaker

    file = kept / f"pool_{count}.npz"
    if not file.exists():
        maker, noise = ViewMaker(median_tiles=512, other_q=0.12), load_real_noise(strain)
        torch.manual_seed(SEED)
        pictures, labels = [], []
        for number in range(-(-count // _AT_ONCE)):
            batch = draw_batch(SEED, number, _AT_ONCE, varied=True, noise=noise)
            halved = torch.nn.functional.avg_pool2d(maker(batch.series).float(), 2)
            pictures.append(halved.round().to(torch.uint8).numpy())
            labels.append(batch.labels.numpy())
        np.savez(file, pictures=np.concatenate(pictures)[:count], labels=np.concatenate(labels)[:count])
    with np.load(file) as pool:
        pictures = torch.from_numpy(pool["pictures"])
        smaller = [torch.nn.functional.avg_pool2d(part.float(), 2).round().byte() for part in pictures.split(_AT_ONCE)]
        return torch.cat(smaller).numpy(), pool["labels"]


def trained(arm: Arm, seed: int, pool: tuple[np.ndarray, np.ndarray], options: argparse.Namespace) -> tuple[Any, int]:
    """Return the network after ``options.minutes`` of this process's own time, and the steps that it took."""
    import torch

    from core.embed.training_model import TrainedBackbone
    from core.simulate.waveforms import CLASSES

    torch.manual_seed(seed)
    model = TrainedBackbone(len(CLASSES)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch types none
    optimizer = torch.optim.AdamW(model.parameters(), lr=_RATE, weight_decay=0.05)
    generator = torch.Generator().manual_seed(seed)
    model.train()
    began, steps = time.process_time(), 0
    for rows in _order(len(pool[1]), seed, _BATCH // 2 if arm.pairs else _BATCH):
        fraction = (time.process_time() - began) / (options.minutes * 60)
        if fraction >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = _RATE * one_cycle(fraction)
        looks = np.concatenate([rows, rows]) if arm.pairs else rows
        pictures, labels = torch.from_numpy(pool[0][looks]), torch.from_numpy(pool[1][looks])
        loss = _loss(model, arm, pictures, labels, generator)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        steps += 1
    return model.backbone.eval(), steps


def _loss(
    model: TrainedBackbone, arm: Arm, tenths: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
) -> torch.Tensor:
    import torch

    from core.embed.picture_changes import changed_pictures
    from core.embed.training_model import profiles, supervised_contrast, training_loss, views_left

    pictures = changed_pictures(tenths, generator)
    quick = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    with torch.autocast(device_type="cpu", dtype=torch.bfloat16, enabled=quick):
        outputs = model(pictures, views_left(len(labels), generator, share=_FEWER_VIEWS))
    loss = training_loss(outputs, labels, profiles(pictures), arm.weights)
    if arm.pairs:
        # With a number a glitch in place of a class, the only friend of a look is the other look.
        own = torch.arange(len(labels) // 2).repeat(2)
        loss = loss + arm.pairs * supervised_contrast(outputs["vectors"], own)
    return loss


def _order(count: int, seed: int, size: int) -> Iterator[np.ndarray]:
    """Rows of the pool without end, in an order that the seed alone decides, ``size`` at a time."""
    rng = np.random.default_rng(seed)
    waiting = np.zeros(0, int)
    while True:
        while len(waiting) < size:
            waiting = np.concatenate([waiting, rng.permutation(count)])
        yield waiting[:size]
        waiting = waiting[size:]


def rights(network: Any, asked: Asked) -> dict[str, np.ndarray]:
    """Return for each measure which glitches were named rightly, bool."""
    import torch
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import NearestNeighbors

    def runner(pictures: np.ndarray) -> np.ndarray:
        # The usual runner is made for pictures of the usual size.
        with torch.inference_mode():
            return network(torch.from_numpy(pictures)[:, None].float().div_(255)).numpy()

    known = embed_glitches(asked.known, runner, size=SIZE, batch=64)
    labels = asked.known.labels
    search = NearestNeighbors(n_neighbors=NEAREST, metric="cosine").fit(known)

    def by_nearest(vectors: np.ndarray) -> np.ndarray:
        votes = [labels[row].tolist() for row in search.kneighbors(vectors, return_distance=False)]
        return np.array([max(row, key=row.count) for row in votes], dtype=object)

    held_out = embed_glitches(asked.held_out, runner, size=SIZE, batch=64)
    probe = LogisticRegression(C=10.0, max_iter=2000).fit(known, labels.astype(str))
    found = {
        "plain near": knn_labels(known, labels, k=NEAREST) == labels,
        "held out near": by_nearest(held_out) == asked.held_out.labels,
        "held out probe": probe.predict(held_out) == asked.held_out.labels,
    }
    for name, glitches in asked.real.items():
        vectors = embed_glitches(glitches, runner, size=SIZE, batch=64)
        found[f"{name} near"] = by_nearest(vectors) == glitches.labels
    return found


def table(runs: dict[tuple[str, int], dict[str, Any]], columns: Sequence[str]) -> list[str]:
    """Return the lines of a table: an arm a row, the mean of its seeds, and what differs from ``shipped``."""
    lines = []
    arms = [arm for arm in ARMS if any(name == arm for name, _ in runs)]
    for arm in arms:
        seeds = [seed for name, seed in runs if name == arm and ("shipped", seed) in runs]
        cells = []
        for column in columns:
            right = np.array([runs[arm, seed]["right"][column] for seed in seeds], float)
            low, high = wilson_interval(round(right.mean() * right.shape[1]), right.shape[1])
            cell = f"{right.mean():.3f} ({low:.2f} to {high:.2f})"
            if arm != "shipped":
                base = np.array([runs["shipped", seed]["right"][column] for seed in seeds], float)
                change = paired_change(base.mean(0), right.mean(0), np.arange(right.shape[1]))
                cell += f" {100 * change.difference:+5.1f} ({100 * change.low:+.1f} to {100 * change.high:+.1f})"
            cells.append(f"{cell:42}")
        steps = ", ".join(str(runs[arm, seed]["steps"]) for seed in seeds)
        lines.append(f"  {arm:13} " + " ".join(cells) + f" steps {steps}")
    return lines


def _all_runs(options: argparse.Namespace, asked: Asked) -> dict[tuple[str, int], dict[str, Any]]:
    pool = drawn_pool(options.pool, options.kept, options.strain)
    print(f"pool of {len(pool[1])} drawn", flush=True)
    runs = {}
    for seed in options.seeds:
        for arm in options.arms:
            file = options.kept / f"{arm.replace(' ', '_')}_{seed}_{options.minutes:g}_{options.pool}.json"
            if not file.exists():
                network, steps = trained(arm_named(arm), seed, pool, options)
                found = {name: [int(right) for right in rights_] for name, rights_ in rights(network, asked).items()}
                file.write_text(json.dumps({"steps": steps, "right": found}))
            runs[arm, seed] = json.loads(file.read_text())
            # Real pictures are not looked at before all have ended.
            means = ", ".join(f"{name} {np.mean(runs[arm, seed]['right'][name]):.3f}" for name in COLUMNS)
            print(f"{arm}, seed {seed}: {runs[arm, seed]['steps']} steps, {means}", flush=True)
    return runs


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1.0, help="processor minutes of one core a run")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--arms", nargs="+", default=list(ARMS), choices=ARMS)
    parser.add_argument("--pool", type=int, default=8800, help="glitches drawn, the same for all arms")
    parser.add_argument("--asked", type=int, default=440, help="simulated glitches a set to measure on")
    parser.add_argument("--kept", type=Path, default=Path("/tmp/losses"))
    parser.add_argument("--strain", type=Path, default=Path("../shared/real/strain"))
    parser.add_argument("--real", type=Path)
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args(arguments)
    import torch

    from core.simulate.waveforms import CLASSES

    torch.set_num_threads(1)
    options.kept.mkdir(parents=True, exist_ok=True)
    head = [when_and_where(), f"python -m benchmarks.losses {' '.join(sys.argv[1:])}"]
    print("\n".join(head), flush=True)
    real = {}
    if options.real is not None:
        real = {
            "training set": real_glitches(options.real / "training_set"),
            "example sheets": sheet_glitches(options.real / "golden", classes=CLASSES),
        }
    known = simulated_glitches(options.asked, seed=SEED + 1)
    asked = Asked(known, held_out_glitches(options.asked, seed=SEED + 2), real)
    runs = _all_runs(options, asked)
    lines = [
        *head,
        f"{options.minutes:g} processor minutes of one core a run, {options.pool} glitches in the pool, "
        f"pictures of {SIZE[0]} x {SIZE[1]}; {options.asked} simulated glitches a set",
        "  share named rightly, mean of the seeds (95 %, Wilson, by glitch); points from shipped (95 %, paired)",
        "  " + " " * 13 + " ".join(f"{column:42}" for column in COLUMNS),
        *table(runs, COLUMNS),
    ]
    if real:
        columns = [f"{name} near" for name in real]
        lines += ["real, looked at after all had ended", "  " + " " * 13 + " ".join(f"{name:42}" for name in columns)]
        lines += table(runs, columns)
    print("\n".join(lines[2:]), flush=True)
    if not options.dry:
        RESULT.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
