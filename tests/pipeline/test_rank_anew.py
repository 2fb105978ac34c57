"""The suspects ranked anew: what one person decided counts as known, and what was judged stays as it was."""

import numpy as np
import pytest

from core.audit.asking import ALIKE_WRONG
from core.ledger import Person, SuspectCase, decide_taxonomy_change, judge, open_ledger, propose_taxonomy_change
from core.pipeline.audit_suspects import find_workspace_suspects
from core.pipeline.changed_taxonomy import changed_taxonomy
from core.pipeline.rank_anew import judged_reading, places_of, rank_anew
from core.pipeline.reading import TAXONOMY, labels_read, read_as
from core.pipeline.stages import prepare

RNG = np.random.default_rng(8)
SIZE = 40
# Ten Whistles are called Blip, one of the Blips Whistle.
LABELS = ["Blip"] * (SIZE - 1) + ["Whistle"] + ["Whistle"] * (SIZE - 10) + ["Blip"] * 10
MATRIX = np.concatenate([RNG.normal(0, 0.1, (SIZE, 8)) + np.eye(8)[axis] for axis in (0, 1)])
ADA = Person("Ada")


@pytest.fixture
def prepared(make_workspace):
    return prepare(make_workspace(LABELS, MATRIX), report=lambda progress: None)


@pytest.fixture
def ledger(tmp_path):
    opened = open_ledger(tmp_path / "corrections.duckdb")
    yield opened
    opened.close()


def say(ledger, found, sample_id, verdict, *, author=ADA):
    row = found.table.loc[sample_id]
    case = SuspectCase(
        sample_id=sample_id,
        label=row["label"],
        suggested_label=row["suggested"],
        score=float(row["score"]),
        chance_wrong=float(row["chance_wrong"]),
        suspects_fingerprint=found.fingerprint,
        dataset_fingerprint="data",
        layout_fingerprint="layout",
    )
    proposed = row["suggested"] if verdict == "accept" else None
    judge(ledger, case, verdict, author=author, app_version="1", label_proposed=proposed, reason="looked at")


def test_ones_own_judgements_count_as_known_and_those_of_others_do_not(prepared, ledger):
    found = find_workspace_suspects(prepared)
    first, second, third = found.table["score"].nlargest(3).index
    say(ledger, found, first, "accept")
    say(ledger, found, second, "keep")
    say(ledger, found, third, "keep", author=Person("Bob"))
    read = judged_reading(prepared.samples, ledger=ledger, person=ADA)
    assert set(read.known.index[read.known]) == {first, second}
    assert read.labels[first] == found.table.loc[first, "suggested"]
    assert read.labels[second] == found.table.loc[second, "label"]
    assert not judged_reading(prepared.samples, ledger=ledger, person=Person("Cem")).known.any()


def test_what_was_judged_keeps_its_row_and_the_others_are_scored_anew(prepared, ledger):
    found = find_workspace_suspects(prepared)
    judged = list(found.table["score"].nlargest(4).index)
    for sample_id in judged:
        say(ledger, found, sample_id, "accept")
    places = places_of(prepared)
    ranked = rank_anew(prepared, found, judged_reading(prepared.samples, ledger=ledger, person=ADA), places=places)
    after = ranked.suspects.table
    assert list(after.index) == list(found.table.index)
    columns = ["label", "suggested", "score", "chance_wrong", "flagged"]
    assert after.loc[judged, columns].equals(found.table.loc[judged, columns])
    rest = after.index.difference(judged)
    assert not np.allclose(after.loc[rest, "score"], found.table.loc[rest, "score"])
    assert (after["label"] == found.table["label"]).all()
    assert (ranked.change.known, ranked.change.wrong) == (4, 4)
    assert ranked.suspects.fingerprint != found.fingerprint


def test_errors_like_those_that_were_found_come_first(prepared, ledger):
    """Four Whistles that are called Blip were found: the six others come before the Blip that is called Whistle."""
    found = find_workspace_suspects(prepared)
    wrong = [f"Blip/sample{number:03d}" for number in range(2 * SIZE - 10, 2 * SIZE)]
    for sample_id in wrong[:4]:
        say(ledger, found, sample_id, "accept")
    read = judged_reading(prepared.samples, ledger=ledger, person=ADA)
    after = rank_anew(prepared, found, read, places=places_of(prepared)).suspects.table
    order = after.drop(index=wrong[:4])[ALIKE_WRONG].sort_values(ascending=False)
    assert set(order.index[:6]) == set(wrong[4:])


def test_with_nothing_decided_nothing_changes(prepared, ledger):
    found = find_workspace_suspects(prepared)
    read = judged_reading(prepared.samples, ledger=ledger, person=ADA)
    ranked = rank_anew(prepared, found, read, places=places_of(prepared))
    assert ranked.suspects.table["score"].to_numpy() == pytest.approx(found.table["score"].to_numpy(), rel=1e-5)
    assert (ranked.change.known, ranked.change.came, ranked.change.left, ranked.change.head) == (0, 0, 0, 0)


def test_under_the_changed_taxonomy_the_queue_is_ranked_under_it_too(prepared, ledger):
    about = {"labels": ["Whistle"], "becomes": ["Track"], "reason": "so", "author": ADA, "app_version": "1"}
    change = propose_taxonomy_change(ledger, "rename", **about)
    by = {"author": Person("Mo", "moderator"), "reason": "yes", "app_version": "1"}
    decide_taxonomy_change(ledger, change.change_id, "accept", **by)
    read = read_as(prepared, labels_read(prepared.samples, TAXONOMY, ledger=ledger))
    found = find_workspace_suspects(read)
    assert set(found.table["label"]) == {"Blip", "Track"}
    first, second = found.table["score"].nlargest(2).index
    say(ledger, found, first, "accept")
    say(ledger, found, second, "keep")
    changed = changed_taxonomy(ledger)
    reading = judged_reading(prepared.samples, ledger=ledger, person=ADA, changed=changed)
    assert set(reading.labels) == {"Blip", "Track"} and set(reading.known.index[reading.known]) == {first, second}
    assert reading.labels[first] == found.table.loc[first, "suggested"]
    ranked = rank_anew(prepared, found, reading, places=places_of(prepared)).suspects.table
    assert set(ranked["label"]) == {"Blip", "Track"}
    # What was judged keeps the row that it had; nobody else's label counts as an error for its new name.
    assert (ranked.loc[[first, second], "score"] == found.table.loc[[first, second], "score"]).all()
    assert ranked["flagged"].sum() <= found.table["flagged"].sum()
