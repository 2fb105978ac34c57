"""How a release is cited: CITATION.cff, version 1.2.0 of the Citation File Format."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from core.dataset.released import ReleaseAbout
from core.errors import GlitchAuditError

_ORCID = re.compile(r"\(?(?:https://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])\)?$")
_MESSAGE = "If you use these labels, please cite them as below."


@dataclass(frozen=True)
class Author:
    """Somebody to be cited: a person has a family name, a group has none, and its whole name in ``name``."""

    name: str
    family: str = ""
    given: str = ""
    orcid: str = ""


def read_author(text: str) -> Author:
    """Return the author that a line names: "Family, Given" is a person, any other text a group.

    An ORCID may follow: "Lovelace, Ada 0000-0002-1825-0097". Raises GlitchAuditError for a line without a name, or with
    an ORCID whose last digit does not fit the others (ISO 7064, MOD 11-2).
    """
    text = " ".join(text.split())
    orcid = ""
    if found := _ORCID.search(text):
        orcid, text = found[1], text[: found.start()].rstrip(" ,;")
        if _check_digit(orcid) != orcid[-1]:
            raise GlitchAuditError(f"{orcid} is no ORCID: its last digit does not fit the others.")
    family, comma, given = (part.strip() for part in text.partition(","))
    if not family or (comma and not given):
        raise GlitchAuditError("An author is written as “Family, Given”, a group by its name without a comma.")
    return Author(f"{given} {family}" if comma else family, family if comma else "", given, orcid)


def title_of(about: ReleaseAbout) -> str:
    """Return the title under which a release is cited."""
    return f"Labels of {about.dataset_name}, release {about.name}"


def citation_text(about: ReleaseAbout) -> str:
    """Return the citation in one line, as a paper would have it."""
    names = [_cited(read_author(line)) for line in about.authors]
    return f"{'; '.join(names)} ({about.made_at[:4]}). {title_of(about)} [Data set]."


def citation_cff(about: ReleaseAbout) -> str:
    """Return the text of CITATION.cff; a text of JSON is a double-quoted scalar of YAML."""
    lines = ["cff-version: 1.2.0", "type: dataset"]
    lines += [f"message: {_quoted(_MESSAGE)}", f"title: {_quoted(title_of(about))}"]
    lines += [f"version: {_quoted(about.name)}", f"date-released: {_quoted(about.made_at[:10])}"]
    if about.sentence:
        lines.append(f"abstract: {_quoted(about.sentence)}")
    if about.licence:
        lines.append(f"license: {about.licence}")
    lines.append("authors:")
    for author in map(read_author, about.authors):
        parts = {"family-names": author.family, "given-names": author.given} if author.family else {"name": author.name}
        if author.orcid:
            parts["orcid"] = f"https://orcid.org/{author.orcid}"
        first, *rest = (f"{key}: {_quoted(text)}" for key, text in parts.items())
        lines += [f"  - {first}", *(f"    {line}" for line in rest)]
    return "\n".join([*lines, ""])


def _cited(author: Author) -> str:
    return f"{author.family}, {author.given}" if author.family else author.name


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _check_digit(orcid: str) -> str:
    total = 0
    for digit in orcid.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)
