"""A detector beside a data set: read once, kept, compared; what does not fit is told in one sentence."""

import numpy as np
import pandas as pd
import pytest

from core.detector.channels.fringes import fringes_around
from core.detector.model import GlitchTimes
from core.errors import GlitchAuditError
from core.pipeline import detector as room
from core.pipeline.coincidences import coincidences, load_coincidences
from core.pipeline.detector import (
    Bringing,
    Chosen,
    bringing_of,
    couple,
    coupling_csv,
    forget_bringing,
    glitches_of,
    keep_bringing,
    load_coupling,
    load_detector,
    read_borders,
    read_detector,
)
from core.workspace import Workspace
from tests.detector.channels.making import START, flag_file, series_file

DAY = 86_400.0
DAYS = 12


def glitches(count=200, *, family="Blip", detector="L1"):
    random = np.random.default_rng(0)
    times = np.sort(START + random.uniform(0, DAYS * DAY, count))
    ids = np.array([f"g{number}" for number in range(count)], dtype=object)
    return GlitchTimes(ids, times, np.full(count, detector, object), np.full(count, family, object))


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "workspace", tmp_path / "data.csv")


@pytest.fixture
def files(tmp_path):
    """Twelve days of minutes of one channel, a moving optic for some minutes, a flag, a list and a livetime."""
    folder = tmp_path / "aux"
    folder.mkdir()
    random = np.random.default_rng(1)
    minutes = np.exp(random.normal(size=int(DAYS * 1440)))
    series_file(folder / "minutes.h5", {"L1:WIND": minutes}, unit="mi / h")
    moved = 5 * np.sin(2 * np.pi * 0.15 * np.arange(0, 1200, 1 / 16))
    series_file(folder / "optic.h5", {"L1:OPTIC": moved}, step=1 / 16)
    begins = np.arange(START, START + DAYS * DAY, 4000.0)
    flag_file(folder / "flags.h5", {"L1:F:1": ([(one, one + 30) for one in begins], [(START, START + DAYS * DAY)])})
    (folder / "safety.csv").write_text("channel,safety\nL1:WIND,safe\n")
    (folder / "L1-live.txt").write_text(f"{START} {START + 5 * DAY}\n{START + 6 * DAY} {START + DAYS * DAY}\n")
    return folder


def test_what_was_brought_is_kept_with_the_workspace_and_can_be_forgotten(workspace, files):
    bringing = Bringing((str(files),), str(files / "L1-live.txt"), (START + 3 * DAY,))
    assert bringing_of(workspace) is None
    keep_bringing(workspace, bringing)
    assert bringing_of(workspace) == bringing
    forget_bringing(workspace)
    assert bringing_of(workspace) is None and files.is_dir()


def test_it_is_read_once_and_comes_back_as_it_was(workspace, files, monkeypatch):
    bringing = Bringing((str(files),), str(files / "L1-live.txt"))
    read = read_detector(workspace, bringing, glitches())
    monkeypatch.setattr(room, "list_channels", None)
    kept = load_detector(workspace, bringing, glitches())
    assert kept.fingerprint == read.fingerprint and kept.table.channels == read.table.channels
    np.testing.assert_array_equal(kept.table.values, read.table.values)
    assert kept.table.live["L1"].seconds == 11 * DAY
    assert {one.name: one.safety for one in kept.table.channels}["L1:WIND"] == "safe"
    # The livetime is no state beside the others.
    assert [one.name for one in kept.states] == ["L1:F:1"] and kept.states[0].active.seconds > 0
    assert load_detector(workspace, Bringing((str(files),)), glitches()) is None
    assert load_detector(workspace, bringing, glitches(150)) is None


def test_the_fringes_of_a_moving_optic_are_read_again_from_its_file(workspace, files):
    read_detector(workspace, Bringing((str(files),)), glitches())
    kept = load_detector(workspace, Bringing((str(files),)), glitches())
    (optic,) = [one for one in kept.listed if one.channel.name == "L1:OPTIC"]
    found = fringes_around(optic, START + 600)
    assert found.frequencies[0].max() == pytest.approx(8.858, rel=0.01)
    assert found.seconds[0] == pytest.approx(-16) and found.seconds[-1] == pytest.approx(16)
    assert fringes_around(optic, START + 5 * DAY) is None


