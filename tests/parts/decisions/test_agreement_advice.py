"""People's agreement on the page Decisions: one sentence, the samples to look at together, for who may see it."""

import pytest

from core.dataset.selection import Selection
from core.ledger import open_ledger, proposals, propose
from core.ledger.acts.reviewing import review
from pages.parts.desk.state import Desk
from tests.parts.remembered import remembered

SHARED, DIFFERING = 30, 8


@pytest.fixture
def spoken(prepared):
    """Ada calls ten blips Helix and twenty whistles Tomte; Ben agrees, but for eight of the blips. Mo is moderator."""
    ledger, labels = open_ledger(prepared.workspace.ledger_path), prepared.samples["label"]
    blips, whistles = (list(labels.index[labels == name]) for name in ("Blip", "Whistle"))
    for names, label in ((blips[:10], "Helix"), (whistles[:19], "Tomte"), (blips[10:11], "Tomte")):
        propose(ledger, Selection(tuple(names), how="click"), labels, label, author="Ada", app_version="0.1")
    made = proposals(ledger)
    for name, correction in zip(made["sample_id"], made["correction_id"], strict=True):
        answer = "reject" if name in blips[:DIFFERING] else "accept"
        review(ledger, correction, answer, author="Ben", app_version="0.1")
    ledger.close()
    (prepared.workspace.root / "roles.toml").write_text('[people]\n"Mo" = "moderator"\n')
    return blips[:DIFFERING]


@pytest.fixture
def open_agreement(prepared, open_app):
    def start(name):
        app = open_app("pages/decisions.py", workspace=prepared.workspace.name, reviewer=name)
        app.segmented_control(key="decisions_section").set_value("People's agreement").run()
        assert not app.exception, [error.value for error in app.exception]
        return app

    return start


def texts(app):
    return " ".join(item.value for item in [*app.markdown, *app.caption]).replace("\\", "")


def test_a_moderator_reads_of_the_two_and_goes_to_their_samples(open_agreement, spoken):
    app = open_agreement("Mo")
    assert "Ada and Ben gave the same label to 22 of 30 samples." in texts(app)
    assert "For the other 8, Ben says Blip, and Ada often says Helix" in texts(app)
    assert "its label now, then what Ada said and what Ben said" in texts(app)
    button = app.button(key="agreement_look")
    assert button.label == "Look at these 8 samples on the map"
    button.click().run()
    assert set(remembered(app, Desk).gesture.sample_ids) == set(spoken)


def test_a_person_reads_of_the_others_and_of_nobody_by_name(open_agreement, spoken):
    said = texts(open_agreement("Ben"))
    assert "You and the others gave the same label to 22 of 30 samples." in said
    assert "For the other 8, you say Blip, and the others often say Helix" in said
    assert "Ada and Ben" not in said


def test_who_has_said_nothing_reads_no_figure_about_anybody(open_agreement, spoken):
    said = texts(open_agreement("Di"))
    assert "gave the same label" not in said and "to that person and to moderators" in said


def test_the_figures_are_folded_up(open_agreement, spoken):
    (folded,) = [item for item in open_agreement("Mo").expander if item.label == "How sure is this?"]
    said = " ".join(item.value for item in folded.markdown).replace("\\", "")
    assert "22 of 30 samples, 73 % (95 % interval 56 % to 86 %)" in said and len(folded.dataframe) >= 2
