"""Where each decided label comes from, asked of the graph in SPARQL by another library."""

import pytest
import rdflib

from core.evidence.releases.provenance import provenance_text
from tests.evidence.releases.cases import content

ASK = """
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sc: <https://schema.org/>
SELECT ?id ?before ?now ?when ?how ?who ?why ?from WHERE {
    ?label a prov:Entity ; sc:identifier ?id ; prov:value ?now ; prov:wasRevisionOf ?was ; prov:wasGeneratedBy ?act .
    ?was prov:value ?before .
    ?act a prov:Activity ; prov:endedAtTime ?when ; rdfs:label ?how ; prov:used ?said ; prov:wasAssociatedWith ?person .
    ?said prov:wasAttributedTo ?person .
    ?person a prov:Person ; rdfs:label ?who .
    OPTIONAL { ?said rdfs:comment ?why }
    OPTIONAL { ?said sc:description ?from }
} ORDER BY ?id ?who
"""


@pytest.fixture
def graph():
    return rdflib.Graph().parse(data=provenance_text(content(before="2026-10")), format="json-ld")


def test_each_decided_label_leads_to_who_when_and_why(graph):
    rows = [tuple(None if part is None else str(part) for part in row) for row in graph.query(ASK)]
    when = "2026-11-{}T08:00:00+00:00"
    rule, moderator, queue = "decided by the rule", "decided by a moderator", "the queue of suspects"
    assert rows == [
        ("a/1", "Blip", "Tomte", when.format(20), rule, "Ada", "one peak", "lasso of 12 corners"),
        ("a/1", "Blip", "Tomte", when.format(20), rule, "Ben", None, None),
        ("b", "Blip", "=HYPERLINK()", when.format(21), moderator, "Mo", "line\nbreak", None),
        ("d", "Blip", "Blip", when.format(22), rule, "Ada", None, queue),
        ("d", "Blip", "Blip", when.format(22), rule, "Ben", None, queue),
    ]


def test_the_release_revises_the_one_before_and_names_what_it_was_made_from(graph):
    prov = rdflib.Namespace("http://www.w3.org/ns/prov#")
    base = "urn:glitch-audit:d0d0:"
    release = rdflib.URIRef(f"{base}2026-11:release")
    assert graph.value(release, prov.wasRevisionOf) == rdflib.URIRef(f"{base}2026-10:release")
    assert {str(one) for one in graph.objects(release, prov.wasDerivedFrom)} == {
        f"{base}2026-11:data-set",
        f"{base}2026-11:ledger",
    }
