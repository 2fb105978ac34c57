"""The reading of the labels that a command is about: as it is asked for, or one that the open workbench has kept."""

from __future__ import annotations

import argparse
from contextlib import closing
from datetime import UTC, datetime

import pandas as pd

from core.errors import GlitchAuditError
from core.ledger import Person, open_ledger
from core.ledger.views.decision_rule import FILE_NAME, read_rule
from core.pipeline.kept_readings import KeptReading, kept_reading
from core.pipeline.reading import BROUGHT, READINGS, what_is_said
from core.workspace import Workspace


def add_labels(parser: argparse._ActionsContainer) -> None:
    """Add the arguments that say which reading of the labels is meant."""
    parser.add_argument(
        "--labels",
        choices=tuple(READINGS),
        default=BROUGHT,
        help="; ".join(f"{name}: labels {words}" for name, words in READINGS.items()) + " (default: %(default)s)",
    )
    parser.add_argument("--author", default="", metavar="NAME", help="whose proposals --labels mine counts")
    add_reading(parser)


def add_reading(parser: argparse._ActionsContainer) -> None:
    """Add the argument that names a reading of the labels which the open workbench has kept."""
    parser.add_argument(
        "--reading",
        default="",
        metavar="ID",
        help="a reading of the labels that the open workbench has kept, by the id that its address names",
    )


def reading_asked(workspace: Workspace, options: argparse.Namespace, samples: pd.DataFrame) -> KeptReading | None:
    """Return the reading that the options name, as it is at this moment; None for labels as they were brought.

    ``samples`` carry the labels as brought. Raises GlitchAuditError where the ledger cannot be read, as long as another
    program has it open, where "mine" has no person, or where a kept reading is not there any more.
    """
    if options.reading:
        return kept_reading(workspace, options.reading)
    if options.labels == BROUGHT:
        return None
    ledger = open_ledger(workspace.ledger_path)
    if ledger.exists() and not ledger.readable():
        raise GlitchAuditError(ledger.problem() or f"{ledger} cannot be read.")
    person = Person(options.author) if options.author.strip() else None
    rule = read_rule(workspace.root / FILE_NAME)
    present = frozenset(samples["label"].astype("str"))
    # A training takes hours, in which others want to write: the file is theirs again as soon as it was read.
    with closing(ledger):
        said = what_is_said(options.labels, ledger=ledger, rule=rule, person=person, present=present)
    key = "" if person is None else person.key
    return KeptReading(options.labels, said.labels, datetime.now(UTC), key, said.becomes)
