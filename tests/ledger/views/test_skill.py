"""What people named right of known samples: counted by label, by what is decided now, for whom it is shown."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from core.errors import GlitchAuditError
from core.ledger import Person
from core.ledger.acts.asking_known import KnownCase, answer_known
from core.ledger.views.changed_people import changes_in_kind
from core.ledger.views.skill import Share, estimated_skills, known_answers, own_skill_sentence, skills
from core.ledger.views.weighed import weigh, weighed

MO, BEN = Person("Mo", "moderator"), Person("Ben")
TOLD = "Ben answered “keep” 25 times in a row within 1.0 s of each other, and never more than 1 before"
MONDAY = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture
def answered(desk, monkeypatch):
    """``answered(name, right, wrong, when)``: so many answers about samples that are decided to be Tomtes."""
    count = 0

    def act(name, right, wrong=0, unsure=0, when=MONDAY - timedelta(days=20)):
        nonlocal count
        monkeypatch.setattr("core.ledger.acts.rows.now", lambda: when)
        for label in ["Tomte"] * right + ["Blip"] * wrong + [""] * unsure:
            count += 1
            sample_id = f"known{count}"
            desk.tell(sample_id, "Mo decides Tomte")
            case = KnownCase(sample_id, "suspects", count, "Blip", "Tomte", "Tomte")
            verdict = {"Tomte": "accept", "Blip": "keep", "": "unsure"}[label]
            answer_known(desk.ledger, case, verdict, author=name, label=label, app_version="0.1")
            when += timedelta(seconds=1)
            monkeypatch.setattr("core.ledger.acts.rows.now", lambda when=when: when)

    return act


def test_right_ones_are_counted_of_those_named_with_wilsons_interval(answered, desk):
    answered("Ben", right=9, wrong=1, unsure=2)
    (skill,) = skills(desk.ledger, MO)
    assert (skill.name, skill.in_all) == ("Ben", Share(9, 10, 2))
    # Wilson 1927, 9 of 10: 59.6 % to 98.2 %.
    assert skill.in_all.interval == pytest.approx((0.596, 0.982), abs=1e-3)
    assert skill.in_all.in_words(10) == "9 of 10, 90 % (60 % to 98 %)"
    assert skill.in_all.in_words(11) == "9 of 10: too few to say"
    assert dict(skill.by_label) == {"Tomte": Share(9, 10, 2)}


def test_what_is_decided_now_counts_and_what_is_open_again_does_not(answered, desk):
    answered("Ben", right=2)
    first, second = known_answers(desk.ledger)["sample_id"]
    desk.tell(first, "Mo reopens")
    assert known_answers(desk.ledger)["sample_id"].tolist() == [second]
    desk.tell(first, "Mo decides Whistle")
    assert skills(desk.ledger, MO)[0].in_all == Share(1, 2)


def test_only_moderators_see_others(answered, desk):
    answered("Ben", right=12)
    with pytest.raises(GlitchAuditError, match="takes a moderator"):
        skills(desk.ledger, BEN)
    with pytest.raises(GlitchAuditError, match="takes a moderator"):
        changes_in_kind(desk.ledger, BEN, now=MONDAY)


def test_one_is_told_of_oneself_until_yesterday_and_not_of_few(answered, desk):
    answered("Ben", right=9, when=MONDAY - timedelta(days=3))
    assert own_skill_sentence(desk.ledger, BEN, now=MONDAY) == ""
    answered("Ben", right=0, wrong=1, when=MONDAY + timedelta(hours=1))
    assert own_skill_sentence(desk.ledger, BEN, now=MONDAY + timedelta(hours=2)) == ""
    told = own_skill_sentence(desk.ledger, BEN, now=MONDAY + timedelta(days=1))
    assert "named right until yesterday: 9 of 10, 90 % (60 % to 98 %)." in told
    assert own_skill_sentence(desk.ledger, Person("Cy"), now=MONDAY + timedelta(days=1)) == ""


def test_no_estimate_from_few_opinions(desk):
    desk.tell("a", "Ada proposes Tomte", "Ben accepts Ada")
    assert estimated_skills(desk.ledger) == {}


def test_a_fall_of_this_week_is_told_and_the_usual_is_not(answered, desk):
    answered("Ben", right=38, wrong=2)
    answered("Cy", right=38, wrong=2)
    answered("Ben", right=2, wrong=8, when=MONDAY + timedelta(hours=1))
    answered("Cy", right=10, when=MONDAY + timedelta(hours=2))
    found = changes_in_kind(desk.ledger, MO, now=MONDAY + timedelta(days=2))
    assert {change.name for change in found} == {"Ben"}
    fallen = [change for change in found if "known samples" in change.sentence]
    assert len(fallen) == 1 and fallen[0].week == pd.Timestamp(MONDAY)
    assert "named 2 of 10 known samples right, and before 38 of 40" in fallen[0].sentence
    # Next week it is told as last week's, and then no more.
    later = MONDAY + timedelta(days=9)
    assert [change.week for change in changes_in_kind(desk.ledger, MO, now=later)][-1] == pd.Timestamp(MONDAY)
    assert changes_in_kind(desk.ledger, MO, now=MONDAY + timedelta(days=16)) == ()


def test_a_key_held_is_told(answered, desk):
    for number in range(20):
        answered("Ben", right=1, wrong=1, unsure=number % 2, when=MONDAY - timedelta(days=20 - number / 2))
    answered("Ben", right=0, wrong=25, when=MONDAY + timedelta(hours=1))
    sentences = [change.sentence for change in changes_in_kind(desk.ledger, MO, now=MONDAY + timedelta(days=1))]
    assert any(TOLD in one for one in sentences)


def answers_of(**right_of_20):
    rows = []
    for person, right in right_of_20.items():
        rows += [(person, "Tomte" if place < right else "Blip", "Tomte") for place in range(20)]
    return pd.DataFrame(rows, columns=["person", "label", "known"])


def test_one_who_is_right_outweighs_two_who_guess():
    cast = pd.DataFrame({"person": ["ada", "ben", "cy"], "label": ["Tomte", "Blip", "Blip"]})
    found = weigh(cast, answers_of(ada=20, ben=4, cy=4), ["Blip", "Tomte", "Whistle"])
    assert found.label == "Tomte" and found.people == 3
    assert found.low <= found.chance <= found.high
    assert weigh(cast, answers_of(ada=20, ben=20, cy=20), ["Blip", "Tomte", "Whistle"]).label == "Blip"


def test_two_alike_against_each_other_are_a_toss_up():
    cast = pd.DataFrame({"person": ["ada", "ben"], "label": ["Tomte", "Blip"]})
    answers = answers_of(ada=18, ben=18)
    answers["known"] = np.where(np.arange(40) % 2, "Tomte", "Blip")
    answers["label"] = answers["known"].where(np.arange(40) % 5 > 0, "Whistle")
    assert weigh(cast, answers, ["Blip", "Tomte"]).chance == pytest.approx(0.5, abs=0.03)


def test_nothing_is_weighed_where_too_little_is_known_of_anybody(answered, desk):
    cast = pd.DataFrame({"person": ["ada", "ben"], "label": ["Tomte", "Blip"]})
    few = answers_of(ada=20, ben=20)
    assert weigh(cast, few[(few["person"] == "ada") | (few.index < 29)], ["Blip", "Tomte"]) is None
    assert weigh(cast[:1], few, ["Blip", "Tomte"]) is None
    desk.tell("case", "Ada proposes Tomte", "Ben rejects Ada")
    assert weighed(desk.ledger, "case", ["Blip", "Tomte"], asking=MO) is None
    answered("Ada", right=10)
    assert weighed(desk.ledger, "case", ["Blip", "Tomte"], asking=MO) is None
    answered("Ben", right=3, wrong=9)
    found = weighed(desk.ledger, "case", ["Blip", "Tomte"], asking=MO)
    assert found.label == "Tomte" and found.in_words().startswith(
        "Weighed by what each of these 2 gets right on known samples: Tomte "
    )
    # A moderator's own vote is not weighed, and nobody else is told.
    desk.tell("case", "Mo rejects Ada")
    assert weighed(desk.ledger, "case", ["Blip", "Tomte"], asking=MO) == found
    with pytest.raises(GlitchAuditError, match="takes a moderator"):
        weighed(desk.ledger, "case", ["Blip", "Tomte"], asking=BEN)
