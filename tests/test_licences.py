"""No copyleft slips in: every package's licence is on the list, and THIRD_PARTY.md names them all."""

import re
from email.message import Message
from importlib import metadata
from pathlib import Path

import pytest

from tools.freeze import direct_requirements
from tools.third_party import (
    BUNDLED,
    COPYLEFT_EXTRA,
    EXCEPTIONS,
    NATIVE,
    READ_ELSEWHERE,
    brought_by,
    is_allowed,
    licence_claims,
    objection,
    third_party_text,
)

PROJECT = Path(__file__).parent.parent
PINNED = {line.split("==")[0] for line in direct_requirements([PROJECT / "constraints.txt"])}


def package(**fields):
    found = Message()
    for name, value in fields.items():
        for one in [value] if isinstance(value, str) else value:
            found[name.replace("_", "-")] = one
    return found


@pytest.mark.parametrize(
    "file", ["requirements.txt", "demo/requirements.txt", "requirements-dev.txt", "requirements-impact.txt"]
)
def test_nothing_required_is_under_a_licence_that_is_not_on_the_list(file):
    brought = brought_by(file) | (brought_by("requirements.txt") if "dev" in file else set())
    assert len(brought) > 5
    assert [why for name in sorted(brought) if (why := objection(name, metadata.metadata(name)))] == []


def test_the_gpl_comes_with_the_detectors_packages_alone_and_each_is_named():
    detector = brought_by("requirements-detector.txt")
    others = ("requirements.txt", "demo/requirements.txt", "requirements-dev.txt", "requirements-impact.txt")
    assert not set(COPYLEFT_EXTRA) & set().union(*(brought_by(file) for file in others))
    assert set(COPYLEFT_EXTRA) <= detector
    assert all("GPL" in licence_claims(metadata.metadata(name))[0] for name in COPYLEFT_EXTRA)
    refused = {name for name in detector if objection(name, metadata.metadata(name))}
    assert refused == set(COPYLEFT_EXTRA)
    assert all(objection(name, metadata.metadata(name), detector=True) == "" for name in detector)
    assert all(why in (PROJECT / "THIRD_PARTY.md").read_text(encoding="utf-8") for why in COPYLEFT_EXTRA.values())


@pytest.mark.parametrize(
    "found",
    [
        # krippendorff 0.9.0 and ml4gw 0.8.0, which were required once.
        package(License_Expression="GPL-3.0-or-later"),
        package(Classifier="License :: OSI Approved :: GNU General Public License v3 (GPLv3)"),
        package(License="AGPL-3.0"),
        package(License="LGPL-2.1-or-later"),
        package(License_Expression="MIT AND GPL-2.0-only"),
        package(License_Expression="GPL-2.0-only WITH Classpath-exception-2.0"),
        # One field may hide what the other says.
        package(License="MIT", Classifier="License :: OSI Approved :: GNU Affero General Public License v3"),
        package(License_Expression="MPL-2.0"),
        package(License="Ask the author"),
        package(License="UNKNOWN"),
        package(),
    ],
)  # fmt: skip
def test_copyleft_and_what_is_not_known_are_refused(found):
    assert objection("somebodys-package", found)


@pytest.mark.parametrize(
    "found",
    [
        package(License_Expression="MIT"),
        package(License_Expression="BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0"),
        package(License_Expression="Apache-2.0 OR GPL-2.0-only"),
        package(License_Expression="BSD-2-Clause AND Apache-2.0 WITH LLVM-exception"),
        package(License="BSD", Classifier="License :: OSI Approved"),
        package(Classifier=["Topic :: Software Development", "License :: OSI Approved :: MIT License"]),
        package(License="Apache License\n          Version 2.0, January 2004\n  TERMS AND CONDITIONS" + 9 * " ..."),
    ],
)  # fmt: skip
def test_permissive_ones_are_allowed_however_they_are_written(found):
    assert objection("somebodys-package", found) == ""


def test_exceptions_are_needed_and_say_why():
    assert set(EXCEPTIONS) | set(READ_ELSEWHERE) <= PINNED
    for name, (licence, why) in EXCEPTIONS.items():
        (claim, *_) = licence_claims(metadata.metadata(name))
        assert licence in claim and not is_allowed(claim) and len(why) > 20
    # An exception is for the licence it names, not for the package whatever it turns into.
    assert objection("certifi", package(License="GPL-3.0-only"))


def test_the_component_is_under_the_licence_that_is_said():
    files = metadata.files("streamlit-plotly-events")
    text = next(file for file in files if file.name == "LICENSE").locate().read_text(encoding="utf-8")
    assert "Permission is hereby granted, free of charge" in text and 'THE SOFTWARE IS PROVIDED "AS IS"' in text


def test_the_javascript_that_is_named_is_what_is_there():
    versions = set()
    for file in metadata.files("streamlit-plotly-events"):
        if re.fullmatch(r"2\..*\.chunk\.js", file.name):
            versions |= set(re.findall(r'r\.version="([0-9.]+)"', file.locate().read_text(encoding="utf-8")))
    assert versions == {"1.58.4"} and "plotly.js 1.58.4" in BUNDLED[0][0]
    package = f"streamlit-plotly-events {metadata.version('streamlit-plotly-events')}"
    assert f"plotly.js 1.58.4 in {package}" in (PROJECT / "SECURITY.md").read_text(encoding="utf-8")
    start = next(file for file in metadata.files("plotly") if file.name == "plotly.min.js").locate().open().read(100)
    assert f"plotly.js v{BUNDLED[3][0].split()[1]}" in start


def test_the_libraries_inside_the_wheels_are_named():
    named = {name for *_, names in NATIVE for name in names}
    folders = Path(metadata.distribution("numpy").locate_file("")).glob("*.libs")
    found = {
        (folder.name, re.match(r"lib([A-Za-z0-9_]+)", file.name)[1]) for folder in folders for file in folder.iterdir()
    }
    assert sorted(place for place in found if place[1] not in named) == []


def test_third_party_is_up_to_date():
    """What fails here: a requirement changed. Run `python tools/third_party.py` and look at what it wrote."""
    assert (PROJECT / "THIRD_PARTY.md").read_text(encoding="utf-8") == third_party_text()
