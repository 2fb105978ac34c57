"""Half a year of simulated glitches in which the detectors change, so that a split in time is harder than at random.

Four things drift from one epoch (a month) to the next, all of them known of real observing runs:

- **rates**: how often a class occurs wanders by a factor of about two from month to month; over the half-year the
  classes keep the training set's shares, 67 to 1;
- **loudness**: the signals of a month are all louder or fainter than those of another, by up to a third;
- **noise**: each month has lines of its own that no other month has, and the noise below 70 Hz grows to the end;
- **looks**: the other looks of a class (``core.simulate.waveforms_wide``) grow commoner, and in the last two months
  half of the Scattered_Light are the fast arches that got a name of their own only later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from core.errors import GlitchAuditError
from core.simulate.corpus import Draw, Simulated, choose_labels, simulate_sample
from core.simulate.series import SAMPLE_RATE, SAMPLES, Glitch, add_packet, log_uniform
from core.simulate.waveforms import CLASSES, draw_glitch
from core.simulate.waveforms_later import fast_scattering
from core.simulate.waveforms_wide import WIDE, draw_wide

FIRST_GPS = 1_238_112_018.0
"""1 April 2019, when an observing run began; any other would do."""
DAY = 86_400.0

_EPOCH_STREAM, _NOISE_STREAM, _TIME_STREAM = 11, 12, 13
_LOUDNESS_MEANS = frozenset({"Extremely_Loud", "No_Glitch"})
"""Classes whose loudness is their meaning: it does not drift."""


@dataclass(frozen=True)
class Drift:
    """How far the months differ.

    Attributes:
        epochs, epoch_days: how many, and how long each is.
        rates: standard deviation of the logarithm of a class's rate from one epoch to the next.
        loudness: the largest change of loudness, as the logarithm of a factor.
        lines: new lines in each epoch; in a glitch's 8 s each shows with probability 1/2.
        low_noise: standard deviation of the added noise below 70 Hz in the last epoch, the detectors' own being 1.
        looks: chance of another look in the first and in the last epoch.
        late_epochs: in so many last ones half of the Scattered_Light are fast.
    """

    epochs: int = 6
    epoch_days: float = 30.0
    rates: float = 0.5
    loudness: float = 0.3
    lines: int = 3
    low_noise: float = 0.35
    looks: tuple[float, float] = (0.1, 0.6)
    late_epochs: int = 2


def months(count: int, *, seed: int, drift: Drift | None = None) -> Iterator[Simulated]:
    """Yield ``count`` glitches of one corpus, by index, with ``event_time`` over all epochs.

    The same seed gives the same glitches. Raises GlitchAuditError for fewer than one.
    """
    if count < 1:
        raise GlitchAuditError(f"A corpus needs at least one sample, not {count}.")
    drift = drift or Drift()
    chances = epoch_chances(seed=seed, drift=drift)
    for index, label in enumerate(choose_labels(count, seed=seed)):
        yield one_of_months(label, seed=seed, index=index, drift=drift, chances=chances)


def epoch_chances(*, seed: int, drift: Drift) -> np.ndarray:
    """Return the chance of each epoch for a glitch of each class, float (classes, epochs), rows sum to 1.

    The logarithm of a class's rate is a random walk over the epochs.
    """
    steps = np.random.default_rng([_EPOCH_STREAM, seed]).normal(0, drift.rates, (len(CLASSES), drift.epochs))
    rates = np.exp(steps.cumsum(axis=1))
    return rates / rates.sum(axis=1, keepdims=True)


def one_of_months(label: str, *, seed: int, index: int, drift: Drift, chances: np.ndarray) -> Simulated:
    """Return glitch ``index`` of the corpus: its epoch and time, its look, loudness and noise as of that epoch."""
    rng = np.random.default_rng([_TIME_STREAM, seed, index])
    epoch = int(rng.choice(drift.epochs, p=chances[CLASSES.index(label)]))
    time = FIRST_GPS + DAY * drift.epoch_days * (epoch + rng.random())
    sample = simulate_sample(label, seed=seed, index=index, draw=_drawn_in(label, epoch, seed=seed, drift=drift))
    noise = epoch_noise(
        epoch, str(sample.metadata["ifo"]), np.random.default_rng([_NOISE_STREAM, seed, index]), seed=seed, drift=drift
    )
    return replace(
        sample,
        series=(sample.series + noise).astype(np.float32),
        metadata={**sample.metadata, "event_time": round(time, 6)},
    )


def epoch_noise(epoch: int, detector: str, rng: np.random.Generator, *, seed: int, drift: Drift) -> np.ndarray:
    """Return what an epoch adds to a detector's noise, float (SAMPLES,): its own lines, and noise below 70 Hz."""
    of_epoch = np.random.default_rng([_EPOCH_STREAM, seed, epoch, ("H1", "L1").index(detector) + 1])
    hertz = [log_uniform(of_epoch, 20, 1500) for _ in range(drift.lines)]
    noise = np.zeros(SAMPLES)
    for line in hertz:
        if rng.random() < 0.5:
            for _ in range(rng.integers(2, 7)):
                add_packet(
                    noise,
                    time=rng.uniform(-4, 4),
                    frequency=line + rng.normal(0, 0.3),
                    width=log_uniform(rng, 0.2, 1.0),
                    snr=log_uniform(rng, 2.0, 7.0),
                    phase=rng.uniform(0, 2 * np.pi),
                )
    level = drift.low_noise * epoch / max(1, drift.epochs - 1)
    return noise + level * _below(70.0, rng)


def _below(hertz: float, rng: np.random.Generator) -> np.ndarray:
    """Noise of unit variance without anything above ``hertz``."""
    f = np.fft.rfftfreq(SAMPLES, 1 / SAMPLE_RATE)
    wave = np.fft.irfft(np.fft.rfft(rng.standard_normal(SAMPLES)) * (f < hertz), SAMPLES)
    return wave / wave.std()


def _drawn_in(label: str, epoch: int, *, seed: int, drift: Drift) -> Draw:
    walk = np.random.default_rng([_EPOCH_STREAM, seed, epoch]).uniform(-drift.loudness, drift.loudness)
    first, last = drift.looks
    other_look = first + (last - first) * epoch / max(1, drift.epochs - 1)
    late = epoch >= drift.epochs - drift.late_epochs

    def draw(rng: np.random.Generator) -> Glitch:
        if label == "Scattered_Light" and late and rng.random() < 0.5:
            glitch = fast_scattering(rng)
        elif label in WIDE and rng.random() < other_look:
            # Measured by a plain one: only series, label and time matter to a classifier.
            glitch = replace(draw_glitch(label, rng), series=draw_wide(label, rng).astype(np.float32))
        else:
            glitch = draw_glitch(label, rng)
        factor = 1.0 if label in _LOUDNESS_MEANS else float(np.exp(walk))
        parameters = {**glitch.parameters, "snr": glitch.parameters["snr"] * factor}
        return Glitch((glitch.series * factor).astype(np.float32), parameters)

    return draw
