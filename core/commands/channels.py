"""``python -m core channels``: what a detector's files hold, channel by channel."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from core.commands.progress import print_left_out, stage_printer
from core.detector.channels.listing import ListedChannel, channel_files, list_channels
from core.detector.channels.network import fetch_channels
from core.detector.channels.recognising import sort_files
from core.detector.channels.safety import read_safety
from core.detector.channels.states import read_states
from core.detector.channels.triggers import read_triggers
from core.detector.model import Safety
from core.errors import GlitchAuditError
from core.evidence.figures.model import count_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``channels``."""
    parser.add_argument("places", type=Path, nargs="*", help="files, or folders with all below them")
    parser.add_argument("--fetch", nargs="+", default=(), metavar="NAME", help="channels to fetch through gwpy first")
    parser.add_argument("--start", type=float, metavar="GPS", help="of what is fetched, GPS seconds")
    parser.add_argument("--end", type=float, metavar="GPS", help="of what is fetched, GPS seconds")
    parser.add_argument("--to", type=Path, metavar="DIR", help="folder for what is fetched, a file a day")


def run(options: argparse.Namespace) -> None:
    """Print the channels with rate, unit, span, gaps and safety, then states and triggers, then what was left out."""
    found = sort_files(channel_files([*options.places, *_fetched(options)]))
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


def _fetched(options: argparse.Namespace) -> tuple[Path, ...]:
    if not options.fetch:
        if not options.places:
            raise GlitchAuditError("Name files or folders to look into, or channels to fetch with --fetch.")
        return ()
    if options.start is None or options.end is None or options.to is None:
        raise GlitchAuditError("To fetch channels, say from when to when and where to: --start GPS --end GPS --to DIR.")
    progress = stage_printer("days")
    return fetch_channels(options.fetch, start=options.start, end=options.end, to=options.to, on_progress=progress)


def _line(one: ListedChannel) -> str:
    rate = f"{one.rate:g} Hz" if one.rate >= 1 else f"a value every {one.pieces[0].step:g} s"
    gaps = one.gaps
    missing = f"{count_of(len(gaps.spans), 'gap')}, {gaps.seconds:,.0f} s" if len(gaps.spans) else "no gap"
    unit, span = one.channel.unit or "no unit", f"GPS {one.start:.0f} to {one.end:.0f}"
    return f"{one.channel.name}: {rate}, {unit}, {span}, {missing}, {one.channel.safety}"


def _print_triggers(path: Path, safety: Mapping[str, Safety]) -> None:
    for table in read_triggers(path, safety=safety):
        print(
            f"triggers of {table.channel.name}: {len(table.times):,}, GPS {table.times[0]:.0f} to "
            f"{table.times[-1]:.0f}, {table.channel.safety}"
        )
