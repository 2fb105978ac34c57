"""The part People without a browser: who has which role, who may change it, and that one moderator always stays."""

import pytest

from core.dataset.selection import Selection
from core.ledger import open_ledger, propose
from core.ledger.people import read_roles
from tests.parts.desk.test_who_is_at_the_desk import AUTH


@pytest.fixture
def open_people(prepared, open_app):
    def start(name):
        app = open_app("pages/decisions.py", workspace=prepared.workspace.name, reviewer=name)
        app.segmented_control(key="decisions_section").set_value("People").run()
        assert not app.exception, [error.value for error in app.exception]
        return app

    return start


def proposed_by(prepared, *names):
    ledger = open_ledger(prepared.workspace.ledger_path)
    for name in names:
        selection = Selection(("Blip/sample000",), "click")
        propose(ledger, selection, {"Blip/sample000": "Blip"}, "Tomte", author=name, app_version="0.1")
    ledger.close()


def roles_of(prepared):
    return read_roles(prepared.workspace.root / "roles.toml")


def texts(app):
    shown = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error]
    return " ".join(item.value for item in shown).replace("\\", "")


def offered(app):
    return {button.label for button in app.button} & {"Give this role", "Change that", "Become moderator"}


def give(app, name, role):
    app.selectbox(key="people_name").set_value(name)
    app.segmented_control(key="people_role").set_value(role)
    app.button(key="people_give").click().run()
    assert not app.exception, [error.value for error in app.exception]
    return app


def test_the_first_one_names_others_and_sees_them_listed(prepared, open_people):
    open_people("Ada")
    proposed_by(prepared, "Ben", "Cy")
    app = give(open_people("Ada"), "Ben", "moderator")
    give(app, "Cy", "viewer")
    assert roles_of(prepared).by_name == {"Ada": "moderator", "Ben": "moderator", "Cy": "viewer"}
    assert app.dataframe[0].value.values.tolist() == [["Ada", "moderator"], ["Ben", "moderator"], ["Cy", "viewer"]]
    give(app, "Cy", "as everybody else")
    assert "Cy" not in roles_of(prepared).by_name


def test_whoever_wrote_something_is_listed_and_can_be_named(prepared, open_people):
    open_people("Ada")
    proposed_by(prepared, "Ben")
    app = open_people("Ada")
    assert app.dataframe[0].value.values.tolist()[1] == ["Ben", "reviewer (as everybody else)"]
    give(app, "Ben", "viewer")
    assert roles_of(prepared).by_name["Ben"] == "viewer"


def test_everybody_else_may_be_made_a_viewer(prepared, open_people):
    app = open_people("Ada")
    app.segmented_control(key="people_default").set_value("viewer")
    app.button(key="people_give_default").click().run()
    assert roles_of(prepared).default == "viewer"
    assert "Everybody else is **viewer**" in texts(app)


def test_the_last_moderator_cannot_remove_himself(prepared, open_people):
    app = give(open_people("Ada"), "Ada", "reviewer")
    assert "name another moderator first" in texts(app)
    assert roles_of(prepared).by_name == {"Ada": "moderator"}


def test_without_a_name_nothing_is_written(prepared, open_people):
    app = open_people("Ada")
    app.button(key="people_give").click().run()
    assert "Choose a person, or type a name, first." in texts(app)
    assert roles_of(prepared).by_name == {"Ada": "moderator"}


def test_others_read_who_can_change_it(prepared, open_people):
    (prepared.workspace.root / "roles.toml").write_text('[people]\nMo = "moderator"\n')
    app = open_people("Ben")
    assert not offered(app)
    assert "Moderators give roles. **Mo** can settle it" in texts(app)


def test_where_others_have_worked_one_becomes_moderator_by_a_press(prepared, open_people):
    proposed_by(prepared, "Ada")
    app = open_people("Ben")
    assert offered(app) == {"Become moderator"}
    app.button(key="people_become_moderator").click().run()
    assert roles_of(prepared).by_name == {"Ben": "moderator"}
    assert offered(app) == {"Give this role", "Change that"}


def test_of_two_who_press_at_once_one_becomes_it(prepared, open_people):
    proposed_by(prepared, "Ada")
    first, second = open_people("Ben"), open_people("Cy")
    first.button(key="people_become_moderator").click().run()
    second.button(key="people_become_moderator").click().run()
    assert not second.exception and not offered(second)
    assert roles_of(prepared).by_name == {"Ben": "moderator"}


@pytest.mark.parametrize(
    ("secrets", "message"),
    [
        ({"auth": AUTH}, "Whoever runs the server changes them there"),
        ({"roles": {"people": {"Ada": "moderator"}}}, "the section [roles] of the server's secrets"),
    ],
)
def test_a_configured_server_says_where_the_roles_come_from(prepared, open_app, secrets, message):
    from streamlit.testing.v1 import AppTest

    from core.workspace import PROJECT_ROOT

    app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=60)
    app.session_state["workspace"], app.session_state["reviewer"] = prepared.workspace.name, "Ada"
    app.secrets = secrets
    app.user = {"is_logged_in": True, "email": "ada@example.org", "email_verified": True}
    app.run().switch_page("pages/decisions.py").run()
    app.segmented_control(key="decisions_section").set_value("People").run()
    assert not app.exception
    assert not offered(app) and message in texts(app).replace("&#91;", "[").replace("&#93;", "]")
    assert not (prepared.workspace.root / "roles.toml").exists()
