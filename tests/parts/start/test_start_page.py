"""Start: figures, steps and news for whoever is there, in whatever state data set and ledger are."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.dataset.selection import Selection
from core.ledger import open_ledger, propose, review
from core.ledger.views.proposals import proposals
from core.workspace import PROJECT_ROOT
from pages.parts.desk import visits
from pages.parts.desk.state import Desk
from pages.parts.desk.visits import Audited, Visit, visit_text
from pages.parts.start.tour import STEPS
from tests.parts.remembered import remembered

START = "pages/start.py"
ONE, TWO = "Blip/sample000", "Blip/sample001"


def numbers(app):
    """What the figures say, by what each counts."""
    return dict(reversed(link.proto.label.replace("*", "").split(" ", 1)) for link in app.get("page_link")[:6])


def steps(app):
    return [
        one.key.removeprefix("start_")
        for one in app.button
        if str(one.key).startswith("start_") and one.key != "start_tour"
    ]


def said(app):
    return " ".join(
        item.value for kind in ("markdown", "caption", "info", "warning", "error") for item in app.get(kind)
    )


@pytest.fixture
def ledger(audited):
    opened = open_ledger(audited.workspace.ledger_path)
    yield opened
    opened.close()


def propose_it(ledger, sample_id, label, author):
    propose(ledger, Selection((sample_id,), "click"), {sample_id: "Blip"}, label, author=author, app_version="0")
    return proposals(ledger)["correction_id"].iloc[0]


@pytest.fixture
def start(audited, open_app):
    return lambda **session: open_app(START, workspace=audited.workspace.name, **session)


def test_the_figures_are_those_of_the_ledger(start, ledger):
    propose_it(ledger, ONE, "Whistle", "Ada")
    review(ledger, propose_it(ledger, TWO, "Whistle", "Ada"), "accept", author="Ben", app_version="0")
    app = start(reviewer="Ada")
    assert numbers(app) == {
        "samples": "40",
        "judged": "2",
        "in review": "1",
        "in conflict": "0",
        "decided": "1",
        "suspects left": numbers(app)["suspects left"],
    }
    assert "2 are judged: 1 decided, 1 wait for a second person, 0 in conflict." in said(app)


def test_what_waits_is_offered_to_somebody_else_and_not_to_who_proposed_it(start, ledger):
    propose_it(ledger, ONE, "Whistle", "Ada")
    assert "review" not in steps(start(reviewer="Ada"))
    app = start(reviewer="Ben")
    assert "review" in steps(app)
    assert "1 waits for your second opinion" in " ".join(item.proto.body for item in app.get("html"))
    app.button(key="start_review").click().run()
    assert app.title[0].value == "Review"


def test_the_card_of_the_review_shows_no_proposal(start, ledger):
    propose_it(ledger, ONE, "Tomte", "Ada")
    app = start(reviewer="Ben")
    cards = " ".join(item.proto.body for item in app.get("html"))
    assert "label now Blip" in cards and "Tomte" not in cards and "Ada" not in cards


def test_conflicts_come_first_for_a_moderator_alone(start, ledger, audited):
    review(ledger, propose_it(ledger, ONE, "Whistle", "Ada"), "reject", author="Ben", app_version="0")
    (audited.workspace.root / "roles.toml").write_text('[people]\n"Mo" = "moderator"\n')
    app = start(reviewer="Mo")
    assert steps(app)[0] == "decide"
    app.button(key="start_decide").click().run()
    assert app.title[0].value == "Decisions"
    assert "decide" not in steps(start(reviewer="Cleo"))


def test_a_viewer_is_told_so_and_offered_what_can_be_looked_at(start, audited):
    (audited.workspace.root / "roles.toml").write_text('default = "viewer"')
    app = start(reviewer="Vic")
    assert "viewer" in said(app)
    assert not set(steps(app)) & {"judge", "review", "decide", "open"}


def test_a_data_set_without_a_map_leads_to_making_it(make_workspace, open_app):
    workspace = make_workspace(["Blip"] * 6, [[0.0, 0.0]] * 6)
    app = open_app(START, workspace=workspace.name)
    assert numbers(app)["samples"] == "6" and "suspects left" not in numbers(app)
    assert steps(app)[0] == "prepare"
    app.button(key="start_prepare").click().run()
    assert app.title[0].value.startswith("Data")


def test_a_map_without_an_audit_leads_to_it(prepared, open_app):
    assert steps(open_app(START, workspace=prepared.workspace.name))[0] == "audit"


def test_a_broken_ledger_is_one_sentence_and_the_way_to_mend_it(audited, start):
    audited.workspace.root.mkdir(parents=True, exist_ok=True)
    audited.workspace.ledger_path.write_bytes(b"this is no ledger" * 1000)
    app = start(reviewer="Ada")
    assert len(app.warning) == 1 and steps(app)[0] == "mend"
    app.button(key="start_mend").click().run()
    assert app.title[0].value == "Corrections"


def test_a_broken_rule_is_one_sentence(audited, start):
    (audited.workspace.root / "decisions.toml").write_text("agreeing = 0")
    app = start(reviewer="Ada")
    assert len(app.warning) == 1 and "at least 1 person" in app.warning[0].value


def test_there_is_no_news_at_a_first_visit(start, ledger):
    propose_it(ledger, ONE, "Whistle", "Cleo")
    assert [item.value for item in app_headers(start(reviewer="Ada"))] == ["What would you like to do?"]


def app_headers(app):
    return list(app.header)


@pytest.fixture
def yesterday(monkeypatch):
    """The browser remembers that whoever comes was here yesterday."""
    text = visit_text(Visit(None, datetime.now(UTC) - timedelta(days=1), audited=Audited("other", 3)))
    monkeypatch.setattr(visits, "remembered", lambda cookie: text)


def test_the_news_say_what_others_did_and_lead_there(start, ledger, yesterday):
    review(ledger, propose_it(ledger, ONE, "Whistle", "Ada"), "accept", author="Ben", app_version="0")
    review(ledger, propose_it(ledger, TWO, "Whistle", "Ada"), "reject", author="Mara", app_version="0")
    app = start(reviewer="Ada")
    assert app_headers(app)[1].value.startswith("Since your last visit, ")
    text = said(app)
    assert "Mara contradicts you on 1 sample: a conflict" in text.replace("\\", "")
    assert "1 label is decided as you said: Ben agreed" in text.replace("\\", "")
    assert "The audit ran again" in text
    assert [link.proto.label for link in app.main.get("page_link")][6:] == ["Answer", "See them", "Look"]


def test_nothing_new_is_said_so(start, yesterday, monkeypatch):
    monkeypatch.setattr(
        visits, "remembered", lambda cookie: visit_text(Visit(None, datetime.now(UTC) - timedelta(days=1)))
    )
    assert "Nothing that concerns you has changed" in said(start(reviewer="Ada"))


def test_nobody_and_the_ledger_remember_no_visit(start, ledger, audited, yesterday):
    app = start()
    assert len(app_headers(app)) == 1
    start(reviewer="Ada")
    assert not audited.workspace.ledger_path.exists() or not proposals(ledger).size


def test_the_tour_is_begun_by_its_button_alone_leads_to_its_end_and_never_comes_back(make_workspace, open_app):
    app = open_app(START)
    assert not any(one.key == "tour_next" for one in app.button)
    app.button(key="start_tour").click().run()
    seen = []
    while any(one.key == "tour_next" for one in app.button):
        seen.append(app.title[0].value)
        app.button(key="tour_next").click().run()
        # The test's stand-in for a browser does not notice that it was led elsewhere.
        app.switch_page(f"pages/{STEPS[remembered(app, Desk).tour - 1].page}.py").run()
        assert not app.exception
    assert [*seen, app.title[0].value] == ["Glitch Audit", "Map", "Map", "Suspects", "Review"]
    app.button(key="tour_finish").click().run()
    for page in ("pages/start.py", "pages/map.py"):
        app.switch_page(page).run()
        assert remembered(app, Desk).tour == 0
        assert not any(str(one.key).startswith("tour_") for one in app.button)


def test_the_tour_is_left_on_any_page(make_workspace, open_app):
    app = open_app(START)
    app.button(key="start_tour").click().run()
    app.switch_page("pages/corrections.py").run()
    assert "The tour waits for you" in said(app)
    app.button(key="tour_leave").click().run()
    assert not any(str(one.key).startswith("tour_") for one in app.button)
    app.switch_page(START).run()
    assert not any(str(one.key).startswith("tour_") for one in app.button)


@pytest.mark.parametrize(("asked", "step"), [("2", 2), ("6", 0), ("-1", 0), ("two", 0), ("22", 0), ("", 0)])
def test_an_address_may_say_at_which_step_the_tour_is(make_workspace, asked, step):
    app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=60)
    app.query_params["tour"] = asked
    app.run()
    assert not app.exception
    assert (f"Step {step} of" in said(app) or "The tour waits for you" in said(app)) == bool(step)
    assert ("start_tour" in {one.key for one in app.button}) == (not step)


def test_the_island_opens_on_the_map(make_workspace, open_app):
    app = open_app(START)
    app.button(key="start_island").click().run()
    assert app.title[0].value == "Map"
    assert any(re.match(r"\d+ samples selected", heading.value) for heading in app.subheader)
