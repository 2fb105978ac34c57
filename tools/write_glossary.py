"""Writes docs/glossary.md: the project's words, as core/glossary.py has them.

    python tools/write_glossary.py

A test says that the page and the module agree.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from core.glossary import TERMS, Term  # noqa: E402

PAGE = ROOT / "docs" / "glossary.md"

_HEAD = """# Words

One word means one thing, on the screens, in the code and in the documents. This page is written by `make documents`
from `core/glossary.py`; the “?” beside a page’s title shows the same texts. Change them there.
"""
_PLANNED = """
## Words of parts that are not built yet
"""


def glossary_text() -> str:
    """The whole page."""
    built, planned = ([term for term in TERMS if term.planned is which] for which in (False, True))
    return f"{_HEAD}\n{_table(built)}{_PLANNED}\n{_table(planned)}"


def _table(terms: Iterable[Term]) -> str:
    rows = [f"| {term.word} | {term.meaning} | {term.avoid} |\n" for term in terms]
    return "".join(["| word | what it means | not |\n|---|---|---|\n", *rows])


if __name__ == "__main__":
    PAGE.write_text(glossary_text(), encoding="utf-8")
