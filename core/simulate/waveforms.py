"""The 22 classes of Gravity Spy's training set v1d1 as whitened time series, and a family that drifts between two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from core.errors import GlitchAuditError
from core.simulate import waveforms_bursts as bursts
from core.simulate import waveforms_lines as lines
from core.simulate import waveforms_odd as odd
from core.simulate import waveforms_tracks as tracks
from core.simulate import waveforms_trains as trains
from core.simulate.series import (
    SAMPLES,
    Glitch,
    add_noise_burst,
    add_packet,
    add_pulse,
    log_uniform,
    measure,
)

TRAINING_SET_COUNTS: Mapping[str, int] = MappingProxyType(
    {
        "Blip": 1821,
        "Koi_Fish": 706,
        "Low_Frequency_Burst": 621,
        "Light_Modulation": 512,
        "Power_Line": 449,
        "Low_Frequency_Lines": 447,
        "Extremely_Loud": 447,
        "Scattered_Light": 443,
        "Violin_Mode": 412,
        "Scratchy": 337,
        "1080Lines": 328,
        "Whistle": 299,
        "Helix": 279,
        "Repeating_Blips": 263,
        "No_Glitch": 150,
        "Tomte": 103,
        "1400Ripples": 81,
        "None_of_the_Above": 81,
        "Chirp": 60,
        "Air_Compressor": 58,
        "Wandering_Line": 42,
        "Paired_Doves": 27,
    }
)
"""Glitches a class in Gravity Spy's training set v1d1."""

CLASSES = tuple(sorted(TRAINING_SET_COUNTS))

PEAK_RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "1080Lines": (1040, 1120),
        "1400Ripples": (1300, 1510),
        "Air_Compressor": (44, 57),
        "Blip": (20, 800),
        "Chirp": (25, 450),
        "Extremely_Loud": (10, 2048),
        "Helix": (35, 450),
        "Koi_Fish": (10, 300),
        "Light_Modulation": (10, 1500),
        "Low_Frequency_Burst": (10, 60),
        "Low_Frequency_Lines": (10, 36),
        "None_of_the_Above": (10, 2048),
        "Paired_Doves": (14, 110),
        "Power_Line": (53, 67),
        "Repeating_Blips": (20, 900),
        "Scattered_Light": (10, 140),
        "Scratchy": (60, 700),
        "Tomte": (12, 110),
        "Violin_Mode": (485, 2048),
        "Wandering_Line": (250, 2048),
        "Whistle": (100, 2048),
    }
)
"""Where the measured peak frequency of each class lies, Hz. No_Glitch has none."""


_DRIFT_SPACING = 0.14
"""Seconds between the three pulses of a drifting glitch."""


def _no_glitch(series: np.ndarray, rng: np.random.Generator) -> None:
    """Nothing at the centre; now and then something unrelated elsewhere in the long views, small or large."""
    for _ in range(int(rng.random() < 0.4) * rng.integers(1, 4)):
        moment, snr = rng.choice([-1, 1]) * rng.uniform(0.55, 2.1), log_uniform(rng, 5, 60)
        kind = rng.integers(0, 5)
        if kind <= 1:
            low = log_uniform(rng, 15, 90)
            add_pulse(series, time=moment, low=low, high=low * log_uniform(rng, 2, 12), snr=snr)
        elif kind == 2:
            low = log_uniform(rng, 12, 120)
            width = log_uniform(rng, 0.02, 0.15)
            add_noise_burst(series, rng, time=moment, width=width, low=low, high=low * rng.uniform(1.5, 5), snr=snr)
        elif kind == 3:
            hertz = log_uniform(rng, 15, 1500)
            add_packet(series, time=moment, frequency=hertz, width=log_uniform(rng, 2, 14) / hertz, snr=0.5 * snr)
        else:
            # A line so long and faint that it hardly shows.
            hertz = log_uniform(rng, 11, 600)
            add_packet(series, time=moment, frequency=hertz, width=log_uniform(rng, 0.3, 2), snr=rng.uniform(2, 6))


_DRAW: Mapping[str, Callable[[np.ndarray, np.random.Generator], None]] = MappingProxyType(
    {
        "1080Lines": lines.lines_1080,
        "1400Ripples": lines.ripples_1400,
        "Air_Compressor": lines.air_compressor,
        "Blip": bursts.blip,
        "Chirp": tracks.chirp,
        "Extremely_Loud": bursts.extremely_loud,
        "Helix": trains.helix,
        "Koi_Fish": bursts.koi_fish,
        "Light_Modulation": bursts.light_modulation,
        "Low_Frequency_Burst": bursts.low_frequency_burst,
        "Low_Frequency_Lines": lines.low_frequency_lines,
        "No_Glitch": _no_glitch,
        "None_of_the_Above": odd.none_of_the_above,
        "Paired_Doves": tracks.paired_doves,
        "Power_Line": lines.power_line,
        "Repeating_Blips": trains.repeating_blips,
        "Scattered_Light": tracks.scattered_light,
        "Scratchy": trains.scratchy,
        "Tomte": bursts.tomte,
        "Violin_Mode": lines.violin_mode,
        "Wandering_Line": tracks.wandering_line,
        "Whistle": tracks.whistle,
    }
)


def draw_glitch(label: str, rng: np.random.Generator) -> Glitch:
    """Draw a glitch of a class, its parameters drawn wide; raises GlitchAuditError for none of ``CLASSES``."""
    if label not in _DRAW:
        raise GlitchAuditError(f"There is no simulated class named '{label}'; choose one of {', '.join(CLASSES)}.")
    series = np.zeros(SAMPLES)
    _DRAW[label](series, rng)
    return _finished(series)


def draw_drift(position: float, rng: np.random.Generator) -> Glitch:
    """One member of a family that changes without a gap from thin repeating blips (0) to a low-frequency burst (1).

    Three pulses, 0.14 s apart; their band sinks from 90 to 900 Hz down to 18 to 75 Hz, so that each slows and thickens
    until the three are humps. The small scatter of edges and loudness is random.
    """
    position = float(np.clip(position, 0, 1))
    scatter = rng.normal(0, 0.06, 3)
    low = 90 * (18 / 90) ** (position + 0.2 * scatter[0])
    high = 900 * (75 / 900) ** (position + 0.2 * scatter[1])
    series = np.zeros(SAMPLES)
    for middle, snr in ((-_DRIFT_SPACING, 18), (0.0, 24), (_DRIFT_SPACING, 18)):
        phase = rng.uniform(0, 2 * np.pi)
        add_pulse(series, time=middle, low=low, high=high, snr=snr * np.exp(scatter[2]), slope=-0.8, phase=phase)
    return _finished(series)


def _finished(series: np.ndarray) -> Glitch:
    return Glitch(series.astype(np.float32), measure(series))
