"""The decision rule of a workspace, from a file beside its ledger."""

from __future__ import annotations

import tomllib
from pathlib import Path

from core.errors import GlitchAuditError
from core.ledger.acts.deciding import DecisionRule

FILE_NAME = "decisions.toml"
"""The file's name inside a workspace."""


def read_rule(path: Path) -> DecisionRule:
    """What decides, from a TOML file with the one line ``agreeing = 3``; two people where there is no file.

    Raises:
        GlitchAuditError: the file cannot be read, is no TOML, or says something else.
    """
    if not path.exists():
        return DecisionRule()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GlitchAuditError(f"The decision rule in {path} cannot be read: {error}. Mend that file.") from error
    if unknown := set(content) - {"agreeing"}:
        raise GlitchAuditError(f"The decision rule in {path} has an entry '{min(unknown)}'; it knows 'agreeing' alone.")
    try:
        return DecisionRule(**content)
    except GlitchAuditError as error:
        raise GlitchAuditError(f"{path}: {error}") from error
