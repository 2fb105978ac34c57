"""``python -m core impact``: what each family of glitches costs, and what models of the channels foresee."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.audit import in_kept_reading
from core.commands.data_sets import prepared_results, workspace_named
from core.commands.progress import job_of
from core.commands.readings import add_reading
from core.errors import GlitchAuditError
from core.files import whole_file
from core.impact.columns.table import CostTable
from core.impact.explaining.explain import explain
from core.impact.models.params import ModelParams
from core.impact.ranking import cumulative_cost
from core.ledger.storage.opening import open_ledger
from core.ledger.views.decision_rule import FILE_NAME, read_rule
from core.pipeline.audit import load_audit
from core.pipeline.detector import BY_CLUSTER, BY_LABEL
from core.pipeline.impact import (
    CostCase,
    SaidOfLabels,
    case_costs,
    case_preventables,
    costs_csv,
    said_of_labels,
    why_no_columns,
)
from core.pipeline.impact_input import prepared_case
from core.pipeline.rate_models import fit_family_model, fit_rate_model
from core.pipeline.stages import Prepared
from core.progress import ShowProgress
from core.workspace import Workspace

_KINDS = ("xgboost", "boosting", "forest", "regression")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``impact``."""
    parser.add_argument("source", type=Path, help="folder or file of the data set, or its workspace's name")
    parser.add_argument("--detector", default="", metavar="NAME", help="H1, L1, ...; else the first one with glitches")
    parser.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="FAMILY",
        help="fit a model of this family's rate and judge it, in place of costs; may be given several times",
    )
    parser.add_argument("--apart", action="store_true", help="tell families apart from the channels, in place of costs")
    parser.add_argument("--kind", choices=_KINDS, default="xgboost", help="which model")
    parser.add_argument("--by", choices=(BY_LABEL, BY_CLUSTER), default=BY_LABEL, help="what a family is")
    parser.add_argument("--out", type=Path, metavar="CSV", help="write the table of costs to this file")
    add_reading(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress lines")


def run(options: argparse.Namespace) -> None:
    """Print what each family costs, or fit the models that are asked for and print what they foresee."""
    workspace = workspace_named(options.source)
    prepared = in_kept_reading(prepared_results(workspace), options.reading)
    if options.model or options.apart:
        _models(workspace, prepared, options)
        return
    case = _case(prepared, _said(workspace, prepared), options.by)
    name = _detector(case, options.detector)
    table = case_costs(case, detector=name, preventables=case_preventables(case, detector=name) or None)
    _print_costs(table)
    for title, why in why_no_columns(case, detector=name).items():
        print(f"not in the table: {title}: {why}")
    if options.out:
        with whole_file(options.out) as temporary:
            temporary.write_bytes(costs_csv(table))


def _models(workspace: Workspace, prepared: Prepared, options: argparse.Namespace) -> None:
    with job_of(workspace, "impact", quiet=options.quiet) as (job, report):
        # The ledger may be held by the workbench that asked; models need none of it.
        case = _case(prepared, SaidOfLabels.nothing(), options.by)
        sentences = _fitted(workspace, case, options, report)
        job.done(f"{len(sentences)} {'model was' if len(sentences) == 1 else 'models were'} fitted and judged.")
    for sentence in sentences:
        print(sentence)


def _fitted(workspace: Workspace, case: CostCase, options: argparse.Namespace, report: ShowProgress) -> list[str]:
    name = _detector(case, options.detector)
    if case.detector is None or not case.channels_of(name):
        raise GlitchAuditError(f"No channels of {name} were read here: bring them first with: python -m core couple")
    params = ModelParams(kind=options.kind)
    said = []
    for family in options.model:
        model = fit_rate_model(
            workspace, case.detector, case.times, family=family, name=name, params=params, report=report
        )
        said += [explain(model).sentence, *(one.sentence for one in explain(model).groups)]
    if options.apart:
        said.append(fit_family_model(workspace, case.detector, case.times, name=name, report=report).sentence)
    return said


def _case(prepared: Prepared, said: SaidOfLabels, by: str) -> CostCase:
    case = prepared_case(prepared, said, by=by)
    if case is None:
        raise GlitchAuditError(
            "The samples have no times or no detectors, so nothing can be counted: bring the columns event_time (GPS "
            "seconds) and ifo."
        )
    return case


def _said(workspace: Workspace, prepared: Prepared) -> SaidOfLabels:
    audit = load_audit(prepared)
    ledger = open_ledger(workspace.ledger_path)
    try:
        return said_of_labels(
            prepared.samples,
            ledger,
            rule=read_rule(workspace.root / FILE_NAME),
            suspects=None if audit is None else audit.suspects.table,
        )
    finally:
        ledger.close()


def _detector(case: CostCase, asked: str) -> str:
    if asked and asked not in case.detectors:
        raise GlitchAuditError(f"There are no glitches of {asked} here; there are some of {', '.join(case.detectors)}.")
    return asked or case.detectors[0]


def _print_costs(table: CostTable) -> None:
    print(f"{table.detector}: {table.live_hours:,.0f} h of livetime on {table.live_days} days.")
    for one in table.columns:
        print(f"{one.title}{f' ({one.unit})' if one.unit else ''}")
        for name, figure in one.figures.items():
            told = f"{figure.value:.4g} ({figure.low:.4g} to {figure.high:.4g})" if figure.known else figure.why
            print(f"  {name}: {told}")
    print(cumulative_cost(table, "rate").sentence)
