"""The command line: ``python -m core COMMAND``; ``python -m core --help`` lists the commands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from core.errors import Cancelled, GlitchAuditError

_COMMANDS = {
    "simulate": "draw synthetic glitches and write them to a Parquet file",
    "views": "draw the views of a table of triggers from strain, as a data set",
    "pack": "write a data set with its pictures into one Parquet file",
    "open": "read a data set into its workspace",
    "embed": "embed a data set's pictures, and nothing else",
    "prepare": "read, embed, lay out, cluster and audit a data set",
    "audit": "audit a prepared data set: suspects, stability, failure modes, drifts",
    "status": "say what a data set's workspace holds",
    "store": "say what the artifact store holds, upload what it lacks, clear what was left behind",
    "ready": "ask a running server whether it can do its work",
    "report": "write figures, an HTML report and a map that needs no server",
    "channels": "list the channels, states and triggers in files and folders of a detector",
    "couple": "compare a data set's families with the channels of its detector",
    "impact": "say what each family of glitches costs, or fit models of the channels",
    "export": "write the labels before and now, who decided and when, as one CSV",
    "release": "freeze the labels now under a name, as one ZIP to cite; or compare two releases",
    "ledger": "copy a ledger from its file to a team's database, or back",
    "train": "train a classifier on a data set",
    "evaluate": "measure a data set's classifiers, side by side",
    "classify": "name the glitches in pictures, folders and ZIP archives",
    "train-backbone": "train glitch-resnet18 on simulated glitches",
    "evaluate-backbone": "say how well backbones tell glitches apart",
    "fit-classifier": "calibrate the classifier that comes with the project, anew",
    "fit-views": "learn anew what seen views tell about missing ones",
    "pack-demo": "compute the demo's results and pack them into data/",
}
"""What each command does; its module of this room has ``add_arguments`` and ``run``."""

_READ_THEIR_OWN = ("train-backbone", "evaluate-backbone")
"""Commands whose arguments, --help among them, are left to them."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; an error that the user can mend ends with its sentence and exit status 1."""
    parser = command_parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command not in _READ_THEIR_OWN:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    try:
        options.run(options)
    except Cancelled as stop:
        sys.exit(str(stop))
    except GlitchAuditError as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit("Stopped. What was finished is kept; run the command again to go on from there.")


def command_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; what it parses has ``command`` and ``run``, the command's function."""
    parser = argparse.ArgumentParser(prog="python -m core", description="Glitch Audit from the command line.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_CommandParser)
    for name, what in _COMMANDS.items():
        commands.add_parser(name, help=what, add_help=name not in _READ_THEIR_OWN)
    return parser


class _CommandParser(argparse.ArgumentParser):
    """The parser of one command; it loads the command's module only when it parses, so that listing all loads none."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Load the command, and parse its arguments."""
        if self.get_default("run") is None:
            name = self.prog.rpartition(" ")[2]
            module = import_module(f"core.commands.{name.replace('-', '_')}")
            module.add_arguments(self)
            self.set_defaults(run=module.run)
        return super().parse_known_args(args, namespace)
