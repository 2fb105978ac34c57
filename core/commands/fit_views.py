"""``python -m core fit-views``: learn anew what seen views tell about missing ones."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.embed.expected_views import FIT_GLITCHES, fit_shipped_views


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``fit-views``."""
    parser.add_argument(
        "--samples",
        type=int,
        default=FIT_GLITCHES,
        help=f"simulated glitches to draw for it (default {FIT_GLITCHES:,})",
    )
    parser.add_argument(
        "--strain", type=Path, metavar="FOLDER", help="draw half of them into the real noise of this folder's *.hdf5"
    )


def run(options: argparse.Namespace) -> None:
    """Learn from freshly drawn glitches, and print where it stands."""
    print(fit_shipped_views(glitches=options.samples, strain=options.strain))
