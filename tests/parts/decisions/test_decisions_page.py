"""The Decisions page without a browser: what is listed first, who may decide, what stays hidden, the other parts."""

import pytest

from core.dataset.selection import Selection
from core.ledger import proposals, propose
from core.ledger.acts.changing_taxonomy import propose_taxonomy_change
from core.ledger.acts.reviewing import review
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.states import decisions, sample_states
from core.ledger.views.taxonomy_changes import taxonomy_changes

CONFLICT, WAITING, DECIDED = "Blip/sample039", "Blip/sample000", "Blip/sample001"


@pytest.fixture
def discussed(ledger, prepared):
    """Ada proposed Helix for three blips; Ben rejected one and accepted one. Mo is a moderator."""
    labels = prepared.samples["label"]
    selection = Selection((CONFLICT, WAITING, DECIDED), how="click")
    propose(ledger, selection, labels, "Helix", author="Ada", reason="saw *loops*", app_version="0.1")
    ids = proposals(ledger).set_index("sample_id")["correction_id"]
    review(ledger, ids[CONFLICT], "reject", author="Ben", blind_label="Blip", app_version="0.1")
    review(ledger, ids[DECIDED], "accept", author="Ben", blind_label="Helix", app_version="0.1")
    (prepared.workspace.root / "roles.toml").write_text('[people]\n"Mo" = "moderator"\n')


def texts(app):
    return " ".join(item.value for item in [*app.markdown, *app.caption, *app.info, *app.warning, *app.error])


def listed(app):
    return app.dataframe[0].value


def look_at(app, sample_id):
    app.session_state["decisions_sample_at"] = sample_id
    return app.run()


def press(app, label):
    next(item for item in app.button if item.label == label).click().run()
    assert not app.exception, [error.value for error in app.exception]
    return app


def last_key(app, kind, beginning):
    return next(item.key for item in getattr(app, kind) if item.key.startswith(beginning))


def state_of(ledger, sample_id):
    return sample_states(ledger, DecisionRule(), sample_ids=[sample_id]).loc[sample_id, "state"]


def test_what_is_decided_of_a_sample_that_waits_for_ones_own_answer_is_not_listed(
    open_decisions, discussed, monkeypatch
):
    monkeypatch.setattr("pages.parts.decisions.panel.blind_samples", lambda here: frozenset([DECIDED, WAITING]))
    app = open_decisions("Ada")
    assert listed(app)["sample"].tolist() == [CONFLICT, WAITING] and DECIDED not in texts(app)


def test_conflicts_come_first_then_what_is_in_review_then_what_is_decided(open_decisions, discussed):
    table = listed(open_decisions("Mo"))
    assert table["sample"].tolist() == [CONFLICT, WAITING, DECIDED]
    assert table["state"].tolist() == ["conflict", "in review", "decided"]
    assert table["stood for"].tolist()[1:] == ["Helix 1", "Helix 2"]
    assert set(table["stood for"][0].split(", ")) == {"Helix 1", "Blip 1"}


def test_the_votes_are_told_with_their_reasons_and_no_markdown_of_theirs(open_decisions, discussed):
    said = texts(open_decisions("Mo"))
    assert "**Ada** stands for **Helix**: proposed Helix instead of Blip. “saw \\*loops\\*”" in said
    assert "**Ben** stands for **Blip**: rejected Helix and kept Blip, having chosen Blip blind" in said


def test_states_can_be_narrowed(open_decisions, discussed):
    app = open_decisions("Mo")
    app.pills(key="decisions_states").set_value(["decided", "in review"]).run()
    assert listed(app)["sample"].tolist() == [WAITING, DECIDED]


