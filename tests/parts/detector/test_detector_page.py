"""The page Detector: empty, simulated, brought, compared; what is chosen on it, and what it says of each pair."""

from dataclasses import asdict

import pytest

from core.dataset.selection import Selection
from core.detector.simulated import COUPLED
from core.errors import GlitchAuditError
from core.jobs.job import JobStatus
from core.ledger import open_ledger
from core.ledger.acts.saving_selections import save_selection
from core.pipeline.detector import (
    Bringing,
    Chosen,
    bringing_of,
    couple,
    glitches_of,
    keep_bringing,
    load_detector,
)
from core.pipeline.kept_selections import kept_selection
from core.workspace import write_json
from pages.parts.desk import acts_of_detector
from pages.parts.desk.state import Desk
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


@pytest.mark.parametrize("asked", [{"detector_seed": -7}, {"detector_days": [50, -3]}, {"detector_days": [0, 10**9]}])
def test_numbers_that_cannot_be_are_those_of_the_beginning(timed, open_app, asked):
    app = open_app(PAGE, workspace=timed.workspace.name, detector_source="simulated", detector_drawn="In time", **asked)
    assert not app.exception and "2 of 5 families go with something" in texts(app)


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
    assert "Another channel moves with it" in said and "which of the two matters" in said
    assert "chance by the regression" in said and "shifts by whole days no smaller one than 0.0" in said
    app.selectbox(key="detector_family").set_value("Blip").run()
    assert "not to be told from chance" in texts(app) or "cannot tell" in texts(app)


def test_an_unsafe_channel_is_listed_as_left_out(compared, open_app):
    app = open_app(PAGE, workspace=compared.workspace.name, detector_view="Channels")
    table = app.dataframe[0].value.set_index("channel")
    assert table.loc["L1:CAL-DELTAL_RESIDUAL_BLRMS", "left out"] == "unsafe"
    assert table.loc[MICROSEISM, "unit"] == "nm/s" and table.loc[MICROSEISM, "safety"] == "safe"
    assert "Livetime" in texts(app)


def test_one_glitch_is_laid_beside_the_channels_of_its_minute(compared, open_app):
    name = compared.samples.index[7]
    app = open_app(PAGE, workspace=compared.workspace.name, detector_view="One glitch", detector_glitch=name)
    said = texts(app)
    assert "channels were unusual in this minute" in said and "some are so by chance" in said
    table = app.dataframe[0].value
    assert set(table["unit"]) == {"nm/s", "degC", "um/s^2", "1e-21 strain"} and len(table) == 9
    families = compared.samples["label"]
    assert app.selectbox(key="detector_glitch_family").value == families[name]
    later = table.set_index("channel").loc["L1:ISI-GND_STS_ETMX_Z_BLRMS_30M_100M"]
    assert later["higher than"] == "constant" and later["measures"] == "ground motion, 0.03 to 0.1 Hz"
    app.button(key="detector_glitch_next").click().run()
    after = app.text_input(key="detector_glitch").value
    assert after != name and families[after] == families[name]
    app.button(key="detector_glitch_previous").click().run()
    assert app.text_input(key="detector_glitch").value == name
    app.selectbox(key="detector_glitch_family").set_value("Tomte").run()
    first = app.text_input(key="detector_glitch").value
    assert families[first] == "Tomte" and "**Tomte**, 1 of" in texts(app) and not app.exception
    app.text_input(key="detector_glitch").set_value("nobody [x](y)").run()
    assert "No glitch of L1" in app.warning[0].value and not app.exception


def test_one_glitch_begins_with_one_at_the_highest_value_of_what_a_family_goes_with(compared, open_app):
    app = open_app(PAGE, workspace=compared.workspace.name, detector_view="One glitch")
    assert compared.samples["label"][app.text_input(key="detector_glitch").value] in COUPLED
    assert app.dataframe[0].value["unusual"].eq("yes").any()


def test_an_unknown_family_or_channel_in_the_address_is_told(compared, open_app):
    asked = Desk(choices=(("detector_family", "Whistle"), ("detector_channel", MICROSEISM)))
    app = open_app(PAGE, asked, workspace=compared.workspace.name)
    assert [one.value for one in app.info if "The address asks for `Whistle`" in one.value]
    assert app.selectbox(key="detector_channel").value == MICROSEISM
    app.selectbox(key="detector_family").set_value("Blip").run()
    assert not [one.value for one in app.info if "The address asks" in one.value]


def test_two_families_are_told_apart_by_their_channels(compared, open_app):
    app = open_app(
        PAGE,
        workspace=compared.workspace.name,
        detector_view="Two families",
        detector_first="Scattered_Light",
        detector_second="Blip",
    )
    table = app.dataframe[0].value.set_index("channel")
    assert table.loc[MICROSEISM, "verdict"] == "different" and "(" in table.loc[MICROSEISM, "how many times"]
    app.selectbox(key="detector_second").set_value("Scattered_Light").run()
    assert "two different families" in texts(app)


def test_triggers_and_states_stand_beside_shifted_times_and_make_rounds(beside_events, open_app):
    app = open_app(PAGE, workspace=beside_events.workspace.name, detector_view="Triggers and states")
    table = app.dataframe[0].value.set_index(["family", "channel or state"])
    assert table.loc[("Blip", "L1:ASC-X"), "verdict"] == "goes with"
    assert table.loc[("Tomte", "L1:ASC-X"), "verdict"] == "not to be told from chance"
    assert "goes with" in texts(app) and "shifted by 20 s" in texts(app)
    app.selectbox(key="detector_rounds").set_value("Blip").run()
    rounds = app.dataframe[1].value
    assert rounds.loc[0, "winner"] == "L1:ASC-X" and "take away" in texts(app)


