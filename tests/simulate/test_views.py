"""Views: the right pixel, the right scale, the library's energies, one Q a glitch whatever else is in the batch."""

import numpy as np
import pytest
import torch

from core.simulate.background import draw_background
from core.simulate.q_tiles import tile_rows
from core.simulate.series import SAMPLES, TIMES, add_packet
from core.simulate.views import (
    COLUMNS,
    HIGHEST,
    LOWEST,
    ROWS,
    SECONDS,
    ViewMaker,
    row_frequencies,
    to_uint8,
)
from core.simulate.waveforms import CLASSES, draw_glitch


@pytest.fixture(scope="module")
def maker():
    return ViewMaker("cpu")


def _noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(SAMPLES)


def _row_of(frequency: float) -> float:
    """Where a frequency lies on the log2 axis, in rows from the top, as a real number."""
    return ROWS * np.log2(HIGHEST / frequency) / np.log2(HIGHEST / LOWEST)


@pytest.mark.parametrize(
    ("frequency", "width"), [(15.0, 0.3), (60.0, 0.1), (250.0, 0.02), (1000.0, 0.01), (1900, 0.005)]
)
def test_a_sine_gaussian_peaks_at_its_row_and_column_in_every_view(maker, frequency, width):
    offset = 0.03
    series = _noise(1)
    add_packet(series, time=offset, frequency=frequency, width=width, snr=16.0)
    energies = maker.energies(torch.from_numpy(series[None].astype(np.float32)))[0][0].numpy()
    for view, seconds in enumerate(SECONDS):
        picture = energies[view]
        bright = picture >= 0.9 * picture.max()
        rows, columns = np.nonzero(bright)
        assert np.mean(rows) + 0.5 == pytest.approx(_row_of(frequency), abs=3)
        # A loud packet saturates for about its own length, so its middle is known to a part of that.
        tolerance = 2.0 + 0.35 * width / seconds * COLUMNS
        assert np.mean(columns) + 0.5 == pytest.approx(COLUMNS * (0.5 + offset / seconds), abs=tolerance)


def test_a_long_tone_gets_a_high_q_and_a_click_a_low_one_in_the_same_batch(maker):
    tone, click = _noise(2), _noise(3)
    add_packet(tone, time=0, frequency=100.0, width=0.3, snr=20.0)
    add_packet(click, time=0, frequency=100.0, width=0.004, snr=20.0)
    _, q = maker.energies(torch.from_numpy(np.stack([tone, click]).astype(np.float32)))
    assert q[0] == pytest.approx(maker.qs[-1], rel=1e-5)
    assert q[1] == pytest.approx(maker.qs[0], rel=1e-5)


def test_views_do_not_depend_on_the_rest_of_the_batch(maker):
    rng = np.random.default_rng(4)
    labels = ("Blip", "Whistle", "Scattered_Light", "Extremely_Loud", "No_Glitch")
    series = torch.from_numpy(np.stack([draw_glitch(label, rng).series + _noise(5) for label in labels])).float()
    together = maker(series)
    alone = torch.cat([maker(series[k : k + 1]) for k in range(len(series))])
    # The fast Fourier transform may round the last bit differently for another batch size.
    assert (together.int() - alone.int()).abs().max() <= 1


def test_energies_are_those_of_the_transform_written_out(maker):
    """One row after the other at every instant by an inverse FFT of full length, then averaged over each pixel."""
    series = _noise(6)
    add_packet(series, time=0, frequency=100.0, width=0.02, snr=9.0)
    ours, q = maker.energies(torch.from_numpy(series[None].astype(np.float32)))
    spectrum, known, energies = np.fft.rfft(series), [], []
    for row in tile_rows(float(q[0]), lowest=LOWEST, highest=HIGHEST, duration=8.0):
        inside = (row.bins >= 0) & (row.bins < len(spectrum))
        under = np.zeros(SAMPLES, dtype=complex)
        under[row.bins[inside]] = spectrum[row.bins[inside]] * row.window[inside]
        energy = np.abs(np.fft.ifft(under)) ** 2
        known.append(row.frequency)
        energies.append((energy * np.log(2) / np.median(energy)).clip(0, 25.5))
    seconds, fine = SECONDS[-1], 3
    at = seconds * ((np.arange(COLUMNS * fine) + 0.5) / (COLUMNS * fine) - 0.5)
    in_time = np.stack([np.interp(at, TIMES, energy) for energy in energies])
    wanted = np.log(row_frequencies(ROWS * fine))
    drawn = np.stack([np.interp(wanted, np.log(known), column) for column in in_time.T], axis=1)
    expected = drawn.reshape(ROWS, fine, COLUMNS, fine).mean(axis=(1, 3))
    difference = np.abs(ours[0, 3].numpy() - expected)
    # The noise of a row is the median of at most 4096 of its tiles: 2 % of the energy, which is 25.5 at most.
    assert (difference <= 0.05 + 0.1 * expected).mean() > 0.99 and difference.mean() < 0.05
    assert ours[0, 3].max().item() == pytest.approx(expected.max(), rel=0.05)


def test_white_noise_has_mean_energy_one(maker):
    energies = maker.energies(torch.from_numpy(_noise(7)[None].astype(np.float32)))[0]
    assert energies[0, 3].mean().item() == pytest.approx(1.0, rel=0.1)


def test_fewer_tiles_give_nearly_the_same_noise_level(maker):
    series = torch.from_numpy(np.stack([_noise(k) for k in range(2)]).astype(np.float32))
    quick = ViewMaker(median_tiles=512).energies(series)[0]
    # The standard error of a row's median is 6 %, and a picture has many rows.
    assert quick.mean().item() == pytest.approx(maker.energies(series)[0].mean().item(), rel=0.03)


@pytest.mark.parametrize("label", CLASSES)
def test_every_class_gives_finite_views_within_the_scale(maker, label):
    rng = np.random.default_rng(8)
    series = draw_glitch(label, rng).series + draw_background("L1", rng)
    energies = maker.energies(torch.from_numpy(series[None]))[0]
    assert energies.shape == (1, 4, ROWS, COLUMNS)
    assert torch.isfinite(energies).all()
    assert energies.min() >= 0
    assert energies.max() <= 25.5 + 1e-4


def test_silence_gives_black_pictures(maker):
    assert not maker(torch.zeros(1, SAMPLES)).any()


def test_bytes_are_tenths_and_saturate():
    assert to_uint8(torch.tensor([0.0, 1.04, 25.5, 99.0])).tolist() == [0, 10, 255, 255]
