"""The lines and figures of benchmarks/seeds_table.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.seeds_contenders import COMPARISONS, SPLITS, Planned
from core.classify.evaluation.card import OtherPictures
from core.classify.evaluation.comparison import comparison_table, describe, in_per_cent, paired_difference
from core.classify.evaluation.evaluate import MEASURES, Evaluation, sample_table
from core.classify.evaluation.rare import rare_labels
from core.classify.evaluation.views import GOOD_F1, counts_pictures, random_rows
from core.classify.training.runs import Run
from core.dataset import Dataset, taxonomy_for
from core.dataset.pictures import decode
from core.evidence.figures.classifier import confusion_figure, f1_figure, named_pictures, pictures_of

_SHOWN = ("accuracy", "precision_weighted", "precision_macro", "recall_macro", "f1_macro")
_HEADS = {"at-random": "Split at random, by glitch", "in-time": "Split in time, with a gap"}
_PUBLISHED_IN_TIME = (
    "published beside it: a ViT-B/16 on real glitches of O3, 23 classes, split in time with a gap of 60 s: accuracy "
    "93.4, macro-F1 72.3, rare classes 24.1 %"
)


@dataclass(frozen=True)
class Finished:
    """A contender that is trained, measured and was shown the real pictures."""

    planned: Planned
    run: Run
    evaluation: Evaluation
    real: tuple[OtherPictures, ...]


def measure_of(evaluation: Evaluation, measure: str) -> tuple[float, float, float]:
    """A measure with its interval, by sample whatever the run's unit."""
    name = f"{measure}_by_sample" if counts_pictures(evaluation) else measure
    value, low, high = evaluation.overall.loc[name, ["value", "low", "high"]]
    return float(value), float(low), float(high)


def best_of(finished: Sequence[Finished]) -> Finished:
    """The run with the highest macro-F1 in time, or at random as long as none in time is finished."""
    in_time = [one for one in finished if one.planned.split == "in-time"] or list(finished)
    return max(in_time, key=lambda one: measure_of(one.evaluation, "f1_macro")[0])


def report(finished: Sequence[Finished], *, planned: Sequence[Planned]) -> list[str]:
    """All tables of the contenders that are finished, and which are not."""
    lines = []
    for split in SPLITS:
        part = [one for one in finished if one.planned.split == split]
        if part:
            lines += ["", _HEADS[split], *_table(part, split)]
    lines += ["", "What pays, paired by glitch", *_comparisons(finished)]
    lines += ["", *_real(finished)]
    missing = len(planned) - len(finished)
    if missing:
        lines += ["", f"Not finished: {missing} of {len(planned)}."]
    return lines


def _table(part: Sequence[Finished], split: str) -> list[str]:
    table = comparison_table([(one.run, one.evaluation) for one in part])
    # What was published for pictures dealt at random says nothing about time.
    table = table if split == "at-random" else table.iloc[: len(part)]
    published = table.iloc[len(part) :]
    shown = table[list(_SHOWN)].rename(columns=lambda name: name.replace("_", " "))
    rare = [rare_labels(one.run, one.evaluation) for one in part]
    shown["f1 of the rare"] = [*(in_per_cent(one.f1, one.low, one.high) for one in rare), *[""] * len(published)]
    shown["hours"] = [f"{hours:.2f}" if pd.notna(hours) else "" for hours in table["hours"]]
    shown["million parameters"] = [f"{count / 1e6:.1f}" if pd.notna(count) else "" for count in table["parameters"]]
    lines = _text(shown)
    first = rare[0]
    run = part[0].run
    samples = run.counts.get("samples", {})
    lines.append(
        f"  {samples.get('train', 0):,} glitches learnt from, {samples.get('validation', 0):,} validate, "
        f"{samples.get('test', 0):,} tested; rare: the rarest third, at most {first.most} glitches each in all parts, "
        f"{first.tested} tested: {', '.join(first.labels)}"
    )
    if run.split_note:
        lines += [f"  {run.split_note}", f"  {_PUBLISHED_IN_TIME}"]
    lines += [f"  {name}: {row['about']}; {row['remark']}" for name, row in published.iterrows()]
    lines += [_about(one) for one in part]
    lines += ["", f"{_HEADS[split]}: all 13 measures, with 95 % intervals by glitch"]
    every = pd.DataFrame(
        {one.run.name: [_measure_text(one.evaluation, measure) for measure in MEASURES] for one in part},
        index=[measure.replace("_", " ") for measure in MEASURES],
    )
    return [*lines, *_text(every.T)]


