"""Writes the rooms of docs/architecture.md, as the packages describe themselves, and the arrows that are held.

    python tools/write_rooms.py

A test says that the page agrees with the packages and with pyproject.toml.
"""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "architecture.md"

_BETWEEN = "<!-- {name}: written by make documents -->\n", "<!-- end of {name} -->\n"


def rooms() -> dict[str, str]:
    """The first sentence of every package of ``core`` (two levels) and ``pages/parts`` (one), by its folder."""
    inits = sorted(
        [*ROOT.glob("core/*/__init__.py"), *ROOT.glob("core/*/*/__init__.py"), *ROOT.glob("pages/parts/*/__init__.py")]
    )
    return {init.parent.relative_to(ROOT).as_posix(): _first_sentence(init) for init in inits}


def arrows() -> list[str]:
    """One line for each contract about layers: the rooms from the top to the ground."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    return [
        f"- `{container.replace('.', '/')}/`: " + " > ".join(map(_side_by_side, contract["layers"]))
        for contract in contracts
        if contract["type"] == "layers"
        for container in contract["containers"]
    ]


def with_rooms(page: str) -> str:
    """The page with rooms and arrows as they are now."""
    rows = "".join(f"| `{folder}/` | {sentence} |\n" for folder, sentence in rooms().items())
    page = _with(page, "rooms", f"| room | what it is for |\n|---|---|\n{rows}")
    return _with(page, "arrows", "".join(f"{line}\n" for line in arrows()))


def _with(page: str, name: str, text: str) -> str:
    begin, end = (mark.format(name=name) for mark in _BETWEEN)
    before, _, rest = page.partition(begin)
    return f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}"


def _side_by_side(layer: str) -> str:
    apart = [" and ".join(f"`{room.strip()}`" for room in rooms.split(":")) for rooms in layer.split("|")]
    return ", ".join(apart)


def _first_sentence(init: Path) -> str:
    text = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""
    first = re.split(r"(?<=\.)\s", text, maxsplit=1)[0]
    # Markdown has other signs for code than docstrings have.
    return re.sub(r":\w+:`([^`]+)`", r"`\1`", first.replace("``", "`").replace("\n", " "))


if __name__ == "__main__":
    PAGE.write_text(with_rooms(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
