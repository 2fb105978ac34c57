"""Undo and redo of one's own batches, at any later time; others' batches are not offered."""

from core.dataset.selection import Selection
from core.ledger import batches, proposals, propose


def propose_it(ledger, label, author):
    return propose(
        ledger,
        Selection(("Blip/sample039",), "click"),
        {"Blip/sample039": "Blip"},
        label,
        author=author,
        app_version="0.1",
    )


def standing(ledger):
    return proposals(ledger)["label_proposed"].tolist()


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def test_undo_undo_redo_redo(prepared, ledger, open_app):
    propose_it(ledger, "Tomte", "Ada")
    propose_it(ledger, "Helix", "Ben")
    propose_it(ledger, "Whistle", "ada")
    app = open_app("pages/corrections.py", workspace=prepared.workspace.name, reviewer="Ada")
    press(app, "batch_undo")
    assert standing(ledger) == ["Helix", "Tomte"]
    press(app, "batch_undo")
    assert standing(ledger) == ["Helix"]
    assert app.button(key="batch_undo").disabled
    press(app, "batch_redo")
    assert standing(ledger) == ["Tomte", "Helix"]
    press(app, "batch_redo")
    assert standing(ledger) == ["Whistle", "Tomte", "Helix"]
    assert app.button(key="batch_redo").disabled
    press(app, "batch_undo")
    assert standing(ledger) == ["Tomte", "Helix"]
    press(app, "batch_redo")
    assert sorted(standing(ledger)) == ["Helix", "Tomte", "Whistle"]


def test_somebody_without_batches_is_offered_nothing(prepared, ledger, open_app):
    propose_it(ledger, "Helix", "Ben")
    app = open_app("pages/corrections.py", workspace=prepared.workspace.name, reviewer="Ada")
    assert not {"batch_undo", "batch_redo"} & {item.key for item in app.button}
    app.toggle(key="corrections_mine").set_value(True).run()
    assert app.dataframe[1].value.empty


def test_nobody_is_asked_for_a_name(prepared, ledger, open_app):
    propose_it(ledger, "Helix", "Ben")
    app = open_app("pages/corrections.py", workspace=prepared.workspace.name)
    assert any("Type your name" in item.value for item in app.caption)


def test_the_table_says_who_withdrew(prepared, ledger, open_app):
    propose_it(ledger, "Helix", "Ada")
    press(open_app("pages/corrections.py", workspace=prepared.workspace.name, reviewer="Ada"), "batch_undo")
    assert batches(ledger)["withdrawn_by"].tolist() == ["Ada"]


def test_a_row_that_was_chosen_does_not_stand_for_another_batch_once_somebody_wrote(prepared, ledger, open_app):
    propose_it(ledger, "Helix", "Ada")
    app = open_app("pages/corrections.py", workspace=prepared.workspace.name, reviewer="Ada")

    def table():
        return app.dataframe[1].proto.id

    first = table()
    app.run()
    assert table() == first
    propose_it(ledger, "Tomte", "Ben")
    app.run()
    assert table() != first
    second = table()
    press(app, "batch_undo")
    assert table() == second and app.dataframe[1].value["status"].tolist() == ["current", "withdrawn"]
