"""The backup on the page: for moderators, and for whoever sits at the machine; nobody else is offered it."""

import pytest

from core.ledger import Person, Roles
from core.workspace import demo_workspace
from pages.parts.desk.who import AtDesk


def desk(role, *, this_machine=False, providers=(), demo=False):
    person = Person("Vic", role)
    return AtDesk(demo_workspace(), person, Roles(), "", None, providers, demo, 1, this_machine=this_machine)


@pytest.mark.parametrize(
    ("here", "may"),
    [
        (desk("moderator"), True),
        (desk("reviewer"), False),
        (desk("reviewer", this_machine=True), True),
        (desk("viewer", this_machine=True), False),
        (desk("reviewer", this_machine=True, providers=("google",)), False),
        (desk("moderator", providers=("google",)), True),
        (desk("moderator", demo=True), False),
    ],
)
def test_who_may_take_one(here, may):
    assert (here.hindrance("back up") == "") is may


def test_it_is_made_on_a_press_and_offered_with_its_size(make_workspace, open_app):
    workspace = make_workspace(["Blip"] * 3, [[0, 1], [1, 0], [1, 1]])
    (workspace.root / "roles.toml").write_text('[people]\nAda = "moderator"\n')
    app = open_app("pages/data.py", workspace=workspace.name, reviewer="Ada")
    assert "The pictures are not in it" in said(app) and "workspace/roles.toml" not in said(app)
    app.button(key="backup_make").click().run()
    assert not app.exception and "workspace/roles.toml" in said(app) and "nobody has said anything yet" in said(app)
    assert not workspace.ledger_path.exists()


def test_it_is_not_offered_to_others(make_workspace, open_app):
    workspace = make_workspace(["Blip"] * 3, [[0, 1], [1, 0], [1, 1]])
    (workspace.root / "roles.toml").write_text('default = "viewer"\n[people]\nAda = "moderator"\n')
    app = open_app("pages/data.py", workspace=workspace.name, reviewer="Bob")
    assert not app.exception and "The pictures are not in it" not in said(app)


def said(app):
    return " ".join(item.value for item in (*app.markdown, *app.caption)).replace("\\", "")
