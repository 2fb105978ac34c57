"""The page Mine without a browser: what it lists, what it says about a person and to whom, and undo."""

import pytest

from core.dataset.selection import Selection
from core.ledger import Person, SuspectCase, judge, judgements, proposals, propose, review
from core.ledger.acts import naming_people
from pages.parts.mine.acts_list import ROWS


@pytest.fixture
def open_mine(prepared, open_app):
    def start(name="Ada", **session):
        return open_app("pages/mine.py", workspace=prepared.workspace.name, reviewer=name, **session)

    return start


def propose_for(ledger, samples, label="Helix", author="Ada"):
    selection = Selection(tuple(samples), how="click")
    before = {sample: sample.split("/")[0] for sample in samples}
    return propose(ledger, selection, before, label, author=author, app_version="0.1")


def blips(count):
    return [f"Blip/sample{number:03d}" for number in range(count)]


def texts(app):
    return " ".join(item.value for item in [*app.markdown, *app.caption, *app.info]).replace("\\", "")


def undo_buttons(app):
    return [item for item in app.button if (item.key or "").startswith("mine_undo_")]


def listed(app):
    return [item.label for item in app.get("page_link") if "sample" in item.label]


def test_without_a_name_it_says_what_to_do(open_mine):
    app = open_mine("")
    assert "Type your name in the sidebar first" in app.info[0].value
    assert not undo_buttons(app)


def test_who_said_nothing_is_led_to_the_suspects(open_mine):
    app = open_mine()
    assert "You have said nothing yet" in app.info[0].value
    assert [item.label for item in app.get("page_link")][-1] == "Begin with a suspect"


def test_what_i_said_is_listed_and_taken_back_from_here(open_mine, ledger):
    propose_for(ledger, blips(1))
    judge(ledger, SuspectCase("Blip/sample001", "Blip", "Whistle"), "keep", author="Ada", app_version="0.1")
    app = open_mine()
    assert "**1** judged" in texts(app) and "**1** proposed" in texts(app) and "**0** reviewed" in texts(app)
    assert "Proposed Helix instead of Blip" in texts(app) and "Kept Blip" in texts(app)
    assert "Of your 1 proposal: 1 in review." in texts(app)
    undo_buttons(app)[0].click().run()
    assert judgements(ledger).empty and "Taken back: the judgement about" in app.toast[0].value
    undo_buttons(app)[0].click().run()
    assert proposals(ledger).empty
    assert not undo_buttons(app) and "**0** proposed" in texts(app)


def test_a_batch_is_taken_back_as_a_whole_and_pages_of_rows_are_turned(open_mine, ledger):
    propose_for(ledger, blips(20))
    propose_for(ledger, [f"Whistle/sample{number:03d}" for number in range(20, 39)], label="Tomte")
    app = open_mine()
    assert f"1 to {ROWS} of 39" in texts(app) and len(undo_buttons(app)) == ROWS
    app.button(key="mine_older").click().run()
    assert f"{ROWS + 1} to 39 of 39" in texts(app)
    assert undo_buttons(app)[0].label == "Undo all 20"
    undo_buttons(app)[0].click().run()
    assert proposals(ledger)["label_proposed"].unique().tolist() == ["Tomte"]
    app.segmented_control(key="mine_section").set_value("Judgements").run()
    assert "Nothing of this kind" in texts(app)
    app.segmented_control(key="mine_section").set_value("All").run()
    assert f"1 to {ROWS} of 39" in texts(app)


def test_others_see_neither_my_acts_nor_figures_about_me(open_mine, ledger):
    propose_for(ledger, blips(2))
    for correction in proposals(ledger)["correction_id"]:
        review(ledger, correction, "accept", author="Ben", app_version="0.1")
    assert "they agreed with 2 (between 34 % and 100 %): too few to say." in texts(open_mine("Ada"))
    app = open_mine("Cy")
    assert "Ada" not in texts(app) and "Helix" not in texts(app)
    assert not [item for item in app.selectbox if item.key == "mine_whose"]


def test_a_moderator_may_look_at_somebody_else(open_mine, ledger, prepared):
    naming_people.name_first(prepared.workspace, "Mo")
    propose_for(ledger, blips(1))
    app = open_mine("Mo")
    assert app.selectbox(key="mine_whose").options == ["My own", "Ada"]
    app.selectbox(key="mine_whose").set_value("ada").run()
    assert "Of Ada’s 1 proposal: 1 in review." in texts(app)
    assert "Nobody else has spoken about any of Ada’s proposals yet." in texts(app)
    assert listed(app) and len(undo_buttons(app)) == 1


def test_what_waits_for_my_review_shows_nothing_of_others(open_mine, ledger):
    judge(ledger, SuspectCase("Blip/sample000", "Blip", "Whistle"), "skip", author="Ben", app_version="0.1")
    propose_for(ledger, blips(1))
    app = open_mine("Ben")
    assert "Left it to somebody else" in texts(app)
    assert "Ada" not in texts(app) and "Helix" not in texts(app)


def test_a_viewer_is_offered_no_undo(open_mine, ledger, prepared):
    propose(
        ledger,
        Selection(("Blip/sample000",), how="click"),
        {"Blip/sample000": "Blip"},
        "Helix",
        author=Person("Vic"),
        app_version="0.1",
    )
    (prepared.workspace.root / "roles.toml").write_text('default = "viewer"\n')
    app = open_mine("Vic")
    assert listed(app) and not undo_buttons(app)
