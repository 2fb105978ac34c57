"""A release described for machines: Croissant 1.0, the JSON-LD of MLCommons for data sets.

Terms and required properties are those of https://docs.mlcommons.org/croissant/docs/croissant-spec.html; a test has
``mlcroissant`` read the description and the labels through it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from core.dataset.released import LABELS, ReleaseAbout
from core.evidence.releases.citation import Author, citation_text, read_author, title_of
from core.evidence.releases.model import LICENCES

_CROISSANT = (
    *("citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject", "fileSet", "format"),
    *("includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex"),
    *("repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
)
"""Terms of Croissant that stand without a prefix in its context."""
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    **{name: f"cr:{name}" for name in _CROISSANT},
}
_FIELDS = {
    "sample_id": "The id of the sample, as its source gives it; in a plain folder, the picture's path without suffix.",
    "label": "The label now: the decided one where there is one, else the label that the data set was brought with.",
    "label_before": "The label that the data set was brought with.",
    "how": "What decided: the rule, a moderator, or nothing, where nobody decided.",
    "decided_by": "The people who agreed, or the moderator.",
    "decided_at": "When that was, ISO 8601 in UTC.",
    "reason": "What they wrote as their reason.",
    "class": "The label now, after all merges and renamings of labels that were accepted.",
}
_KINDS = {".csv": "text/csv", ".json": "application/json", ".jsonld": "application/ld+json", ".md": "text/markdown"}


def croissant_text(
    about: ReleaseAbout, files: Mapping[str, tuple[str, int]], *, derived_from: Sequence[str] = ()
) -> str:
    """Return the text of croissant.json.

    ``files`` are the release's other files by name, each with its SHA-256 in hexadecimal and its size in bytes;
    ``derived_from`` names, in words, what the labels were made from.
    """
    described = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": _plain(f"{about.dataset_name}-{about.name}"),
        "alternateName": title_of(about),
        "description": about.sentence or f"{title_of(about)}.",
        "citeAs": citation_text(about),
        "creator": [_creator(read_author(line)) for line in about.authors],
        "datePublished": about.made_at[:10],
        "dateCreated": about.made_at,
        # Croissant wants three numbers.
        "version": f"{about.number}.0.0",
        "isLiveDataset": False,
        "keywords": ["labels", "label corrections", about.dataset_name],
        **({"license": LICENCES[about.licence]} if about.licence else {}),
        "rai:dataAnnotationProtocol": f"A label counts as decided when {about.rule}.",
        "rai:dataCollection": "; ".join(derived_from),
        "distribution": [_file(name, digest, size) for name, (digest, size) in files.items()],
        "recordSet": [_records()],
    }
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def _file(name: str, digest: str, size: int) -> dict[str, Any]:
    suffix = f".{name.rpartition('.')[2]}"
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{size} B",
        "encodingFormat": _KINDS.get(suffix, "text/plain"),
        "sha256": digest,
    }


def _records() -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": "labels",
        "name": "labels",
        "description": "One record a sample.",
        "key": {"@id": "labels/sample_id"},
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"labels/{name}",
                "name": name,
                "description": words,
                "dataType": "sc:Text",
                "source": {"fileObject": {"@id": LABELS}, "extract": {"column": name}},
            }
            for name, words in _FIELDS.items()
        ],
    }


def _creator(author: Author) -> dict[str, str]:
    kind = (
        {"@type": "sc:Person", "familyName": author.family, "givenName": author.given}
        if author.family
        else {"@type": "sc:Organization"}
    )
    return {
        **kind,
        "name": author.name,
        **({"identifier": f"https://orcid.org/{author.orcid}"} if author.orcid else {}),
    }


def _plain(text: str) -> str:
    """Return a name of letters, digits, hyphens and underscores, which is all that Croissant's tools take."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")
