"""Volunteers' votes on the Suspects page: on the card, and as an order that brings in what nothing else flags."""

from dataclasses import replace

import pandas as pd
import pytest

from core.audit.queue import VOLUNTEERS
from core.ledger import proposals
from core.pipeline.votes import FILE_NAME
from pages.parts.suspects.session import QueueState
from tests.parts.fake_audit import fake_audit
from tests.parts.remembered import remembered
from tests.parts.suspects.by_card import SUSPECT, press, progress, texts


def test_what_volunteers_said_stands_on_the_card(prepared, open_suspects):
    rows = [(f"person {number}", SUSPECT, "Whistle" if number < 5 else "Blip", "") for number in range(7)]
    votes = pd.DataFrame(rows, columns=["person", "sample_id", "label", "subject_id"])
    votes.to_parquet(prepared.workspace.root / FILE_NAME, index=False)
    page = open_suspects(reviewer="Ada")
    # 5 of 7 is 71 %; Wilson's interval by hand: 0.359 to 0.918.
    assert "7 volunteers: 5 say Whistle, 71 % (36 % to 92 %); 2 say Blip." in texts(page).replace("\\", "")


@pytest.fixture
def votes_of(prepared):
    """``votes_of({glitch: {label: count}})``: keep these as volunteers' votes."""

    def keep(said):
        rows = [
            (f"person {number}", glitch, label, "")
            for glitch, counts in said.items()
            for number, label in enumerate(name for name, count in counts.items() for _ in range(count))
        ]
        votes = pd.DataFrame(rows, columns=["person", "sample_id", "label", "subject_id"])
        votes.to_parquet(prepared.workspace.root / FILE_NAME, index=False)

    return keep


UNSUSPECTED = "Blip/sample003"


def test_without_votes_volunteers_are_no_order(open_suspects):
    assert VOLUNTEERS not in open_suspects(reviewer="Ada").selectbox(key="suspect_order").options


def test_volunteers_rank_the_queue_and_bring_in_what_nothing_else_flags(votes_of, open_suspects, ledger):
    votes_of({UNSUSPECTED: {"Whistle": 17, "Blip": 1}, SUSPECT: {"Whistle": 1}, "Blip/sample004": {"Blip": 4}})
    app = open_suspects(reviewer="Ada")
    # Nothing changes until one asks for it.
    assert f"`{SUSPECT}`" in texts(app) and progress(app).startswith("0 of 1 judged")
    app.selectbox(key="suspect_order").select(VOLUNTEERS).run()
    assert "Ranked by the chance that one more volunteer would call the sample otherwise" in texts(app)
    also = app.toggle(key="suspect_not_flagged")
    assert also.label == "Also 1 that nothing else flags"
    assert remembered(app, QueueState).card[0] == UNSUSPECTED and progress(app).startswith("0 of 2 judged")
    # What the embedding flags is another number.
    assert "**1 of 40 samples are flagged**" in texts(app)
    press(app, "accept")
    written = proposals(ledger).iloc[0]
    assert written[["sample_id", "label_proposed"]].tolist() == [UNSUSPECTED, "Whistle"]
    assert written["reason"] == "Suspect queue: 17 of 18 volunteers call it otherwise"
    assert remembered(app, QueueState).card[0] == SUSPECT and progress(app).startswith("1 of 2 judged")
    app.toggle(key="suspect_not_flagged").set_value(False).run()
    assert progress(app).startswith("0 of 1 judged")


def test_where_nothing_is_flagged_volunteers_are_still_an_order(prepared, votes_of, audit_of, open_app):
    votes_of({UNSUSPECTED: {"Whistle": 3}})
    found = fake_audit(prepared).suspects
    audit_of(prepared, suspects=replace(found, table=found.table.assign(flagged=False)))
    app = open_app("pages/suspects.py", workspace=prepared.workspace.name, reviewer="Ada")
    assert "No sample is flagged" in texts(app) and f"Choose the order “{VOLUNTEERS}”" in texts(app)
    app.selectbox(key="suspect_order").select(VOLUNTEERS).run()
    assert not app.exception and remembered(app, QueueState).card[0] == UNSUSPECTED


def test_look_alikes_leave_the_order_of_the_others(votes_of, open_suspects):
    votes_of({UNSUSPECTED: {"Whistle": 3}})
    app = open_suspects(reviewer="Ada")
    app.selectbox(key="suspect_order").select(VOLUNTEERS).run()
    app.segmented_control(key="judge").select("Look-alikes together").run()
    assert progress(app).startswith("0 of 1 judged")
    app.segmented_control(key="judge").select("One by one").run()
    assert app.selectbox(key="suspect_order").value == VOLUNTEERS and progress(app).startswith("0 of 2 judged")
