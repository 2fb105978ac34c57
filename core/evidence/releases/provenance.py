"""Where each decided label of a release comes from, in the terms of PROV-O, as JSON-LD.

A label now is an entity that a decision generated; it revises the label that was brought. A decision is an activity: it
used what people said (each an entity with its author, time and reason), and is associated with those people.
Terms: https://www.w3.org/TR/prov-o/.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pandas as pd

from core.dataset.released import ReleaseAbout
from core.evidence.releases.model import ReleaseContent

_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"
_CONTEXT: dict[str, Any] = {
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sc": "https://schema.org/",
    "said": "rdfs:comment",
    "called": "rdfs:label",
    "prov:generatedAtTime": {"@type": _TIME},
    "prov:endedAtTime": {"@type": _TIME},
}


def provenance_text(content: ReleaseContent) -> str:
    """Return the text of provenance.jsonld: the release, the people, and every label that somebody decided."""
    about = content.about
    context = {**_CONTEXT, "here": _base(about)}
    graph = [*_release(about), *_people(content.opinions)]
    said = dict(list(content.opinions.groupby("sample_id", sort=False)))
    for row in content.labels[content.decided].to_dict("records"):
        graph += _label(row, said.get(row["sample_id"], content.opinions.iloc[:0]))
    return json.dumps({"@context": context, "@graph": graph}, indent=1, ensure_ascii=False) + "\n"


def _base(about: ReleaseAbout) -> str:
    return f"urn:glitch-audit:{quote(about.dataset_fingerprint, safe='')}:{about.name}:"


def _release(about: ReleaseAbout) -> list[dict[str, Any]]:
    return [
        {
            "@id": "here:release",
            "@type": ["prov:Entity", "prov:Collection"],
            "called": about.name,
            "prov:generatedAtTime": about.made_at,
            "prov:wasDerivedFrom": [_thing("here:data-set"), _thing("here:ledger")],
            "prov:wasAttributedTo": _thing("here:program"),
            # Relative to the urn of this release, so that two releases of one data set name the same thing.
            **({"prov:wasRevisionOf": _thing(f"{_base(about)[: -len(about.name) - 1]}{about.before}:release")}
               if about.before else {}),
        },
        {
            "@id": "here:data-set",
            "@type": "prov:Entity",
            "called": about.dataset_name,
            "sc:identifier": about.dataset_fingerprint,
        },
        {
            "@id": "here:ledger",
            "@type": "prov:Entity",
            "called": f"the ledger after {about.ledger_events:,} events",
            "sc:identifier": about.ledger_fingerprint,
        },
        {"@id": "here:program", "@type": "prov:SoftwareAgent", "called": f"Glitch Audit {about.app_version}"},
        {"@id": "here:rule", "@type": ["prov:Entity", "prov:Plan"], "said": about.rule},
    ]  # fmt: skip


def _people(opinions: pd.DataFrame) -> list[dict[str, Any]]:
    found = opinions.groupby("person")["verified"].any()
    return [
        {
            "@id": _person(name),
            "@type": "prov:Person",
            "called": name,
            "said": "signed in" if verified else "typed the name, which was not checked",
        }
        for name, verified in found.items()
    ]


def _label(row: dict[str, str], said: pd.DataFrame) -> list[dict[str, Any]]:
    key = quote(row["sample_id"], safe="")
    decision, was = f"here:decision/{key}", f"here:brought/{key}"
    brought = {
        "@id": was,
        "@type": "prov:Entity",
        "prov:value": row["label_before"],
        "prov:wasDerivedFrom": _thing("here:data-set"),
    }
    now = {
        "@id": f"here:label/{key}",
        "@type": "prov:Entity",
        "sc:identifier": row["sample_id"],
        "prov:value": row["label"],
        "prov:wasRevisionOf": _thing(was),
        "prov:wasGeneratedBy": _thing(decision),
    }
    activity = {
        "@id": decision,
        "@type": "prov:Activity",
        "prov:endedAtTime": row["decided_at"],
        "prov:used": [_thing(was), *(_thing(_opinion(name)) for name in said["said_id"])],
        "prov:wasAssociatedWith": [_thing(_person(name)) for name in dict.fromkeys(said["person"])],
        "called": f"decided by {'the rule' if row['how'] == 'rule' else 'a moderator'}",
        **({"prov:qualifiedAssociation": {
            "@type": "prov:Association", "prov:agent": _thing("here:program"), "prov:hadPlan": _thing("here:rule")
        }} if row["how"] == "rule" else {}),
    }  # fmt: skip
    opinions = [
        {
            "@id": _opinion(one["said_id"]),
            "@type": "prov:Entity",
            "called": one["kind"],
            "prov:value": one["label"],
            "prov:wasAttributedTo": _thing(_person(one["person"])),
            "prov:generatedAtTime": one["at"],
            **{name: text for name, text in (("said", one["reason"]), ("sc:description", one["selected"])) if text},
        }
        for one in said.to_dict("records")
    ]
    return [brought, now, activity, *opinions]


def _thing(name: str) -> dict[str, str]:
    return {"@id": name}


def _opinion(said_id: str) -> str:
    return f"here:opinion/{quote(said_id, safe='')}"


def _person(name: str) -> str:
    return f"here:person/{quote(name, safe='')}"
