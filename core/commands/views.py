"""``python -m core views``: the four views of every trigger of a table, drawn from strain, as a data set."""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from core.commands.progress import stage_printer
from core.detector.strain.kept_place import keep_place
from core.detector.strain.open_data import fetch_strain
from core.detector.strain.picture_sets import SetReport, draw_set, left_out_path
from core.detector.strain.source import StrainSource, open_strain
from core.detector.strain.trigger_files import read_table
from core.detector.strain.triggers import refuse_elsewhere, understand
from core.errors import GlitchAuditError
from core.workspace import workspace_for

PARQUET_SUFFIXES = (".parquet", ".pq")
_REASONS_SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``views``."""
    parser.add_argument(
        "--strain", type=Path, required=True, metavar="FILE_OR_FOLDER", help="HDF5 or GWF files with the strain"
    )
    parser.add_argument(
        "--triggers", type=Path, required=True, metavar="TABLE", help="CSV, Parquet, Omicron's HDF5, or LIGO_LW"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="SET.parquet", help="the data set to write")
    parser.add_argument("--detector", default="", help="whose strain and triggers, where the files do not say (H1, L1)")
    parser.add_argument(
        "--fetch", action="store_true", help="first fetch the open strain of these times from GWOSC into that folder"
    )
    parser.add_argument("--channel", default="", help="which series to read, where a strain file holds several")


def run(options: argparse.Namespace) -> None:
    """Draw the triggers' views and write them, and say what was left out and why."""
    import torch

    if options.out.suffix.lower() not in PARQUET_SUFFIXES:
        raise GlitchAuditError(f"--out has to end in {' or '.join(PARQUET_SUFFIXES)}, and {options.out.name} does not")
    table = read_table(options.triggers)
    if options.fetch:
        _fetch(table, options)
    source = open_strain(options.strain, channel=options.channel, detector=options.detector)
    alone = source.detectors[0] if len(source.detectors) == 1 else ""
    triggers = understand(table, options.triggers, detector=options.detector or alone)
    refuse_elsewhere(triggers, source, options.triggers)
    print(_about(source))
    # A thread a core draws; more threads inside of each would only stand in each other's way.
    torch.set_num_threads(1)
    report = draw_set(source, triggers, options.out, on_progress=stage_printer("Drawing triggers"))
    for line in [*_in_words(report, options.out), _kept_strain(options)]:
        print(line)


def _fetch(table: pd.DataFrame, options: argparse.Namespace) -> None:
    """Bring the open strain files of all triggers into the folder; those that are there are not fetched again."""
    known = understand(table, options.triggers, detector=options.detector).table
    for detector, rows in known.groupby("ifo"):
        progress = stage_printer(f"Fetching strain of {detector}")
        fetch_strain(str(detector), rows["event_time"], options.strain, on_progress=progress)


def _kept_strain(options: argparse.Namespace) -> str:
    """Keep the strain as that of the data set, so that a sample's page finds it, and say so."""
    try:
        place = keep_place(workspace_for(options.out), options.strain).place
    except GlitchAuditError as error:
        return f"A sample's page does not know the strain; choose it there. {error}"
    return f"A sample's page draws from {place}"


def _about(source: StrainSource) -> str:
    spans = [
        f"{detector} {source.covered(detector).seconds:,.0f} s in {len(source.of(detector)):,} files"
        for detector in source.detectors
    ]
    return f"Strain: {', '.join(spans)}"


def _in_words(report: SetReport, out: Path) -> list[str]:
    lines = [f"{report.drawn:,} glitches written to {out}: open it with the app, or python -m core prepare {out}"]
    if report.noise_above is not None:
        lines.append(
            f"The strain says nothing above {report.noise_above:,.0f} Hz (its rate is too low): white noise of the "
            "usual strength stands there in the pictures"
        )
    for reason, count in list(report.reasons.items())[:_REASONS_SHOWN]:
        first = next(problem.where for problem in report.left_out if problem.reason == reason)
        lines.append(f"left out {count:,}: {reason} (the first: {first})")
    if report.left_out:
        lines.append(f"All that were left out: {left_out_path(out)}")
    return lines
