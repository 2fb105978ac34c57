"""``python -m core simulate``: synthetic glitches in a Parquet file, the packed demo, or beside real ones."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.progress import stage_printer
from core.errors import GlitchAuditError
from core.workspace import DATA_FOLDER, PROJECT_ROOT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``simulate``."""
    parser.add_argument("--samples", type=int, default=1200, help="how many glitches (default 1200)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same glitches (default 1)")
    parser.add_argument("--out", type=Path, default=Path("simulated.parquet"), help="the file to write")
    parser.add_argument("--demo", action="store_true", help="write the packed demo with its planted faults to data/")
    parser.add_argument("--compare", type=Path, metavar="REAL", help="draw each class beside the real ones in REAL")


def run(options: argparse.Namespace) -> None:
    """Draw glitches and write them where the options say."""
    if options.compare is not None:
        from core.simulate.compare import write_comparison

        print(write_comparison(PROJECT_ROOT / "build" / "classes_compared.png", golden=options.compare / "golden"))
    elif options.demo:
        from core.simulate.demo import build_demo

        build_demo(DATA_FOLDER, on_progress=stage_printer("Drawing the demo"))
    else:
        from core.simulate.corpus import write_corpus

        if options.samples < 1:
            raise GlitchAuditError(f"--samples must be at least 1, not {options.samples}.")
        write_corpus(options.out, options.samples, seed=options.seed, on_progress=stage_printer("Drawing glitches"))
        print(f"{options.samples} glitches written to {options.out}")
