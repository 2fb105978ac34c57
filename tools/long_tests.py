"""Print the long test files that are due: those that did not pass as the project is now.

    python -m tools.long_tests
    python -m tools.long_tests --passed FILE ...

A file is due where anything that it is about (``tests/long_files.py``) differs from when it last passed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from tests.long_files import ALWAYS, LONG_FILES

PROJECT = Path(__file__).resolve().parents[1]
PASSED = PROJECT / "tests" / "long_passed.json"
_LEFT_OUT = {"__pycache__"}


def state_of(parts: Sequence[str], *, project: Path = PROJECT) -> str:
    """Return a hash of the names and contents of these files and folders, of folders with everything in them."""
    whole = hashlib.sha256()
    for part in sorted(set(parts)):
        place = project / part
        if not place.exists():
            raise FileNotFoundError(f"{part} is not there: mend tests/long_files.py")
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        for file in files:
            if file.is_file() and not _LEFT_OUT & set(file.parts):
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                whole.update(f"{file.relative_to(project).as_posix()} {content}\n".encode())
    return whole.hexdigest()[:16]


def states(*, project: Path = PROJECT) -> dict[str, str]:
    """Return the state that each long test file is about now."""
    return {
        name: state_of((*parts, *ALWAYS, f"tests/{name}"), project=project)
        for name, parts in sorted(LONG_FILES.items())
    }


def due(now: dict[str, str], passed: dict[str, str]) -> list[str]:
    """Return the files whose state is another one than when they passed."""
    return [f"tests/{name}" for name, state in now.items() if passed.get(name) != state]


def main(arguments: list[str] | None = None) -> None:
    """Print what is due, or remember what has passed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passed", nargs="+", metavar="FILE", help="remember that these passed")
    options = parser.parse_args(arguments)
    passed = json.loads(PASSED.read_text()) if PASSED.exists() else {}
    now = states()
    if options.passed:
        names = [name.removeprefix("tests/") for name in options.passed]
        passed = {name: now[name] if name in names else passed.get(name, "") for name in now}
        PASSED.write_text(json.dumps(passed, indent=2) + "\n")
        return
    print(*due(now, passed))


if __name__ == "__main__":
    main()
