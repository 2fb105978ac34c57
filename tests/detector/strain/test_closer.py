"""A closer look: a planted wave stands at its frequency and moment, whatever Q, time and range are chosen."""

import numpy as np
import pytest

from core.detector.strain.closer import COLUMNS, ROWS, LookParams, look_closer
from core.detector.strain.source import open_strain
from core.detector.strain.views import views_at
from core.errors import GlitchAuditError
from tests.detector.strain.strain_files import RATE, START, noise, write_gwosc

MIDDLE = 60.0


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Two minutes of noise with a pulse in the middle, and a second of 300 Hz ten seconds later."""
    folder = tmp_path_factory.mktemp("strain")
    values = noise(120, seed=21, blips=(MIDDLE,), loud=6e-23)
    t = np.arange(len(values)) / RATE
    values += 4e-24 * np.cos(2 * np.pi * 300 * t) * (np.abs(t - MIDDLE - 10) < 0.5)
    values[110 * RATE : 111 * RATE] = np.nan
    write_gwosc(folder / "h.hdf5", values)
    return open_strain(folder)


def brightest(look):
    """Frequency (Hz) and moment (s from the middle) of the middle of the brightest points."""
    row, column = np.argwhere(look.energies == look.energies.max()).mean(axis=0)
    hertz = look.highest * (look.lowest / look.highest) ** ((row + 0.5) / ROWS)
    return hertz, ((column + 0.5) / COLUMNS - 0.5) * look.seconds


@pytest.mark.parametrize("seconds", [0.5, 4.0, 64.0])
@pytest.mark.parametrize("q", [0.0, 8.0])
def test_a_pulse_stands_at_its_moment_and_frequency(source, seconds, q):
    look = look_closer(source, "H1", START + MIDDLE, LookParams(seconds=seconds, q=q))
    assert look.energies.shape == (ROWS, COLUMNS) and look.highest == pytest.approx(1699.84)
    hertz, moment = brightest(look)
    assert 80 < hertz < 230 and abs(moment) < 0.03 + seconds / COLUMNS


def test_a_high_q_tells_a_wave_by_its_frequency(source):
    look = look_closer(source, "H1", START + MIDDLE + 10, LookParams(seconds=4.0, q=64.0, lowest=100, highest=1024))
    hertz, moment = brightest(look)
    assert abs(hertz / 300 - 1) < 0.03 and abs(moment) < 0.5
    assert look.lowest == 100 and look.highest == 1024


def test_without_a_choice_q_is_that_of_the_views(source):
    look = look_closer(source, "H1", START + MIDDLE, LookParams())
    assert look.q == pytest.approx(views_at(source, "H1", START + MIDDLE).q)


def test_noise_alone_has_the_mean_energy_that_all_is_divided_by(source):
    look = look_closer(source, "H1", START + MIDDLE + 20, LookParams(seconds=2.0, q=8.0, lowest=50, highest=1000))
    # Exponentially distributed with mean 1; some 300 of the picture's tiles do not overlap: a standard error of 0.06.
    assert 0.7 < float(look.energies.mean()) < 1.5


def test_series_and_spectra_tell_the_planted_wave(source):
    look = look_closer(source, "H1", START + MIDDLE + 10, LookParams(seconds=1.0, q=64.0, lowest=250, highest=400))
    assert look.times[0] == pytest.approx(-0.5, abs=0.01) and look.times[-1] == pytest.approx(0.5, abs=0.01)
    near = np.abs(look.hertz - 300) < 2
    assert (look.here[near] / look.usual[near]).max() > 3
    # A wave of amplitude A for a second has the density A^2 / 4 * T in a window that spans it: within a factor of 2.
    assert 0.5 < look.here[near].max() / (4e-24 / 2) < 2
    quiet = look_closer(source, "H1", START + MIDDLE + 20, LookParams(seconds=1.0, q=64.0, lowest=250, highest=400))
    # Noise of unit variance has sqrt(150 / 4096) = 0.19 in 150 Hz; the wave adds about as much.
    assert quiet.series.std() == pytest.approx(0.19, abs=0.05)
    assert look.series.std() > 1.2 * quiet.series.std()


def test_a_long_series_is_drawn_by_the_ends_of_its_stretches(source):
    look = look_closer(source, "H1", START + MIDDLE, LookParams(seconds=64.0))
    assert len(look.times) == len(look.series) <= 2_000
    assert abs(float(look.times[int(np.abs(look.series).argmax())])) < 0.1


@pytest.mark.parametrize(
    ("offset", "detector", "params", "sentence"),
    [
        (500.0, "H1", LookParams(), "there is no strain of its detector at that time"),
        (110.5, "H1", LookParams(), "a gap inside of its file"),
        (115.0, "H1", LookParams(), "shorter than 16 s"),
        (4.0, "H1", LookParams(seconds=8.0), "reaches 3.0 s back and"),
        (MIDDLE, "L1", LookParams(), "no strain of L1"),
        (MIDDLE, "H1", LookParams(lowest=1800, highest=2000), "says nothing above 1,700 Hz"),
    ],
)
def test_what_cannot_be_shown_is_one_sentence(source, offset, detector, params, sentence):
    with pytest.raises(GlitchAuditError) as error:
        look_closer(source, detector, START + offset, params)
    assert sentence in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    "given",
    [
        {"seconds": 0.1},
        {"seconds": 128},
        {"q": 1.0},
        {"q": 500.0},
        {"lowest": 5.0},
        {"lowest": 100.0, "highest": 100.0},
        {"highest": 5000.0},
        {"seconds": float("nan")},
    ],
)
def test_choices_that_cannot_be_are_refused(given):
    with pytest.raises(GlitchAuditError):
        LookParams(**given)
