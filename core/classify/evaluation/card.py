"""A model card of a training run, in Markdown: what it is for, what it learnt from, how good it is, where it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.classify.evaluation.comparison import TABLE_MEASURES, describe, in_per_cent
from core.classify.evaluation.evaluate import Evaluation
from core.classify.evaluation.rare import rare_labels, rare_sentence
from core.classify.evaluation.views import GOOD_F1, accuracy_sentence, confused_pairs, counts_pictures, overall_table
from core.classify.training.labels import labels_learnt
from core.classify.training.runs import Run
from core.errors import GlitchAuditError
from core.files import whole_file
from core.typed_paths import typed_path

_PAIRS = 5
_FEW = 10


@dataclass(frozen=True)
class OtherPictures:
    """How often the run's classifier is right on pictures from elsewhere, which it learnt nothing from.

    ``name`` says what they are; ``right`` of ``glitches`` are named rightly, with a 95 % interval ``low`` to ``high``;
    ``remark`` is what else to know.
    """

    name: str
    glitches: int
    right: int
    low: float
    high: float
    remark: str = ""


def model_card(
    run: Run, evaluation: Evaluation, *, data: str = "", simulated: bool = False, others: Sequence[OtherPictures] = ()
) -> str:
    """Return the card.

    ``data`` names the data set; ``simulated`` whether its glitches are, which then is said wherever it counts;
    ``others`` come first, as pictures from elsewhere say more about new ones than the data set's own.
    """
    parts = [
        f"# {_plain(run.name)}",
        _what(run),
        _elsewhere(others, simulated=simulated),
        _data(run, data, simulated=simulated),
        _figures(run, evaluation),
        _by_label(evaluation),
        _limits(run, evaluation, simulated=simulated, others=others),
        _about(run),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def write_card(
    run: Run,
    evaluation: Evaluation,
    out: Path,
    *,
    data: str = "",
    simulated: bool = False,
    others: Sequence[OtherPictures] = (),
) -> Path:
    """Write :func:`model_card` to the file ``out``, whole or not at all, and return its path.

    Raises GlitchAuditError where it cannot be written.
    """
    out = typed_path(out)
    try:
        with whole_file(out) as temporary:
            temporary.write_text(
                model_card(run, evaluation, data=data, simulated=simulated, others=others), encoding="utf-8"
            )
    except OSError as error:
        raise GlitchAuditError(
            f"The model card cannot be written to {out} ({error.strerror or error}): give another file."
        ) from error
    return out


def _what(run: Run) -> str:
    names = ", ".join(_plain(label) for label in run.labels)
    reads = (
        "one picture at a time; a glitch's pictures are then averaged"
        if run.params.unit == "picture"
        else f"{len(run.params.views)} view{'' if len(run.params.views) == 1 else 's'} of a glitch together"
    )
    return (
        "## What it is for\n\n"
        f"It names glitches from their spectrograms, by one of {len(run.labels)} labels: {names}. It reads {reads}. It "
        "is meant to propose labels to people who look, not to decide alone, and not to veto data."
    )


def _elsewhere(others: Sequence[OtherPictures], *, simulated: bool) -> str:
    heading = "## On pictures from elsewhere"
    if not others:
        lack = "no real picture" if simulated else "no picture from elsewhere"
        return f"{heading}\n\nIt was tried on {lack}: how good it is there is unknown."
    rows = [
        [
            _plain(other.name),
            f"{other.glitches:,}",
            in_per_cent(other.right / other.glitches, other.low, other.high) if other.glitches else "",
            _plain(other.remark),
        ]
        for other in others
    ]
    return f"{heading}\n\n" + _table(["pictures", "glitches", "named rightly, %", "remark"], rows)


def _data(run: Run, data: str, *, simulated: bool) -> str:
    samples = (run.counts or {}).get("samples", {})
    told = [f"{samples.get(part, 0):,} {what}" for part, what in _PARTS]
    split = (
        "The data set's own parts were kept."
        if run.splits_honoured
        else run.split_note or run.leak or "The parts were dealt out at random, by glitch, every label alike."
    )
    lines = [
        f"{_plain(data) or 'A data set'} (fingerprint `{run.dataset_fingerprint}`): {', '.join(told)}.",
        "**All of its glitches are simulated.**" if simulated else "",
        _plain(split),
        _plain(labels_learnt(run) or ""),
    ]
    return "## What it learnt from\n\n" + " ".join(line for line in lines if line)


_PARTS = (("train", "glitches to learn from"), ("validation", "to say when to stop"), ("test", "kept back to judge it"))


def _figures(run: Run, evaluation: Evaluation) -> str:
    table = overall_table(evaluation.overall, by_sample=counts_pictures(evaluation))
    shares = set(TABLE_MEASURES)
    rows = [
        [
            row["title"],
            in_per_cent(row["value"], row["low"], row["high"])
            if name in shares
            else f"{row['value']:.3f}" + ("" if pd.isna(row["low"]) else f" ({row['low']:.3f} to {row['high']:.3f})"),
        ]
        for name, row in table.iterrows()
    ]
    rare = _plain(rare_sentence(rare_labels(run, evaluation), labels=len(run.labels)))
    return (
        f"## How good it is\n\n{accuracy_sentence(evaluation)} {rare}\n\n"
        + _table(["measure", "% where a share, with 95 % interval by glitch"], rows)
        + "".join(f"\n\n> {_plain(remark)}" for remark in evaluation.remarks)
    )


def _by_label(evaluation: Evaluation) -> str:
    known = evaluation.by_label[evaluation.by_label["n"] > 0].sort_values("f1", ascending=False, kind="stable")
    rows = [
        [_plain(label), f"{row['n']:,.0f}", *(_share(row[name]) for name in ("precision", "recall")), _f1(row)]
        for label, row in known.iterrows()
    ]
    learnt = int((known["f1"] >= GOOD_F1).sum())
    pairs = confused_pairs(evaluation.confusion).head(_PAIRS)
    confused = "; ".join(
        f"{_plain(pair.label)} named {_plain(pair.predicted)} {pair.n:,} times ({pair.share:.0%})"
        for pair in pairs.itertuples()
    )
    return (
        f"### By label\n\n{learnt} of {len(known)} labels reach an F1 of {GOOD_F1}.\n\n"
        + _table(["label", "held out", "precision", "recall", "F1"], rows)
        + (f"\n\nMost confused: {confused}." if confused else "")
    )


def _limits(run: Run, evaluation: Evaluation, *, simulated: bool, others: Sequence[OtherPictures]) -> str:
    counts = evaluation.by_label["n"]
    few = [_plain(label) for label, n in counts.items() if 0 < n < _FEW]
    lines = [
        "It names every picture by one of its labels, also what is none of them: look at how unlike it says a glitch "
        "is before you believe a name.",
        "Other detectors, other observing runs and pictures drawn otherwise are not what it learnt from.",
    ]
    if simulated:
        lines.insert(
            0,
            "It learnt from simulated glitches only. The figures under “How good it is” are of simulated glitches too, "
            "and flatter it: the figures on real pictures, where there are any, are the ones to go by.",
        )
    if few:
        lines.append(f"Fewer than {_FEW} held-out glitches stand behind the figures of {', '.join(few)}.")
    if run.params.split_by != "time":
        lines.append("It was not judged in time: on later glitches than those that it learnt from it may be worse.")
    if others and min(other.glitches for other in others) < 100:
        lines.append("The pictures from elsewhere are few: mind their intervals.")
    return "## Limits\n\n" + "\n".join(f"- {line}" for line in lines)


def _about(run: Run) -> str:
    hours = f"{run.seconds / 3600:.2f} hours of training on {_plain(run.device)}" if run.seconds else "no training time"
    params = run.params
    return (
        "## How it was made\n\n"
        f"{describe(params)}; {run.parameters:,} numbers; {params.optimizer}, learning rate {params.learning_rate:g}, "
        f"batches of {params.batch}, rare labels: {params.balance}; {run.epochs_done} epochs, the best one "
        f"{run.best_epoch}; seed {params.seed}; {hours}. Started {run.started or 'at an unknown time'}; run "
        f"`{run.fingerprint}`."
    )


def _f1(row: pd.Series) -> str:
    between = "" if pd.isna(row["f1_low"]) else f" ({row['f1_low']:.2f} to {row['f1_high']:.2f})"
    return _share(row["f1"]) + between


def _share(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.2f}"


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _plain(text: object) -> str:
    """Text that others wrote, on one line, without what Markdown or HTML would read in it."""
    words = " ".join(str(text).split())
    for mark in "\\`*[]<>|#":
        words = words.replace(mark, f"\\{mark}")
    return words
