"""``python -m core train-backbone``: train glitch-resnet18 on simulated glitches."""

from __future__ import annotations

import argparse

from core.embed.train_backbone import main


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the arguments, --help among them, are left to ``core.embed.train_backbone``."""


def run(options: argparse.Namespace) -> None:
    """Hand the arguments on."""
    main(options.rest)
