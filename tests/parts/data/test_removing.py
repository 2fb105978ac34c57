"""A data set is removed by its name on the page, and comes back from there."""

from core.jobs.keeping import removed_workspaces
from core.workspace import known_workspaces
from pages.parts.widgets.keys import widget_key


def test_it_is_removed_by_its_name_and_brought_back(make_workspace, open_app):
    workspace = make_workspace(["Blip"] * 3, [[0, 1], [1, 0], [1, 1]])
    app = open_app("pages/data.py", workspace=workspace.name)
    remove(app, "something else")
    assert "nothing was removed" in app.error[0].value and workspace in known_workspaces()
    remove(app, "data")
    assert workspace not in known_workspaces() and workspace.source.is_dir()
    (folder,) = removed_workspaces()
    app.button(key=widget_key("bring_back", folder.name)).click().run()
    assert not app.exception and workspace in known_workspaces() and removed_workspaces() == ()


def remove(app, name):
    app.text_input(key="remove_name").set_value(name)
    next(button for button in app.button if button.label == "Remove").click().run()
    assert not app.exception
