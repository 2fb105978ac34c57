"""The same act has the same icon everywhere: each is named once, and what leads to the map looks like the map."""

import ast
import re
from pathlib import Path

import pytest

from pages.parts.widgets import icons

PROJECT = Path(__file__).parents[2]
NAMES = {name: value for name, value in vars(icons).items() if name.isupper()}
CODE = [PROJECT / "app.py", *(path for path in (PROJECT / "pages").rglob("*.py") if path.name != "icons.py")]
ACTS = {
    r"(?<!lies )on the map|[Gg]o to the map": "OPEN_MAP",
    r"^Propose": "PROPOSE",
    r"^(Undo|Withdraw)": "UNDO",
    r"^Download": "DOWNLOAD",
    r"^Clear selection": "CLEAR_SELECTION",
    r"^Clear all filters|^Show all": "CLEAR_FILTERS",
    r"[Gg]o to the review": "OPEN_REVIEW",
    r"^Open cluster .*$(?<!on the map)": "OPEN_CLUSTER",
    r"^Remove": "REMOVE",
    r"^Help$": "HELP",
}


def test_no_two_acts_share_an_icon():
    assert len(set(NAMES.values())) == len(NAMES) > 20
    assert all(re.fullmatch(r":material/[a-z_]+:", icon) for icon in NAMES.values())


def test_an_icon_that_has_a_name_is_written_by_its_name():
    for path in CODE:
        assert [icon for icon in NAMES.values() if icon in path.read_text(encoding="utf-8")] == [], path


def labelled():
    """Text and icon of every call that has both, the icon as it is written; in texts made of parts, "…" for a value."""
    for path in CODE:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                named = {keyword.arg: keyword.value for keyword in call.keywords}
                text = named.get("label", call.args[0] if call.args else None)
                if "icon" in named and (said := text_of(text)):
                    yield said, ast.unparse(named["icon"])


def text_of(node):
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize(("words", "name"), ACTS.items(), ids=ACTS.values())
def test_what_says_the_same_shows_the_same(words, name):
    # Sentences tell what was done; only what is pressed has no full stop.
    found = [pair for pair in labelled() if re.search(words, pair[0]) and "." not in pair[0]]
    assert found and {icon for _, icon in found} == {f"icons.{name}"}, found
