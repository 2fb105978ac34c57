"""``python -m core pack``: one Parquet file of a data set, to be put into an object store or handed on."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.progress import print_left_out, stage_printer
from core.dataset import Dataset, open_dataset
from core.dataset.packed import pack
from core.errors import GlitchAuditError
from core.gate import Limits, in_own_process
from core.typed_paths import typed_path

_READING = Limits(memory=6_000_000_000, seconds=3_600, output=4_000_000_000)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``pack``."""
    parser.add_argument("source", type=Path, help="folder or file of the data set")
    parser.add_argument("out", type=Path, help="the Parquet file to write")


def run(options: argparse.Namespace) -> None:
    """Pack the data set, and say what was left out."""
    out = typed_path(options.out)
    if out.suffix.lower() not in (".parquet", ".pq"):
        raise GlitchAuditError(f"{out}: the file to write has to end in .parquet.")
    dataset = _opened(typed_path(options.source))
    left_out = pack(dataset, out, on_progress=stage_printer("Packing"))
    print(f"{len(dataset.pictures) - len(left_out):,} pictures of {len(dataset.samples):,} samples packed into {out}")
    print_left_out((*dataset.problems, *left_out))


@in_own_process(_READING)
def _opened(source: Path) -> Dataset:
    return open_dataset(source)
