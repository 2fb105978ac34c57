"""Follows a recipe of docs/recipes to the letter: writes its files, makes its edits, runs its commands in a copy.

A recipe is Markdown. A line that ends in a colon says where the code block below it goes:

    Write `path`:
    In `path`, below `a piece of the line`:
    In `path`, above `a piece of the line`:
    In `path`, in place of `a piece of the line`:
    In `path`, above the last line:

Blocks marked ``bash`` are run, line by line, in the folder of the project.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
RECIPES = PROJECT / "docs" / "recipes"

_BLOCK = re.compile(r"^(?P<lead>[^\n]*)\n+```(?P<kind>\w+)\n(?P<code>.*?)^```$", flags=re.M | re.S)
_PLACE = re.compile(
    r"(?:\d+\. |\*\*\d+\.\*\* )?(?:Write|In) `(?P<path>[^`]+)`"
    r"(?:, (?P<where>below|above|in place of) (?:`(?P<anchor>[^`]+)`|the last line))?:"
)
_COPIED = ("core", "pages", "tests", "docs", "app.py", "pyproject.toml", "README.md")
_LINKED = ("data", "benchmarks")


@dataclass(frozen=True)
class Step:
    """One code block of a recipe: a file to write, an edit, or commands to run (``path`` is then empty)."""

    path: str
    where: str
    anchor: str
    code: str


def steps_of(recipe: Path) -> list[Step]:
    """The steps of a recipe, in order.

    Raises:
        ValueError: a block of code says neither where it goes nor that it is to be run.
    """
    steps = []
    for block in _BLOCK.finditer(recipe.read_text(encoding="utf-8")):
        if block["kind"] == "bash":
            steps.append(Step("", "run", "", block["code"]))
            continue
        place = _PLACE.fullmatch(block["lead"].strip())
        if place is None:
            raise ValueError(f"{recipe.name}: where does this go? {block['lead']!r}")
        steps.append(Step(place["path"], place["where"] or "write", place["anchor"] or "", block["code"]))
    return steps


def copy_of_the_project(folder: Path) -> Path:
    """A copy of the project's code to follow recipes in; data and benchmarks are links."""
    for name in _COPIED:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.png"))
        else:
            shutil.copy(PROJECT / name, folder / name)
    for name in _LINKED:
        (folder / name).symlink_to(PROJECT / name)
    return folder


def follow(step: Step, project: Path) -> None:
    """Do what a step says, in a copy of the project.

    Raises:
        AssertionError: it cannot be done to the letter, or a command fails.
    """
    if step.where == "run":
        for command in step.code.splitlines():
            _run(command, project)
        return
    path = project / step.path
    if step.where == "write":
        assert not path.exists(), f"{step.path} is there already"
        path.write_text(step.code, encoding="utf-8")
        return
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    places = [number for number, line in enumerate(lines) if step.anchor in line] if step.anchor else [len(lines) - 1]
    assert len(places) == 1, f"{step.path} has {len(places)} lines with: {step.anchor}"
    begin = places[0] + (step.where == "below")
    end = begin + (step.where == "in place of")
    lines[begin:end] = [step.code]
    path.write_text("".join(lines), encoding="utf-8")


def _run(command: str, project: Path) -> None:
    words = shlex.split(command)
    if words[0] == "python":
        words[0] = sys.executable
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "GLITCH_AUDIT_HOME": str(project / "workspaces")}
    done = subprocess.run(words, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-2000:]}"
