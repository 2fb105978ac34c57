"""The house keeps its rooms: core knows no screen, pages compute nothing, arrows run one way, heavy imports wait."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import core

PROJECT = Path(__file__).parent.parent
CORE = sorted((PROJECT / "core").rglob("*.py"))
PAGES = sorted((PROJECT / "pages").rglob("*.py"))

PUBLIC_NAMES = {
    "APP_VERSION",
    "Cancelled",
    "Dataset",
    "EmbedParams",
    "Embedding",
    "Filters",
    "GlitchAuditError",
    "Prepared",
    "Selection",
    "Settings",
    "Workspace",
    "cluster_table",
    "demo_workspace",
    "filter_mask",
    "label_mix",
    "load_prepared",
    "load_settings",
    "make_selection",
    "open_dataset",
    "open_ledger",
    "prepare_workspace",
    "propose",
    "proposals",
    "read_dataset",
    "save_settings",
    "selection_summary",
    "taxonomy_for",
    "withdraw",
    "workspace_for",
}

# Tried in a process of its own: the tests' own imports may have bound what is to be found out.
IMPORT_EACH = """
import pkgutil, sys
import core, pages.parts
names = [
    module.name
    for package in (core, pages.parts)
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    if not module.name.endswith("__main__")
]
for name in names:
    try:
        exec(f"import {name} as found")
    except Exception as error:
        print(name, error)
    else:
        if found is not sys.modules[name]:
            print(name, "is hidden by", found)
print(len(names), "modules")
"""

ROOM_MAY_USE = {
    "gate": set(),
    "dataset": {"gate"},
    "embed": {"dataset", "simulate"},
    "space": {"dataset", "embed"},
    "audit": {"dataset", "space", "embed"},
    "ledger": {"dataset", "gate"},
    "evidence": {"dataset", "embed", "space", "audit"},
    "simulate": {"dataset"},
    "classify": {"dataset", "gate", "embed", "space", "audit", "evidence"},
    "pipeline": {"dataset", "gate", "embed", "space", "audit", "evidence"},
    "jobs": {"dataset", "classify", "pipeline"},
    "demo": {"embed", "classify", "pipeline"},
    "commands": {"embed", "space", "audit", "evidence", "classify", "pipeline"},
}


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(PROJECT)))
def test_core_knows_no_screen(path):
    assert not {name for name in imports_of(path) if name.split(".")[0] in ("streamlit", "pages")}


@pytest.mark.parametrize("room", ROOM_MAY_USE)
def test_arrows_run_one_way(room):
    used = set()
    for path in (PROJECT / "core" / room).rglob("*.py"):
        used |= {name.split(".")[1] for name in imports_of(path) if re.match(r"core\.\w+\.\w+|core\.\w+$", name)}
    assert (used & set(ROOM_MAY_USE)) - {room} <= ROOM_MAY_USE[room]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_pages_hold_no_sql_and_import_nothing_heavy(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(SELECT|INSERT|UPDATE|DELETE)\b .*\b(FROM|INTO|SET)\b|\.execute\(", text)
    assert not {name.split(".")[0] for name in imports_of(path)} & {"torch", "umap", "hdbscan", "sklearn", "duckdb"}


@pytest.mark.parametrize("path", [*CORE, *PAGES], ids=lambda path: str(path.relative_to(PROJECT)))
def test_modules_stay_readable_in_one_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_public_surface_is_pinned():
    """Taking a name away breaks somebody's notebook: say so in the changelog when this list changes."""
    assert set(core.__all__) == PUBLIC_NAMES
    assert all(hasattr(core, name) for name in PUBLIC_NAMES)


def test_importing_core_imports_nothing_heavy():
    code = (
        "import sys, core; print([n for n in ('torch', 'umap', 'numba', 'hdbscan', 'streamlit') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_module_can_be_imported_under_its_whole_name():
    done = subprocess.run([sys.executable, "-c", IMPORT_EACH], cwd=PROJECT, capture_output=True, text=True)
    *hidden, count = done.stdout.splitlines()
    assert hidden == []
    assert int(count.split()[0]) > 200


STATE_KEEPERS = ("pages/parts/desk/state.py", "pages/parts/widgets/")


def test_what_a_session_remembers_is_kept_in_one_place():
    """Panels keep a frozen value, see ``pages/parts/desk/state.py``; a widget's own key is read and set through it."""
    offenders = {
        str(path.relative_to(PROJECT))
        for path in (PROJECT / "app.py", *PAGES)
        if "session_state" in path.read_text(encoding="utf-8")
    }
    assert not {name for name in offenders if not name.startswith(STATE_KEEPERS)}


def test_parts_are_told_who_is_at_the_desk():
    """``app.py`` looks once a run and hands it on: only what writes, and the desk itself, looks again."""
    looks = ("public_demo(", "sign_in_providers(", "known_workspaces(", "current_workspace(")
    offenders = {
        str(path.relative_to(PROJECT))
        for path in PAGES
        if any(f" {look}" in path.read_text(encoding="utf-8") for look in looks)
    }
    assert not {name for name in offenders if not name.startswith("pages/parts/desk/")}


def test_what_is_drawn_goes_by_the_one_look():
    """What is written looks again, for roles may have changed since; that second look is handed on to nothing drawn."""
    offenders = {
        str(path.relative_to(PROJECT))
        for path in PAGES
        if re.search(r"\bat_desk\(\)(\s*[,)]|\.(allowed|why_not|hindrance)\b)", path.read_text(encoding="utf-8"))
    }
    assert not offenders - {"pages/parts/desk/acts.py"}


def test_no_panel_is_handed_all_results():
    """Each gets the few values that it shows, see ``pages/parts/desk/shown.py``."""
    makers = {"pages/parts/desk/results.py", "pages/parts/desk/shown.py", "pages/parts/data/open_results.py"}
    handed = {
        str(path.relative_to(PROJECT)) for path in PAGES if re.search(r"\bPrepared\b", path.read_text(encoding="utf-8"))
    }
    assert handed == makers


def test_pages_read_as_tables_of_contents():
    assert max(len(path.read_text(encoding="utf-8").splitlines()) for path in (PROJECT / "pages").glob("*.py")) <= 100
