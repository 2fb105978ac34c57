"""The queue of conflicts without a browser: who stands for what, a key a side, what is written, what is refused."""

from dataclasses import replace

import pytest

from core.dataset.selection import Selection
from core.ledger import SuspectCase, judge, judgements, proposals, propose
from core.ledger.acts.deciding import decide
from core.ledger.acts.reviewing import review
from core.ledger.people import Person
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.states import decisions, sample_states
from pages.parts.decisions.conflict_choices import settling_choices
from pages.parts.decisions.conflict_session import ConflictState
from pages.parts.desk.results import taxonomy
from pages.parts.widgets.choice_card import ChoiceEvent
from tests.parts.remembered import remember, remembered

FIRST, SECOND, LAST = "Blip/sample039", "Blip/sample000", "Blip/sample001"
MO = Person("Mo", "moderator")


@pytest.fixture
def conflicting(ledger, prepared):
    """Ada proposed Helix for three blips, because of loops; Ben, without a reason, kept Blip. Mo is a moderator."""
    selection = Selection((FIRST, SECOND, LAST), how="click")
    labels = prepared.samples["label"]
    propose(ledger, selection, labels, "Helix", author="Ada", reason="saw *loops*", app_version="0.1")
    ids = proposals(ledger).set_index("sample_id")["correction_id"]
    for sample_id in (FIRST, SECOND, LAST):
        review(ledger, ids[sample_id], "reject", author="Ben", blind_label="Blip", app_version="0.1")
    (prepared.workspace.root / "roles.toml").write_text('[people]\n"Mo" = "moderator"\n')


@pytest.fixture
def open_conflicts(prepared, open_app):
    def start(name):
        return open_app("pages/decisions.py", workspace=prepared.workspace.name, reviewer=name)

    return start


def state(app):
    return remembered(app, ConflictState)


def press(app, kind, value="", *, card=None):
    event = ChoiceEvent(kind, value, "", card or (state(app).question.card_id if state(app).question else ""))
    remember(app, replace(state(app), event=event))
    app.run()
    assert not app.exception, [error.value for error in app.exception]
    return app


def type_reason(app, text):
    next(box for box in app.text_input if box.key.startswith("conflict_reason_")).set_value(text).run()
    return app


def texts(app):
    shown = [*app.markdown, *app.caption, *app.info, *app.warning, *app.success, *app.error]
    return " ".join(item.value for item in shown)


def states(ledger):
    return sample_states(ledger, DecisionRule(), sample_ids=[FIRST, SECOND, LAST])["state"].tolist()


def test_the_page_opens_with_the_one_that_has_waited_longest(open_conflicts, conflicting):
    app = open_conflicts("Mo")
    assert "**1 of 3** in conflict" in texts(app) and state(app).at == FIRST
    said = texts(app)
    assert "It was brought as **Blip**" in said
    assert "**Helix**: 1 person" in said and "**Blip**: 1 person" in said
    assert "- **Ada**, 2" in said and "proposed Helix instead of Blip. “saw \\*loops\\*”" in said
    assert "Called **Blip**" in said and "No other sample is called Helix" in said


def test_where_nothing_is_in_conflict_the_page_opens_with_the_samples(open_conflicts):
    app = open_conflicts("Ada")
    assert "Nothing was proposed yet" in texts(app)
    app.segmented_control(key="decisions_section").set_value("In conflict").run()
    assert "No sample is in conflict" in texts(app)


def test_a_side_with_a_reason_is_settled_by_its_key_and_the_next_one_comes(open_conflicts, conflicting, ledger):
    app = press(open_conflicts("Mo"), "settle", "Helix")
    assert states(ledger) == ["decided", "conflict", "conflict"] and state(app).at == SECOND
    row = decisions(ledger).iloc[0]
    assert (row["label"], row["author"], row["role"]) == ("Helix", "Mo", "moderator")
    assert row["reason"] == "Decided with what was said for it: Ada: “saw *loops*”."


def test_a_side_without_a_reason_asks_for_one_and_takes_what_is_typed(open_conflicts, conflicting, ledger):
    app = press(open_conflicts("Mo"), "settle", "Blip")
    assert "Say why it is Blip" in texts(app) and states(ledger) == ["conflict"] * 3
    press(type_reason(app, "no loop at all"), "settle", "Blip")
    assert decisions(ledger)[["label", "reason"]].values.tolist() == [["Blip", "no loop at all"]]


def test_a_second_press_writes_nothing_more(open_conflicts, conflicting, ledger):
    app = open_conflicts("Mo")
    card = state(app).question.card_id
    press(app, "settle", "Helix", card=card)
    press(app, "settle", "Helix", card=card)
    assert len(decisions(ledger)) == 1 and states(ledger) == ["decided", "conflict", "conflict"]


