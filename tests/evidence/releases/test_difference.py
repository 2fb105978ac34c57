"""What differs between two releases: counted by hand."""

from dataclasses import replace

import pytest

from core.dataset.released import ClassChange
from core.errors import GlitchAuditError
from core.evidence.releases.difference import compare_releases, since_brought
from core.evidence.releases.packing import released
from tests.evidence.releases.cases import ROWS, content


def labels_of(**labels):
    return released(content([(name, label, "Blip", "", "", "", "", label) for name, label in labels.items()]))


def test_the_first_release_is_compared_with_the_labels_as_brought():
    found = since_brought(released(content()))
    assert found.headline() == "2 labels changed, 2 classes merged."
    table = found.table.set_index("sample_id")
    assert table["change"].to_dict() == {"a/1": "label changed", "b": "label changed", "c": "class changed"}
    assert table.loc["a/1", ["label_before", "label_now", "decided_by"]].tolist() == ["Blip", "Tomte", "Ada, Ben"]
    assert table.loc["c", ["class_before", "class_now"]].tolist() == ["Helix", "Tomte"]
    assert "Tomte, Helix become Tomte" in found.text() and "Blip to Tomte: 1" in found.text()


def test_two_releases_differ_by_what_was_relabelled_added_and_gone():
    found = compare_releases(labels_of(a="Blip", b="Blip", gone="Blip"), labels_of(a="Blip", b="Tomte", new="Blip"))
    assert found.table[["sample_id", "change"]].to_numpy().tolist() == [
        ["b", "label changed"],
        ["new", "added"],
        ["gone", "gone"],
    ]
    assert found.headline() == "1 label changed, 1 sample added, 1 sample gone."


def test_only_changes_of_the_taxonomy_that_are_new_count():
    before = released(content())
    later = ClassChange("c2", "rename", ("Blip",), ("Bleep",))
    now = replace(before, about=replace(before.about, name="next", changes=(*before.about.changes, later)))
    assert compare_releases(before, now).headline() == "1 class renamed."
    assert compare_releases(before, before).headline() == "Nothing changed."


def test_releases_of_other_samples_cannot_be_compared():
    with pytest.raises(GlitchAuditError, match="no sample in common"):
        compare_releases(labels_of(a="Blip"), labels_of(b="Blip"))


def test_going_there_and_back_gives_the_same_samples():
    one, two = released(content()), released(content([(*row[:1], "Koi_Fish", *row[2:]) for row in ROWS]))
    there, back = compare_releases(one, two).table, compare_releases(two, one).table
    assert there["sample_id"].tolist() == back["sample_id"].tolist() and len(there) == len(ROWS)
    assert there["label_now"].tolist() == back["label_before"].tolist()
