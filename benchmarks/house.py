"""How large the house is and how it hangs together: lines, functions, the longest one, and circles of imports, by room.

Run ``python -m benchmarks.house``, or ``python -m benchmarks.house --beside /path/to/another/tree`` to compare. Imports
inside functions count as well; those for type checking alone do not.
"""

from __future__ import annotations

import argparse
import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import networkx

from benchmarks.machine import when_and_where

ROOT = Path(__file__).parents[1]
LONG_FUNCTION, LONG_FILE, LONG_PAGE = 60, 400, 100


@dataclass(frozen=True)
class House:
    """What was counted in one tree.

    Attributes:
        lines: by room, as ``core/audit``.
        functions: number of functions and methods.
        docstring_lines: lines of ``core`` that are docstrings.
        longest: lines and name of the longest function.
        long_functions: how many have more than ``LONG_FUNCTION`` lines.
        circles: sets of files that import each other in a circle.
        long_files, long_pages: how many exceed their bounds.
    """

    lines: Counter[str]
    functions: int
    docstring_lines: int
    longest: tuple[int, str]
    long_functions: int
    circles: tuple[tuple[str, ...], ...]
    long_files: int
    long_pages: int


def count_house(tree: Path) -> House:
    """Count what is in a tree's ``app.py``, ``pages`` and ``core``."""
    sources = {path.relative_to(tree): path.read_text(encoding="utf-8") for path in _files(tree)}
    parsed = {path: ast.parse(text) for path, text in sources.items()}
    lengths = [
        (node.end_lineno - node.lineno + 1, f"{path}:{node.name}")
        for path, module in parsed.items()
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lines: Counter[str] = Counter()
    for path, text in sources.items():
        lines[_room(path)] += len(text.splitlines())
    counts = {path: len(text.splitlines()) for path, text in sources.items()}
    return House(
        lines=lines,
        functions=len(lengths),
        docstring_lines=sum(_docstring_lines(module) for path, module in parsed.items() if path.parts[0] == "core"),
        longest=max(lengths),
        long_functions=sum(length > LONG_FUNCTION for length, _ in lengths),
        circles=_circles(parsed),
        long_files=sum(count > LONG_FILE for count in counts.values()),
        long_pages=sum(count > LONG_PAGE for path, count in counts.items() if path.parent == Path("pages")),
    )


def _files(tree: Path) -> Iterator[Path]:
    yield tree / "app.py"
    for room in ("core", "pages"):
        yield from sorted((tree / room).rglob("*.py"))


def _room(path: Path) -> str:
    depth = 2 if path.parts[:2] in (("pages", "components"), ("pages", "parts")) or path.parts[0] == "core" else 1
    own = path.parts[: depth + (path.parts[:2] == ("pages", "parts"))]
    return "/".join(part for part in own if not part.endswith(".py")) or str(path)


def _docstring_lines(module: ast.Module) -> int:
    total = 0
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(
            node
        ):
            total += node.body[0].end_lineno - node.body[0].lineno + 1
    return total


def _circles(parsed: dict[Path, ast.Module]) -> tuple[tuple[str, ...], ...]:
    names = {_module(path): path for path in parsed}
    graph = networkx.DiGraph()
    for name, path in names.items():
        for node in _run_time_nodes(parsed[path]):
            for other in _imported(node, names):
                # A room's own __init__ that gathers names stands above its files, not among them.
                if other != name and not name.startswith(f"{other}.") and not other.startswith(f"{name}."):
                    graph.add_edge(name, other)
    return tuple(tuple(sorted(part)) for part in networkx.strongly_connected_components(graph) if len(part) > 1)


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _run_time_nodes(module: ast.Module) -> Iterator[ast.AST]:
    waiting: list[ast.AST] = [module]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        waiting.extend(ast.iter_child_nodes(node))


def _imported(node: ast.AST, names: dict[str, Path]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            if whole in names or node.module in names:
                yield whole if whole in names else node.module


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beside", type=Path, help="another tree to compare with, such as a checkout of before")
    options = parser.parse_args()
    houses = {"here": count_house(ROOT)}
    if options.beside:
        houses = {"before": count_house(options.beside.resolve()), **houses}
    print(when_and_where())
    for name, house in houses.items():
        print(
            f"{name}: {sum(house.lines.values()):,} lines, {house.functions:,} functions, longest "
            f"{house.longest[0]} lines ({house.longest[1]}), {house.long_functions} over {LONG_FUNCTION}; "
            f"{house.docstring_lines:,} lines of docstrings in core; "
            f"{house.long_files} files over {LONG_FILE} lines, {house.long_pages} pages over "
            f"{LONG_PAGE}; {len(house.circles)} circles of files"
        )
        for circle in house.circles:
            print("  circle:", ", ".join(circle))
    print(f"{'room':32}" + "".join(f"{name:>10}" for name in houses))
    for room in sorted({room for house in houses.values() for room in house.lines}):
        print(f"{room:32}" + "".join(f"{house.lines[room]:10,}" for house in houses.values()))


if __name__ == "__main__":
    main()
