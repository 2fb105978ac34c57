"""Known samples mixed into Suspects, one by one: they look like all others, and the answer writes no judgement."""

from dataclasses import replace

import pytest

from core.ledger import Person, ProposalFilters, SuspectCase, decide, judge, judgements, proposals
from core.ledger.acts.asking_known import set_known_rate
from core.ledger.views.skill import known_answers
from pages.parts.suspects.session import QueueState
from pages.parts.widgets.suspect_queue import CardEvent
from tests.parts.fake_audit import fake_audit
from tests.parts.remembered import remember, remembered

MO = Person("Mo", "moderator")
KNOWN = tuple(f"Blip/sample{number:03}" for number in range(3))


@pytest.fixture
def audit(monkeypatch, prepared):
    """Twelve suspects, of which Ada judged three and Mo decided them."""
    audit = fake_audit(prepared)
    table = audit.suspects.table
    flagged = table.index[:12]
    table = table.assign(
        flagged=table.index.isin(flagged),
        suggested=table["suggested"].astype(object).where(~table.index.isin(flagged), "Whistle"),
    )
    audit = replace(audit, suspects=replace(audit.suspects, table=table))
    monkeypatch.setattr("pages.parts.data.open_results.audit_or_stop", lambda here, prepared: audit)
    return audit


@pytest.fixture
def open_mixed(prepared, open_app, audit, ledger):
    def start(one_in=5):
        for sample_id in KNOWN:
            case = SuspectCase(sample_id, "Blip", "Whistle")
            judge(ledger, case, "accept", author="Ada", app_version="1", reason="rises")
            decide(ledger, sample_id, "Whistle", author=MO, reason="seen", app_version="1")
        set_known_rate(ledger, one_in, author=MO, app_version="1", rate_id="seed")
        return open_app("pages/suspects.py", workspace=prepared.workspace.name, reviewer="Ben")

    return start


def state(app):
    return remembered(app, QueueState)


def press(app, kind):
    shown, judgement_id = state(app).card
    remember(app, replace(state(app), event=CardEvent(kind, shown, judgement_id)))
    return app.run()


def go_to_known(app):
    for _ in state(app).shown:
        if state(app).known[0]:
            return app
        press(app, "next")
    raise AssertionError("no known sample came")


def texts(app):
    return " ".join(item.value for item in [*app.markdown, *app.caption, *app.info, *app.success, *app.warning])


def progress(app):
    return app.get("progress")[0].proto.text


def test_without_a_rate_none_comes(open_mixed):
    app = open_mixed(one_in=0)
    assert len(state(app).shown) == 9 and progress(app) == "3 of 12 judged, 0 by you today"


def test_it_looks_as_if_nobody_had_said_anything_of_it(open_mixed):
    app = go_to_known(open_mixed())
    mixed = len(state(app).shown) - 9
    assert mixed >= 1 and progress(app) == f"{3 - mixed} of 12 judged, 0 by you today"
    assert "Ada" not in texts(app) and "Proposed already" not in texts(app) and "rises" not in texts(app)


@pytest.mark.parametrize(("verdict", "label"), [("accept", "Whistle"), ("keep", "Blip"), ("unsure", ""), ("skip", "")])
def test_the_answer_is_kept_apart_and_looks_like_a_judgement(open_mixed, ledger, verdict, label):
    app = go_to_known(open_mixed())
    sample_id, count = state(app).at, len(state(app).shown)
    before = int(progress(app).split()[0])
    written = len(judgements(ledger)), len(proposals(ledger, ProposalFilters()))
    press(app, verdict)
    assert (len(judgements(ledger)), len(proposals(ledger, ProposalFilters()))) == written
    answers = known_answers(ledger)
    assert answers[["sample_id", "label", "known"]].values.tolist() == [[sample_id, label, "Whistle"]]
    assert progress(app) == f"{before + 1} of 12 judged, 1 by you today"
    assert len(state(app).shown) == count - 1 and sample_id not in state(app).shown
    assert "The key z, or Undo, takes it back." in app.toast[0].value
    press(app, "undo")
    assert known_answers(ledger).empty and state(app).at == sample_id
    assert progress(app) == f"{before} of 12 judged, 0 by you today"


def test_what_is_truly_a_suspect_is_judged_as_before(open_mixed, ledger):
    app = open_mixed()
    while state(app).known[0]:
        press(app, "next")
    press(app, "keep")
    assert judgements(ledger)["author"].tolist()[0] == "Ben" and known_answers(ledger).empty