def test_a_moderator_decides_with_a_reason_and_reopens_with_another(open_decisions, discussed, ledger):
    app = open_decisions("Mo")
    app.selectbox(key=last_key(app, "selectbox", "decisions_label_")).set_value("Whistle").run()
    press(app, "Decide: Whistle")
    assert any("Give a reason" in warning.value for warning in app.warning)
    assert state_of(ledger, CONFLICT) == "conflict"
    app.text_area(key=last_key(app, "text_area", "decisions_reason_")).set_value("two arms").run()
    press(app, "Decide: Whistle")
    assert state_of(ledger, CONFLICT) == "decided"
    row = decisions(ledger).iloc[0]
    assert (row["label"], row["reason"], row["author"], row["role"]) == ("Whistle", "two arms", "Mo", "moderator")
    look_at(app, CONFLICT)
    assert "**Decided** by a moderator: **Whistle**" in texts(app)
    app.text_area(key=last_key(app, "text_area", "decisions_reason_")).set_value("look again").run()
    press(app, "Reopen")
    assert state_of(ledger, CONFLICT) == "reopened"


def test_a_reviewer_sees_who_may_decide_and_no_form(open_decisions, discussed):
    app = open_decisions("Ben")
    assert "A moderator can decide this" in texts(app) and "**Mo** can settle it" in texts(app)
    assert not [item for item in app.button if item.label.startswith("Decide")]


def test_what_waits_for_ones_own_review_is_hidden(open_decisions, discussed):
    app = look_at(open_decisions("Ben"), WAITING)
    assert listed(app).set_index("sample").loc[WAITING, "stood for"] == "waits for your review"
    assert "It waits for your own review" in texts(app) and "Ada" not in texts(app)
    assert "stands for" in texts(look_at(app, CONFLICT))


def test_a_rule_of_three_people_is_obeyed_and_told(open_decisions, discussed, prepared):
    (prepared.workspace.root / "decisions.toml").write_text("agreeing = 3\n")
    app = open_decisions("Mo")
    assert "decided when **3** different people" in texts(app)
    assert "decided" not in listed(app)["state"].tolist()


def test_a_rule_that_cannot_be_read_is_said(open_decisions, discussed, prepared):
    (prepared.workspace.root / "decisions.toml").write_text("agreeing = 0\n")
    assert "at least 1 person" in texts(open_decisions("Mo"))


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("Samples", "Nothing was proposed yet"),
        ("Taxonomy", "Nobody has proposed a change"),
        ("People's agreement", "agreement takes two"),
        ("Journal", "Nothing was done on this day"),
        ("Progress", "Of **40** samples **0** were looked at"),
    ],
)
def test_an_empty_ledger_says_so_everywhere(open_decisions, section, said):
    assert said in texts(open_decisions("Ada", section))


def test_the_agreement_figures_say_that_they_are_few(open_decisions, discussed):
    app = open_decisions("Ben", "People's agreement")
    assert "Others agreed with Ben on 1 of 2 samples" in texts(app).replace("\\", "")
    pairs = next(table.value for table in app.dataframe if "Cohen's kappa" in table.value)
    assert pairs[["first", "second", "samples", "agreed"]].values.tolist() == [["Ada", "Ben", 2, 1]]
    assert pairs[""].tolist() == ["too few"]


def test_figures_about_a_person_are_seen_by_that_person_and_by_moderators(open_decisions, discussed, ledger):
    ids = proposals(ledger).set_index("sample_id")["correction_id"]
    review(ledger, ids[DECIDED], "accept", author="Cy", app_version="0.1")
    told = {name: texts(open_decisions(name, "People's agreement")) for name in ("Mo", "Cy", "Di")}
    assert all(f"{name} " in told["Mo"].split("Dawid and Skene")[1] for name in ("Ada", "Ben", "Cy"))
    assert "Cy " in told["Cy"].split("Dawid and Skene")[1] and "Ben" not in told["Cy"]
    assert "Dawid and Skene's model" not in told["Di"] and "to that person and to moderators" in told["Di"]
    tables = [table.value for table in open_decisions("Cy", "People's agreement").dataframe]
    pairs = next(table for table in tables if "Cohen's kappa" in table)
    assert pairs[["first", "second"]].values.tolist() == [["Ada", "Cy"], ["Ben", "Cy"]]
    assert open_decisions("Mo", "People's agreement").selectbox(key="decisions_person").options == ["Ada", "Ben", "Cy"]
    assert open_decisions("Cy", "People's agreement").selectbox(key="decisions_person").options == ["Cy"]


