"""The Review page without a browser: what it hides, what it shows when one has chosen, what is written."""

from dataclasses import replace

import pytest

from core.dataset.selection import Selection
from core.ledger import proposals, propose, withdraw
from core.ledger.views.reviews import reviews
from pages.parts.desk.results import taxonomy
from pages.parts.review.choices import blind_choices, verdict_choices
from pages.parts.review.session import ReviewState
from pages.parts.widgets.choice_card import Choice, ChoiceCard, ChoiceEvent, _payload, read_event
from tests.parts.remembered import remember, remembered

SAMPLES = ("Blip/sample039", "Blip/sample000", "Blip/sample001")


@pytest.fixture
def proposed(ledger, prepared):
    """Ada proposes Helix for three blips, because she saw loops."""
    labels = prepared.samples["label"]
    return propose(
        ledger, Selection(SAMPLES, how="click"), labels, "Helix", author="Ada", reason="saw loops", app_version="0.1"
    )


@pytest.fixture
def open_review(prepared, proposed, open_app):
    def start(name="Ben", **session):
        return open_app("pages/review.py", workspace=prepared.workspace.name, reviewer=name, **session)

    return start


def press(app, kind, value=""):
    """What the card sends when a button or key is pressed."""
    return send(app, ChoiceEvent(kind, value, "", state(app).question.card_id))


def send(app, event):
    remember(app, replace(state(app), event=event))
    return app.run()


def state(app):
    return remembered(app, ReviewState)


def texts(app):
    return " ".join(item.value for item in [*app.markdown, *app.caption, *app.info, *app.success, *app.warning])


def test_who_proposed_what_is_hidden_until_one_has_chosen(open_review):
    app = open_review()
    assert "**3** proposals of other people wait for your review" in texts(app)
    for secret in ("Ada", "Helix", "saw loops"):
        assert secret not in texts(app)
    press(app, "label", "Whistle")
    assert "**Ada** proposes **Helix** instead of **Blip**. You said **Whistle**." in texts(app)
    assert "saw loops" in texts(app)


def test_saying_the_proposers_label_is_agreement_and_asks_nothing_more(open_review, ledger):
    app = open_review()
    first = state(app).at
    press(app, "label", "Helix")
    row = reviews(ledger).iloc[0]
    assert (row["verdict"], row["blind_label"], row["label"], row["correction_id"]) == ("accept", "Helix", "", first)
    assert "Ada says Helix too" in app.toast[0].value
    assert state(app).at != first and "Ada" not in texts(app)
    press(app, "undo")
    assert reviews(ledger).empty and "You said **Helix**" in texts(app)


def test_a_key_held_down_agrees_once(open_review, ledger):
    app = open_review()
    again = state(app).question.card_id
    for _ in range(3):
        send(app, ChoiceEvent("label", "Helix", "", again))
    assert len(reviews(ledger)) == 1


@pytest.fixture
def cards(monkeypatch):
    """The cards that were drawn, with what they offer."""
    drawn = []
    monkeypatch.setattr("pages.parts.review.panel.choice_card", lambda card, **_: drawn.append(card))
    return drawn


@pytest.mark.parametrize("label", ["Whistle", "Koi_Fish", "Never_Seen"])
def test_the_choices_are_the_same_whatever_was_proposed(open_app, prepared, ledger, proposed, cards, label):
    def offered(workspace):
        open_app("pages/review.py", workspace=workspace, reviewer="Ben")
        return [(one.kind, one.value, one.text, one.key, one.primary) for one in cards[-1].choices]

    before = offered(prepared.workspace.name)
    withdraw(ledger, proposed.batch_id, author="Ada")
    chosen = Selection(SAMPLES, how="click")
    propose(ledger, chosen, prepared.samples["label"], label, author="Ada", reason="so", app_version="0.1")
    assert offered(prepared.workspace.name) == before
    names = [value for kind, value, *_ in before if kind == "label"]
    assert names[0] == "Blip" and names[1:-2] == sorted(names[1:-2])


def test_choosing_blind_writes_nothing_yet(open_review, ledger):
    press(open_review(), "label", "Whistle")
    assert reviews(ledger).empty


@pytest.mark.parametrize(
    ("verdict", "value", "label"),
    [("accept", "", ""), ("reject", "", ""), ("unsure", "", ""), ("other label", "Whistle", "Whistle")],
)
def test_a_verdict_is_written_with_the_blind_label_and_the_next_one_comes(open_review, ledger, verdict, value, label):
    app = press(open_review(), "label", "Whistle")
    first = state(app).at
    app.text_input(key=f"review_reason_{first}").set_value("looked closely").run()
    press(app, verdict, value)
    row = reviews(ledger).iloc[0]
    assert (row["verdict"], row["blind_label"], row["label"], row["author"]) == (verdict, "Whistle", label, "Ben")
    assert row["reason"] == "looked closely"
    assert state(app).at != first
    assert "**2** proposals of other people wait for your review · 1 reviewed by you today" in texts(app)
    assert "Ada" not in texts(app)


