"""``python -m core evaluate``: measure a workspace's finished runs, and print them side by side."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from core.classify.evaluation.before_after import change_sentence
from core.classify.evaluation.card import write_card
from core.classify.evaluation.comparison import comparison_table
from core.classify.evaluation.evaluate import evaluate_run, load_evaluation
from core.classify.evaluation.rare import rare_labels, rare_sentence
from core.classify.evaluation.twins import OTHER_CLASSES, find_twins, twins_change
from core.classify.training.runs import Run, list_runs
from core.commands.data_sets import prepared_results, workspace_named
from core.commands.readings import add_labels, reading_asked
from core.errors import GlitchAuditError
from core.pipeline.learnt_labels import learnt_labels
from core.pipeline.reading import BROUGHT, READINGS
from core.workspace import Workspace

_SHOWN = {
    "accuracy": "accuracy",
    "precision_weighted": "precision, weighted",
    "precision_macro": "precision, macro",
    "recall_macro": "recall, macro",
    "f1_macro": "F1, macro",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``evaluate``."""
    parser.add_argument("source", type=Path, help="folder or file of the data set, or its workspace's name")
    parser.add_argument("--run", default="", dest="run_name", metavar="NAME", help="only this run (default: all)")
    parser.add_argument("--again", action="store_true", help="measure also those that were measured before")
    add_labels(parser)
    parser.add_argument("--csv", action="store_true", help="print the whole table as CSV")
    parser.add_argument(
        "--card", type=Path, metavar="FILE", help="write a model card of the run (--run, or the most accurate)"
    )


def evaluate_runs(workspace: Workspace, *, name: str = "", again: bool = False) -> Iterator[Run]:
    """Evaluate the finished runs that have no evaluation yet, and yield each finished run.

    With ``name`` only that run; with ``again`` also runs that have an evaluation. Raises GlitchAuditError if there is
    no finished run, or none of that name.
    """
    finished = [run for run in list_runs(workspace) if run.state == "done" and name in ("", run.name)]
    if not finished:
        raise GlitchAuditError(
            f"There is no finished run{f' called {name}' if name else ''} of this data set: train one with "
            f"python -m core train {workspace.source}"
        )
    for run in finished:
        # Shipped runs lie where nothing may be written, and come with their evaluation.
        if not run.shipped and (again or load_evaluation(run) is None):
            evaluate_run(run)
        yield run


def side_by_side(runs: list[Run]) -> pd.DataFrame:
    """Return the comparison table of runs and their evaluations, see ``core.classify.evaluation.comparison``."""
    return comparison_table((run, load_evaluation(run)) for run in runs)


def _before_and_after(workspace: Workspace, options: argparse.Namespace) -> Iterator[str]:
    """What the labels of a reading change for the workbench's own classifier, and for runs that learnt them."""
    prepared = prepared_results(workspace)
    kept = reading_asked(workspace, options, prepared.samples)
    if kept is not None and kept.reading in OTHER_CLASSES:
        raise GlitchAuditError(
            "Under the changed taxonomy other questions are asked, so that no classifier can be compared before and "
            "after: choose the labels now or mine."
        )
    read = prepared if kept is None else kept.of(prepared)
    found = learnt_labels(prepared, read)
    yield (
        f"{found.relabelled:,} samples have another label than they were brought with. The workbench's own classifier, "
        f"on {int(found.figures['samples'].iloc[0]):,} samples that nobody touched:"
    )
    yield from (f"    {change_sentence(str(name), row)}" for name, row in found.figures.iterrows())
    runs = [run for run in list_runs(workspace) if run.state == "done" and options.run_name in ("", run.name)]
    evaluated = [(run, evaluation) for run in runs if (evaluation := load_evaluation(run)) is not None]
    for twins in find_twins(evaluated):
        change = twins_change(twins)
        yield (
            f"{twins.read[0].name}, which learnt labels {READINGS[twins.read[0].reading]}, against "
            f"{twins.brought[0].name}, on {int(change['samples'].iloc[0]):,} samples that nobody touched:"
        )
        yield from (f"    {change_sentence(str(name), row)}" for name, row in change.iterrows())


def run(options: argparse.Namespace) -> None:
    """Evaluate runs, and print them side by side; or what learning from another reading of the labels changes."""
    workspace = workspace_named(options.source)
    if options.labels != BROUGHT or options.reading:
        print("\n".join(_before_and_after(workspace, options)))
        return
    runs = list(evaluate_runs(workspace, name=options.run_name, again=options.again))
    if options.card is not None:
        print(f"wrote {_write_card(runs, options.card, data=workspace.source.name)}")
        return
    table = side_by_side(runs)
    rare = _rare_sentences(runs)
    if options.csv:
        print(table.to_csv(), end="")
        return
    for name, row in table.iterrows():
        print(f"{name}: {row['about']}")
        for measure, words in _SHOWN.items():
            if row[measure]:
                print(f"    {words:22}{row[measure]} %")
        about = [f"{row['samples']} samples of the {row['evaluated']} split" if row["evaluated"] else "", row["remark"]]
        print("    " + "; ".join(part for part in about if part))
        if name in rare:
            print(f"    {rare[name]}")


def _rare_sentences(runs: list[Run]) -> dict[str, str]:
    evaluated = [(run, evaluation) for run in runs if (evaluation := load_evaluation(run)) is not None]
    return {run.name: rare_sentence(rare_labels(run, found), labels=len(run.labels)) for run, found in evaluated}


def _write_card(runs: list[Run], out: Path, *, data: str) -> Path:
    """Write the card of the run that is right most often, and return where."""
    evaluated = [(run, evaluation) for run in runs if (evaluation := load_evaluation(run)) is not None]
    if not evaluated:
        raise GlitchAuditError("No run of this data set could be evaluated, so there is nothing to write a card of.")
    run, evaluation = max(evaluated, key=lambda pair: float(pair[1].overall.loc["accuracy", "value"]))
    return write_card(run, evaluation, out, data=data)