def test_undo_takes_back_step_by_step_and_returns_there(open_conflicts, conflicting, ledger):
    app = open_conflicts("Mo")
    for _ in range(3):
        press(app, "settle", "Helix")
    assert "Every conflict is settled" in texts(app)
    assert "Undo" in [button.label for button in app.button]
    press(app, "undo")
    assert states(ledger) == ["decided", "decided", "conflict"] and state(app).at == LAST
    press(app, "undo")
    assert states(ledger) == ["decided", "conflict", "conflict"] and state(app).at == SECOND


def test_what_somebody_else_decided_meanwhile_is_told_and_not_decided_again(open_conflicts, conflicting, ledger):
    app = open_conflicts("Mo")
    card = state(app).question.card_id
    decide(ledger, FIRST, "Whistle", author=Person("Mia", "moderator"), reason="whistles", app_version="0.1")
    press(app, "settle", "Helix", card=card)
    assert "Nothing was written: while you looked at Blip/sample039, Mia decided Whistle" in texts(app).replace(
        "\\", ""
    )
    assert decisions(ledger)["author"].tolist() == ["Mia"]


def test_a_vote_that_came_while_one_looked_is_seen_before_it_is_settled(open_conflicts, conflicting, ledger, prepared):
    app = type_reason(open_conflicts("Mo"), "two loops")
    card = state(app).question.card_id
    selection = Selection((FIRST,), how="click")
    propose(ledger, selection, prepared.samples["label"], "Whistle", author="Cy", app_version="0.1")
    press(app, "settle", "Helix", card=card)
    assert "Cy proposed Whistle" in texts(app) and decisions(ledger).empty
    press(app, "settle", "Helix")
    assert decisions(ledger)[["label", "reason"]].values.tolist() == [["Helix", "two loops"]]


def test_skipped_ones_come_last_and_nothing_is_written(open_conflicts, conflicting, ledger):
    app = press(open_conflicts("Mo"), "skip")
    assert state(app).at == SECOND and "**1 of 3** in conflict" in texts(app)
    assert decisions(ledger).empty and judgements(ledger).empty
    press(app, "next")
    press(app, "next")
    assert state(app).at == FIRST and "**3 of 3** in conflict" in texts(app)
    press(app, "previous")
    assert state(app).at == LAST


def test_who_is_unsure_says_so_decides_nothing_and_can_take_it_back(open_conflicts, conflicting, ledger):
    app = press(open_conflicts("Mo"), "unsure")
    assert judgements(ledger)[["sample_id", "verdict", "author"]].values.tolist() == [[FIRST, "unsure", "Mo"]]
    assert states(ledger) == ["conflict"] * 3 and state(app).at == SECOND
    press(app, "undo")
    assert judgements(ledger).empty and state(app).at == FIRST


def test_who_stands_for_a_side_by_a_judgement_does_not_lose_it_by_being_unsure(
    open_conflicts, conflicting, ledger, prepared
):
    judge(ledger, SuspectCase(FIRST, "Blip", "Helix"), "accept", author=MO, app_version="0.1")
    app = open_conflicts("Mo")
    remember(app, replace(state(app), at=FIRST))
    app.run()
    press(app, "unsure")
    assert judgements(ledger)[["author", "verdict"]].values.tolist() == [["Mo", "accept"]]
    assert states(ledger) == ["conflict"] * 3 and "Mo" in proposals(ledger)["author"].tolist()


def test_a_reviewer_reads_who_can_settle_it_and_has_no_key_that_does(open_conflicts, conflicting, ledger):
    app = open_conflicts("Ben")
    assert "**Mo** can settle it" in texts(app) and "Ada" in texts(app)
    assert not [box for box in app.text_input if box.key.startswith("conflict_reason_")]
    press(app, "settle", "Helix")
    assert decisions(ledger).empty


def test_what_waits_for_ones_own_review_stays_hidden(open_conflicts, conflicting):
    app = open_conflicts("Cy")
    assert "It waits for your own review" in texts(app)
    assert "Ada" not in texts(app) and "Helix" not in texts(app)


def test_another_person_at_the_same_desk_undoes_nothing_of_the_first(open_conflicts, conflicting, ledger):
    app = press(open_conflicts("Mo"), "settle", "Helix")
    app.sidebar.text_input(key="reviewer").set_value("Ben").run()
    press(app, "undo")
    assert len(decisions(ledger)) == 1 and state(app).done == ()


def test_k_keeps_what_was_brought_and_digits_are_the_other_sides(conflicting, ledger):
    from core.ledger.views.history import statements
    from core.ledger.views.sides import sides_of

    choices = settling_choices(sides_of(statements(ledger, FIRST)), "Blip", "", colours=taxonomy(("Blip", "Whistle")))
    assert [(choice.key, choice.text) for choice in choices] == [
        ("k", "Keep Blip: 1 person"),
        ("1", "Helix: 1 person"),
        ("o", "Another label"),
        ("u", "Unsure"),
        ("s", "Skip"),
    ]
