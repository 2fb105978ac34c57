"""Real strain comes out white with unit variance, signals are left out, and a wrong folder is said so."""

from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy.signal import welch

from core.errors import GlitchAuditError
from core.simulate.real_noise import KNOWN_SIGNALS, draw_real_background, load_real_noise, whitened
from core.simulate.series import SAMPLE_RATE, SAMPLES

RATE = 4096


def coloured(seconds: int, seed: int = 0) -> np.ndarray:
    """Noise that falls as 1/f, at the scale of strain."""
    rng = np.random.default_rng(seed)
    spectrum = np.fft.rfft(rng.standard_normal(seconds * RATE))
    hertz = np.fft.rfftfreq(seconds * RATE, 1 / RATE)
    return np.fft.irfft(spectrum / np.maximum(hertz, 5.0)) * 1e-21


def write_strain(path: Path, *, start: float, seconds: int = 32) -> None:
    with h5py.File(path, "w") as file:
        strain = file.create_dataset("strain/Strain", data=coloured(seconds))
        strain.attrs["Xspacing"] = 1 / RATE
        file["meta/GPSstart"] = start


def test_whitened_noise_is_flat_with_unit_variance():
    series = whitened(coloured(32), RATE, np.random.default_rng(1))
    assert series.dtype == np.float32 and len(series) == 30 * SAMPLE_RATE
    assert series.std() == pytest.approx(1.0, abs=0.03)
    hertz, power = welch(series, SAMPLE_RATE, nperseg=SAMPLE_RATE)
    # One-sided density of white noise of unit variance: 2 / rate.
    for low, high in ((12, 40), (40, 200), (200, 1000), (1000, 1650), (1750, 4000)):
        band = power[(hertz > low) & (hertz < high)]
        assert band.mean() * SAMPLE_RATE / 2 == pytest.approx(1.0, abs=0.15)


def test_noise_around_a_known_signal_is_left_out(tmp_path):
    write_strain(tmp_path / "signal.hdf5", start=KNOWN_SIGNALS[0] - 16)
    write_strain(tmp_path / "without.hdf5", start=1_000_000_000)
    noise = load_real_noise(tmp_path)
    seconds = sorted(len(stretch) / SAMPLE_RATE for stretch in noise.stretches)
    # 30 s are left after the edges; 16 s in, 1.2 s around the signal go, and both sides stay.
    assert seconds == pytest.approx([14.4, 14.4, 30.0], abs=0.01)


def test_a_background_is_a_cut_of_the_noise_and_repeats_with_its_seed(tmp_path):
    write_strain(tmp_path / "one.hdf5", start=1_000_000_000)
    noise = load_real_noise(tmp_path)
    one = draw_real_background(noise, np.random.default_rng(3))
    assert one.shape == (SAMPLES,) and one.dtype == np.float32
    assert np.array_equal(one, draw_real_background(noise, np.random.default_rng(3)))
    assert not np.array_equal(one, draw_real_background(noise, np.random.default_rng(4)))


def test_a_folder_without_strain_is_said_so(tmp_path):
    with pytest.raises(GlitchAuditError, match="no strain file"):
        load_real_noise(tmp_path)
    (tmp_path / "odd.hdf5").write_bytes(b"not hdf5")
    with pytest.raises(GlitchAuditError, match="odd"):
        load_real_noise(tmp_path)


def test_the_public_files_are_read_where_they_are():
    folder = Path(__file__).parents[2].parent / "shared" / "real" / "strain"
    if not folder.exists():
        pytest.skip("the public strain files are not beside this checkout")
    noise = load_real_noise(folder)
    assert len(noise.stretches) == 6
    assert all(stretch.std() == pytest.approx(1.0, abs=0.02) for stretch in noise.stretches)
