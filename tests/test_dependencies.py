"""Every package is pinned, direct or not: the files agree with each other, and what runs the tests is what they say."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools.freeze import ELSEWHERE, constraints_text, direct_requirements, pins_of_report
from tools.third_party import installed_with

PROJECT = Path(__file__).parent.parent
INSTALLED = ("requirements-dev.txt", "requirements.txt", "requirements-detector.txt", "requirements-impact.txt")
"""What `make test` installs."""
FILES = [*sorted(PROJECT.glob("requirements*.txt")), PROJECT / "demo" / "requirements.txt"]
FROZEN = {
    canonicalize_name(name): version
    for name, version in (line.split("==") for line in direct_requirements([PROJECT / "constraints.txt"]))
}


def files_read(path):
    """The files that pip reads with this one, itself among them."""
    named = re.findall(r"^-[rc] (\S+)$", path.read_text(encoding="utf-8"), flags=re.M)
    return {path.resolve()}.union(*(files_read(path.parent / name) for name in named))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_what_is_named_is_pinned_and_at_the_version_of_the_constraints(path):
    wanted = [Requirement(line) for line in direct_requirements([path])]
    assert wanted
    assert {name: str(spec) for name, spec in ((canonicalize_name(r.name), r.specifier) for r in wanted)} == {
        canonicalize_name(r.name): f"=={FROZEN.get(canonicalize_name(r.name))}" for r in wanted
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_plain_pip_reads_the_constraints_with_every_file(path):
    assert PROJECT / "constraints.txt" in files_read(path)


def test_constraints_hold_on_every_platform():
    lines = direct_requirements([PROJECT / "constraints.txt"])
    # No local part such as +cpu, no address, no hash: each would tie a line to one index or one build.
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", line)] == []
    assert lines == sorted(lines, key=lambda line: line.split("==")[0]) and len(lines) == len(FROZEN)
    assert set(ELSEWHERE) <= set(FROZEN)


def test_no_registry_is_named_in_any_file():
    named = [PROJECT / "constraints.txt", PROJECT / "Makefile", PROJECT / "pyproject.toml", *FILES]
    found = [path.name for path in named if re.search(r"index-url|find-links|://", path.read_text(encoding="utf-8"))]
    assert found == []


def test_the_tests_run_on_the_frozen_packages():
    """What fails here is an environment that was changed by hand, or a new package: `make test` and `make update`."""
    needed = list(installed_with(direct_requirements(PROJECT / name for name in INSTALLED)))
    assert len({canonicalize_name(wanted.name) for _, wanted in needed}) > 60
    names = {canonicalize_name(wanted.name) for _, wanted in needed}
    assert sorted(names - set(FROZEN)) == []
    found = {name: Version(metadata.version(name)).public for name in names}
    assert found == {name: FROZEN[name] for name in names}


def test_no_package_asks_for_another_version_than_is_there():
    """What `pip check` says, for the packages that the workbench and its tests need."""
    needed = installed_with(direct_requirements(PROJECT / name for name in INSTALLED))
    unmet = [
        f"{who} wants {wanted}"
        for who, wanted in needed
        if not wanted.specifier.contains(metadata.version(wanted.name), prereleases=True)
    ]
    assert unmet == []


def test_a_resolved_report_becomes_pins_for_every_platform():
    found = [("Torch", "2.13.0+cpu"), ("typing_extensions", "4.16.0"), ("nvidia-cublas", "13.1"), ("triton", "3.7.0")]
    report = {"install": [{"metadata": {"name": name, "version": version}} for name, version in found]}
    pins = pins_of_report(report)
    assert pins == {"torch": "2.13.0", "typing-extensions": "4.16.0"}
    assert constraints_text(pins).endswith('"2.13.0+cpu".\ntorch==2.13.0\ntyping-extensions==4.16.0\n')
