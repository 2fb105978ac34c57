"""How much of core and pages the unit tests run, and which modules least; adds the figures to results/coverage.txt.

    python -m benchmarks.coverage

Lines that only another process runs (the gate's children, started jobs) or only a browser count as not run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from coverage import Coverage
from coverage.exceptions import CoverageException

from benchmarks.machine import when_and_where

PROJECT = Path(__file__).parents[1]
RESULTS = PROJECT / "benchmarks" / "results" / "coverage.txt"
WORST = 10
FEWEST_STATEMENTS = 10
"""Shorter modules are no news: one line not run is a tenth of them."""


@dataclass(frozen=True)
class ModuleCoverage:
    """What was run of one module: its statements, and the lines that were not run."""

    name: str
    statements: int
    missed: tuple[int, ...]

    @property
    def share(self) -> float:
        """Of the statements, those that were run."""
        return 1 - len(self.missed) / self.statements if self.statements else 1.0


def measured(data: Coverage) -> list[ModuleCoverage]:
    """Every module of core and pages, by name."""
    found = []
    for package in ("core", "pages"):
        for path in sorted((PROJECT / package).rglob("*.py")):
            try:
                _, statements, _, missed, _ = data.analysis2(str(path))
            except CoverageException:
                continue
            found.append(ModuleCoverage(str(path.relative_to(PROJECT)), len(statements), tuple(missed)))
    return found


def report_lines(modules: list[ModuleCoverage]) -> list[str]:
    """The total, and the modules of which least was run, the least first."""
    statements, missed = sum(each.statements for each in modules), sum(len(each.missed) for each in modules)
    lines = [f"{100 * (1 - missed / max(1, statements)):.1f} % of {statements:,} statements in {len(modules)} modules"]
    weighty = [each for each in modules if each.statements >= FEWEST_STATEMENTS]
    for each in sorted(weighty, key=lambda each: (each.share, each.name))[:WORST]:
        lines.append(f"  {100 * each.share:5.1f} %  {each.name} ({len(each.missed)} of {each.statements} not run)")
    return lines


def main() -> None:
    """Run the unit tests under coverage, print the figures, and add them to the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tests", nargs="*", default=["tests"], help="which tests (all unit tests)")
    parser.add_argument("--processes", default="logical", help="how many at a time (one a core)")
    options = parser.parse_args()
    head = f"{when_and_where()}; python -m benchmarks.coverage {' '.join(sys.argv[1:])}".rstrip()
    command = [sys.executable, "-m", "pytest", "-m", "not browser and not slow_faults", "--cov", "--cov-report=", "-q"]
    command += [f"--numprocesses={options.processes}", "--maxprocesses=4", "--dist=loadfile", *options.tests]
    outcome = subprocess.run(command, cwd=PROJECT).returncode
    data = Coverage(config_file=str(PROJECT / "pyproject.toml"))
    data.load()
    lines = [head, *report_lines(measured(data))]
    if outcome:
        lines.append("Some tests failed, so what they would have run is not in it.")
    print("\n".join(lines))
    with RESULTS.open("a", encoding="utf-8") as results:
        results.write("\n".join(lines) + "\n\n")
    sys.exit(outcome)


if __name__ == "__main__":
    main()