def test_undo_brings_the_proposal_back_and_it_can_be_reviewed_anew(open_review, ledger):
    app = press(press(open_review(), "label", "Whistle"), "accept")
    press(app, "undo")
    assert reviews(ledger).empty
    # It was shown already, so what was chosen blind stays as it was.
    assert "You said **Whistle**" in texts(app)
    press(app, "reject")
    assert reviews(ledger)[["verdict", "blind_label"]].values.tolist() == [["reject", "Whistle"]]


def test_a_message_sent_twice_writes_one_review(open_review, ledger):
    app = press(open_review(), "label", "Blip")
    again = state(app).question.card_id
    press(app, "reject")
    send(app, ChoiceEvent("reject", "", "", again))
    assert len(reviews(ledger)) == 1


def test_next_and_previous_look_without_choosing(open_review, ledger):
    app = open_review()
    first = state(app).at
    press(app, "next")
    assert state(app).at != first
    press(app, "previous")
    assert state(app).at == first and reviews(ledger).empty


def test_everything_reviewed_is_said_and_can_still_be_undone(open_review, ledger):
    app = open_review()
    for _ in SAMPLES:
        press(app, "label", "Helix")
    assert "You have reviewed everything that other people proposed" in texts(app)
    next(item for item in app.button if item.label == "Undo").click().run()
    assert len(reviews(ledger)) == 2 and "You said **Helix**" in texts(app)


def test_ones_own_proposals_are_not_in_the_queue(open_review):
    assert "Nothing waits for you" in texts(open_review("Ada"))
    assert "Nothing waits for you" in texts(open_review("ada"))


def test_without_a_name_nothing_is_shown(open_review):
    app = open_review("")
    assert "Type your name" in texts(app) and "wait for your review" not in texts(app)


def test_a_viewer_is_told_which_role_it_takes(open_review, prepared):
    (prepared.workspace.root / "roles.toml").write_text('default = "viewer"\n')
    app = open_review()
    assert "may not review proposals" in texts(app) and "wait for your review" not in texts(app)


def test_a_proposal_that_was_withdrawn_meanwhile_is_not_reviewed(open_review, ledger, proposed):
    app = press(open_review(), "label", "Whistle")
    withdraw(ledger, proposed.batch_id, author="Ada")
    press(app, "accept")
    assert reviews(ledger).empty
    assert "was withdrawn or decided in the meantime" in app.toast[0].value


def test_another_person_at_the_desk_begins_blind(open_review):
    app = press(open_review(), "label", "Whistle")
    app.session_state["reviewer"] = "Cy"
    app.run()
    assert "Which label would you give?" in texts(app) and "Ada" not in texts(app)


def test_a_proposal_of_another_data_set_is_left_aside(open_review, ledger):
    propose(ledger, Selection(("elsewhere",), how="click"), {"elsewhere": "A"}, "B", author="Ada", app_version="0.1")
    assert "**3** proposals" in texts(open_review())
    assert len(proposals(ledger)) == 4


def test_the_verdict_that_follows_from_the_blind_label_stands_out():
    colours = taxonomy(("Blip", "Helix", "Whistle"))
    for chosen, kind in (("Helix", "accept"), ("Blip", "reject"), ("", "unsure"), ("Whistle", "other label")):
        choices = verdict_choices("Blip", "Helix", chosen, "", colours=colours)
        assert [choice.kind for choice in choices if choice.primary] == [kind]
    third = verdict_choices("Blip", "Helix", "Helix", "Blip", colours=colours)[-1]
    assert not third.enabled


def test_the_keys_of_the_blind_card():
    colours = taxonomy(("Blip", "Helix", "Whistle"))
    choices = blind_choices(("Blip", "Helix", "Whistle"), "", colours=colours)
    assert {choice.key: choice.value for choice in choices if choice.enabled} == {
        "k": "Blip", "1": "Helix", "2": "Whistle", "u": "",
    }  # fmt: skip


@pytest.mark.parametrize("raw", [None, "a", {}, {"kind": "a", "value": 1, "sample": "s", "card": "c"}, {"kind": "a"}])
def test_what_is_no_event_of_the_card_is_left_alone(raw):
    assert read_event(raw) is None


def test_the_cards_groups_keep_their_order():
    card = ChoiceCard("?", "blind", "s", "c", (Choice("a", "A", group="x"), Choice("b", "B", group="y")))
    assert [group["name"] for group in _payload(card)["groups"]] == ["x", "y"]
