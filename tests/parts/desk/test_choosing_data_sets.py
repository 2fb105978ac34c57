"""The menu of data sets: one widget for all of them, and what is left of a data set when another is chosen."""

import pytest

from core.workspace import HOME_VARIABLE
from core.workspace_titles import workspace_title
from pages.parts.selection.chosen import SheetState
from tests.browser.small_sets import small_set
from tests.parts.remembered import remembered


@pytest.fixture
def two(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return [small_set(tmp_path, name, samples=12) for name in ("apples", "berries")]


def menu(app):
    return next(item for item in app.sidebar.selectbox if item.label == "Data set")


def test_the_menu_is_one_widget_whatever_is_open(two, open_app):
    """A menu of another identity would bring back, in an interrupted run, what was chosen in a former one."""
    app = open_app(workspace=two[0].name)
    before = menu(app).proto.id
    assert workspace_title(two[1]) in menu(app).options
    menu(app).select(two[1].name).run()
    assert menu(app).value == two[1].name
    assert menu(app).proto.id == before


def test_choosing_forgets_the_work_on_the_other_one(two, open_app):
    app = open_app(
        None, SheetState(excluded=frozenset({"Blip/apples000"})), workspace=two[0].name, filter_labels=["Blip"]
    )
    assert app.multiselect(key="filter_labels").value == ["Blip"]
    menu(app).select(two[1].name).run()
    assert app.multiselect(key="filter_labels").value == []
    assert not remembered(app, SheetState).excluded


def test_a_data_set_that_is_gone_gives_way_to_the_demo(two, open_app):
    app = open_app(workspace=two[0].name)
    (two[0].root / "workspace.json").unlink()
    app.run()
    assert menu(app).value == "demo"


def test_opening_one_on_the_data_page_chooses_it(two, open_app):
    app = open_app("pages/data.py", workspace=two[0].name)
    app.text_input(key="open_path").set_value(str(two[1].source))
    next(item for item in app.button if item.label == "Open").click().run()
    assert menu(app).value == two[1].name
    app.run()
    assert menu(app).value == two[1].name
