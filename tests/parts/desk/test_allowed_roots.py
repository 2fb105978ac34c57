"""Data sets and files of vectors on the page, where the server opens files from some folders only."""

import numpy as np
import pytest

from core.allowed_paths import ROOTS_VARIABLE
from core.workspace import known_workspaces
from tests.parts.conftest import LABELS, MATRIX
from tests.parts.desk.test_who_is_at_the_desk import AUTH

SENTENCE = "does not lie in a folder that this server opens files from"
ADA = {"is_logged_in": True, "iss": "https://login.example", "sub": "1", "email": "ada@x.org", "email_verified": True}


@pytest.fixture
def private(make_workspace, tmp_path):
    """A folder of pictures that nobody opened yet."""
    from PIL import Image

    folder = tmp_path / "private" / "Blip"
    folder.mkdir(parents=True)
    for number in range(3):
        Image.fromarray(np.full((8, 8), 90 * number, np.uint8)).save(folder / f"{number}.png")
    return folder.parent


def open_path(app, path):
    app.text_input(key="open_path").set_value(str(path))
    next(button for button in app.button if button.label == "Open").click().run()
    assert not app.exception
    return [item.value for item in app.error]


def names():
    return {workspace.source.name for workspace in known_workspaces()}


def test_alone_on_ones_own_computer_every_path_is_opened(open_app, private):
    assert open_path(open_app("pages/data.py"), private) == []
    assert "private" in names()


def test_the_variable_names_the_folders_and_the_answer_is_the_same_for_all_others(
    open_app, private, monkeypatch, tmp_path
):
    monkeypatch.setenv(ROOTS_VARIABLE, str(tmp_path / "elsewhere"))
    app = open_app("pages/data.py")
    assert len({tuple(open_path(app, path)) for path in (private, tmp_path / "nothing", "~nobody-of-this-name")}) == 1
    assert SENTENCE in app.error[0].value and "private" not in names()
    monkeypatch.setenv(ROOTS_VARIABLE, str(private))
    assert open_path(app, private) == [] and "private" in names()


def test_the_example_lies_in_a_folder_that_is_allowed(open_app, private, monkeypatch):
    monkeypatch.setenv(ROOTS_VARIABLE, str(private))
    field = open_app("pages/data.py").text_input(key="open_path")
    assert field.placeholder == str(private / "training_set")


@pytest.mark.parametrize(
    ("secrets", "opened"), [({}, False), ({"data_roots": True}, False), ({"data_roots": ["/"]}, True)]
)
def test_where_people_sign_in_the_folders_have_to_be_named(desk_of, private, secrets, opened):
    app = desk_of(secrets)
    assert (open_path(app, private) == []) is opened
    assert ("private" in names()) is opened


@pytest.fixture
def desk_of(make_workspace):
    from streamlit.testing.v1 import AppTest

    from core.workspace import PROJECT_ROOT

    def start(secrets):
        app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=60)
        app.user, app.secrets = ADA, {"auth": AUTH} | secrets
        app.run()
        return app.switch_page("pages/data.py").run()

    return start


def test_files_of_vectors_lie_under_the_roots_too(make_workspace, open_app, monkeypatch, tmp_path):
    workspace = make_workspace(LABELS, MATRIX)
    other = tmp_path / "private.npy"
    np.save(other, MATRIX)
    monkeypatch.setenv(ROOTS_VARIABLE, str(tmp_path / "elsewhere"))
    app = open_app("pages/data.py", workspace=workspace.name)
    said = set()
    for path in (other, tmp_path / "nothing.npy"):
        field = next(item for item in app.text_input if item.label.startswith("Ready-made embeddings"))
        field.set_value(str(path))
        next(button for button in app.button if button.label == "Prepare the map").click().run()
        said |= {item.value.replace("\\", "") for item in app.error}
    assert len(said) == 1 and SENTENCE in said.pop()
