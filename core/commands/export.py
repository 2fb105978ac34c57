"""``python -m core export``: the labels before and now, who decided, and when, as one CSV."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.data_sets import workspace_named
from core.errors import GlitchAuditError
from core.files import whole_file
from core.ledger import open_ledger
from core.ledger.exchange import label_csv
from core.ledger.views.decision_rule import FILE_NAME, read_rule
from core.pipeline.snapshot import read_dataset, read_snapshot


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``export``."""
    parser.add_argument(
        "--workspace",
        type=Path,
        required=True,
        metavar="W",
        help="a workspace's folder or name, or the folder or file of its data set",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new CSV file")


def run(options: argparse.Namespace) -> None:
    """Write the table, and print where it lies; GlitchAuditError if there is a file already or it cannot be written."""
    out: Path = options.out
    if out.exists():
        raise GlitchAuditError(f"{out}: there is such a file or folder already; name another one with --out.")
    workspace = workspace_named(options.workspace)
    rule = read_rule(workspace.root / FILE_NAME)
    dataset = read_snapshot(workspace) or read_dataset(workspace)
    ledger = open_ledger(workspace.ledger_path)
    if ledger.exists() and not ledger.readable():
        raise GlitchAuditError(ledger.problem() or f"{ledger} cannot be read.")
    text = label_csv(ledger, dataset, rule=rule)
    try:
        with whole_file(out) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise GlitchAuditError(f"{out} cannot be written ({error.strerror or error}): name another file.") from error
    print(out)
