"""``python -m core channels``: what a detector's files hold, channel by channel."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from core.commands.progress import print_left_out, stage_printer
from core.detector.channels.listing import ListedChannel, channel_files, list_channels
from core.detector.channels.recognising import sort_files
from core.detector.channels.safety import read_safety
from core.detector.channels.states import read_states
from core.detector.channels.triggers import read_triggers
from core.detector.model import Safety


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``channels``."""
    parser.add_argument("places", type=Path, nargs="+", help="files, or folders with all below them")


def run(options: argparse.Namespace) -> None:
    """Print the channels with rate, unit, span, gaps and safety, then states and triggers, then what was left out."""
    found = sort_files(channel_files(options.places))
    safety: dict[str, Safety] = {}
    for path in found.safety:
        safety |= read_safety(path)
    if found.channels:
        for one in list_channels(found.channels, safety=safety, on_progress=stage_printer("files")):
            print(_line(one))
    for path in found.states:
        for state in read_states(path):
            print(f"state {state.name}: {len(state.active.spans):,} stretches, on {state.active.seconds:,.0f} s")
    for path in found.triggers:
        _print_triggers(path, safety)
    print_left_out(found.problems)


def _line(one: ListedChannel) -> str:
    rate = f"{one.rate:g} Hz" if one.rate >= 1 else f"a value every {one.pieces[0].step:g} s"
    gaps = one.gaps
    missing = f"{len(gaps.spans):,} gaps, {gaps.seconds:,.0f} s" if len(gaps.spans) else "no gap"
    unit, span = one.channel.unit or "no unit", f"GPS {one.start:.0f} to {one.end:.0f}"
    return f"{one.channel.name}: {rate}, {unit}, {span}, {missing}, {one.channel.safety}"


def _print_triggers(path: Path, safety: Mapping[str, Safety]) -> None:
    for table in read_triggers(path, safety=safety):
        print(
            f"triggers of {table.channel.name}: {len(table.times):,}, GPS {table.times[0]:.0f} to "
            f"{table.times[-1]:.0f}, {table.channel.safety}"
        )
