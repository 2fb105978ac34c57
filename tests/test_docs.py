"""README and data card stay true: their links lead somewhere, their commands exist, their files are there."""

import re
import shlex
from pathlib import Path

import pytest

from core.commands.parser import command_parser
from core.version import APP_VERSION
from tools.write_rooms import rooms, with_rooms

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
DATA_CARD = (PROJECT / "data" / "README.md").read_text(encoding="utf-8")
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "data/README.md",
    "data/MODEL_CARD.md",
    "SECURITY.md",
    "THIRD_PARTY.md",
    *sorted(page.relative_to(PROJECT).as_posix() for page in (PROJECT / "docs").rglob("*.md")),
)
DOCUMENTS = {name: (PROJECT / name).read_text(encoding="utf-8") for name in PAGES}
DECISIONS = sorted((PROJECT / "docs" / "decisions").glob("[0-9]*.md"))

PLACE = re.compile(r"`((?:benchmarks|core|data|demo|docs|pages|tests|tools)/[\w./-]+)`")
"""A file or folder of this project, as documents name it."""

NAME_AND_PLACE = re.compile(r"`(\w+)`\s+\(`((?:benchmarks|core|pages|tests|tools)/[\w./-]+\.py)`\)")
"""A function, class or constant and its file, as documents name them: `name` (`core/room/file.py`)."""


def commands_of(text: str) -> list[str]:
    blocks = re.findall(r"```(?:bash|sh|console)\n(.*?)```", text, flags=re.S)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [line.split("  #")[0].strip() for line in lines if line and not line.startswith("#")]


# Those of the recipes are run by tests/recipes, in a copy where their files are.
COMMANDS = sorted({one for name, text in DOCUMENTS.items() if "/recipes/" not in name for one in commands_of(text)})


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), flags=re.M))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_to_files_lead_somewhere(name):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", DOCUMENTS[name])
    local = [link for link in links if "://" not in link]
    missing = [link for link in local if not ((PROJECT / name).parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_inside_the_page_meet_a_heading(name):
    headings = {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", DOCUMENTS[name], flags=re.M)
    }
    prose = re.sub(r"^```.*?^```$", "", DOCUMENTS[name], flags=re.M | re.S)
    wanted = set(re.findall(r"\]\(#([^)]+)\)", prose))
    assert wanted <= headings


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_that_are_named_are_there(name):
    written = re.findall(r"^\*\*\d+\.\*\* Write `([^`]+)`:$", DOCUMENTS[name], flags=re.M)
    named = [place for place in PLACE.findall(DOCUMENTS[name]) if place not in written]
    assert [place for place in named if not (PROJECT / place).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_functions_that_are_named_are_in_their_files(name):
    missing = [
        f"{place}: {what}"
        for what, place in NAME_AND_PLACE.findall(DOCUMENTS[name])
        if not re.search(rf"^\s*(def|class) {what}\b|^{what}\b.*=", (PROJECT / place).read_text("utf-8"), flags=re.M)
    ]
    assert missing == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_blocks_of_code_begin_and_end_on_lines_of_their_own(name):
    fences = [line.strip() for line in DOCUMENTS[name].splitlines() if "```" in line]
    assert [line for line in fences if not re.fullmatch(r"```\w*", line)] == []
    assert len(fences) % 2 == 0


def test_the_table_of_rooms_is_what_the_packages_say():
    page = DOCUMENTS["docs/architecture.md"]
    assert page == with_rooms(page), "run: make documents"
    assert [folder for folder, sentence in rooms().items() if not sentence.endswith(".")] == []


def test_twenty_changes_have_their_place():
    asked = DOCUMENTS["docs/architecture.md"].split("## Where do I change")[1].split("\n## ")[0]
    rows = [line for line in asked.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 20
    assert [row for row in rows if not PLACE.search(row) and "`app.py`" not in row] == []


def test_the_decisions_are_numbered_and_listed():
    titles = [path.read_text(encoding="utf-8").splitlines()[0] for path in DECISIONS]
    assert [int(title.removeprefix("# ").split(".")[0]) for title in titles] == list(range(1, len(DECISIONS) + 1))
    listed = re.findall(r"^(\d+)\. \[([^\]]+)\]\(([^)]+)\)$", DOCUMENTS["docs/decisions/README.md"], flags=re.M)
    assert [f"# {number}. {title}" for number, title, _ in listed] == titles
    assert [name for *_, name in listed] == [path.name for path in DECISIONS]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_exists(command):
    words = [word.removeprefix(".venv/bin/") for word in shlex.split(command)]
    while re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words.pop(0)
    if words[0] == "make":
        assert words[1] in make_targets()
    elif words[:3] == ["python", "-m", "core"]:
        command_parser().parse_known_args(words[3:])
    elif words[:3] == ["python", "-m", "pytest"]:
        assert [word for word in words[3:] if not word.startswith("-") and not (PROJECT / word).exists()] == []
    elif words[:3] == ["python", "-m", "pip"] or words[0] == "pip":
        assert (PROJECT / words[-1]).exists()
    elif words[:2] == ["streamlit", "run"]:
        assert (PROJECT / words[2]).exists()
    elif words[0] == "python" and words[1].endswith(".py"):
        assert (PROJECT / words[1]).exists()
    else:
        assert words[0] in ("git", "cd", "python", "ruff", "pre-commit", "source", ".venv\\Scripts\\activate"), command


def test_every_command_of_the_command_line_is_in_the_readme():
    known = command_parser()._subparsers._group_actions[0].choices
    assert [name for name in known if f"python -m core {name}" not in README + DATA_CARD] == []


def test_every_page_is_in_the_readme():
    titles = re.findall(r'st.Page\(.*title="([^"]+)"', (PROJECT / "app.py").read_text(encoding="utf-8"))
    assert len(titles) >= 4
    assert [title for title in titles if f"**{title}**" not in README] == []


def test_the_changelog_knows_this_version():
    assert f"## {APP_VERSION} (" in (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f'version = "{APP_VERSION}"' in (PROJECT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_data_card_names_every_file():
    files = {path.name for path in (PROJECT / "data").iterdir() if not path.name.startswith(".")} - {"README.md"}
    assert [name for name in sorted(files) if f"`{name}" not in DATA_CARD] == []


def test_no_file_is_larger_than_30_megabytes():
    big = [path for path in (PROJECT / "data").rglob("*") if path.is_file() and path.stat().st_size > 30_000_000]
    assert big == []
