"""The Suspects page without a browser: what it says, what a decision writes, and what stops one."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.audit.slices import DETECTOR, Slice
from core.dataset.selection import Selection
from core.ledger import SuspectCase, judge, judgements, open_ledger, proposals, propose
from core.pipeline.settings import save_settings
from core.pipeline.stages import prepare
from pages.parts.suspects.session import Done, QueueState
from pages.parts.suspects.slices import SliceState
from pages.parts.widgets.suspect_queue import CardEvent, read_event
from tests.parts.fake_audit import fake_audit
from tests.parts.remembered import remember, remembered
from tests.parts.suspects.by_card import SUSPECT, press, progress, send, texts


def test_the_page_says_how_many_flags_are_expected_to_be_right(open_suspects):
    app = open_suspects(reviewer="Ada")
    assert "**1 of 40 samples are flagged**; of these about **1**" in texts(app)
    # The number is about the flags; of all wrong labels it is only a part.
    assert "Wrong labels that the embedding finds plausible are not among them" in texts(app)
    assert "**Almost certainly wrong** (chance 97 %)" in texts(app) and f"`{SUSPECT}`" in texts(app)
    assert progress(app) == "0 of 1 judged, 0 by you today"


def test_the_neighbours_for_and_against_are_named(open_suspects):
    said = texts(open_suspects(reviewer="Ada"))
    assert "nearest samples called **Whistle**" in said and "nearest samples called **Blip**" in said
    assert "Of its 30 nearest neighbours 19 are called Whistle, 11 are called Blip." in said


def test_accept_writes_judgement_and_proposal(open_suspects, ledger, prepared):
    app = press(open_suspects(reviewer="Ada"), "accept")
    row = judgements(ledger).iloc[0]
    assert (row["sample_id"], row["label"], row["verdict"]) == (SUSPECT, "Blip", "accept")
    assert (row["label_proposed"], row["author"]) == ("Whistle", "Ada")
    assert row["reason"] == "Suspect queue: the embedding contradicts the label (chance 97 %)"
    assert (row["dataset_fingerprint"], row["suspects_fingerprint"]) == (prepared.dataset.fingerprint, "fake suspects")
    assert proposals(ledger)["label_proposed"].tolist() == ["Whistle"]
    assert "Proposed Whistle for" in app.toast[0].value
    assert "Every flagged sample is judged" in texts(app)
    assert progress(app) == "1 of 1 judged, 1 by you today"


@pytest.mark.parametrize("kind", ["keep", "unsure", "skip"])
def test_the_other_decisions_write_a_judgement_alone(open_suspects, ledger, kind):
    press(open_suspects(reviewer="Ada"), kind)
    assert judgements(ledger)["verdict"].tolist() == [kind]
    assert proposals(ledger).empty


def test_undo_says_that_what_was_said_in_another_tab_since_stays(open_suspects, ledger):
    app = open_suspects(reviewer="Ada")
    press(app, "accept")
    judge(ledger, SuspectCase(SUSPECT, "Blip", "Whistle"), "keep", author="Ada", app_version="0.1")
    send(app, CardEvent("undo", "", ""))
    app.run()
    assert [said.value for said in app.toast] == [
        f"Taken back already: what you said of `{SUSPECT}` later, in another tab, stays."
    ]
    assert judgements(ledger)["verdict"].tolist() == ["keep"]


def test_another_label_and_a_reason_of_ones_own(open_suspects, ledger):
    app = open_suspects(reviewer="Ada")
    _, judgement_id = remembered(app, QueueState).card
    app.selectbox(key=f"suspect_other_{judgement_id}").set_value("Helix").run()
    app.text_input(key=f"suspect_reason_{judgement_id}").set_value("stacked loops").run()
    press(app, "accept")
    row = judgements(ledger).iloc[0]
    assert (row["suggested_label"], row["label_proposed"], row["reason"]) == ("Whistle", "Helix", "stacked loops")


def test_undo_opens_the_suspect_again_and_it_can_be_judged_anew(open_suspects, ledger):
    app = press(open_suspects(reviewer="Ada"), "accept")
    # The card has left the screen with the last suspect, so undoing is offered beside what is done.
    next(item for item in app.button if item.label == "Undo").click().run()
    assert judgements(ledger).empty and proposals(ledger).empty
    assert remembered(app, QueueState).at == SUSPECT
    press(app, "keep")
    assert judgements(ledger)["verdict"].tolist() == ["keep"]


def test_a_message_from_a_card_that_has_gone_is_not_obeyed(open_suspects, ledger):
    app = open_suspects(reviewer="Ada")
    app.toggle(key="suspect_hide").set_value(False).run()
    gone = CardEvent("keep", *remembered(app, QueueState).card)
    for _ in range(2):
        send(app, gone)
        app.run()
    assert len(judgements(ledger)) == 1
    with ledger.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM judgement").fetchone() == (1,)


def test_an_answer_that_replaces_one_from_another_tab_says_so(open_suspects, ledger):
    app = open_suspects(reviewer="Ada")
    judge(ledger, SuspectCase(SUSPECT, "Blip", "Whistle"), "keep", author="Ada", app_version="0")
    press(app, "accept")
    assert "It replaces what you said of it before" in app.toast[0].value
    assert judgements(ledger)["verdict"].tolist() == ["accept"]


def test_without_a_name_nothing_is_written(open_suspects, ledger):
    app = open_suspects()
    assert "Type your name in the sidebar" in texts(app)
    press(app, "accept")
    assert judgements(ledger).empty


def test_a_ledger_held_by_another_program_leaves_the_queue_to_look_at(open_suspects, monkeypatch):
    from core.ledger.storage.store import Ledger

    monkeypatch.setattr(Ledger, "problem", lambda self: "The ledger is held by another program (process 7).")
    app = open_suspects(reviewer="Ada")
    assert "deciding is not possible now: The ledger is held by another program" in app.warning[0].value
    assert f"`{SUSPECT}`" in texts(app)
    app = press(app, "accept")
    assert not app.toast


@pytest.mark.parametrize(("kind", "left"), [("skip", True), ("unsure", True), ("keep", False)])
def test_what_somebody_else_skipped_is_still_to_be_decided(open_suspects, ledger, kind, left):
    press(open_suspects(reviewer="Ben"), kind)
    app = open_suspects(reviewer="Ada")
    assert (f"`{SUSPECT}`" in texts(app)) == left
    assert progress(app) == f"{int(not left)} of 1 judged, 0 by you today"
    if left:
        assert " by Ben." in texts(app)
        press(app, "accept")
        assert judgements(ledger)["author"].tolist() == ["Ada", "Ben"]


def test_a_proposal_that_was_made_elsewhere_is_named(open_suspects, ledger, prepared):
    selection = Selection((SUSPECT,), how="click")
    propose(ledger, selection, {SUSPECT: "Blip"}, "Tomte", author="Ben", app_version="0.1")
    assert "Proposed already: Tomte by Ben." in texts(open_suspects(reviewer="Ben"))
    # Whoever is still to review it blind is told that there is something, and no more.
    said = texts(open_suspects(reviewer="Ada"))
    assert "Tomte by Ben" not in said and "it waits for your own review" in said


def test_a_judgement_of_a_label_that_has_changed_since_does_not_count(open_suspects, ledger):
    judge(ledger, SuspectCase(SUSPECT, "Helix"), "keep", author="Ada", app_version="0.1")
    app = open_suspects(reviewer="Ada")
    assert progress(app) == "0 of 1 judged, 0 by you today"


def test_next_and_previous_look_without_deciding(prepared, open_app, audit_of, ledger):
    audit = fake_audit(prepared)
    audit.suspects.table["flagged"] = True
    audit_of(prepared, suspects=audit.suspects)
    app = open_app("pages/suspects.py", workspace=prepared.workspace.name, reviewer="Ada")
    first = remembered(app, QueueState).at
    press(app, "next")
    second = remembered(app, QueueState).at
    assert first == SUSPECT != second
    press(app, "keep")
    third = remembered(app, QueueState).at
    assert judgements(ledger)["sample_id"].tolist() == [second]
    assert third not in (first, second)
    press(app, "previous")
    assert remembered(app, QueueState).at == first
    press(app, "undo")
    assert remembered(app, QueueState).at == second
    assert judgements(ledger).empty


def test_filters_that_leave_nothing_say_so_and_can_be_cleared(open_suspects):
    app = open_suspects(reviewer="Ada")
    app.slider(key="suspect_filter_chance").set_value(100).run()
    assert "No suspect that is not judged yet passes these filters" in texts(app)
    next(item for item in app.button if item.label == "Clear all filters").click().run()
    assert f"`{SUSPECT}`" in texts(app)


def test_a_slice_that_leaves_nothing_is_cleared_with_the_filters(open_suspects):
    app = open_suspects(reviewer="Ada")
    remember(app, SliceState(Slice("Blip", "Whistle", DETECTOR, "nowhere"), "2 of 2 suspects come from nowhere"))
    app.run()
    assert "Only these:** 2 of 2 suspects" in texts(app)
    assert "No suspect that is not judged yet passes these filters" in texts(app)
    next(item for item in app.button if item.label == "Clear all filters").click().run()
    assert f"`{SUSPECT}`" in texts(app) and "Only these" not in texts(app)


def test_nothing_flagged_is_said(prepared, open_app, audit_of):
    audit = fake_audit(prepared)
    audit.suspects.table["flagged"] = False
    audit_of(prepared, suspects=audit.suspects)
    app = open_app("pages/suspects.py", workspace=prepared.workspace.name)
    assert "No sample is flagged" in app.success[0].value


def test_where_pictures_are_samples_the_glitch_is_judged(prepared, open_app, audit_of):
    workspace, settings = prepared.workspace, prepared.settings
    save_settings(workspace, replace(settings, embed=replace(settings.embed, unit="picture")))
    names = Path(settings.vectors).with_suffix(".txt")
    names.write_text("\n".join(f"{name}/picture" for name in prepared.samples.index))
    by_picture = prepare(workspace, report=lambda progress: None)
    audit_of(by_picture)
    app = open_app("pages/suspects.py", workspace=workspace.name, reviewer="Ada")
    assert remembered(app, QueueState).at == f"{SUSPECT}/picture"
    press(app, "accept")
    ledger = open_ledger(workspace.ledger_path)
    assert judgements(ledger)["sample_id"].tolist() == proposals(ledger)["sample_id"].tolist() == [SUSPECT]
    assert "Every flagged sample is judged" in texts(app)
    ledger.close()


def test_duplicates_and_outliers_are_listed(open_suspects):
    app = open_suspects()
    app.segmented_control(key="suspect_section").set_value("Duplicates").run()
    assert "1 exactly the same, 2 nearly" in texts(app)
    assert len(app.dataframe[0].value) == 3
    app.segmented_control(key="suspect_section").set_value("Outliers").run()
    assert "the 5 samples that look least like any other" in texts(app)


def open_part(app, part):
    app.segmented_control(key="suspect_section").set_value(part).run()
    assert not app.exception, [error.value for error in app.exception]
    return app


def test_outliers_are_judged_like_wrong_labels_farthest_first(prepared, open_suspects, ledger):
    farthest = list(fake_audit(prepared).outliers.index[:2])
    app = open_part(open_suspects(reviewer="Ada"), "Outliers")
    assert remembered(app, QueueState).at == farthest[0]
    press(press(app, "keep"), "undo")
    assert judgements(ledger).empty and remembered(app, QueueState).at == farthest[0]
    press(press(app, "next"), "unsure")
    written = judgements(ledger).iloc[0]
    assert (written["sample_id"], written["verdict"]) == (farthest[1], "unsure")
    assert written["reason"].startswith("Queue of outliers")


def test_a_key_that_is_pressed_twice_judges_one_outlier(open_suspects, ledger):
    app = open_part(open_suspects(reviewer="Ada"), "Outliers")
    shown, judgement_id = remembered(app, QueueState).card
    for _ in range(2):
        send(app, CardEvent("keep", shown, judgement_id))
        app.run()
    assert len(judgements(ledger)) == 1


def test_of_two_that_differ_each_is_asked_about_with_the_others_label(prepared, open_app, audit_of, ledger):
    pair = {"first": "Blip/sample000", "second": "Whistle/sample020", "label_first": "Blip", "label_second": "Whistle"}
    twins = fake_audit(prepared).twins[:1].assign(conflict=True, **pair)
    audit_of(prepared, twins=twins)
    app = open_app("pages/suspects.py", workspace=prepared.workspace.name, reviewer="Ada")
    open_part(app, "Duplicates")
    assert "**1 of 2** in this queue" in texts(app)
    judged = remembered(app, QueueState).at
    # When one of them is given the label of the other, both are answered.
    press(app, "accept")
    assert proposals(ledger)["sample_id"].tolist() == [judged]
    assert proposals(ledger)["label_proposed"].tolist() == [{"Blip/sample000": "Whistle"}.get(judged, "Blip")]
    assert "All of these are judged" in texts(app)
    press(app, "undo")
    press(app, "keep")
    assert "**1 of 1** in this queue" in texts(app) and remembered(app, QueueState).at != judged


def test_of_two_that_are_called_alike_one_is_asked_about(open_suspects):
    app = open_part(open_suspects(reviewer="Ada"), "Duplicates")
    assert "These two are both called" in texts(app) and "in this queue" in texts(app)


def test_a_viewer_looks_through_them_without_keys_that_judge(prepared, open_suspects, ledger):
    (prepared.workspace.root / "roles.toml").write_text('default = "viewer"\n')
    app = open_suspects(reviewer="Vic")
    for part in ("Outliers", "Duplicates"):
        open_part(app, part)
        assert "may not judge" in texts(app)
        assert {"Previous", "Next"} <= {button.label for button in app.button}
    assert judgements(ledger).empty


def test_no_duplicates_and_no_outliers_are_said(prepared, open_app, audit_of):
    audit = fake_audit(prepared)
    audit_of(prepared, twins=audit.twins[:0], outliers=audit.outliers[:0])
    app = open_app("pages/suspects.py", workspace=prepared.workspace.name)
    app.segmented_control(key="suspect_section").set_value("Duplicates").run()
    assert "No two samples" in app.success[0].value
    app.segmented_control(key="suspect_section").set_value("Outliers").run()
    assert "no sample has neighbours" in app.info[0].value


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "accept",
        {},
        {"kind": "delete", "sample": "a", "judgement": "b"},
        {"kind": "accept", "sample": 1, "judgement": "b"},
        {"kind": "accept", "sample": "a"},
    ],
)
def test_what_is_no_event_of_the_card_is_left_alone(raw):
    assert read_event(raw) is None


def test_an_event_of_the_card_is_read():
    assert read_event({"kind": "accept", "sample": "a", "judgement": "b"}) == CardEvent("accept", "a", "b")


def test_ranking_anew_is_called_for_after_ten_decisions_and_not_before(prepared, open_app, audit_of):
    audit_of(prepared)

    def label(count):
        done = tuple(Done((f"j{number}",), (SUSPECT,)) for number in range(count))
        app = open_app("pages/suspects.py", QueueState(done=done), workspace=prepared.workspace.name, reviewer="Ada")
        return app.button(key="suspect_rank_anew").label

    assert label(9) == "Rank anew" and label(10) == "Rank anew (10 judged since)"
