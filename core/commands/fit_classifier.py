"""``python -m core fit-classifier``: calibrate the classifier that comes with the project, anew."""

from __future__ import annotations

import argparse

from core.classify.naming.shipped import fit_shipped


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``fit-classifier``."""
    parser.add_argument("--samples", type=int, default=880, help="simulated glitches to draw for it (default 880)")


def run(options: argparse.Namespace) -> None:
    """Calibrate the classifier, and print where it stands."""
    print(fit_shipped(samples=options.samples))
