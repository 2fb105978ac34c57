"""``python -m core classify``: name pictures, folders and ZIPs at the terminal, as a table, as JSON or as CSV."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from core.classify.naming.classifier import Classifier, as_sure_as_labels
from core.classify.naming.inputs import InputFile, SortedInput, as_one_glitch, files_at, likely_views, sort_out
from core.classify.naming.loading import load_classifier
from core.classify.naming.name_glitches import Answer, answer_table, name_glitches
from core.classify.naming.nearest import NeighbourSource, neighbours_in_embedding, neighbours_in_run
from core.classify.naming.own_labels import OwnConfidence
from core.classify.naming.words import confidence_words
from core.classify.training.runs import load_run, run_folder
from core.dataset.kind import GLITCHES, PICTURES
from core.dataset.model import Problem
from core.dataset.wording import GLITCH_WORDS, Wording, wording
from core.embed.backbones import OFFLINE_DEFAULT
from core.errors import GlitchAuditError
from core.pipeline.naming_pictures import prepared_classifier
from core.pipeline.own_confidence import own_confidence_of
from core.pipeline.snapshot import read_snapshot
from core.pipeline.stages import Prepared, load_prepared
from core.typed_paths import typed_path
from core.workspace import Workspace, demo_workspace, workspace_for

_NAME_WIDTH, _LABEL_WIDTH = 28, 22


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``classify``."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="pictures, folders and ZIP archives")
    parser.add_argument(
        "--data", type=Path, metavar="SOURCE", help="show the nearest samples of this data set (default: the demo)"
    )
    parser.add_argument(
        "--run",
        default="",
        dest="run_named",
        metavar="RUN",
        help="a training, by its folder or, with --data, its name (default: the shipped classifier)",
    )
    parser.add_argument("--one-glitch", action="store_true", help="the pictures are the views of one glitch")
    parser.add_argument("--views", nargs="+", default=(), help="with --one-glitch: the view of each picture, in order")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="a file for the answers as well")


def run(options: argparse.Namespace) -> None:
    """Name the glitches at the paths; the exit status is 0 where something was named."""
    workspace = workspace_for(options.data) if options.data else demo_workspace()
    run = _run_folder(workspace, options.run_named) if options.run_named else None
    prepared = None if run else load_prepared(workspace)
    dataset = read_snapshot(workspace)
    ordinary = dataset is not None and dataset.kind.in_colour
    status = classify_command(
        options.paths,
        run,
        one_glitch=options.one_glitch,
        views=options.views,
        as_json=options.json,
        csv=options.csv,
        neighbours=neighbours_in_run(load_run(run)) if run else prepared_neighbours(prepared),
        classifier=prepared_classifier(prepared) if ordinary and not run else None,
        ordinary=ordinary,
        own=own_confidence_of(prepared) if prepared and options.data else None,
    )
    sys.exit(status)


def _run_folder(workspace: Workspace, named: str) -> Path:
    folder = typed_path(named)
    return folder if folder.is_dir() else run_folder(workspace, named)


def classify_command(
    paths: Sequence[Path],
    run: Path | None = None,
    *,
    one_glitch: bool = False,
    views: Sequence[str] = (),
    as_json: bool = False,
    csv: Path | None = None,
    neighbours: NeighbourSource | None = None,
    classifier: Classifier | None = None,
    ordinary: bool = False,
    own: OwnConfidence | None = None,
    out: TextIO | None = None,
) -> int:
    """Name the glitches at these places, print the answers as they come, and return 0, or 1 where none was named.

    Args:
        run: the folder of a training whose classifier answers; None for the one that came with the project.
        one_glitch: all pictures are the views of one glitch, whatever they are called.
        views: with ``one_glitch``, the view of each picture in order; guessed from the order of the names if empty.
        as_json: one JSON object a glitch and line instead of the table.
        csv: a file for the answers as well.
        neighbours: labelled samples among which the nearest are named.
        classifier: who answers in place of the one that came with the project.
        ordinary: whether the pictures are ordinary ones, not spectrograms.
        own: what a data set's labels say of the shipped classifier's confidence.
        out: the standard output by default.

    Raises:
        GlitchAuditError: nothing lies at a place, the classifier cannot be loaded, or the file cannot be written.
    """
    out, words = out or sys.stdout, wording(PICTURES if ordinary else GLITCHES)
    handed = _handed(paths)
    if classifier is None:
        shipped = load_classifier(load_run(run) if run is not None else None)
        classifier = replace(as_sure_as_labels(shipped, own), ordinary=ordinary)
    if one_glitch:
        handed = _as_one(handed, views)
    answers = []
    if not as_json and handed.glitches:
        about = " ".join(filter(None, (classifier.about, confidence_words(classifier, dataset=False))))
        print(f"{classifier.name}: {about}\n{_heading(words)}", file=out, flush=True)
    for answer in name_glitches(handed.glitches, classifier, neighbours=neighbours):
        answers.append(answer)
        print(json.dumps(answer_as_json(answer, words)) if as_json else _line(answer), file=out, flush=True)
    for problem in handed.problems:
        left_out = {"name": problem.where, "problem": problem.reason}
        print(json.dumps(left_out) if as_json else f"left out: {problem.where}: {problem.reason}", file=out)
    if not as_json:
        print(_foot(answers, classifier, words), file=out, flush=True)
    if csv is not None:
        try:
            answer_table(answers).to_csv(csv, index=False)
        except OSError as error:
            raise GlitchAuditError(f"{csv} cannot be written ({error.strerror or error}).") from error
    return 0 if any(not answer.problem for answer in answers) else 1


def prepared_neighbours(prepared: Prepared | None) -> NeighbourSource | None:
    """Return the samples of a prepared data set if what names pictures there has embedded them; else None."""
    if prepared is None or prepared.settings.vectors:
        return None
    # Of ordinary pictures whichever backbone embedded them names by them (core.pipeline.naming_pictures).
    if prepared.settings.embed.backbone != OFFLINE_DEFAULT and not prepared.dataset.kind.in_colour:
        return None
    return neighbours_in_embedding(
        list(prepared.samples.index),
        list(prepared.samples["label"]),
        prepared.vectors.matrix,
        weights=prepared.vectors.weights,
        views=prepared.dataset.views if prepared.embedding.unit == "glitch" else (),
        about=prepared.dataset.name,
    )


def answer_as_json(answer: Answer, words: Wording = GLITCH_WORDS) -> dict[str, object]:
    """Return the answer as plain values; what is not known is null."""
    return {
        "name": answer.name,
        "views": list(answer.views),
        "labels": [{"label": label, "probability": round(share, 6)} for label, share in answer.top],
        "unlike": answer.unlike if math.isfinite(answer.unlike_threshold) else None,
        "unlike_score": _finite(answer.unlike_score),
        "unlike_threshold": _finite(answer.unlike_threshold),
        "nearest": [
            {"sample_id": sample_id, "label": label, "cosine": round(cosine, 6)}
            for sample_id, label, cosine in answer.nearest
        ],
        "form": words.form(answer.form),
        "seconds": round(answer.seconds, 3),
        "remarks": list(answer.remarks),
        "problem": answer.problem,
    }


def _handed(paths: Sequence[Path]) -> SortedInput:
    """Return everything at these places; a place that cannot be used becomes one of the problems."""
    problems: list[Problem] = []

    def files() -> Iterator[InputFile]:
        for path in paths:
            for item in files_at(path):
                if isinstance(item, Problem):
                    problems.append(item)
                else:
                    yield item

    handed = sort_out(files(), limit=None)
    return SortedInput(handed.glitches, (*problems, *handed.problems))


def _as_one(handed: SortedInput, views: Sequence[str]) -> SortedInput:
    files = [file for glitch in handed.glitches for _, file in glitch.pictures]
    if not files:
        return handed
    if views and len(views) != len(files):
        raise GlitchAuditError(f"--views names {len(views)} views for {len(files)} pictures: name one for each.")
    return SortedInput((as_one_glitch(files, views or likely_views([file.name for file in files])),), handed.problems)


def _heading(words: Wording) -> str:
    return f"{words.one:<{_NAME_WIDTH}}  {'label':<{_LABEL_WIDTH}} {'prob.':>7}  second and third"


def _line(answer: Answer) -> str:
    name = answer.name if len(answer.name) <= _NAME_WIDTH else "…" + answer.name[1 - _NAME_WIDTH :]
    if answer.problem:
        return f"{name:<{_NAME_WIDTH}}  no answer: {answer.problem}"
    (label, share), *others = answer.top
    text = f"{name:<{_NAME_WIDTH}}  {label:<{_LABEL_WIDTH}} {share:>7.1%}  "
    text += ", ".join(f"{other} {chance:.1%}" for other, chance in others)
    if answer.unlike:
        text += "  [unlike anything known]"
    if answer.nearest:
        near = ", ".join(f"{sample_id} ({known})" for sample_id, known, _ in answer.nearest)
        text += f"\n{'':<{_NAME_WIDTH}}  nearest: {near}"
    return "\n".join([text, *(f"{'':<{_NAME_WIDTH}}  {remark}" for remark in answer.remarks)])


def _foot(answers: Sequence[Answer], classifier: Classifier, words: Wording) -> str:
    named = [answer for answer in answers if not answer.problem]
    if not named:
        return f"No {words.one} was named."
    seconds = sum(answer.seconds for answer in named) / len(named)
    text = f"{len(named):,} named, {seconds:.2f} s of work each"
    if math.isfinite(classifier.threshold):
        strange = sum(answer.unlike for answer in named)
        rate = 100 * classifier.false_alarm_rate
        text += f"; {strange:,} unlike anything known ({rate:.0f} % of held-out {words.many} of known labels are)"
    return f"{text}."


def _finite(value: float) -> float | None:
    return round(value, 6) if math.isfinite(value) else None
