"""Known samples mixed into Review: they look like all others, and the answer writes no review."""

from dataclasses import replace

import pytest

from core.dataset.selection import Selection
from core.ledger import Person, ProposalFilters, decide, proposals, propose
from core.ledger.acts.asking_known import set_known_rate
from core.ledger.views.known_asked import review_work
from core.ledger.views.reviews import reviews
from core.ledger.views.skill import known_answers
from core.ledger.views.states import sample_states
from pages.parts.review.session import ReviewState
from pages.parts.widgets.choice_card import ChoiceEvent
from tests.parts.remembered import remember, remembered

MO, BEN = Person("Mo", "moderator"), Person("Ben")
SHOWN = "the sample"
DECIDED = tuple(f"Blip/sample{number:03}" for number in range(6))
WAITING = tuple(f"Blip/sample{number:03}" for number in range(6, 20))


@pytest.fixture
def mixed(ledger, prepared):
    """Ada proposes Helix for twenty blips, Mo decides the first six, and one in five is a known one."""
    labels = prepared.samples["label"]
    for sample_id in (*DECIDED, *WAITING):
        propose(
            ledger, Selection((sample_id,), how="click"), labels, "Helix", author="Ada", reason="loops", app_version="1"
        )
    for sample_id in DECIDED:
        decide(ledger, sample_id, "Helix", author=MO, reason="seen", app_version="1")
    set_known_rate(ledger, 5, author=MO, app_version="1", rate_id="seed")
    return review_work(ledger, BEN)


@pytest.fixture
def open_known(prepared, mixed, open_app):
    """The page with the first known sample on its card."""

    def start():
        row = mixed[mixed["known"] != ""].iloc[0]
        state = ReviewState(at=row["correction_id"], person="Ben")
        return open_app("pages/review.py", state, workspace=prepared.workspace.name, reviewer="Ben"), row

    return start


def state(app):
    return remembered(app, ReviewState)


def press(app, kind, value=""):
    remember(app, replace(state(app), event=ChoiceEvent(kind, value, SHOWN, state(app).question.card_id)))
    return app.run()


def texts(app):
    return " ".join(item.value for item in [*app.markdown, *app.caption, *app.info, *app.success, *app.warning])


def test_a_known_sample_waits_and_is_asked_about_like_any_other(open_known, mixed):
    app, row = open_known()
    assert f"**{len(mixed)}** proposals of other people wait for your review · 0 reviewed by you today" in texts(app)
    assert f"`{row['sample_id']}`" in texts(app) and "The label now is **Blip**" in texts(app)
    for secret in ("Ada", "Mo ", "Helix", "loops"):
        assert secret not in texts(app)
    press(app, "label", "Whistle")
    assert "**Ada** proposes **Helix** instead of **Blip**. You said **Whistle**." in texts(app)


def test_the_answer_is_kept_apart_and_counted_as_a_review_on_screen(open_known, mixed, ledger):
    app, row = open_known()
    before = sample_states(ledger)
    written = len(proposals(ledger, ProposalFilters()))
    press(press(app, "label", "Whistle"), "accept")
    assert reviews(ledger).empty and len(proposals(ledger, ProposalFilters())) == written
    assert sample_states(ledger).equals(before)
    answers = known_answers(ledger)
    assert answers[["author", "sample_id", "label", "known"]].values.tolist() == [
        ["Ben", row["sample_id"], "Whistle", "Helix"]
    ]
    assert app.toast[0].value == f"Agreed about `{SHOWN}`. The key z, or Undo, takes it back."
    assert f"**{len(mixed) - 1}** proposals of other people wait for your review · 1 reviewed by you today" in texts(
        app
    )
    press(app, "undo")
    assert known_answers(ledger).empty and "You said **Whistle**" in texts(app)
    assert f"**{len(mixed)}** proposals" in texts(app)


def test_naming_the_proposed_label_ends_it_at_once_as_with_any_other(open_known, ledger):
    app, _ = open_known()
    press(app, "label", "Helix")
    assert app.toast[0].value.startswith(f"Ada says Helix too of `{SHOWN}`")
    assert known_answers(ledger)["label"].tolist() == ["Helix"] and reviews(ledger).empty


def test_what_truly_waits_is_still_reviewed(open_known, mixed, ledger):
    app, _ = open_known()
    press(app, "next")
    assert state(app).at in set(mixed.loc[mixed["known"] == "", "correction_id"])
    press(app, "label", "Helix")
    assert len(reviews(ledger)) == 1 and known_answers(ledger).empty
