"""Pages of look-alikes without a browser: what they say, what a key writes, and what stops one."""

from dataclasses import replace

import pytest

from core.ledger import SuspectCase, judge, judgements, proposals
from core.ledger.people import Person
from core.pipeline.claims import SUSPECTS, claim_samples
from pages.parts.suspects.session import QueueState
from pages.parts.suspects.together_session import TogetherState, reason_key
from pages.parts.widgets.together_card import TogetherEvent, read_event
from tests.parts.fake_audit import fake_audit_of_many
from tests.parts.remembered import remember, remembered


@pytest.fixture
def open_page_of(prepared, open_app, monkeypatch):
    """Opens the page on look-alikes together; of the 40 samples those of the three commonest labels are suspects."""
    monkeypatch.setattr("pages.parts.data.open_results.audit_or_stop", lambda here, _: fake_audit_of_many(prepared))

    def start(**session):
        return open_app("pages/suspects.py", workspace=prepared.workspace.name, judge="Look-alikes together", **session)

    return start


def send(app, kind, out=(), page_id=None):
    """Let the card have sent this."""
    state = remembered(app, TogetherState)
    remember(app, replace(state, event=TogetherEvent(kind, page_id or state.page_id, frozenset(out))))
    return app.run()


def shown(app):
    return remembered(app, TogetherState).page


def texts(app):
    return " ".join(item.value for item in [*app.markdown, *app.caption, *app.info, *app.success, *app.warning])


def test_it_says_how_many_of_which_kind_and_with_which_chances(open_page_of):
    app = open_page_of(reviewer="Ada")
    page, said = shown(app), texts(app)
    assert len(page.sample_ids) > 2
    assert f"**{len(page.sample_ids)} samples** called **{page.label}** that look like **{page.suggested}**" in said
    assert "wrong with a chance of" in said and "click out what does not belong (it waits under “One by one”)" in said


def test_all_but_those_taken_out_are_judged_and_those_come_on_no_further_page(open_page_of, ledger):
    app = open_page_of(reviewer="Ada")
    page = shown(app)
    out, kept = page.sample_ids[1], [name for name in page.sample_ids if name != page.sample_ids[1]]
    send(app, "accept", [out])
    judged = judgements(ledger)
    assert sorted(judged["sample_id"]) == sorted(kept) and set(judged["author"]) == {"Ada"}
    assert sorted(proposals(ledger)["sample_id"]) == sorted(kept)
    assert all(reason.endswith(f"1 taken out: {out}") for reason in judged["reason"])
    assert f"Proposed {page.suggested} for {len(kept)}. 1 taken out" in app.toast[0].value
    assert out not in shown(app).sample_ids and shown(app).pair != page.pair


def test_a_typed_reason_comes_before_what_is_said_of_the_page(open_page_of, ledger):
    app = open_page_of(reviewer="Ada")
    app.text_input(key=reason_key(remembered(app, TogetherState).page_id)).set_value("no tail").run()
    send(app, "keep")
    assert all(one.startswith("no tail. Judged together: a page of ") for one in judgements(ledger)["reason"])


def test_a_message_of_a_page_that_has_gone_is_not_obeyed(open_page_of, ledger):
    app = open_page_of(reviewer="Ada")
    gone = remembered(app, TogetherState).page_id
    send(app, "keep", page_id=gone)
    count = len(judgements(ledger))
    second = shown(app)
    send(app, "accept", page_id=gone)
    assert len(judgements(ledger)) == count and shown(app) == second


def test_skipped_pages_decide_nothing_and_can_be_asked_for_again(open_page_of, ledger):
    app = open_page_of(reviewer="Ada")
    first, seen = shown(app), 0
    while shown(app) is not None:
        seen += len(shown(app).sample_ids)
        send(app, "skip")
    assert judgements(ledger).empty
    assert f"Of {seen} that are left, you took out or skipped {seen}" in texts(app)
    next(item for item in app.button if item.label == "Look at them again here").click().run()
    assert shown(app) == first


def test_undo_where_no_page_is_left_brings_the_last_one_back(open_page_of, ledger):
    app = open_page_of(reviewer="Ada")
    last = None
    while shown(app) is not None:
        last = shown(app)
        send(app, "keep")
    assert "Every flagged sample is judged" in texts(app)
    before = len(judgements(ledger))
    next(item for item in app.button if item.label == "Undo").click().run()
    assert len(judgements(ledger)) == before - len(last.sample_ids)
    assert shown(app) == last and len(remembered(app, QueueState).done) > 0


def test_what_was_settled_elsewhere_meanwhile_is_not_judged_again(open_page_of, ledger):
    app = open_page_of(reviewer="Ada")
    page = shown(app)
    settled = page.sample_ids[0]
    judge(ledger, SuspectCase(settled, page.label, page.suggested), "keep", author="Ben", app_version="0")
    send(app, "accept")
    by_ada = judgements(ledger).query("author == 'Ada'")
    assert sorted(by_ada["sample_id"]) == sorted(page.sample_ids[1:])


def test_what_is_reserved_for_others_is_on_no_page(open_page_of, prepared):
    first = shown(open_page_of(reviewer="Ada"))
    claim_samples(prepared.workspace, Person("Ben"), SUSPECTS, first.sample_ids[:2])
    assert not set(first.sample_ids[:2]) & set(shown(open_page_of(reviewer="Ada")).sample_ids)
    # Who has them reserved sees these alone.
    assert set(shown(open_page_of(reviewer="Ben")).sample_ids) == set(first.sample_ids[:2])


def test_without_a_name_nothing_is_decided(open_page_of, ledger):
    app = open_page_of()
    page = shown(app)
    send(app, "accept")
    assert judgements(ledger).empty and shown(app) == page


@pytest.mark.parametrize(
    "value",
    [
        None,
        "accept",
        {},
        {"kind": "unsure", "page": "a", "out": []},
        {"kind": "accept", "page": 1, "out": []},
        {"kind": "accept", "page": "a"},
        {"kind": "accept", "page": "a", "out": "b"},
        {"kind": "accept", "page": "a", "out": [1]},
    ],
)
def test_what_is_no_event_is_left_out(value):
    assert read_event(value) is None


def test_an_event_says_the_page_and_what_was_seen_as_taken_out():
    assert read_event({"kind": "keep", "page": "a", "out": ["b", "c"]}) == TogetherEvent("keep", "a", frozenset("bc"))
