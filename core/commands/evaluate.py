"""``python -m core evaluate``: measure a workspace's finished runs, and print them side by side."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from core.classify.evaluation.comparison import comparison_table
from core.classify.evaluation.evaluate import evaluate_run, load_evaluation
from core.classify.training.runs import Run, list_runs
from core.commands.data_sets import workspace_named
from core.errors import GlitchAuditError
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
    parser.add_argument("--csv", action="store_true", help="print the whole table as CSV")


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


def run(options: argparse.Namespace) -> None:
    """Evaluate runs, and print them side by side."""
    workspace = workspace_named(options.source)
    table = side_by_side(list(evaluate_runs(workspace, name=options.run_name, again=options.again)))
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
