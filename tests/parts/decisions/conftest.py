"""The page Decisions without a browser."""

import pytest


@pytest.fixture
def open_decisions(prepared, open_app):
    def start(name, section="Samples"):
        app = open_app("pages/decisions.py", workspace=prepared.workspace.name, reviewer=name)
        app.segmented_control(key="decisions_section").set_value(section).run()
        assert not app.exception, [error.value for error in app.exception]
        return app

    return start
