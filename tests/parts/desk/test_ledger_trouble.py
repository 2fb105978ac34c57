"""What the pages say and offer where the ledger is damaged, missing, or its backups cannot be made."""

import pytest

from core.dataset.selection import Selection
from core.ledger import open_ledger, propose
from tests.parts.gestures import last_cluster
from tests.parts.proposing import propose_button

DAMAGE = b"no database" * 5000


@pytest.fixture
def workspace(prepared):
    ledger = open_ledger(prepared.workspace.ledger_path)
    for sample in ("Blip/sample000", "Blip/sample001"):
        propose(ledger, Selection((sample,), "click"), {sample: "Blip"}, "Tomte", author="Ada", app_version="0")
    yield prepared.workspace  # the second act has made a backup of the first
    ledger.close()


@pytest.fixture
def open_on(open_app, workspace):
    def start(page=None, **session):
        return open_app(page, workspace=workspace.name, **session)

    return start


def damage(workspace):
    open_ledger(workspace.ledger_path).close()
    workspace.ledger_path.write_bytes(DAMAGE)


def recover_buttons(app):
    return [button for button in app.button if button.key == "recover"]


def test_the_propose_form_leads_to_where_a_damaged_ledger_is_mended(prepared, workspace, open_on):
    damage(workspace)
    app = open_on(gesture=last_cluster(prepared), reviewer="Ada")
    (warning,) = (item.value for item in app.warning if "Proposing is not possible now" in item.value)
    assert "is damaged" in warning
    assert propose_button(app) is None
    assert [link.proto.label for link in app.get("page_link")] == ["Mend it on the page “Corrections”"]


def test_the_offer_says_of_when_the_backup_is_and_how_much_it_holds(workspace, open_on):
    damage(workspace)
    app = open_on("pages/corrections.py", reviewer="Ada")
    assert any("holds **2** rows" in item.value for item in app.markdown)
    recover_buttons(app)[0].click().run()
    assert app.dataframe[0].value["sample_id"].tolist() == ["Blip/sample000"]


def test_nobody_in_particular_cannot_recover(workspace, open_on):
    damage(workspace)
    app = open_on("pages/corrections.py")
    recover_buttons(app)[0].click().run()
    assert any("Type your name" in warning.value for warning in app.warning)
    assert workspace.ledger_path.read_bytes() == DAMAGE


def test_a_missing_ledger_with_backups_is_offered_and_nothing_is_forced(workspace, open_on):
    open_ledger(workspace.ledger_path).close()
    workspace.ledger_path.unlink()
    app = open_on("pages/corrections.py", reviewer="Ada")
    assert any("is missing, but backups of it are there" in item.value for item in app.warning)
    assert any("Nothing was proposed yet" in item.value for item in app.info)
    recover_buttons(app)[0].click().run()
    assert len(app.dataframe[0].value) == 1


def test_a_backup_that_could_not_be_made_is_said(workspace, open_on):
    open_ledger(workspace.ledger_path).backup_trouble = "No backup of the ledger could be made."
    app = open_on("pages/corrections.py")
    open_ledger(workspace.ledger_path).backup_trouble = None
    assert any("No backup of the ledger could be made" in item.value.replace("\\", "") for item in app.warning)
    assert not app.dataframe[0].value.empty
