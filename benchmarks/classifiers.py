"""Several architectures trained on one simulated corpus and judged on a second one, in the published table.

    python -m benchmarks.classifiers [--minutes 3.5] [--contenders small resnet18 ...] [--folder FOLDER]

Corpus: 880 glitches of 22 classes in equal shares to learn from (15 % of them validate) and 440 of another seed, given
as the data set's own test split; four views each, so 5,280 pictures. Each contender gets the same minutes: a few steps
tell how long an epoch takes, and as many epochs are trained as fit. That is a small fraction of what a serious training
would get, so the table says what can be had for these minutes, not what an architecture can reach. "resnet18 from
glitch" starts from this project's weights, which come from many more simulated glitches of the same simulator (other
seeds); the others start from nothing. Figures count glitches, with 95 % intervals by glitch. Hours are of training
alone.

A run that was killed goes on where it stood when the same command is given again: corpus, plan and runs stay in the
folder. Each result is added to benchmarks/results/classifiers.txt.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.machine import when_and_where
from core.classify.evaluation.comparison import comparison_table, describe, paired_difference
from core.classify.evaluation.evaluate import Evaluation, evaluate_run, load_evaluation
from core.classify.params import TrainParams
from core.classify.training.runs import Run
from core.dataset import Dataset, open_dataset
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.progress import Progress

RESULT = Path(__file__).parent / "results" / "classifiers.txt"
LEARN_SEED, TEST_SEED = 5_000_011, 6_000_013
PROBE_STEPS = 8
MOST_EPOCHS = 40

# In so few epochs the number of steps counts, hence small batches.
_COMMON = TrainParams(size=(70, 85), batch=16)
CONTENDERS = {
    "small": replace(_COMMON, architecture="small"),
    "resnet18": _COMMON,
    "resnet18-glitch": replace(
        _COMMON, weights="glitch", tune="last stages", size=TrainParams().size, learning_rate=3e-4
    ),
    # Without BatchNorm VGG16 needs small steps; at 70 x 85 it would not finish two epochs.
    "vgg16": replace(_COMMON, architecture="vgg16", size=(48, 58), learning_rate=1e-4),
    "xception": replace(_COMMON, architecture="xception"),
    "resnet50": replace(_COMMON, architecture="resnet50"),
    "resnet50v2": replace(_COMMON, architecture="resnet50v2"),
}
DEFAULT = ("small", "resnet18", "resnet18-glitch", "vgg16")

SHOWN = ("accuracy", "precision_weighted", "precision_macro", "recall_macro", "f1_macro")


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    lines = _heading(options)
    print("\n".join(lines), flush=True)
    dataset = corpus(options.folder, learn=options.learn, test=options.test)
    evaluated = []
    for name in options.contenders:
        params = replace(CONTENDERS[name], mixed_precision=options.mixed_precision, device=options.device)
        if options.size:
            params = replace(params, size=tuple(options.size))
        try:
            # Other choices make other runs, also where only the minutes differ.
            runs = options.folder / f"runs-{fingerprint(dataset.fingerprint, params, options.minutes)}"
            evaluated.append(contender(dataset, params, runs / name, minutes=options.minutes))
        except GlitchAuditError as error:
            lines.append(f"{name}: {error}")
            print(lines[-1], flush=True)
    for line in report(evaluated):
        print(line, flush=True)
        lines.append(line)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("a", encoding="utf-8") as results:
        results.write("\n".join(lines) + "\n\n")


def corpus(folder: Path, *, learn: int, test: int) -> Dataset:
    """The corpus as one Parquet file, drawn unless it is there."""
    from core.simulate.corpus import write_rows

    path = folder / f"corpus-{learn}-{test}.parquet"
    if not path.exists():
        print(f"drawing {learn} + {test} glitches", file=sys.stderr, flush=True)
        write_rows(path, _rows(learn, test), notes={"made_by": "benchmarks/classifiers.py"})
    return open_dataset(path)


def _rows(learn: int, test: int) -> Iterator[dict[str, Any]]:
    from core.simulate.corpus import choose_labels, draw_pictures, picture_rows, simulate_sample

    for seed, count, part in ((LEARN_SEED, learn, "train"), (TEST_SEED, test, "test")):
        labels = choose_labels(count, seed=seed, shares="uniform")
        samples = (simulate_sample(label, seed=seed, index=index) for index, label in enumerate(labels))
        for sample, views in draw_pictures(samples, total=count):
            for row in picture_rows(sample, views):
                yield {**row, "sample_type": part}


def contender(dataset: Dataset, params: TrainParams, folder: Path, *, minutes: float) -> tuple[Run, Evaluation]:
    """One architecture trained for so many minutes, and its figures; what was done before is not done again."""
    from core.classify.training.train import train_run

    params = replace(params, epochs=_epochs(dataset, params, folder, minutes=minutes))
    print(f"{folder.name}: {params.epochs} epochs", file=sys.stderr, flush=True)
    run = train_run(dataset, params, folder, on_epoch=lambda row: print(f"  {row}", file=sys.stderr, flush=True))
    return run, load_evaluation(run) or evaluate_run(run)


def _epochs(dataset: Dataset, params: TrainParams, folder: Path, *, minutes: float) -> int:
    """As many epochs as fit, written down, so that a killed training is resumed with the same number."""
    plan = folder.parent / f"{folder.name}.json"
    if plan.exists():
        return int(json.loads(plan.read_text(encoding="utf-8"))["epochs"])
    seconds = _epoch_seconds(dataset, params, folder.parent / f"{folder.name}-probe")
    epochs = max(1, min(MOST_EPOCHS, int(60 * minutes / seconds)))
    plan.write_text(json.dumps({"epochs": epochs, "epoch_seconds": seconds, "minutes": minutes}), encoding="utf-8")
    return epochs


def _epoch_seconds(dataset: Dataset, params: TrainParams, folder: Path) -> float:
    """How long an epoch would take, from the first few steps."""
    from core.classify.training.train import train_run

    moments: list[tuple[float, int, int]] = []

    def note(progress: Progress) -> None:
        if progress.stage.startswith("Training"):
            moments.append((time.monotonic(), progress.done, progress.total))

    train_run(
        dataset,
        replace(params, epochs=1),
        folder,
        resume=False,
        report=note,
        stop=lambda: len(moments) >= PROBE_STEPS,
    )
    shutil.rmtree(folder, ignore_errors=True)
    # The first step also warms up. Validating costs no backward pass: a third of a step for a sixth of the glitches.
    (began, before, total), (ended, after, _) = moments[0], moments[-1]
    return 1.06 * total * (ended - began) / max(1, after - before) if len(moments) > 1 else 1.0


def report(evaluated: list[tuple[Run, Evaluation]]) -> list[str]:
    """The lines to print: the table, what else is known of each run, and how the runs differ."""
    table = comparison_table(evaluated)
    texts = table[list(SHOWN)].rename(columns=lambda name: name.replace("_", " "))
    texts["hours"] = [f"{hours:.3f}" if pd.notna(hours) else "" for hours in table["hours"]]
    texts["million parameters"] = [f"{count / 1e6:.1f}" if pd.notna(count) else "" for count in table["parameters"]]
    lines = texts.rename_axis("run").reset_index().to_string(index=False).splitlines()
    for name, row in table[table["remark"] != ""].iterrows():
        lines.append(f"  {name}: {row['about']}; {row['remark']}")
    for run, evaluation in evaluated:
        error = evaluation.overall["value"]
        learnt = int((evaluation.by_label["f1"] >= 0.85).sum())
        lines.append(
            f"  {run.name}: {describe(run.params)}, {run.epochs_done} epochs, best {run.best_epoch}, {run.device}; "
            f"{evaluation.samples} test glitches, F1 at least 0.85 for {learnt} of {len(evaluation.by_label)} labels; "
            f"calibration error {error['expected_calibration_error']:.3f}, "
            f"{error['expected_calibration_error_calibrated']:.3f} with temperature {evaluation.temperature:.2f}"
        )
    ranked = sorted(evaluated, key=lambda pair: -pair[1].overall.loc["accuracy", "value"])
    for run, evaluation in ranked[1:]:
        gap = paired_difference(ranked[0][1], evaluation)
        lines.append(
            f"  {ranked[0][0].name} minus {run.name}: accuracy {100 * gap.difference:+.1f} points "
            f"({100 * gap.low:+.1f} to {100 * gap.high:+.1f}), paired by glitch"
        )
    return lines


def _heading(options: argparse.Namespace) -> list[str]:
    return [
        when_and_where(),
        f"python -m benchmarks.classifiers {' '.join(sys.argv[1:])}".rstrip(),
        f"{options.learn} simulated glitches to learn from, {options.test} of another seed to test, 22 classes alike, "
        f"{options.minutes:g} minutes of training each, mixed precision {'on' if options.mixed_precision else 'off'}",
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contenders", nargs="+", choices=sorted(CONTENDERS), default=list(DEFAULT))
    parser.add_argument("--minutes", type=float, default=3.5, help="of training for each contender")
    parser.add_argument("--learn", type=int, default=880, help="glitches to learn from")
    parser.add_argument("--test", type=int, default=440, help="glitches to test")
    parser.add_argument("--size", type=int, nargs=2, metavar=("HEIGHT", "WIDTH"), help="of the pictures, for all")
    parser.add_argument("--mixed-precision", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--device", default="auto")
    folder = Path(tempfile.gettempdir()) / "glitch_audit_classifiers"
    parser.add_argument("--folder", type=Path, default=folder, help="keeps corpus and runs")
    parser.add_argument("--out", type=Path, default=RESULT)
    return parser


if __name__ == "__main__":
    main()
