"""``python -m core couple``: read what was brought of a detector, and compare families of glitches with channels."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from core.commands.audit import in_kept_reading
from core.commands.data_sets import prepared_results, workspace_named
from core.commands.progress import job_of
from core.commands.readings import add_reading
from core.detector.coupling.verdicts import GOES_WITH
from core.errors import GlitchAuditError
from core.files import whole_file
from core.ledger import open_ledger
from core.ledger.views.saved_selections import find_saved_selection
from core.pipeline.audit import load_audit
from core.pipeline.by_channels import by_channels
from core.pipeline.channel_evidence import find_channel_evidence
from core.pipeline.coincidences import coincidences
from core.pipeline.detector import (
    BY_CLUSTER,
    BY_LABEL,
    BY_SELECTION,
    Bringing,
    Chosen,
    bringing_of,
    couple,
    coupling_csv,
    glitches_of,
    keep_bringing,
    read_detector,
)
from core.pipeline.kept_selections import is_kept_id, kept_selection
from core.pipeline.stage_reports import stage_reports
from core.workspace import Workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``couple``."""
    parser.add_argument("source", type=Path, help="folder or file of the data set, or its workspace's name")
    parser.add_argument(
        "--channels",
        nargs="+",
        default=(),
        metavar="PLACE",
        help="files or folders of the detector; else those of before",
    )
    parser.add_argument("--livetime", default="", metavar="FILE", help="segments that say when the detector observed")
    parser.add_argument("--by", choices=(BY_LABEL, BY_CLUSTER, BY_SELECTION), default=BY_LABEL, help="what a family is")
    parser.add_argument(
        "--selection", default="", metavar="ID", help="with --by selection: the one saved under this id, or kept"
    )
    parser.add_argument("--family", default="", metavar="NAME", help="what a kept selection is called")
    parser.add_argument("--out", type=Path, metavar="CSV", help="write everything that was found to this file")
    add_reading(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress lines")


def run(options: argparse.Namespace) -> None:
    """Read the channels, compare, and print what goes with what."""
    workspace = workspace_named(options.source)
    prepared = in_kept_reading(prepared_results(workspace), options.reading)
    if options.channels:
        keep_bringing(workspace, Bringing(tuple(options.channels), options.livetime))
    bringing = bringing_of(workspace)
    if bringing is None:
        raise GlitchAuditError("Nothing was brought of a detector yet: name its files with --channels.")
    chosen = _chosen(workspace, options) if options.by == BY_SELECTION else None
    with job_of(workspace, "couple", quiet=options.quiet) as (job, report):
        glitches = glitches_of(prepared.samples, prepared.clustering.labels, by=options.by, chosen=chosen)
        detector = read_detector(workspace, bringing, glitches, report=report)
        result = couple(workspace, detector, glitches, borders=bringing.borders, report=report)
        beside = coincidences(workspace, detector, glitches)
        labelled = glitches_of(prepared.samples, prepared.clustering.labels)
        evidence = find_channel_evidence(workspace, bringing, detector, labelled, report=report)
        audit = load_audit(prepared)
        told = stage_reports(report)("Asking the channels about the failure modes")
        lines = by_channels(prepared, detector, audit.verdicts, on_progress=told) if audit else {}
        found = [one for one in result.couplings if one.verdict == GOES_WITH]
        job.done(f"{len(found)} of {len(result.couplings)} pairs of a family and a channel go together.")
    for sentence in [one.sentence for one in found] + [one.sentence for one in beside if one.verdict == GOES_WITH]:
        print(sentence)
    for name, line in lines.items():
        print(f"{' of '.join(name.splitlines()[:2])}: {line.sentence}")
    print(f"{len(found)} of {len(result.couplings)} pairs of a family and a channel go together.")
    for one in evidence.by_detector:
        print(f"{one.detector}: {one.sentence}")
    if options.out:
        with whole_file(options.out) as temporary:
            temporary.write_bytes(coupling_csv(result))


def _chosen(workspace: Workspace, options: argparse.Namespace) -> Chosen:
    """The selection that the options name: one that the open workbench has kept, or one that is saved."""
    if is_kept_id(options.selection):
        kept, _ = kept_selection(workspace, options.selection)
        return Chosen(options.family or options.selection, kept.sample_ids, options.selection)
    if not options.selection:
        raise GlitchAuditError("Name the saved selection that is the family with --selection and its id.")
    with closing(open_ledger(workspace.ledger_path)) as ledger:
        saved = find_saved_selection(ledger, options.selection)
    return Chosen(options.family or saved.name, saved.selection.sample_ids)
