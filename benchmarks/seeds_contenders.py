"""What benchmarks/seeds_table.py trains: the contenders, how long each may take, and the corpus that all learn from."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks.training_time import epoch_seconds, shared_out
from core.classify.params import TrainParams
from core.classify.training.runs import load_run
from core.dataset import Dataset, open_dataset
from core.errors import GlitchAuditError
from core.files import whole_file
from core.progress import ignore_progress

SEED = 15_040_001
SPLITS = {"at-random": "glitch", "in-time": "time"}
MOST_EPOCHS = 60
TINY = (35, 42)

_COMMON = TrainParams(
    size=(48, 58),
    batch=32,
    epochs=MOST_EPOCHS,
    patience=6,
    plateau_patience=2,
    test_share=0.25,
    validation_share=0.15,
    device="cpu",
)
_SMALL = replace(_COMMON, architecture="small")
_TINY = replace(_SMALL, size=TINY)

CONTENDERS: dict[str, TrainParams] = {
    "small": _SMALL,
    "small-tiny": _TINY,
    "small-tiny-class-weights": replace(_TINY, balance="class weights"),
    "small-tiny-no-augmentation": replace(_TINY, time_shift=0.0, gain=0.0),
    "small-tiny-rmsprop": replace(_TINY, optimizer="rmsprop"),
    "small-tiny-single-pictures": replace(_TINY, unit="picture", batch=128),
    # The backbone learnt from pictures of this size.
    "resnet18-backbone": replace(
        _COMMON, architecture="resnet18", weights="glitch", tune="last stages", size=(140, 170), learning_rate=3e-4
    ),
    "resnet18": replace(_COMMON, architecture="resnet18"),
    "xception": replace(_COMMON, architecture="xception", size=TINY),
    "resnet50v2": replace(_COMMON, architecture="resnet50v2", size=TINY),
    "resnet50": replace(_COMMON, architecture="resnet50", size=TINY),
    "vgg16": replace(_COMMON, architecture="vgg16", size=TINY, learning_rate=1e-4),
}
"""From nothing unless "backbone", which starts from the project's weights; four views joined but for single pictures.

Pictures are 48 x 58, tiny ones and those of the deep networks 35 x 42: at 140 x 170 an epoch of VGG16 would take 20
minutes of one core. How much that costs is told by the small CNN, which is trained with both.
"""

# Epochs until the validation loss has not fallen for `patience`: a guess for the plan, which nothing else hangs on.
EPOCHS_NEEDED = {"glitch": 10, "small": 36, "other": 24}

COMPARISONS = (
    ("class weights", "small-tiny-class-weights", "small-tiny"),
    ("augmentation", "small-tiny", "small-tiny-no-augmentation"),
    ("RMSprop instead of AdamW", "small-tiny-rmsprop", "small-tiny"),
    ("four views joined instead of single pictures averaged", "small-tiny", "small-tiny-single-pictures"),
    ("pictures of 48 x 58 instead of 35 x 42", "small", "small-tiny"),
    ("our backbone at 140 x 170 instead of nothing at 48 x 58", "resnet18-backbone", "resnet18"),
)
"""What pays: a name, the contender with it, the one without."""


@dataclass(frozen=True)
class Planned:
    """A contender on one split: what an epoch takes, what it needs to stop by itself, what it gets."""

    name: str
    split: str
    epoch_seconds: float
    needed_minutes: float
    minutes: float
    epochs: int

    @property
    def cut(self) -> bool:
        """Whether it gets less than it probably needs."""
        return self.minutes < self.needed_minutes - 1e-6


def contender_params(name: str, split: str, *, smoke: bool) -> TrainParams:
    """Return what a contender is trained with on a split ("at-random" or "in-time")."""
    params = replace(CONTENDERS[name], split_by=SPLITS[split])
    return replace(params, size=(32, 40), batch=16, epochs=2) if smoke else params


def corpus(folder: Path, glitches: int) -> Dataset:
    """Half a year of simulated glitches in the training set's shares, drawn once, without a split of its own."""
    from core.simulate.corpus import draw_pictures, picture_rows, write_rows
    from core.simulate.months import months

    path = folder / f"months-{SEED}-{glitches}.parquet"
    if not path.exists():
        print(f"drawing {glitches:,} glitches", file=sys.stderr, flush=True)
        drawn = draw_pictures(months(glitches, seed=SEED), total=glitches, on_progress=ignore_progress)
        rows = (row for sample, views in drawn for row in picture_rows(sample, views))
        write_rows(path, rows, notes={"made_by": "benchmarks/seeds_table.py", "seed": SEED, "shares": "training set"})
    dataset = open_dataset(path)
    return replace(dataset, samples=dataset.samples.drop(columns=["split"], errors="ignore"))


