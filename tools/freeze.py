"""Writes constraints.txt anew: every package that the requirements bring, direct or not, at one exact version.

    python tools/freeze.py

pip resolves the requirements as if nothing were pinned but what they pin themselves, installs nothing, and reports what
it would take. `make update` runs this, installs the outcome, and checks it; run `make test` before you commit it. A
direct package is renewed by its own line in a requirements file.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONSTRAINTS = ROOT / "constraints.txt"
REQUIREMENTS = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-detector.txt",
    "requirements-impact.txt",
    "requirements-openvino.txt",
    "requirements-pictures.txt",
    "requirements-scale.txt",
)
ELSEWHERE = ("colorama", "tzdata")
"""What only another system brings (Windows: through tqdm, pytest, pandas and others), pinned all the same."""
PINNED_BY_TORCH = ("nvidia-", "cuda-", "triton")
"""How the packages begin that torch's CUDA build brings: it pins them itself, and the CPU build has none of them."""

HEADER = """\
# Every package that requirements*.txt bring, direct or not, as tested. The requirements files name this file, so plain
# `pip install -r requirements.txt` and `make` install the same. `make update` renews it; do not edit it by hand.
# A line holds only where its package is needed, so one file serves Linux, macOS, Windows and Arm.
# No hashes: they would tie torch to the build of one platform. "torch==2.13.0" also takes the CPU build, "2.13.0+cpu".
"""


def direct_requirements(files: Iterable[Path]) -> list[str]:
    """The requirement lines of ``files``, without comments and without ``-r`` and ``-c`` lines."""
    lines = [line.split("#")[0].strip() for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith("-")]


def pins_of_report(report: Mapping) -> dict[str, str]:
    """Name and public version of every package in the report of ``pip install --report``."""
    found = {item["metadata"]["name"]: item["metadata"]["version"] for item in report["install"]}
    pins = {re.sub(r"[-_.]+", "-", name).lower(): version.split("+")[0] for name, version in found.items()}
    return {name: version for name, version in pins.items() if not name.startswith(PINNED_BY_TORCH)}


def constraints_text(pins: Mapping[str, str]) -> str:
    """What stands in constraints.txt for these pins."""
    return HEADER + "".join(f"{name}=={version}\n" for name, version in sorted(pins.items()))


def resolve(wanted: Iterable[str]) -> dict[str, str]:
    """The pins that pip finds for these requirements; raises CalledProcessError where they cannot be met."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = ["install", "--quiet", "--dry-run", "--ignore-installed", "--report", str(report), *wanted]
        subprocess.run([sys.executable, "-m", "pip", *command], check=True)
        return pins_of_report(json.loads(report.read_text(encoding="utf-8")))


def main() -> None:
    """Writes constraints.txt and says what changed."""
    pins = resolve([*direct_requirements(ROOT / name for name in REQUIREMENTS), *ELSEWHERE])
    before = CONSTRAINTS.read_text(encoding="utf-8") if CONSTRAINTS.exists() else ""
    after = constraints_text(pins)
    CONSTRAINTS.write_text(after, encoding="utf-8")
    changed = sorted(set(before.splitlines()) ^ set(after.splitlines()))
    print("\n".join(f"{'+' if line in after else '-'} {line}" for line in changed) or "constraints.txt is as it was.")


if __name__ == "__main__":
    main()