def _about(one: Finished) -> str:
    params, run, evaluation = one.run.params, one.run, one.evaluation
    extras = [params.optimizer, params.balance if params.balance != "none" else ""]
    extras.append("no augmentation" if params.time_shift == params.gain == 0 else "")
    ended = "stopped by itself"
    if run.epochs_done >= params.epochs:
        ended = "cut when its minutes were over" if one.planned.cut else "went on to the last epoch"
    known = evaluation.by_label[evaluation.by_label["n"] > 0]
    return (
        f"  {run.name}: {describe(params)}, {', '.join(extra for extra in extras if extra)}; {run.epochs_done} epochs, "
        f"best {run.best_epoch}, {ended}; F1 at least {GOOD_F1} for {int((known['f1'] >= GOOD_F1).sum())} of "
        f"{len(known)} labels"
    )


def _comparisons(finished: Sequence[Finished]) -> list[str]:
    by_key = {(one.planned.name, one.planned.split): one for one in finished}
    lines = []
    for what, with_it, without in COMPARISONS:
        for split in SPLITS:
            first, second = by_key.get((with_it, split)), by_key.get((without, split))
            if first is None or second is None:
                continue
            told = []
            for measure in ("accuracy", "f1_macro"):
                gap = paired_difference(first.evaluation, second.evaluation, measure=measure)
                told.append(
                    f"{measure.replace('_', ' ')} {100 * gap.difference:+.1f} points ({100 * gap.low:+.1f} to "
                    f"{100 * gap.high:+.1f})"
                )
            lines.append(f"  {what}, {split}: {', '.join(told)}")
    return lines or ["  nothing to compare yet"]


def _real(finished: Sequence[Finished]) -> list[str]:
    if not any(one.real for one in finished):
        return ["On real glitches: skipped, for ../shared/real is not here"]
    rows = {
        one.run.name: {
            f"{other.name} ({other.glitches})": in_per_cent(other.right / other.glitches, other.low, other.high)
            for other in one.real
        }
        for one in finished
    }
    remarks = {f"  {other.name}: {other.remark.split(';')[0]}" for one in finished for other in one.real}
    heading = "On real glitches, which none of them learnt from: named rightly, %, with 95 % intervals (Wilson)"
    return [heading, *_text(pd.DataFrame(rows).T), *sorted(remarks)]


def _measure_text(evaluation: Evaluation, measure: str) -> str:
    value, low, high = measure_of(evaluation, measure)
    if measure.startswith("expected") or measure == "brier":
        return f"{value:.3f} ({low:.3f} to {high:.3f})"
    return in_per_cent(value, low, high)


def _text(table: pd.DataFrame) -> list[str]:
    return table.rename_axis("run").reset_index().to_string(index=False).splitlines()


def draw_figures(one: Finished, dataset: Dataset, folder: Path) -> None:
    """Write the confusion matrix, the F1 bars and three random pictures of a run as PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    evaluation = one.evaluation
    caption = f"{one.run.name}: {describe(one.run.params)}; {evaluation.samples:,} held-out simulated glitches."
    rows = random_rows(sample_table(evaluation), seed=1)
    figures = (
        confusion_figure(evaluation.confusion, title="What is named what", caption=caption),
        f1_figure(
            evaluation.by_label, taxonomy_for(one.run.labels), good=GOOD_F1, title="F1 by label", caption=caption
        ),
        named_pictures(
            pictures_of(rows, _energies(dataset, rows["sample_id"])),
            title="Three held-out glitches at random",
            caption=caption,
        ),
    )
    for figure in figures:
        if figure is not None:
            (folder / f"{figure.name}.png").write_bytes(figure.png)


def _energies(dataset: Dataset, sample_ids: Sequence[str]) -> dict[str, np.ndarray]:
    pictures = dataset.pictures[(dataset.pictures["view"] == "1.0")].set_index("sample_id")["location"]
    return {
        str(name): decode(dataset.store.read(pictures[name]), where=str(name)).energy
        for name in sample_ids
        if name in pictures
    }
