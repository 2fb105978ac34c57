"""The app with somebody at the desk, who typed a name or signed in."""

import pytest
from streamlit.testing.v1 import AppTest

from core.workspace import PROJECT_ROOT
from pages.parts.desk.state import Desk
from tests.parts.gestures import last_cluster
from tests.parts.remembered import remember


@pytest.fixture
def desk(prepared, make_workspace):
    """``desk(user=..., secrets=..., reviewer=...) -> app`` on the map, with the mixed cluster chosen."""

    def start(page="pages/map.py", *, user=None, secrets=None, **session):
        app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=60)
        app.session_state["workspace"] = prepared.workspace.name
        remember(app, Desk(gesture=last_cluster(prepared)))
        for name, value in session.items():
            app.session_state[name] = value
        if user:
            app.user = user
        if secrets:
            app.secrets = secrets
        app.run()
        app.switch_page(page).run()
        assert not app.exception, [error.value for error in app.exception]
        return app

    return start
