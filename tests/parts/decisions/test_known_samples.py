"""The part “Known samples” without a browser: the rate, who named what right, what changed, and a conflict weighed."""

from datetime import UTC, datetime, timedelta

import pytest

from core.dataset.selection import Selection
from core.ledger import Person, decide, proposals, propose, review
from core.ledger.acts.asking_known import KnownCase, answer_known
from core.ledger.views.known_asked import known_rate

MO = Person("Mo", "moderator")
CASE = "Whistle/sample030"


@pytest.fixture
def answered(ledger, prepared, monkeypatch):
    """Mo is a moderator and decided twenty; ``answered(name, right, wrong, when)`` answers them."""
    (prepared.workspace.root / "roles.toml").write_text('[people]\nMo = "moderator"\n')
    for number in range(20):
        decide(ledger, f"Blip/sample{number:03}", "Helix", author=MO, reason="loops", app_version="1")
    count = 0

    def act(name, right, wrong, when=None):
        nonlocal count
        when = when or datetime.now(UTC) - timedelta(days=30)
        for place, label in enumerate(["Helix"] * right + ["Blip"] * wrong):
            moment = when + timedelta(seconds=9 * place)
            monkeypatch.setattr("core.ledger.acts.rows.now", lambda moment=moment: moment)
            count += 1
            case = KnownCase(f"Blip/sample{place % 20:03}", "suspects", count, "Blip", "Helix", "Helix")
            verdict = "accept" if label == "Helix" else "keep"
            answer_known(ledger, case, verdict, author=name, label=label, app_version="1")
        monkeypatch.setattr("core.ledger.acts.rows.now", lambda: datetime.now(UTC))

    return act


@pytest.fixture
def open_people(open_decisions):
    return lambda name, section="People": open_decisions(name, section)


def texts(app):
    shown = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.subheader]
    return " ".join(item.value for item in shown).replace("\\", "")


def test_a_moderator_sets_the_rate_and_others_do_not_see_it(answered, ledger, open_people):
    app = open_people("Mo")
    assert app.segmented_control(key="people_known_rate").value == 0
    app.segmented_control(key="people_known_rate").set_value(10).run()
    assert (
        known_rate(ledger).one_in == 10 and app.toast[0].value.replace("\\", "") == "Known samples mixed in: 1 in 10."
    )
    assert open_people("Mo").segmented_control(key="people_known_rate").value == 10
    assert "Known samples" not in texts(open_people("Ben"))


def test_who_named_how_many_right_and_too_few(answered, open_people):
    answered("Ben", right=18, wrong=2)
    answered("Cy", right=3, wrong=1)
    app = open_people("Mo")
    rows = app.dataframe[1].value
    assert rows[["person", "right of those named"]].values.tolist() == [
        ["Ben", "18 of 20, 90 % (70 % to 97 %)"],
        ["Cy", "3 of 4: too few to say"],
    ]
    assert set(rows["by all opinions"]) == {"too few to say"}
    assert app.dataframe[2].value["label that is right"].tolist() == ["Helix", "Helix"]


def test_a_fall_is_told_to_moderators_on_every_part(answered, open_people):
    answered("Ben", right=38, wrong=2)
    answered("Ben", right=0, wrong=9, when=datetime.now(UTC) - timedelta(minutes=5))
    app = open_people("Mo")
    assert "Ben named 0 of 9 known samples right, and before 38 of 40" in texts(app)
    app.segmented_control(key="people_known_rate").set_value(5).run()
    assert "The answers of **Ben** changed in kind" in texts(open_people("Mo", "Journal"))
    assert "changed in kind" not in texts(open_people("Ben", "Journal"))


def test_a_conflict_is_weighed_once_the_moderator_has_reviewed_it_himself(answered, ledger, prepared, open_people):
    labels = prepared.samples["label"]
    propose(ledger, Selection((CASE,), how="click"), labels, "Helix", author="Ada", reason="so", app_version="1")
    (correction,) = proposals(ledger)["correction_id"]
    review(ledger, correction, "reject", author="Ben", blind_label=labels[CASE], app_version="1")
    assert "known samples" not in texts(open_people("Mo", "In conflict"))
    answered("Ada", right=19, wrong=1)
    answered("Ben", right=5, wrong=15)
    shown = texts(open_people("Mo", "In conflict"))
    assert "is shown when you have given your own review" in shown and "Weighed by" not in shown
    review(ledger, correction, "unsure", author=MO, app_version="1")
    shown = texts(open_people("Mo", "In conflict"))
    assert "Weighed by what each of these 2 gets right on known samples: Helix " in shown
    assert "Weighed by" not in texts(open_people("Ben", "In conflict"))
