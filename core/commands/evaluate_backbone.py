"""``python -m core evaluate-backbone``: say how well backbones tell glitches apart."""

from __future__ import annotations

import argparse

from core.embed.evaluate_backbone import main


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the arguments, --help among them, are left to ``core.embed.evaluate_backbone``."""


def run(options: argparse.Namespace) -> None:
    """Hand the arguments on."""
    main(options.rest)
