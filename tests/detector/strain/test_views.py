"""Views drawn from strain: a planted pulse stands where and when it was planted; GW150914 is a chirp."""

from pathlib import Path

import numpy as np
import pytest

from core.detector.strain.source import open_strain
from core.detector.strain.views import DrawnViews, draw_views, views_at
from core.detector.strain.whitening import LeftOut
from core.errors import GlitchAuditError
from core.simulate.pictures import encode_picture
from core.simulate.views import row_frequencies
from tests.detector.strain.strain_files import RATE, START, noise, write_gwosc

REAL = Path(__file__).parents[3].parent / "shared" / "real" / "strain"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the real strain is not at ../shared/real/strain")
GW150914 = 1126259462.4


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("strain")
    values = noise(120, seed=8, blips=(20.0, 50.3), loud=6e-23)
    values[80 * RATE : 81 * RATE] = np.nan
    write_gwosc(folder / "a.hdf5", values)
    write_gwosc(folder / "b.hdf5", noise(10, seed=9), start=START + 200)
    return open_strain(folder)


@pytest.mark.parametrize("time", [20.0, 50.3])
def test_a_pulse_stands_in_the_middle_at_its_frequency(source, time):
    drawn = views_at(source, "H1", START + time)
    assert drawn.views.shape == (4, 140, 170) and drawn.views.dtype == np.uint8
    for picture in drawn.views:
        # Its middle is saturated.
        row, column = np.argwhere(picture == picture.max()).mean(axis=0)
        assert abs(column - 84.5) <= 3
        assert 90 < row_frequencies()[round(row)] < 200
    # Of noise alone a tenth of Gravity Spy's scale is seldom passed: its mean energy is 1.
    quiet = views_at(source, "H1", START + 35.0)
    assert float(np.median(quiet.views)) < 15 < float(drawn.views[0].max())


def test_what_cannot_be_drawn_is_told_by_its_place_and_the_rest_is_drawn(source):
    times = START + np.array([20.0, 160.0, 78.0, 80.5, 2.0, 50.3, 205.0, 100.0])
    found = list(draw_views(source, "H1", times))
    drawn = {one.place for one in found if isinstance(one, DrawnViews)}
    left_out = dict(one for one in found if not isinstance(one, DrawnViews))
    assert drawn == {0, 5, 7}
    assert left_out == {
        1: LeftOut.NO_STRAIN,
        2: LeftOut.EDGE,
        3: LeftOut.GAP,
        4: LeftOut.EDGE,
        6: LeftOut.SHORT,
    }


def test_a_picture_does_not_depend_on_which_others_are_drawn(source):
    times = START + np.array([20.0, 30.0, 50.3, 52.0])
    together = {one.place: one.views for one in draw_views(source, "H1", times)}
    for place, time in enumerate(times):
        # Products may differ in their last bits with the size of a batch, and a value at a rounding edge by one.
        difference = together[place].astype(int) - views_at(source, "H1", float(time)).views
        assert np.abs(difference).max() <= 1


def test_another_detector_and_a_time_without_strain_are_one_sentence(source):
    with pytest.raises(GlitchAuditError, match="no strain of L1"):
        views_at(source, "L1", START + 20)
    with pytest.raises(GlitchAuditError, match="there is no strain of its detector at that time"):
        views_at(source, "H1", START + 1000)


@needs_real
@pytest.mark.parametrize("detector", ["H1", "L1"])
def test_gw150914_is_seen_and_named_chirp_by_the_shipped_classifier(detector):
    from core.classify.naming.inputs import InputFile, as_one_glitch
    from core.classify.naming.loading import load_classifier
    from core.classify.naming.name_glitches import name_glitches

    drawn = views_at(open_strain(REAL), detector, GW150914)
    assert drawn.views[0].max() == 255
    names = ("0.5", "1.0", "2.0", "4.0")
    files = [
        InputFile(f"{name}.jpg", len(encode_picture(picture)), encode_picture(picture))
        for name, picture in zip(names, drawn.views, strict=True)
    ]
    (answer,) = name_glitches((as_one_glitch(files, names),), load_classifier(None))
    assert answer.top[0][0] == "Chirp" and answer.top[0][1] > 0.9


@needs_real
def test_the_energies_are_those_of_gwpys_q_transform():
    series = pytest.importorskip("gwpy.timeseries", reason="gwpy is not installed")
    source = open_strain(REAL)
    drawn = views_at(source, "H1", GW150914)
    strain = source.read("H1", GW150914 - 14, GW150914 + 14)
    whole = series.TimeSeries(strain.values, t0=strain.start, sample_rate=strain.rate)
    theirs = whole.q_transform(
        qrange=(4, 64),
        frange=(10, 1000),
        gps=GW150914,
        search=0.5,
        outseg=(GW150914 - 0.5, GW150914 + 0.5),
        tres=1 / 170,
        fres=300,
        logf=True,
        norm="mean",
    )
    assert theirs.q == pytest.approx(drawn.q, rel=1e-6)
    hertz = row_frequencies()
    rows = np.flatnonzero((hertz > 20) & (hertz < 900))
    columns = np.clip(np.searchsorted(theirs.yindex.value, hertz[rows]), 0, theirs.shape[1] - 1)
    energy = np.clip(np.asarray(theirs.value)[:170, columns].T, 0, 25.5)
    ours = drawn.views[1][rows][:, : energy.shape[1]] / 10
    # Another spectrum, other windows and interpolation: alike, not equal.
    assert np.corrcoef(energy.ravel(), ours.ravel())[0, 1] > 0.85
