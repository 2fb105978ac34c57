"""The rule by which people's votes decide a sample; a file beside the ledger may set it for a workspace."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from core.errors import GlitchAuditError

FILE_NAME = "decisions.toml"
"""The file's name inside a workspace."""


@dataclass(frozen=True)
class DecisionRule:
    """Votes decide when ``agreeing`` people (1 or more, the proposer included) want one label and nobody another."""

    agreeing: int = 2

    def __post_init__(self) -> None:
        if isinstance(self.agreeing, bool) or not isinstance(self.agreeing, int) or self.agreeing < 1:
            raise GlitchAuditError(f"It takes at least 1 person to decide, and a whole number, not {self.agreeing}.")


def read_rule(path: Path) -> DecisionRule:
    """Return the rule in a TOML file (``agreeing = 3``), else two people; raises GlitchAuditError if it is unusable."""
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
