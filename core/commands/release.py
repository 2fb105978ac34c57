"""``python -m core release``: freeze the labels now under a name, or compare two releases."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.data_sets import workspace_named
from core.errors import GlitchAuditError
from core.evidence.releases.citation import read_author
from core.evidence.releases.model import LICENCES
from core.ledger import open_ledger
from core.ledger.people import MODERATOR, Person
from core.ledger.views.decision_rule import FILE_NAME, read_rule
from core.pipeline.kept_releases import compare_files, draft_release, keep_release, release_named
from core.pipeline.releasing import ReleaseWish
from core.pipeline.snapshot import read_dataset, read_snapshot
from core.typed_paths import typed_path

_COMPARE = "compare"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``release``."""
    parser.usage = "python -m core release WORKSPACE NAME [options]\n       python -m core release compare A B"
    parser.add_argument(
        "source",
        metavar="WORKSPACE",
        help=f"folder or file of the data set, or its workspace's name; “{_COMPARE}” compares two releases instead",
    )
    parser.add_argument("name", metavar="NAME", help="the release's name; of two to compare, the earlier one's file")
    parser.add_argument("other", metavar="B", nargs="?", default="", help="of two to compare, the later one's file")
    parser.add_argument("--sentence", default="", metavar="TEXT", help="what the release is")
    parser.add_argument(
        "--author",
        action="append",
        default=[],
        metavar="NAME",
        help="an author to be cited, “Family, Given”, or a group's name; may be given several times",
    )
    parser.add_argument("--by", default="", metavar="NAME", help="who makes it (default: the first author)")
    parser.add_argument("--licence", default="", choices=("", *LICENCES), help="default: none is stated")


def run(options: argparse.Namespace) -> None:
    """Make the release, and print what changed and where it lies; or print how two differ."""
    if options.source == _COMPARE:
        if not options.other:
            raise GlitchAuditError("Name two releases to compare: python -m core release compare A.zip B.zip")
        print(compare_files(_file(options.name), _file(options.other)).text(), end="")
        return
    if options.other:
        raise GlitchAuditError(f"“{options.other}” is one word too many; a name of several words is no release's name.")
    by = options.by or next((read_author(line).name for line in options.author), "")
    if not by:
        raise GlitchAuditError("Say who makes the release, with --by NAME or --author NAME.")
    workspace = workspace_named(typed_path(options.source))
    dataset = read_snapshot(workspace) or read_dataset(workspace)
    made = draft_release(
        open_ledger(workspace.ledger_path),
        workspace,
        dataset,
        ReleaseWish(options.name, options.sentence, tuple(options.author), options.licence),
        author=Person(by, MODERATOR),
        rule=read_rule(workspace.root / FILE_NAME),
    )
    path = keep_release(workspace, made)
    print(f"{made.difference.text()}\n{path}")


def _file(named: str) -> Path:
    """Return a release's file; WORKSPACE/NAME names one that a workspace keeps."""
    path = typed_path(named)
    if path.is_file():
        return path
    workspace, _, name = named.rpartition("/")
    if workspace:
        return release_named(workspace_named(Path(workspace)), name)
    raise GlitchAuditError(f"{named}: there is no such file; name a release's ZIP, or WORKSPACE/NAME.")
