"""What the report says of people is counted from the ledger, and outlives the way to another process."""

from dataclasses import replace

import pandas as pd
import pytest

from core.dataset import Dataset
from core.errors import GlitchAuditError
from core.ledger import DecisionRule, Person, open_ledger, propose_taxonomy_change
from core.ledger.views.decision_rule import FILE_NAME
from core.pipeline.report_people import keep_people, kept_people, people_of
from core.workspace import Workspace
from tests.ledger.conftest import Desk


@pytest.fixture
def workspace(tmp_path):
    return Workspace(root=tmp_path / "work", source=tmp_path / "source")


@pytest.fixture
def ledger(workspace):
    opened = open_ledger(workspace.ledger_path)
    yield opened
    opened.close()


@pytest.fixture
def dataset(tmp_path):
    index = pd.Index([f"id{number}" for number in range(6)], name="sample_id", dtype="str")
    samples = pd.DataFrame({"label": ["Blip"] * 6}, index=index)
    return Dataset("corpus", tmp_path, "test", samples, pd.DataFrame(), None, (), "d0d0")


@pytest.fixture
def spoken(ledger):
    desk = Desk(ledger)
    desk.tell("id0", "Ada proposes Tomte", "Bob accepts Ada")
    desk.tell("id1", "Ada proposes Tomte", "Bob rejects Ada")
    desk.tell("id2", "Ada proposes Tomte", "Ada withdraws")
    desk.tell("id3", "Mo decides Whistle")
    desk.tell("id4", "Bob keeps")
    desk.tell("elsewhere", "Ada proposes Tomte", "Bob accepts Ada")


def test_an_empty_and_a_missing_ledger_say_nothing(workspace, dataset):
    found = people_of(workspace, dataset)
    assert found.persons.empty and found.decided.empty and not found.trouble
    assert not workspace.ledger_path.exists()


def test_acts_are_counted_by_person_and_samples_by_state(workspace, dataset, spoken):
    found = people_of(workspace, dataset)
    persons = found.persons.set_index("person")
    assert persons.loc["Ada"].tolist() == [4, 0, 0, 0, 0]
    assert persons.loc["Bob"].tolist() == [0, 1, 3, 0, 0]
    assert persons.loc["Mo"].tolist() == [0, 0, 0, 1, 0]
    assert found.count("proposal") == 4 and found.count("withdrawal") == 1
    assert {state: found.samples_in(state) for state in ("decided", "conflict", "in review")} == {
        "decided": 2,
        "conflict": 1,
        "in review": 1,
    }
    assert (found.two_opinions, found.agreed) == (2, 1)
    assert found.unverified == 3 and found.first == found.last != ""


def test_decisions_say_who_how_and_why_and_only_of_samples_that_are_here(workspace, dataset, spoken):
    decided = people_of(workspace, dataset).decided.set_index("sample_id")
    assert decided.index.tolist() == ["id0", "id3"]
    assert decided.loc["id0", ["brought", "decided", "how", "by"]].tolist() == ["Blip", "Tomte", "the rule", "Ada, Bob"]
    assert decided.loc["id3", ["decided", "how", "by", "reason"]].tolist() == ["Whistle", "a moderator", "Mo", "seen"]


def test_changes_of_the_taxonomy_are_listed(workspace, dataset, ledger):
    ada = Person("Ada", "reviewer")
    merged = {"labels": ("Blip", "Tomte"), "becomes": ("Blip",), "reason": "one kind"}
    propose_taxonomy_change(ledger, "merge", **merged, author=ada, app_version="1")
    (change,) = people_of(workspace, dataset).changes.to_dict("records")
    assert (change["change"], change["labels"], change["becomes"]) == ("merge", "Blip, Tomte", "Blip")
    assert (change["state"], change["proposed by"], change["reason"]) == ("in review", "Ada", "one kind")


def test_the_rule_is_that_of_the_workspace(workspace, dataset, spoken):
    (workspace.root / FILE_NAME).write_text("agreeing = 3\n")
    found = people_of(workspace, dataset)
    assert "3 different people" in found.rule and found.decided["sample_id"].tolist() == ["id3"]
    assert DecisionRule().agreeing != 3


def test_a_ledger_that_cannot_be_read_says_why(workspace, dataset):
    workspace.root.mkdir(parents=True)
    workspace.ledger_path.write_bytes(b"no ledger")
    found = people_of(workspace, dataset)
    assert str(workspace.ledger_path) in found.trouble and found.persons.empty


def test_what_was_counted_arrives_as_it_was(workspace, dataset, spoken):
    counted = people_of(workspace, dataset)
    arrived = kept_people(keep_people(counted, workspace))
    tables = ("acts", "persons", "states", "progress", "decided", "changes")
    for name in tables:
        pd.testing.assert_frame_equal(getattr(arrived, name), getattr(counted, name), check_dtype=False)
    same = {name: getattr(counted, name) for name in tables}
    assert vars(replace(arrived, **same)) == vars(counted) | same


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"acts": 3}', '{"unknown": 1}'])
def test_a_damaged_file_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "people.json"
    path.write_text(content)
    with pytest.raises(GlitchAuditError, match="write the report again"):
        kept_people(path)
