"""``python -m core fit-classifier``: calibrate the classifier that comes with the project, anew."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.classify.naming.shipped import fit_shipped


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``fit-classifier``."""
    parser.add_argument("--samples", type=int, default=880, help="simulated glitches to draw for it (default 880)")
    parser.add_argument(
        "--strain", type=Path, metavar="FOLDER", help="draw half of them into the real noise of this folder's *.hdf5"
    )


def run(options: argparse.Namespace) -> None:
    """Calibrate the classifier, and print where it stands."""
    print(fit_shipped(samples=options.samples, strain=options.strain))
