"""Writes the table of rooms in docs/architecture.md: every package with the first sentence of its docstring.

    python tools/write_rooms.py

A test says that the page and the packages agree.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "architecture.md"

_BEGIN, _END = "<!-- rooms: written by make documents -->\n", "<!-- end of rooms -->\n"


def rooms() -> dict[str, str]:
    """The first sentence of every package of ``core`` (two levels) and ``pages/parts`` (one), by its folder."""
    inits = sorted(
        [*ROOT.glob("core/*/__init__.py"), *ROOT.glob("core/*/*/__init__.py"), *ROOT.glob("pages/parts/*/__init__.py")]
    )
    return {init.parent.relative_to(ROOT).as_posix(): _first_sentence(init) for init in inits}


def with_rooms(page: str) -> str:
    """The page with the table as the packages are now."""
    rows = "".join(f"| `{folder}/` | {sentence} |\n" for folder, sentence in rooms().items())
    before, _, rest = page.partition(_BEGIN)
    return f"{before}{_BEGIN}\n| room | what it is for |\n|---|---|\n{rows}\n{_END}{rest.partition(_END)[2]}"


def _first_sentence(init: Path) -> str:
    text = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""
    first = re.split(r"(?<=\.)\s", text, maxsplit=1)[0]
    # Markdown has other signs for code than docstrings have.
    return re.sub(r":\w+:`([^`]+)`", r"`\1`", first.replace("``", "`").replace("\n", " "))


if __name__ == "__main__":
    PAGE.write_text(with_rooms(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
