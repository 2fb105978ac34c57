"""Practice is kept for one person: two tabs lose nothing, nothing counts twice, and a broken file stops nobody."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.audit.practice import Tally
from core.errors import GlitchAuditError
from core.ledger.people import Person
from core.pipeline import kept_practice as keeping
from core.pipeline.kept_practice import (
    LATEST_KEPT,
    PracticeAnswer,
    PracticeProgress,
    keep_practice,
    kept_practice,
)
from core.workspace import Workspace

ADA, BEN = Person("Ada"), Person("Ben")


@pytest.fixture
def workspace(tmp_path):
    return Workspace(root=tmp_path / "desk", source=tmp_path / "data")


def answer(number, label="Blip", *, right=True):
    return PracticeAnswer(f"q{number}", f"s{number}", label, right)


def test_answers_are_counted_by_label_and_kept(workspace):
    keep_practice(workspace, ADA, [answer(1), answer(2, right=False)])
    found = keep_practice(workspace, ADA, [answer(3, "Tomte")])
    assert found == kept_practice(workspace, ADA)
    assert found.tallies == {"Blip": Tally(2, 1), "Tomte": Tally(1, 1)} and found.answers == 3
    assert found.latest == (("q1", "s1"), ("q2", "s2"), ("q3", "s3"))
    assert kept_practice(workspace, BEN) == PracticeProgress()
    assert kept_practice(workspace, Person("ADA")) == found


def test_an_answer_counts_once_however_often_it_is_sent(workspace):
    for _ in range(3):
        keep_practice(workspace, ADA, [answer(1)])
    assert kept_practice(workspace, ADA).tallies == {"Blip": Tally(1, 1)}
    assert kept_practice(workspace, ADA).with_answers([answer(1), answer(2)]).answers == 2


def test_two_tabs_lose_nothing(workspace):
    def tab(first):
        for number in range(first, first + 10):
            keep_practice(workspace, ADA, [answer(number)])

    with ThreadPoolExecutor(2) as tabs:
        list(tabs.map(tab, (0, 100)))
    assert kept_practice(workspace, ADA).tallies == {"Blip": Tally(20, 20)}


def test_the_file_does_not_grow_without_end(workspace):
    keep_practice(workspace, ADA, [answer(number) for number in range(LATEST_KEPT + 20)])
    found = kept_practice(workspace, ADA)
    assert found.tallies["Blip"].seen == LATEST_KEPT + 20 and len(found.latest) == LATEST_KEPT
    assert found.latest[-1] == (f"q{LATEST_KEPT + 19}", f"s{LATEST_KEPT + 19}")


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        json.dumps({"tallies": {"Blip": [1, 2]}, "latest": []}),
        json.dumps({"tallies": {"Blip": "x"}, "latest": []}),
        json.dumps({"tallies": {}, "latest": 3}),
    ],
)
def test_a_file_that_cannot_be_used_says_nothing_and_is_begun_anew(workspace, content):
    keep_practice(workspace, ADA, [answer(1)])
    (path,) = (workspace.root / "practice").glob("*.json")
    path.write_text(content)
    assert kept_practice(workspace, ADA) == PracticeProgress()
    assert keep_practice(workspace, ADA, [answer(2)]).answers == 1


def test_nobody_and_too_many_are_refused_in_a_sentence(workspace, monkeypatch):
    with pytest.raises(GlitchAuditError, match="Type your name first"):
        keep_practice(workspace, Person(""), [answer(1)])
    assert not workspace.root.exists() and kept_practice(workspace, Person("")) == PracticeProgress()
    monkeypatch.setattr(keeping, "MOST_PEOPLE", 1)
    keep_practice(workspace, ADA, [answer(1)])
    with pytest.raises(GlitchAuditError, match="1 people practise here already"):
        keep_practice(workspace, BEN, [answer(1)])
    assert keep_practice(workspace, ADA, [answer(2)]).answers == 2
