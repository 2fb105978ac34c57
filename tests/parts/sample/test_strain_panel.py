"""The sample page's closer look at the strain: with strain, without, without times, and what happened nearby."""

import json

import numpy as np
import pytest

from core.detector.strain import fetched, open_data
from core.detector.strain.kept_place import keep_place, kept_place
from core.errors import GlitchAuditError
from core.pipeline.detector import Bringing, glitches_of, keep_bringing, read_detector
from core.workspace import HOME_VARIABLE
from pages.parts.desk import acts_of_detector, identity
from tests.detector.channels.making import series_file
from tests.detector.strain.strain_files import START, noise, write_gwosc
from tests.parts.sample.timed_set import name_of, strain_folder, timed_workspace

CLOSER = "A closer look at the strain"


@pytest.fixture
def timed(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return timed_workspace(tmp_path / "data")


def open_sample(open_app, timed, offset=20.0, **session):
    return open_app("pages/sample.py", workspace=timed.workspace.name, sample_wanted=name_of(offset), **session)


def headings(app):
    return [one.value for one in app.subheader]


def choose(app, place):
    app.text_input(key="strain_place").set_value(str(place))
    next(one for one in app.button if one.label == "Use it").click().run()
    assert not app.exception
    return app


def charts(app):
    return [one.key for one in app.get("plotly_chart")]


def test_without_strain_links_lead_out_with_the_time(timed, open_app):
    app = open_sample(open_app, timed)
    assert CLOSER in headings(app)
    assert any(f"GPS {START + 20:.4f}, 2018-01-14 21:20:02 UTC" in one.value for one in app.caption)
    links = [one.proto.url for one in app.get("link_button")]
    assert "https://gwo-glitch-plotter.streamlit.app/" in links and "https://gw-quickview.streamlit.app/" in links
    assert sum(f"{START + 20:.4f}" in one.value and "type" in one.value for one in app.caption) == 2
    assert not charts(app)


def test_a_folder_of_strain_is_chosen_once_and_kept(timed, open_app, tmp_path):
    folder = strain_folder(tmp_path / "strain")
    app = choose(open_sample(open_app, timed), folder)
    assert kept_place(timed.workspace) == folder
    assert len(charts(app)) == 3
    said = " ".join(one.value for one in app.caption)
    assert "Q 5.7" in said and "Frequencies from 10 to 1700 Hz" in said
    # Another session finds it, and another sample that has no strain is told why.
    again = open_sample(open_app, timed, offset=40.0)
    assert len(charts(again)) == 3
    outside = open_sample(open_app, timed, offset=5000.0)
    assert not charts(outside)
    assert any("there is no strain of its detector at that time" in one.value for one in outside.warning)
    assert outside.get("link_button") and not again.get("link_button")
    again.button(key="strain_forget").click().run()
    assert kept_place(timed.workspace) is None and not charts(again)


def test_what_is_chosen_is_looked_at(timed, open_app, tmp_path):
    app = choose(open_sample(open_app, timed), strain_folder(tmp_path / "strain"))
    app.selectbox(key="strain_seconds").set_value(16.0)
    app.selectbox(key="strain_q").set_value(22.6)
    app.selectbox(key="strain_low").set_value(50.0)
    app.selectbox(key="strain_high").set_value(512.0).run()
    said = " ".join(one.value for one in app.caption)
    assert "Q 22.6" in said and "Frequencies from 50 to 512 Hz" in said and "loudest of its moments" in said
    app.selectbox(key="strain_high").set_value(20.0).run()
    assert any("lowest frequency has to lie below" in one.value for one in app.warning)
    app.selectbox(key="strain_high").set_value(512.0)
    app.selectbox(key="strain_seconds").set_value(64.0).run()
    assert any("choose a shorter time" in one.value for one in app.warning) and not app.exception


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: folder / "none", "no such file or folder of strain"),
        (lambda folder: write_gwosc(folder / "x.hdf5", noise(1), detector=""), "which detector the strain is of"),
    ],
)
def test_a_wrong_place_is_one_sentence_and_not_kept(timed, open_app, tmp_path, make, sentence):
    app = choose(open_sample(open_app, timed), make(tmp_path))
    assert any(sentence.split()[0] in one.value and sentence.split()[-1] in one.value for one in app.error)
    assert kept_place(timed.workspace) is None


