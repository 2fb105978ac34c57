"""“Give me 20” on Suspects and Review: one's own queue, those of others, and how what is reserved gets free again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.dataset.selection import Selection
from core.ledger import Person, judgements, propose
from core.pipeline.claims import REVIEW, SUSPECTS, claim_samples, live_claims
from pages.parts.desk.presence import Presence, page_closed, page_opened
from pages.parts.review.session import ReviewState
from pages.parts.suspects.session import QueueState
from pages.parts.widgets.choice_card import ChoiceEvent
from pages.parts.widgets.suspect_queue import CardEvent
from tests.parts.fake_audit import fake_audit
from tests.parts.remembered import remember, remembered

BEN = Person("Ben")


@pytest.fixture
def open_suspects(prepared, open_app, monkeypatch):
    """The queue of all 40 samples."""
    audit = fake_audit(prepared)
    audit = replace(audit, suspects=replace(audit.suspects, table=audit.suspects.table.assign(flagged=True)))
    monkeypatch.setattr("pages.parts.data.open_results.audit_or_stop", lambda here, prepared: audit)

    def start(name="Ada"):
        session = {"workspace": prepared.workspace.name, "reviewer": name, "suspect_list_open": True}
        return open_app("pages/suspects.py", **session)

    return start


@pytest.fixture
def open_review(prepared, ledger, open_app):
    """25 proposals of Cy's wait."""
    ids = tuple(prepared.samples.index[:25])
    selection, before = Selection(ids, how="click"), prepared.samples["label"]
    propose(ledger, selection, before, "Helix", author="Cy", app_version="0.1")

    def start(name="Ada"):
        return open_app("pages/review.py", workspace=prepared.workspace.name, reviewer=name)

    return start


def press_card(app, kind):
    state = remembered(app, QueueState)
    remember(app, replace(state, event=CardEvent(kind, *state.card)))
    return app.run()


def review_as(app, label):
    state = remembered(app, ReviewState)
    remember(app, replace(state, event=ChoiceEvent("label", label, "", state.question.card_id)))
    return app.run()


def progress(app):
    return app.get("progress")[0].proto.text


def texts(app):
    return " ".join(item.value for item in [*app.markdown, *app.info])


def queue_of(app):
    return app.dataframe[-1].value["sample"].tolist()


def labels(app):
    return [item.label for item in app.button]


def own(prepared, kind=SUSPECTS, person="ada"):
    return [one.sample_ids for one in live_claims(prepared.workspace) if (one.person, one.kind) == (person, kind)]


def test_twenty_suspects_are_mine_alone_and_the_others_are_theirs(open_suspects, prepared):
    ada = open_suspects("Ada")
    whole = queue_of(ada)
    ada.button(key="claim").click().run()
    assert queue_of(ada) == whole[:20] == list(own(prepared)[0])
    assert progress(ada).startswith("0 of 20 reserved for you until ")
    ben = open_suspects("Ben")
    assert queue_of(ben) == whole[20:]
    assert progress(ben).endswith("20 are being looked at by others")
    ben.button(key="claim").click().run()
    assert queue_of(ben) == whole[20:]
    cy = open_suspects("Cy")
    assert "Others are looking at all that are left" in texts(cy) and "claim" not in [item.key for item in cy.button]
    ada.button(key="claim_back").click().run()
    assert queue_of(ada) == whole[:20] and own(prepared) == []
    assert progress(ada).endswith("20 are being looked at by others")


def test_what_one_looks_at_is_not_taken_from_under_ones_hands(open_suspects, prepared, ledger):
    ada = open_suspects("Ada")
    whole = queue_of(ada)
    claim_samples(prepared.workspace, BEN, SUSPECTS, whole[:10])
    ada.run()
    assert queue_of(ada) == [whole[0], *whole[10:]]
    press_card(ada, "keep")
    assert judgements(ledger)["sample_id"].tolist() == whole[:1]
    assert queue_of(ada) == whole[10:]


def test_all_done_is_said_and_given_back(open_suspects, prepared):
    ada = open_suspects("Ada")
    whole = queue_of(ada)
    claim_samples(prepared.workspace, Person("Ada"), SUSPECTS, whole, count=2)
    ada.run()
    press_card(ada, "keep")
    assert progress(ada).startswith("1 of 2 reserved for you") and queue_of(ada) == whole[1:2]
    press_card(ada, "skip")
    assert any("All 2 that were reserved for you are done" in item.value for item in ada.toast)
    assert own(prepared) == [] and queue_of(ada) == whole[2:]


def test_an_answer_keeps_the_rest_reserved(open_suspects, prepared):
    ada = open_suspects("Ada")
    claim_samples(prepared.workspace, Person("Ada"), SUSPECTS, queue_of(ada), minutes=5)
    ada.run()
    press_card(ada, "keep")
    assert live_claims(prepared.workspace)[0].until > datetime.now(UTC) + timedelta(minutes=20)


def minutes_left(prepared):
    return [(one.until - datetime.now(UTC)).total_seconds() / 60 for one in live_claims(prepared.workspace)]


def test_the_last_page_that_a_person_closes_leaves_two_minutes_and_a_page_opened_again_keeps_all(
    open_suspects, prepared
):
    open_suspects("Ada").button(key="claim").click().run()
    here = Presence(prepared.workspace, "ada")
    # The page of the test is open; a second one is closed before it.
    page_opened(here)
    page_closed(here)
    assert minutes_left(prepared)[0] > 25
    page_closed(here)
    (left,) = minutes_left(prepared)
    assert 1 < left <= 2
    again = open_suspects("Ada")
    assert minutes_left(prepared)[0] > 25 and len(queue_of(again)) == 20


def test_another_name_at_the_desk_frees_what_was_reserved(open_suspects, prepared):
    ada = open_suspects("Ada")
    ada.button(key="claim").click().run()
    ada.text_input(key="reviewer").set_value("Ben").run()
    assert live_claims(prepared.workspace) == () and len(queue_of(ada)) == 40


def test_without_a_name_nothing_is_offered(open_suspects):
    assert not {"Give me 20", "Give back"} & set(labels(open_suspects("")))


def test_a_broken_file_hinders_nobody(open_suspects, prepared):
    (prepared.workspace.root / "claims.json").write_text("{")
    assert len(queue_of(open_suspects("Ada"))) == 40


def test_filters_narrow_what_is_mine(open_suspects, prepared):
    ada = open_suspects("Ada")
    ada.button(key="claim").click().run()
    ada.slider(key="suspect_filter_chance").set_value(95).run()
    assert set(queue_of(ada)) < set(own(prepared)[0])


def test_reviews_are_reserved_too(open_review, prepared):
    ada = open_review("Ada")
    ada.button(key="claim").click().run()
    mine = own(prepared, REVIEW)[0]
    assert len(mine) == 20 and "**25** proposals of other people wait for your review" in texts(ada)
    assert "0 of 20 reserved for you until" in texts(ada) and "**1 of 20**" in texts(ada)
    ben = open_review("Ben")
    assert "**1 of 5**" in texts(ben) and "20 are being looked at by others" in texts(ben)
    review_as(ada, "Helix")
    assert "1 of 20 reserved for you until" in texts(ada) and "**1 of 19**" in texts(ada)


def test_where_others_review_everything_that_is_said(open_review, prepared):
    claim_samples(prepared.workspace, BEN, REVIEW, list(prepared.samples.index), count=40)
    assert "Others are looking at everything that waits for you" in texts(open_review("Ada"))