def test_without_triggers_and_states_it_says_what_to_bring(compared, open_app):
    app = open_app(PAGE, workspace=compared.workspace.name, detector_view="Triggers and states")
    assert "No triggers and no states were brought" in texts(app)
    app.segmented_control(key="detector_source").set_value("simulated").run()
    assert "those of a real one are compared here" in texts(app) and "Bring tables" not in texts(app)


def test_of_a_simulated_detector_the_advice_leads_to_the_drawing_in_time(timed, open_app):
    app = open_app(PAGE, workspace=timed.workspace.name, detector_source="simulated")
    app.button(key="detector_see_in_time").click().run()
    assert not app.exception and "did not observe" in texts(app)


def test_the_loudest_tenth_comes_onto_a_contact_sheet(compared, open_app):
    app = open_app(
        PAGE, workspace=compared.workspace.name, detector_family="Scattered_Light", detector_channel=MICROSEISM
    )
    app.button(key="detector_loudest").click().run()
    assert not app.exception
    chosen = remembered(app, ChosenGlitches)
    assert 60 < len(chosen.sample_ids) < 600
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


@pytest.fixture
def failing(timed, tmp_path, monkeypatch):
    """A folder that holds nothing of a detector is brought, and its reading fails; what is started is noted."""
    keep_bringing(timed.workspace, Bringing((nothing_of_a_detector(tmp_path),)))
    note_failure(timed.workspace, "None of the files holds a channel.", subject="couple")
    started = []
    monkeypatch.setattr("core.jobs.job.start_job", lambda workspace, command, **_: started.append(command) or True)
    return timed, started


def nothing_of_a_detector(folder):
    (folder / "names.csv").write_text("name,height\nAda,3\n")
    return str(folder / "names.csv")


def note_failure(workspace, message, *, subject):
    write_json(workspace.cache / "job.json", asdict(JobStatus("failed", message=message, subject=subject)))


def test_after_a_wrong_path_another_one_can_be_brought(failing, detector_files, open_app):
    timed, started = failing
    app = open_app(PAGE, workspace=timed.workspace.name)
    assert "holds a channel" in app.error[0].value and "The livetime" in texts(app)
    app.text_area(key="detector_places").set_value(str(detector_files))
    app.button(key="FormSubmitter:detector_form-Read and compare").click().run()
    assert not app.exception
    assert bringing_of(timed.workspace).places == (str(detector_files),) and len(started) == 1


def test_another_detector_can_be_brought_beside_one_that_is_shown(compared, tmp_path, open_app, monkeypatch):
    monkeypatch.setattr("core.jobs.job.start_job", lambda workspace, command, **_: True)
    other = nothing_of_a_detector(tmp_path)
    app = open_app(PAGE, workspace=compared.workspace.name)
    app.text_area(key="detector_places").set_value(other)
    app.button(key="FormSubmitter:detector_form-Read and compare").click().run()
    assert not app.exception
    assert bringing_of(compared.workspace).places == (other,)


def test_after_a_failure_one_can_try_again_or_take_it_away(failing, open_app):
    timed, started = failing
    app = open_app(PAGE, workspace=timed.workspace.name)
    assert app.button(key="detector_compare").label == "Try again"
    app.button(key="detector_compare").click().run()
    assert len(started) == 1
    app.button(key="detector_forget").click().run()
    assert bringing_of(timed.workspace) is None and not app.exception
    assert any(button.key == "detector_simulate" for button in app.button)


def test_a_failure_of_other_work_is_none_of_the_detector(failing, open_app):
    timed, _ = failing
    note_failure(timed.workspace, "The disk is full.", subject="prepare")
    app = open_app(PAGE, workspace=timed.workspace.name)
    assert not app.error and app.button(key="detector_compare").label == "Read and compare"


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


@pytest.fixture
def saved(compared):
    """A selection of all Scattered_Light, saved under a name."""
    own = tuple(compared.samples.index[compared.samples["label"] == "Scattered_Light"])
    ledger = open_ledger(compared.workspace.ledger_path)
    found = save_selection(ledger, Selection(own, how="query"), name="arches", author="Ada", app_version="test")
    ledger.close()
    return found


def test_without_a_saved_selection_a_family_is_a_label_or_a_cluster(compared, open_app):
    app = open_app(PAGE, workspace=compared.workspace.name, detector_by="selection")
    (control,) = [one for one in app.segmented_control if one.key == "detector_by"]
    assert control.options == ["by label", "by cluster"]
    assert "2 of 5 families go with something" in texts(app)


def test_a_saved_selection_is_compared_as_a_family_beside_all_others(compared, saved, open_app, monkeypatch):
    started = []
    monkeypatch.setattr("core.jobs.job.start_job", lambda workspace, command, **_: started.append(command) or True)
    app = open_app(PAGE, workspace=compared.workspace.name, detector_by="selection")
    assert app.selectbox(key="detector_selection").value == saved.selection_id
    assert "were not compared with the channels yet" in app.info[0].value
    app.button(key="detector_compare").click().run()
    (command,) = started
    assert command[command.index("--by") + 1] == "selection" and "--family=arches" in command
    kept_id = command[command.index("--selection") + 1]
    assert kept_selection(compared.workspace, kept_id)[0].sample_ids == saved.selection.sample_ids
    bringing = bringing_of(compared.workspace)
    chosen = Chosen("arches", saved.selection.sample_ids, kept_id)
    glitches = glitches_of(compared.samples, compared.clustering.labels, by="selection", chosen=chosen)
    couple(compared.workspace, load_detector(compared.workspace, bringing, glitches), glitches)
    app.run()
    assert not app.exception and "**selection arches** with `L1:ISI-GND_STS" in texts(app).replace("\\", "")