def test_a_folder_that_is_gone_is_told_and_the_links_are_back(timed, open_app, tmp_path):
    folder = strain_folder(tmp_path / "strain")
    choose(open_sample(open_app, timed), folder)
    folder.rename(tmp_path / "moved")
    app = open_sample(open_app, timed)
    assert any("no such file" in one.value for one in app.warning) and app.get("link_button")


def press_fetch(app):
    app.button(key="strain_fetch").click().run()
    assert not app.exception
    return app


def test_strain_is_fetched_at_a_button_and_kept(timed, open_app, monkeypatch):
    asked = []

    def fetch(detector, times, folder, **_):
        asked.append((detector, list(times)))
        folder.mkdir(parents=True, exist_ok=True)
        write_gwosc(folder / "h.hdf5", noise(60, seed=3, blips=(20.0,), loud=6e-23))

    monkeypatch.setattr(fetched, "fetch_strain", fetch)
    app = press_fetch(open_sample(open_app, timed))
    assert asked == [("H1", [START + 20.0])] and len(charts(app)) == 3
    assert kept_place(timed.workspace).parent == timed.workspace.cache
    assert not [one for one in app.button if one.key == "strain_fetch"]
    # Of a time that the file does not hold, the next one can be fetched.
    later = open_sample(open_app, timed, offset=5000.0)
    assert [one for one in later.button if one.key == "strain_fetch"]


def test_without_a_network_it_is_one_sentence_and_nothing_is_kept(timed, open_app, monkeypatch):
    pytest.importorskip("gwosc", reason="gwosc is not installed")
    # No name of this top-level domain is ever known to anybody: RFC 2606.
    monkeypatch.setattr(open_data, "HOST", "gwosc.invalid")
    app = press_fetch(open_sample(open_app, timed))
    (error,) = app.error
    assert "gwosc.invalid cannot be reached from here" in error.value.replace("\\", "")
    assert kept_place(timed.workspace) is None and app.get("link_button") and not charts(app)


@pytest.mark.parametrize("how", ["forbidden", "public demo", "viewer", "own folder"])
def test_who_may_not_fetch_is_not_asked(timed, open_app, monkeypatch, tmp_path, how):
    if how == "forbidden":
        monkeypatch.setenv("GLITCH_AUDIT_FETCH", "0")
    elif how == "public demo":
        monkeypatch.setattr(identity, "public_demo", lambda: True)
        assert not identity.fetching_allowed()
        monkeypatch.setenv("GLITCH_AUDIT_FETCH", "1")
        assert identity.fetching_allowed()
        return
    elif how == "viewer":
        (timed.workspace.root / "roles.toml").write_text('default = "viewer"')
    else:
        keep_place(timed.workspace, strain_folder(tmp_path / "strain"))
    app = open_sample(open_app, timed, offset=5000.0, **({"reviewer": "Vic"} if how == "viewer" else {}))
    assert CLOSER in headings(app) and not [one for one in app.button if one.key == "strain_fetch"]


def test_a_server_that_may_not_fetch_refuses_it_whatever_the_page_offers(timed, monkeypatch):
    monkeypatch.setenv("GLITCH_AUDIT_FETCH", "off")
    act = acts_of_detector.fetch_open_strain.__wrapped__
    with pytest.raises(GlitchAuditError, match="This server fetches no strain"):
        act(timed.workspace, detector="H1", time=START + 20)


