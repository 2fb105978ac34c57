"""``python -m core pack-demo``: compute the demo's results and pack them into ``data/``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

from core.commands.progress import progress_printer
from core.demo.packed_demo import pack_audit, pack_demo
from core.demo.packed_runs import pack_runs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``pack-demo``."""
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--audit-only", action="store_true", help="keep the packed map, and audit it anew")
    only.add_argument("--runs-only", action="store_true", help="keep the packed results, and train the runs anew")


def run(options: argparse.Namespace) -> None:
    """Compute and pack what the options ask for, and print what was packed."""
    packs: tuple[Callable[..., Iterator[str]], ...] = (pack_demo, pack_runs)
    if options.audit_only or options.runs_only:
        packs = (pack_audit,) if options.audit_only else (pack_runs,)
    for pack in packs:
        for line in pack(report=progress_printer()):
            print(line)