def test_what_was_found_is_kept_and_leaves_as_csv_that_no_spreadsheet_runs(workspace, files):
    read = read_detector(workspace, Bringing((str(files),)), glitches(family="=1+1"))
    assert load_coupling(workspace, read, glitches(family="=1+1")) is None
    result = couple(workspace, read, glitches(family="=1+1"))
    assert coupling_csv(load_coupling(workspace, read, glitches(family="=1+1"))) == coupling_csv(result)
    assert load_coupling(workspace, read, glitches()) is None
    lines = coupling_csv(result).decode().splitlines()
    assert lines[0].startswith("detector,family,epoch,channel,verdict") and ",'=1+1," in lines[1]


def test_states_are_laid_beside_shifted_times_where_no_channel_was_brought(workspace, files):
    (files / "only").mkdir()
    (files / "flags.h5").rename(files / "only" / "flags.h5")
    read = read_detector(workspace, Bringing((str(files / "only"),)), glitches())
    assert not read.table.channels and read.table.live["L1"].seconds == DAYS * DAY
    assert couple(workspace, read, glitches()).couplings == ()
    assert load_coincidences(workspace, read, glitches()) is None
    (found,) = coincidences(workspace, read, glitches())
    assert (found.channel, found.family) == ("L1:F:1", "Blip") and found.verdict != "goes with"
    (kept,) = load_coincidences(workspace, read, glitches())
    assert kept.sentence == found.sentence
    np.testing.assert_array_equal(kept.shifted, found.shifted)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"detector": "H1"}, "channels are of L1 and the glitches of H1"),
        ({"count": 0}, "No glitch"),
    ],
)
def test_glitches_that_do_not_fit_are_told(workspace, files, given, said):
    with pytest.raises(GlitchAuditError, match=said):
        read_detector(workspace, Bringing((str(files),)), glitches(**given))


def test_files_that_are_nothing_of_a_detector_are_told(workspace, tmp_path):
    (tmp_path / "notes.txt").write_text("call Ada\n")
    with pytest.raises(GlitchAuditError, match="The file that was brought holds nothing of a detector"):
        read_detector(workspace, Bringing((str(tmp_path / "notes.txt"),)), glitches())


def test_borders_are_gps_seconds(workspace, files):
    assert read_borders(" 1238200000; 1238100000,") == (1238100000.0, 1238200000.0)
    with pytest.raises(GlitchAuditError, match="are no borders"):
        read_borders("soon")
    with pytest.raises(GlitchAuditError, match="before 1995"):
        keep_bringing(workspace, Bringing((str(files),), "", (5.0,)))


def test_families_are_labels_or_clusters():
    samples = pd.DataFrame(
        {"label": ["Blip", "Tomte"], "event_time": [START, START + 1], "detector": "L1"}, index=["a", "b"]
    )
    assert glitches_of(samples, np.array([0, -1])).families.tolist() == ["Blip", "Tomte"]
    assert glitches_of(samples, np.array([0, -1]), by="cluster").families.tolist() == ["cluster 0", "no cluster"]


def test_a_selection_is_a_family_beside_all_other_glitches():
    samples = pd.DataFrame(
        {"label": ["Blip", "Tomte", "Blip"], "event_time": [START, START + 1, START + 2], "detector": "L1"},
        index=["a", "b", "c"],
    )
    found = glitches_of(samples, np.zeros(3, int), by="selection", chosen=Chosen("loud ones", ("c", "gone", "b")))
    assert found.families.tolist() == ["all other glitches", "selection loud ones", "selection loud ones"]
    for chosen in (Chosen("empty here", ("gone",)), None):
        with pytest.raises(GlitchAuditError, match="choose another selection"):
            glitches_of(samples, np.zeros(3, int), by="selection", chosen=chosen)
