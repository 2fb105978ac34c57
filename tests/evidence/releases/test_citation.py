"""CITATION.cff is YAML that holds what the Citation File Format asks for, and authors are read as they are written."""

import re

import pytest
import yaml

from core.errors import GlitchAuditError
from core.evidence.releases.citation import Author, citation_cff, citation_text, read_author
from core.evidence.releases.model import LICENCES
from tests.evidence.releases.cases import ABOUT, content

# From the schema of the Citation File Format, version 1.2.0.
REQUIRED = {"authors", "cff-version", "message", "title"}
ALLOWED = REQUIRED | {"abstract", "date-released", "license", "type", "version"}
PERSON = {"family-names", "given-names", "orcid"}
ENTITY = {"name", "orcid"}
DATE = r"[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])"
ORCID = r"https://orcid\.org/[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]{1}"


def check(found):
    assert set(found) >= REQUIRED and set(found) <= ALLOWED
    assert found["cff-version"] == "1.2.0" and found["type"] in ("software", "dataset")
    assert re.fullmatch(DATE, found["date-released"]) and found.get("license", "CC0-1.0") in LICENCES
    for author in found["authors"]:
        assert set(author) <= PERSON or (set(author) <= ENTITY and author["name"])
        assert re.fullmatch(ORCID, author.get("orcid", "https://orcid.org/0000-0002-1825-0097"))
    texts = [value for value in found.values() if not isinstance(value, list)]
    assert all(isinstance(text, str) and text for text in texts)


def test_it_holds_what_the_format_asks_for():
    found = yaml.safe_load(citation_cff(ABOUT))
    check(found)
    assert found["authors"] == [
        {"family-names": "Lovelace", "given-names": "Ada", "orcid": "https://orcid.org/0000-0002-1825-0097"},
        {"name": "Gravity Spy"},
    ]
    assert found["title"] == "Labels of O3 of Livingston, release 2026-11" and found["version"] == "2026-11"


@pytest.mark.parametrize("text", ['"quoted" \\ : # | - {a}', "é 中 😀", "yes", "1.0", "2026-11-30", "- x", "& *a"])
def test_any_text_stays_a_text(text):
    about = content(sentence=text, authors=(text.replace(",", ""),), licence="", name="1.0").about
    found = yaml.safe_load(citation_cff(about))
    check(found)
    assert found["abstract"] == text and found["authors"] == [{"name": text}] and found["version"] == "1.0"


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Lovelace, Ada", Author("Ada Lovelace", "Lovelace", "Ada")),
        ("van Beethoven,  Ludwig ", Author("Ludwig van Beethoven", "van Beethoven", "Ludwig")),
        ("Gravity Spy", Author("Gravity Spy")),
        ("Ada (https://orcid.org/0000-0002-1694-233X)", Author("Ada", orcid="0000-0002-1694-233X")),
    ],
)
def test_authors_are_read_as_they_are_written(line, author):
    assert read_author(line) == author


@pytest.mark.parametrize("line", ["", ", Ada", "Lovelace,", "Ada 0000-0002-1825-0098", "0000-0002-1825-0097"])
def test_what_names_nobody_is_refused(line):
    with pytest.raises(GlitchAuditError):
        read_author(line)


def test_a_paper_cites_it_in_one_line():
    expected = "Lovelace, Ada; Gravity Spy (2026). Labels of O3 of Livingston, release 2026-11 [Data set]."
    assert citation_text(ABOUT) == expected