def test_the_journal_lists_the_day_without_what_waits_for_a_review(open_decisions, discussed, ledger, prepared):
    selection = Selection(("Blip/sample002",), how="click")
    propose(ledger, selection, prepared.samples["label"], "Helix", author="Ada", app_version="0.1")
    app = open_decisions("Ben", "Journal")
    counts, acts = app.dataframe[0].value, app.dataframe[1].value
    assert counts.loc["all others", "proposal"] == 4 and counts.loc["Ben", "review"] == 2
    assert acts["sample"].tolist()[0] == "waits for your review"
    assert open_decisions("Mo", "Journal").dataframe[1].value["sample"].tolist()[0] == "Blip/sample002"


def test_progress_counts_the_states(open_decisions, discussed):
    app = open_decisions("Mo", "Progress")
    assert "**3** were looked at; **1** are decided (**1** of them changed), 1 in review, 1 in conflict" in texts(app)
    assert app.dataframe[0].value.loc["Blip", "conflict"] == 1


def test_a_change_of_the_taxonomy_is_proposed_once_and_relabels_nothing(open_decisions, ledger, prepared):
    app = open_decisions("Ada", "Taxonomy")
    app.multiselect(key="decisions_change_merged").set_value(["Blip", "Whistle"]).run()
    app.selectbox(key="decisions_change_becomes").set_value("Blip").run()
    app.text_area(key="decisions_change_examples").set_value("Blip/sample000 nowhere").run()
    assert "1 of these are no samples of this data set, first nowhere" in texts(app)
    app.text_area(key="decisions_change_why").set_value("cannot be told apart").run()
    press(app, "Propose this change")
    press(app, "Propose this change")
    changes = taxonomy_changes(ledger)
    assert changes[["kind", "labels", "becomes", "sample_ids"]].values.tolist() == [
        ["merge", ("Blip", "Whistle"), ("Blip",), ("Blip/sample000",)]
    ]
    assert proposals(ledger).empty
    assert "**merge: Blip, Whistle → Blip**" in texts(app).replace("\\", "")


def test_a_change_that_does_not_fit_its_kind_is_refused_in_a_sentence(open_decisions, ledger):
    app = open_decisions("Ada", "Taxonomy")
    app.text_area(key="decisions_change_why").set_value("because").run()
    press(app, "Propose this change")
    assert "A merge needs two classes or more that become one" in texts(app).replace("\\", "")
    assert taxonomy_changes(ledger).empty


def test_others_accept_a_change_and_a_moderator_decides_it(open_decisions, ledger, discussed):
    change = propose_taxonomy_change(
        ledger, "rename", labels=["Blip"], becomes=["Drop"], reason="clearer", author="Ada", app_version="0.1"
    )
    own = open_decisions("Ada", "Taxonomy")
    assert not [item for item in own.button if item.label == "Accept"]
    press(open_decisions("Ben", "Taxonomy"), "Reject")
    assert "**Mo** can settle it" in texts(open_decisions("Ben", "Taxonomy"))
    assert taxonomy_changes(ledger)["state"].tolist() == ["conflict"]
    app = open_decisions("Mo", "Taxonomy")
    assert "**Ben** said **reject**" in texts(app)
    app.text_input(key=f"decisions_change_reason_{change.change_id}").set_value("says what it is").run()
    press(app, "Decide: accept")
    assert taxonomy_changes(ledger)[["state", "decided_by"]].values.tolist() == [["accepted", "moderator"]]


def test_a_class_that_is_there_in_another_spelling_is_not_proposed_as_new(open_decisions, ledger):
    app = open_decisions("Ada", "Taxonomy")
    app.segmented_control(key="decisions_change_kind").set_value("new class").run()
    app.text_input(key="decisions_change_name").set_value("blip").run()
    app.text_area(key="decisions_change_examples").set_value("Blip/sample000").run()
    app.text_area(key="decisions_change_why").set_value("seen often").run()
    press(app, "Propose this change")
    assert any("is there already, as Blip" in warning.value for warning in app.warning)
    assert taxonomy_changes(ledger).empty
    app.text_input(key="decisions_change_name").set_value("Crown").run()
    press(app, "Propose this change")
    assert taxonomy_changes(ledger)["becomes"].tolist() == [("Crown",)]
