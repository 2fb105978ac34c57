"""Releases without a browser: who makes one, what the list shows, what two differ in, and nothing kept in the demo."""

import io
import zipfile

import pytest

from core.dataset.released import read_release
from core.ledger import open_ledger
from pages.parts.decisions.release_form import ReleaseFormState
from tests.ledger.conftest import Desk
from tests.parts.remembered import remembered

FIRST, SECOND = "Blip/sample000", "Blip/sample001"


@pytest.fixture
def desk(ledger, prepared):
    (prepared.workspace.root / "roles.toml").write_text('[people]\n"Mo" = "moderator"\n')
    return Desk(ledger)


@pytest.fixture
def open_releases(prepared, open_app):
    def start(name="Mo"):
        app = open_app("pages/decisions.py", workspace=prepared.workspace.name, reviewer=name)
        app.segmented_control(key="decisions_section").set_value("Releases").run()
        assert not app.exception, [error.value for error in app.exception]
        return app

    return start


def make(app, name, **texts):
    app.text_input(key="decisions_release_name").set_value(name)
    for key, text in texts.items():
        (app.text_area if key == "authors" else app.text_input)(key=f"decisions_release_{key}").set_value(text)
    app.button(key="decisions_release_make").click().run()
    assert not app.exception, [error.value for error in app.exception]
    return app


def texts(app):
    parts = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.code]
    return " ".join(item.value for item in parts).replace("\\", "").replace(":small{}", "")


def test_a_moderator_makes_one_and_sees_what_it_changed(desk, prepared, open_releases):
    desk.tell(FIRST, "Ada proposes Tomte", "Ben accepts Ada")
    app = open_releases()
    assert "There is no release of these labels yet." in texts(app)
    make(app, "2026-11", sentence="The *first*", authors="Lovelace, Ada\nGravity Spy")
    assert app.toast[0].value.replace("\\", "").startswith("Release 2026-11 is made: 1 label changed.")
    said = texts(app)
    assert "2026-11**: The *first*" in said and "40 samples, 1 decided, 1 with another label" in said
    assert "Lovelace, Ada; Gravity Spy (20" in said and "Blip to Tomte: 1" in said
    kept = read_release(prepared.workspace.root / "releases" / "2026-11.zip")
    assert kept.about.made_by == "Mo" and kept.labels.set_index("sample_id").loc[FIRST, "label"] == "Tomte"


def test_each_is_compared_with_the_one_before_and_with_any_other(desk, open_releases):
    app = open_releases()
    for name, sample_id in (("a", FIRST), ("b", SECOND), ("c", "Blip/sample002")):
        desk.tell(sample_id, "Mo decides Tomte")
        make(app, name)
    assert app.dataframe[0].value["release"].tolist() == ["c", "b", "a"]
    against = app.selectbox(key="decisions_release_against_c")
    brought = "the labels as they were brought"
    assert list(against.options) == ["release b", brought, "release a"] and "**1 label changed.**" in texts(app)
    for other, changed in (("a", 2), ("", 3)):
        app.selectbox(key="decisions_release_against_c").set_value(other).run()
        assert f"**{changed} labels changed.**" in texts(app)


def test_a_name_that_is_taken_or_none_is_a_sentence(desk, open_releases):
    app = make(open_releases(), "2026-11")
    make(app, "2026-11")
    assert "already, and none is ever replaced" in texts(app)
    make(app, "../secret")
    assert "A release's name has 1 to 64 letters" in texts(app)


def test_a_reviewer_makes_none_but_takes_them_along(desk, open_releases):
    make(open_releases(), "2026-11")
    app = open_releases("Ada")
    assert "As a reviewer, Ada may not make a release of the labels" in texts(app)
    assert [item.key for item in app.button if item.key == "decisions_release_make"] == []
    assert any(item.proto.id.endswith("decisions_release_download") for item in app.get("download_button"))


def test_a_viewer_reads_what_changed_and_takes_nothing(desk, prepared, open_releases):
    desk.tell(FIRST, "Mo decides Tomte")
    make(open_releases(), "2026-11")
    (prepared.workspace.root / "roles.toml").write_text('default = "viewer"\n')
    app = open_releases("Vic")
    assert "Blip to Tomte: 1" in texts(app) and "Vic may not make exports" in texts(app)
    assert not app.get("download_button")


def test_a_damaged_one_is_named_and_the_others_stay(desk, prepared, open_releases):
    make(open_releases(), "good")
    (prepared.workspace.root / "releases" / "bad.zip").write_bytes(b"x")
    app = open_releases()
    assert app.dataframe[0].value["release"].tolist() == ["good"] and "`bad.zip`" in app.warning[0].value


def test_the_public_demo_hands_it_out_and_keeps_nothing(tmp_path, monkeypatch, open_app):
    from core.workspace import HOME_VARIABLE, workspaces_home

    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.setenv("GLITCH_AUDIT_PUBLIC_DEMO", "1")
    app = open_app("pages/decisions.py", reviewer="Vic")
    app.segmented_control(key="decisions_section").set_value("Releases").run()
    make(app, "2026-11")
    made = remembered(app, ReleaseFormState).handed_out
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert "2026-11/labels.csv" in archive.namelist()
    assert "In the public demo no release is kept" in texts(app)
    assert list(workspaces_home().rglob("releases")) == []
    open_ledger(workspaces_home() / "demo" / "corrections.duckdb").close()
