"""The app without a browser, on a small prepared workspace."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.ledger import open_ledger
from core.pipeline.audit import run_audit
from core.pipeline.stages import prepare
from core.workspace import PROJECT_ROOT
from pages.parts.desk.state import Desk
from tests.parts.remembered import remember

RNG = np.random.default_rng(1)
LABELS = ["Blip"] * 20 + ["Whistle"] * 19 + ["Blip"]
MATRIX = np.concatenate([RNG.normal(0, 0.1, (20, 8)) + np.eye(8)[0], RNG.normal(0, 0.1, (20, 8)) + np.eye(8)[1]])
TIMEOUT_S = 60


@pytest.fixture
def prepared(make_workspace):
    """A workspace of two groups of 20 samples; the last one carries the other group's label."""
    return prepare(make_workspace(LABELS, MATRIX), report=lambda progress: None)


@pytest.fixture
def ledger(prepared):
    """The ledger of that workspace, closed when the test is over."""
    opened = open_ledger(prepared.workspace.ledger_path)
    yield opened
    opened.close()


@pytest.fixture
def audited(make_workspace):
    """The same two groups as points of a plane, prepared and audited."""
    random = np.random.default_rng(1)
    plane = np.concatenate([random.normal(0, 0.3, (20, 2)), random.normal((6, 0), 0.3, (20, 2))])
    prepared = prepare(make_workspace(LABELS, plane), report=lambda progress: None)
    run_audit(prepared, report=lambda progress: None)
    return prepared


@pytest.fixture
def open_app(make_workspace):
    """``open_app(page=None, *states, gesture=None, **session)``: the app after its first run on that page, or the map.

    The session remembers the ``states`` of panels, and the gesture on the map.
    """

    def start(page=None, *states, gesture=None, **session):
        app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=TIMEOUT_S)
        for name, value in session.items():
            app.session_state[name] = value
        remember(app, Desk(gesture=gesture), *states)
        app.run()
        app.switch_page(page or "pages/map.py").run()
        assert not app.exception, [error.value for error in app.exception]
        return app

    return start
