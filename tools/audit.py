"""Compares the pinned packages with the known faults, through pip-audit: `make audit` runs this.

pip-audit leaves out what its database does not know, and then still says that nothing was found. This says so instead:
That none is known is a good end only where every package was looked up.

Exit status: 0 none known, 1 some known, 2 not all could be looked up.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"


def verdict(report: Mapping | None) -> tuple[int, str]:
    """Exit status and sentences for pip-audit's report; None where it gave none."""
    packages = report["dependencies"] if report else []
    known = [package for package in packages if "vulns" in package]
    if not known:
        return 2, (
            "Nothing was audited: the database of known faults cannot be reached from here. Run `make audit` where the "
            "internet can be reached."
        )
    faults = [
        f"{package['name']} {package['version']}: {fault['id']}, {_mended(fault['fix_versions'])}"
        for package in known
        for fault in package["vulns"]
    ]
    left_out = [package["name"] for package in packages if "vulns" not in package]
    lines = [
        *faults,
        f"{len(known)} of {len(packages)} packages were looked up; known faults: {len(faults) or 'none'}.",
    ]
    if left_out:
        lines.append(f"Not looked up, because the database does not know them: {', '.join(left_out)}.")
    return (1 if faults else 2 if left_out else 0), "\n".join(lines)


def _mended(versions: Sequence[str]) -> str:
    return f"mended in {', '.join(versions)}" if versions else "not mended yet"


def report_of(constraints: Path) -> Mapping | None:
    """pip-audit's report on these pins; None where it ended without one."""
    command = [
        "pip_audit",
        "-r",
        str(constraints),
        "--no-deps",
        "--disable-pip",
        "--progress-spinner",
        "off",
        "-f",
        "json",
    ]
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return None


if __name__ == "__main__":
    status, text = verdict(report_of(CONSTRAINTS))
    print(text)
    sys.exit(status)
