"""Walking to a folder on the page, opening it, and the hint for one that was opened a level too high or too low."""

import numpy as np
import pytest
from PIL import Image

from core.allowed_paths import ROOTS_VARIABLE
from core.workspace import known_workspaces

DATA = "pages/data.py"


@pytest.fixture
def root(tmp_path):
    made = tmp_path / "allowed"
    for number, place in enumerate(("set/round/a.png", "set/long/b.png", "set/long/c.png", ".hidden/x/d.png")):
        (made / place).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((8, 8), 50 * number, np.uint8)).save(made / place)
    return made


@pytest.fixture
def walking(root, open_app, monkeypatch):
    monkeypatch.setenv(ROOTS_VARIABLE, str(root))
    app = open_app(DATA)
    app.toggle(key="open_choose").set_value(True).run()
    return app


def folders(app):
    return next(box for box in app.selectbox if box.label.startswith("Folders"))


def sources():
    return {workspace.source for workspace in known_workspaces()}


def said(app):
    kinds = ("markdown", "caption", "info", "warning", "error")
    return " ".join(item.value for kind in kinds for item in getattr(app, kind)).replace("\\", "")


def test_one_walks_down_and_opens_the_folder(walking, root):
    assert folders(walking).options == ["set · 3 in its folders"]
    folders(walking).set_value("set · 3 in its folders").run()
    assert folders(walking).options == ["long · 2 pictures", "round · 1 picture"]
    walking.button(key="open_this").click().run()
    assert not walking.exception and root / "set" in sources()


def test_a_file_that_may_be_a_data_set_is_listed_and_opened(walking, root):
    table = root / "table.csv"
    table.write_text("sample_id,label,x,y\na,Blip,0,0\nb,Blip,1,1\nc,Tomte,2,0\n")
    (root / "2026-11.zip").write_bytes(b"a release, perhaps")
    (root / "notes.txt").write_text("none")
    walking.run()
    files = next(box for box in walking.selectbox if box.label == "Files in it")
    assert files.options == ["2026-11.zip", "table.csv"]
    files.set_value("table.csv").run()
    opening = walking.button(key="open_this")
    assert opening.label == "Open this file"
    opening.click().run()
    assert not walking.exception and table in sources()


def test_one_walks_up_no_further_than_is_allowed(walking, root):
    assert walking.button(key="open_up").disabled
    folders(walking).set_value("set · 3 in its folders").run()
    walking.button(key="open_up").click().run()
    assert folders(walking).options == ["set · 3 in its folders"]


def test_several_allowed_folders_are_offered_first(root, open_app, monkeypatch, tmp_path):
    (tmp_path / "other").mkdir()
    monkeypatch.setenv(ROOTS_VARIABLE, f"{root}:{tmp_path / 'other'}")
    app = open_app(DATA)
    app.toggle(key="open_choose").set_value(True).run()
    assert folders(app).options == [str(root), str(tmp_path / "other")]
    folders(app).set_value(str(tmp_path / "other")).run()
    assert app.button(key="open_this").disabled and not app.button(key="open_up").disabled
    app.button(key="open_up").click().run()
    assert folders(app).options == [str(root), str(tmp_path / "other")]


def test_a_folder_that_has_gone_is_said_and_one_begins_again(walking, root):
    folders(walking).set_value("set · 3 in its folders").run()
    (root / "set").rename(root / "moved")
    walking.run()
    assert "cannot be listed" in said(walking)
    walking.button(key="open_begin").click().run()
    assert folders(walking).options == ["moved · 3 in its folders"]


def test_where_nothing_is_allowed_nothing_is_listed(open_app, monkeypatch):
    from pages.parts.data import choosing

    monkeypatch.setattr(choosing, "listed_roots", lambda: ())
    assert "open_choose" not in {item.key for item in open_app(DATA).toggle}


def test_a_refused_folder_leads_to_the_one_above(walking, root):
    walking.text_input(key="open_path").set_value(str(root / "set" / "long"))
    next(button for button in walking.button if button.label == "Open").click().run()
    assert "Beside this folder lies 1 more with pictures (round)" in said(walking)
    next(button for button in walking.button if button.label.startswith("Open `")).click().run()
    assert not walking.exception and root / "set" in sources()


def test_a_folder_whose_labels_lie_deeper_leads_there(walking, root):
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(root / "set" / "cover.png")
    walking.text_input(key="open_path").set_value(str(root))
    next(button for button in walking.button if button.label == "Open").click().run()
    assert "All samples have the one label set" in said(walking)
    next(button for button in walking.button if button.label.startswith("Open `")).click().run()
    assert root / "set" in sources() and "All samples have the one label" not in said(walking)


def test_one_begins_beside_the_data_set_that_is_open(walking, root, open_app):
    other = root / "else"
    (other / "deeper").mkdir(parents=True)
    folders(walking).set_value("set · 3 in its folders").run()
    folders(walking).set_value("long · 2 pictures").run()
    walking.button(key="open_up").click().run()
    walking.button(key="open_this").click().run()
    assert root / "set" in sources()
    (root / "set" / "round").rename(root / "set" / "moved")
    again = open_app(DATA, workspace=next(one.name for one in known_workspaces() if one.source == root / "set"))
    again.toggle(key="open_choose").set_value(True).run()
    assert folders(again).options == ["else · no pictures", "set · 3 in its folders"]
    # What one has walked to stays, up to the folder that may be opened.
    folders(again).set_value("set · 3 in its folders").run()
    assert folders(again).options == ["long · 2 pictures", "moved · 1 picture"]


def test_one_begins_deeper_where_the_allowed_folder_holds_data_sets_far_below(root, open_app, monkeypatch):
    monkeypatch.setenv(ROOTS_VARIABLE, str(root.parent))
    first = open_app(DATA)
    first.text_input(key="open_path").set_value(str(root / "set"))
    next(button for button in first.button if button.label == "Open").click().run()
    again = open_app(DATA)
    again.toggle(key="open_choose").set_value(True).run()
    assert f"`{root}`" in said(again) and folders(again).options == ["set · 3 in its folders"]
