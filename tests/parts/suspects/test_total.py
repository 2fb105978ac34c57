"""A random sample as an order of the Suspects page, and how many labels are wrong in all."""

from dataclasses import replace

from core.audit.queue import RANDOM_SAMPLE
from core.ledger import judgements
from pages.parts.suspects.session import QueueState
from tests.parts.fake_audit import fake_audit
from tests.parts.remembered import remembered
from tests.parts.suspects.by_card import SUSPECT, press, progress, texts


def test_the_total_is_said_once_enough_of_the_random_sample_are_judged(open_suspects, ledger):
    app = open_suspects(reviewer="Ada")
    # Nothing changes until one asks for it.
    assert progress(app).startswith("0 of 1 judged")
    assert "How many of all 40 labels are wrong, a random sample tells" in texts(app)
    assert f"“{RANDOM_SAMPLE}” and judge 10 of it;" in texts(app)
    app.selectbox(key="suspect_order").select(RANDOM_SAMPLE).run()
    assert progress(app).startswith("0 of 40 judged")
    asked = []
    for _ in range(12):
        asked.append(remembered(app, QueueState).card[0])
        press(app, "accept" if asked[-1] == SUSPECT else "keep")
    assert not app.exception and len(set(asked)) == 12 and SUSPECT in asked
    # The suspect is a stratum of its own; of the others 11 of 39 are judged, none wrong.
    said = texts(app).replace("\\", "")
    assert "Of all 40 labels about 1 (1 to " in said
    assert "1 of 1 flagged ones were wrong, and 0 of 11 others." in said
    # The only flag is judged: nothing of it is left to be expected.
    assert "of these about **1** (1 to 1) labels are expected to be wrong, by the 12 judged ones" in said
    written = judgements(ledger)
    assert set(written.loc[written["verdict"] == "keep", "reason"]) == {"Suspect queue: drawn at random"}


def test_what_was_judged_in_another_order_counts_where_it_was_drawn(open_suspects):
    app = open_suspects(reviewer="Ada")
    press(app, "accept")
    assert "(1 so far)" in texts(app).replace("\\", "")
    app.selectbox(key="suspect_order").select(RANDOM_SAMPLE).run()
    assert progress(app).startswith("1 of 40 judged")


def test_look_alikes_together_know_no_random_order(open_suspects):
    app = open_suspects(reviewer="Ada")
    app.selectbox(key="suspect_order").select(RANDOM_SAMPLE).run()
    app.segmented_control(key="judge").select("Look-alikes together").run()
    assert not app.exception and progress(app).startswith("0 of 1 judged")


def test_where_nothing_is_flagged_a_random_sample_can_still_be_judged(prepared, open_app, audit_of):
    found = fake_audit(prepared).suspects
    audit_of(prepared, suspects=replace(found, table=found.table.assign(flagged=False)))
    app = open_app("pages/suspects.py", workspace=prepared.workspace.name, reviewer="Ada")
    assert "No sample is flagged" in texts(app) and f"Choose the order “{RANDOM_SAMPLE}”" in texts(app)
    app.selectbox(key="suspect_order").select(RANDOM_SAMPLE).run()
    assert not app.exception and progress(app).startswith("0 of 40 judged")
    press(app, "keep")
    assert progress(app).startswith("1 of 40 judged")


def test_the_chances_follow_what_was_judged(prepared, open_app, audit_of):
    found = fake_audit(prepared).suspects
    highest = found.table["score"].rank(ascending=False) <= 14
    table = found.table.assign(flagged=highest, chance_wrong=found.table["chance_wrong"].where(~highest, 0.8))
    audit_of(prepared, suspects=replace(found, table=table))
    app = open_app("pages/suspects.py", workspace=prepared.workspace.name, reviewer="Ada")
    said = texts(app)
    assert "**14 of 40 samples are flagged**; of these about **11**" in said
    assert "(chance 80 %)" in said and "from 10 answers on" in said and "the chances follow what was judged" in said
    for _ in range(10):
        press(app, "keep")
    said = texts(app)
    assert not app.exception and "% by what was judged, 80 % before)" in said
    # None of ten was wrong, so few of the other four can be.
    assert "of these about **1** (0 to" in said and "by the 10 judged ones that count" in said
    assert "from 10 answers on" not in said