def plan(
    dataset: Dataset, folder: Path, names: Sequence[str], *, total: float, each: float, smoke: bool
) -> list[Planned]:
    """Return what is trained for how long, in the order in which it is.

    ``total`` minutes of one core are shared out: who needs less than the level gets what he needs. ``each`` is the most
    that one gets, 0 for no such limit. The seconds of an epoch are measured once a contender. What was begun keeps its
    epochs (:func:`begin`), so that a resumed run does the same, whatever ``total`` is by then; what is done counts with
    what it took, so that what stopped early leaves its minutes to the others.
    """
    begun = {key: one for key in _keys(names) if (one := _begun(folder, *key)) is not None}
    seconds = _seconds(
        dataset, folder, [name for name in names if any((name, to) not in begun for to in SPLITS)], smoke
    )
    needs = {
        (name, split): min(MOST_EPOCHS, _epochs_needed(contender_params(name, split, smoke=smoke))) * seconds[name] / 60
        for name, split in _keys(names)
        if (name, split) not in begun
    }
    left = max(0.0, total - sum(_spent(folder, one) for one in begun.values()))
    given = shared_out({" ".join(key): need for key, need in needs.items()}, left)
    planned = dict(begun)
    for (name, split), need in needs.items():
        minutes = given[f"{name} {split}"]
        minutes = min(minutes, each) if each else minutes
        limit = contender_params(name, split, smoke=smoke).epochs
        # Who gets what he probably needs may go on for as long as it takes: early stopping ends it.
        epochs = limit if minutes >= need - 1e-6 else max(1, min(limit, int(60 * minutes / seconds[name])))
        planned[name, split] = Planned(name, split, seconds[name], need, minutes, epochs)
    return [planned[key] for key in _keys(names)]


def begin(one: Planned, folder: Path) -> None:
    """Write down what a contender gets, before it is trained."""
    path = _plan_file(folder, one.name, one.split)
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as temporary:
        temporary.write_text(json.dumps(asdict(one)), encoding="utf-8")


def _spent(folder: Path, one: Planned) -> float:
    """Minutes of one core that a contender took, or is expected to take while it is not done."""
    try:
        run = load_run(folder / "runs" / f"{one.name}-{one.split}")
    except GlitchAuditError:
        return one.minutes
    return run.epochs_done * one.epoch_seconds / 60 if run.state == "done" else one.minutes


def _keys(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, split) for name in names for split in SPLITS]


def _begun(folder: Path, name: str, split: str) -> Planned | None:
    path = _plan_file(folder, name, split)
    return Planned(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def _plan_file(folder: Path, name: str, split: str) -> Path:
    return folder / "plans" / f"{name}-{split}.json"


def _seconds(dataset: Dataset, folder: Path, names: Sequence[str], smoke: bool) -> dict[str, float]:
    """The processor seconds of an epoch of each contender, measured where they are not known yet."""
    path = folder / "epoch_seconds.json"
    known: dict[str, float] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name in names:
        if name in known:
            continue
        params = contender_params(name, "at-random", smoke=smoke)
        known[name] = epoch_seconds(dataset, params, folder / "runs" / f"probe-{name}", steps=3 if smoke else 6)
        print(f"{name}: {known[name]:.0f} s an epoch", file=sys.stderr, flush=True)
        with whole_file(path) as temporary:
            temporary.write_text(json.dumps(known, indent=1), encoding="utf-8")
    return known


def _epochs_needed(params: TrainParams) -> int:
    kind = params.weights if params.weights in EPOCHS_NEEDED else params.architecture
    return EPOCHS_NEEDED.get(kind, EPOCHS_NEEDED["other"])


def plan_lines(planned: Sequence[Planned]) -> list[str]:
    """The plan as lines to print."""
    lines = ["plan, minutes of one core:"]
    for one in planned:
        how = f"cut at {one.epochs} epochs" if one.cut else "until it stops by itself"
        lines.append(
            f"  {one.name:32} {one.split:9} {one.epoch_seconds:6.0f} s an epoch, needs {one.needed_minutes:5.1f}, "
            f"gets {one.minutes:5.1f}: {how}"
        )
    lines.append(f"  in all {sum(one.minutes for one in planned) / 60:.1f} hours of one core")
    return lines