def test_strain_of_another_detector_is_told(timed, open_app, tmp_path):
    folder = tmp_path / "strain"
    folder.mkdir()
    write_gwosc(folder / "l.hdf5", noise(60), detector="L1")
    app = choose(open_sample(open_app, timed), folder)
    assert any("no strain of H1" in one.value for one in app.warning)


def test_who_may_not_open_data_is_not_asked_for_a_folder(timed, open_app):
    (timed.workspace.root / "roles.toml").write_text('default = "viewer"')
    app = open_sample(open_app, timed, reviewer="Vic")
    assert CLOSER in headings(app) and not [one for one in app.text_input if one.key == "strain_place"]


def test_near_in_time_are_those_of_the_chosen_minutes(timed, open_app):
    app = open_sample(open_app, timed)
    assert "Near in time" in headings(app)
    said = " ".join(one.value for one in app.caption)
    assert "In the order of time" in said
    lonely = open_sample(open_app, timed, offset=9000.0)
    assert any("within 2 minutes" in one.value and "No other sample" in one.value for one in lonely.caption)


def test_of_simulated_glitches_no_strain_is_looked_for(open_app, tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    app = open_app("pages/sample.py")
    first = app.text_input(key="sample_wanted").placeholder
    app.text_input(key="sample_wanted").set_value(first).run()
    assert "Near in time" in headings(app) and CLOSER not in headings(app)


def test_a_data_set_without_times_shows_nothing_of_it(prepared, open_app):
    app = open_app("pages/sample.py", workspace=prepared.workspace.name, sample_wanted="Blip/sample039")
    assert not {CLOSER, "Near in time"} & set(headings(app))


@pytest.fixture
def beside_an_optic(timed, tmp_path):
    """The same with the motion of an optic brought: 20 um at 0.3 Hz, through the middle at the first glitch."""
    folder = tmp_path / "aux"
    folder.mkdir()
    seconds = np.arange(0, 60, 1 / 16) - 20
    series_file(folder / "optic.h5", {"H1:OPTIC": 20 * np.sin(2 * np.pi * 0.3 * seconds)}, start=START, step=1 / 16)
    bringing = Bringing((str(folder),))
    keep_bringing(timed.workspace, bringing)
    read_detector(timed.workspace, bringing, glitches_of(timed.samples, timed.clustering.labels))
    return timed


def test_fringes_of_an_optic_are_drawn_over_the_picture(beside_an_optic, open_app, tmp_path):
    app = choose(open_sample(open_app, beside_an_optic), strain_folder(tmp_path / "strain"))
    assert app.selectbox(key="strain_optic").options == ["no optic", "H1:OPTIC"]
    drawn = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert len(drawn["data"]) == 1
    app.selectbox(key="strain_optic").set_value("H1:OPTIC").run()
    assert not app.exception and any("light scattered off this optic" in one.value for one in app.caption)
    lines = json.loads(app.get("plotly_chart")[0].proto.spec)["data"][1:]
    assert [line["name"] for line in lines] == ["1", "2", "3", "4"]
    # Fastest in the middle: f = m (2 / 1.064 um) 2 pi 0.3 Hz 20 um.
    for order, line in enumerate(lines, start=1):
        assert line["x"][np.argmin(np.abs(line["x"]))] == 0
        assert line["y"][np.argmin(np.abs(line["x"]))] == pytest.approx(order * 70.87, rel=0.01)
        assert min(one for one in line["y"] if one is not None) >= 10
    assert any(one is None for one in lines[0]["y"])


def test_an_optic_that_was_not_recorded_then_is_told(beside_an_optic, open_app, tmp_path):
    strain = strain_folder(tmp_path / "strain")
    write_gwosc(strain / "later.hdf5", noise(60, seed=4), start=START + 380)
    app = choose(open_sample(open_app, beside_an_optic, offset=400.0), strain)
    app.selectbox(key="strain_optic").set_value("H1:OPTIC").run()
    assert any("No file holds the motion" in one.value for one in app.info) and not app.exception
    assert len(charts(app)) == 3
