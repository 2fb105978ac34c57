"""The page Detector: empty, simulated, brought, compared; what is chosen on it, and what it says of each pair."""

import pytest

from core.errors import GlitchAuditError
from core.pipeline.detector import bringing_of
from pages.parts.desk import acts_of_detector
from pages.parts.detector.state import ChosenGlitches
from tests.parts.remembered import remembered

PAGE = "pages/detector.py"
MICROSEISM = "L1:ISI-GND_STS_ETMX_X_BLRMS_100M_300M"


def texts(app):
    return " ".join(item.value for kind in ("markdown", "caption", "info", "error") for item in getattr(app, kind))


def test_at_first_it_says_what_to_bring_and_offers_a_simulated_one(timed, open_app):
    app = open_app(PAGE, workspace=timed.workspace.name)
    assert "The livetime" in texts(app) and app.text_area(key="detector_places").value == ""
    app.button(key="detector_simulate").click().run()
    assert not app.exception
    assert "2 of 5 families go with something" in texts(app)
    assert app.selectbox(key="detector_family").value in ("Scattered_Light", "Fast_Scattering")


def test_a_data_set_without_times_says_so_and_is_not_in_the_menu(prepared, open_app):
    app = open_app(PAGE, workspace=prepared.workspace.name)
    assert "have no times" in app.info[0].value


def test_the_truth_is_told_only_below_and_another_number_is_another_detector(timed, open_app):
    app = open_app(PAGE, workspace=timed.workspace.name, detector_source="simulated")
    (planted,) = [one for one in app.expander if one.label == "What was planted"]
    assert "goes with" in planted.markdown[0].value and not planted.proto.expanded
    first = app.selectbox(key="detector_family").value, texts(app)
    app.number_input(key="detector_seed").set_value(5).run()
    assert not app.exception and texts(app) != first[1]


@pytest.mark.parametrize("drawn", ["Rate against the channel", "In time", "Hour of the day", "Lag"])
def test_each_drawing_is_drawn_and_explained(compared, open_app, drawn):
    app = open_app(PAGE, workspace=compared.workspace.name, detector_drawn=drawn)
    words = {"Rate": "95 % interval", "In": "did not observe", "Hour": "UTC", "Lag": "shifts by"}
    assert words[drawn.split()[0]] in texts(app)


def test_what_was_brought_is_compared_and_each_pair_has_a_sentence_and_one_thing_to_do(compared, open_app):
    app = open_app(
        PAGE, workspace=compared.workspace.name, detector_family="Scattered_Light", detector_channel=MICROSEISM
    )
    said = texts(app).replace("\\", "")
    assert "Scattered_Light goes with" in said and "What to do: Look at the glitches" in said
    assert "group of 2 channels that move together" in said
    app.selectbox(key="detector_family").set_value("Blip").run()
    assert "not to be told from chance" in texts(app) or "cannot tell" in texts(app)


def test_an_unsafe_channel_is_listed_as_left_out(compared, open_app):
    app = open_app(PAGE, workspace=compared.workspace.name, detector_view="Channels")
    table = app.dataframe[0].value.set_index("channel")
    assert table.loc["L1:CAL-DELTAL_RESIDUAL_BLRMS", "left out"] == "unsafe"
    assert table.loc[MICROSEISM, "unit"] == "nm/s" and table.loc[MICROSEISM, "safety"] == "safe"
    assert "Livetime" in texts(app)


def test_the_loudest_tenth_comes_onto_a_contact_sheet(compared, open_app):
    app = open_app(
        PAGE, workspace=compared.workspace.name, detector_family="Scattered_Light", detector_channel=MICROSEISM
    )
    app.button(key="detector_loudest").click().run()
    assert not app.exception
    chosen = remembered(app, ChosenGlitches)
    assert 30 < len(chosen.sample_ids) < 300
    assert any("loudest tenth" in heading.value for heading in app.subheader)
    # Another pair's sheet is not these.
    app.selectbox(key="detector_family").set_value("Blip").run()
    assert not any("loudest tenth" in heading.value for heading in app.subheader)


def test_other_families_are_compared_when_they_are_asked_for(compared, open_app):
    app = open_app(PAGE, workspace=compared.workspace.name, detector_by="cluster")
    assert "not compared" in texts(app)
    assert any(button.key == "detector_compare" for button in app.button)


def test_bringing_notes_the_files_and_starts_the_job(timed, detector_files, open_app, monkeypatch):
    started = []
    monkeypatch.setattr("core.jobs.job.start_job", lambda workspace, command, **_: started.append(command) or True)
    app = open_app(PAGE, workspace=timed.workspace.name)
    app.text_area(key="detector_places").set_value(str(detector_files))
    app.text_input(key="detector_livetime").set_value(str(detector_files / "L1-observing.txt"))
    app.text_input(key="detector_borders").set_value("1239000000")
    app.button(key="FormSubmitter:detector_form-Read and compare").click().run()
    assert not app.exception
    assert started[0][:4] == ["couple", str(timed.workspace.source), "--by", "label"]
    brought = bringing_of(timed.workspace)
    assert brought.places == (str(detector_files),) and brought.borders == (1239000000.0,)


@pytest.mark.parametrize(
    ("places", "borders", "said"),
    [("", "", "path of a file or folder"), ("/nowhere/at/all", "", "no such file"), ("here", "soon", "are no borders")],
)
def test_what_cannot_be_brought_is_one_sentence(timed, detector_files, open_app, places, borders, said):
    app = open_app(PAGE, workspace=timed.workspace.name)
    app.text_area(key="detector_places").set_value(str(detector_files) if places == "here" else places)
    app.text_input(key="detector_borders").set_value(borders)
    app.button(key="FormSubmitter:detector_form-Read and compare").click().run()
    assert said in app.error[0].value.replace("\\", "")
    assert bringing_of(timed.workspace) is None


def test_what_was_brought_can_be_taken_away(compared, open_app):
    app = open_app(PAGE, workspace=compared.workspace.name)
    app.button(key="detector_forget").click().run()
    assert bringing_of(compared.workspace) is None
    assert any(button.key == "detector_simulate" for button in app.button)


def test_only_allowed_folders_are_brought(timed, detector_files, monkeypatch, tmp_path):
    monkeypatch.setattr(acts_of_detector, "data_roots", lambda: (tmp_path / "elsewhere",))
    monkeypatch.setattr(acts_of_detector, "_still_open", lambda workspace: None)
    with pytest.raises(GlitchAuditError, match="does not lie in a folder that this server opens"):
        acts_of_detector.bring_detector(timed.workspace, [str(detector_files)], "", "")
