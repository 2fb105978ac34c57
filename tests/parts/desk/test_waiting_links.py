"""The line in the sidebar that says what waits where: for whom it is meant, on every page, and gone when done."""

import pytest

from core.dataset.selection import Selection
from core.ledger import open_ledger, propose, review, withdraw
from pages.parts.desk import waiting_links

VERSION = {"app_version": "0.1"}
ONE, TWO = "Blip/sample039", "Blip/sample000"


@pytest.fixture
def ledger(audited):
    opened = open_ledger(audited.workspace.ledger_path)
    yield opened
    opened.close()


@pytest.fixture
def at(audited, open_app):
    """``at(name, page)``: that person's app on the page; Mo is a moderator."""
    (audited.workspace.root / "roles.toml").write_text('[people]\n"Mo" = "moderator"\n"Vic" = "viewer"\n')
    return lambda name, page="suspects": open_app(f"pages/{page}.py", workspace=audited.workspace.name, reviewer=name)


def links(app):
    pages = ("Review", "Decisions", "Mine")
    return [item.label for item in app.sidebar.get("page_link") if item.label.startswith(pages)]


def propose_both(ledger):
    batches = [
        propose(ledger, Selection((name,), "click"), {name: "Blip"}, "Whistle", author="Ada", reason="", **VERSION)
        for name in (ONE, TWO)
    ]
    with ledger.cursor() as cursor:
        found = cursor.execute("SELECT sample_id, correction_id FROM correction").fetchall()
    return batches, dict(found)


def test_each_is_told_what_waits_for_that_person_and_may_be_done(at, ledger):
    assert links(at("Bea")) == []
    _, corrections = propose_both(ledger)
    review(ledger, corrections[TWO], "reject", author="Bea", **VERSION)
    assert links(at("Ada")) == ["Mine **1**"]
    assert links(at("Bea")) == ["Review **1**", "Mine **1**"]
    assert links(at("Mo")) == ["Review **2**", "Decisions **1**"]
    assert links(at("Vic")) == links(at("")) == []
    for page in ("start", "map", "review", "data"):
        assert links(at("Mo", page)) == ["Review **2**", "Decisions **1**"], page


def test_it_is_asked_anew_only_when_the_ledger_has_come_further(at, ledger, monkeypatch):
    asked = []
    ask = waiting_links.waiting
    monkeypatch.setattr(waiting_links, "waiting", lambda *given: asked.append(given) or ask(*given))
    batches, _ = propose_both(ledger)
    bea = at("Bea")
    count = len(asked)
    bea.run()
    assert links(bea) == ["Review **2**"] and len(asked) == count
    withdraw(ledger, batches[0].batch_id, author="Ada")
    bea.run()
    assert links(bea) == ["Review **1**"] and len(asked) == count + 1
