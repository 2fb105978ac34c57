"""A simulated detector: channels that move as the ground does, glitches whose rate goes with some of them.

It lies here and not in `core/simulate`, as it gives the detector's own types, which that room may not know. What is
planted is told apart from the data, so that whoever judges the data need not have seen it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from core.detector.model import Channel, ChannelTable, GlitchTimes, Safety, Segments, segments
from core.errors import GlitchAuditError

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
START = 1_238_112_000.0
"""GPS seconds at which a day begins in April 2019, when O3a did."""

COUPLED = {"Scattered_Light": "microseism", "Fast_Scattering": "traffic"}
"""Which family goes with which motion of the ground: the couplings that experts know."""

CONTROLS = ("Blip", "Tomte", "Koi_Fish")
"""Families for which no channel is known that they go with."""

NAMES = {
    "microseism": "ISI-GND_STS_ETMX_X_BLRMS_100M_300M",
    "traffic": "ISI-GND_STS_ITMY_Z_BLRMS_1_3",
    "microseism twin": "ISI-GND_STS_ETMY_Y_BLRMS_100M_300M",
    "traffic twin": "ISI-GND_STS_ETMY_Z_BLRMS_1_3",
    "daily": "PEM-CS_TEMPERATURE",
    "dead": "ISI-GND_STS_ETMX_Z_BLRMS_30M_100M",
    "unsafe": "CAL-DELTAL_RESIDUAL_BLRMS",
    "other detector": "ISI-GND_STS_ETMX_X_BLRMS_100M_300M",
}
_OTHER = "PEM-CS_ACC_{number}_BLRMS"
_UNITS = {"daily": "degC", "unsafe": "1e-21 strain"}
_MIDDLE, _MIDDLES = 100.0, {"daily": 8.0}
"""What a channel's median is about, in its unit."""


@dataclass(frozen=True)
class SimulationParams:
    """How the simulated detector behaves.

    Attributes:
        days: length of the observation.
        glitches: expected glitches of each family.
        beta: rate of a coupled family goes as the channel to this power; 0 for no coupling at all.
        later_beta: the same after half of the time; None for no change.
        others: channels beside the planted ones, that nothing goes with.
        tau_hours, sigma: range from which each channel's time constant (h) and scatter (natural logarithm) are drawn.
        rate_tau_hours, rate_sigma: the same for each family's own slow rate.
        daily_motion: height of the daily cosine of the channels, in natural logarithm.
        daily_rate: the same for the families' own rates, at the channels' hour.
        likeness: correlation of a twin's logarithm with the channel that it is a twin of.
        correlated: whether the other channels move together in threes.
        gaps: whether the livetime and one channel have gaps.
        plants: whether twin, daily confounder, other detector, dead channel and unsafe copy are there.
        detector, other: the detector whose glitches are told, and the one whose channel is beside them.
    """

    days: int = 40
    glitches: float = 1000.0
    beta: float = 1.0
    later_beta: float | None = None
    others: int = 2
    tau_hours: tuple[float, float] = (2.0, 6.0)
    sigma: tuple[float, float] = (0.4, 0.6)
    rate_tau_hours: tuple[float, float] = (6.0, 24.0)
    rate_sigma: tuple[float, float] = (0.3, 0.5)
    daily_motion: float = 0.5
    daily_rate: float = 0.0
    likeness: float = 0.95
    correlated: bool = False
    gaps: bool = True
    plants: bool = True
    detector: str = "L1"
    other: str = "H1"

    def __post_init__(self) -> None:
        if self.days < 1 or self.glitches <= 0:
            raise GlitchAuditError(
                f"A simulated detector needs at least one day and some glitches, not {self.days} days and "
                f"{self.glitches} glitches of each family; raise them."
            )


@dataclass(frozen=True)
class Truth:
    """What was planted: for whoever checks a judgement, never for whoever makes it.

    Attributes:
        goes_with: by family, the name of the one channel that its rate goes with; a control is not named.
        beta: power of the coupling in the first half and in the second.
        twins: by channel, the one that moves with it.
        confounder, dead, unsafe, other_detector: names of these plants; "" where there are none.
    """

    goes_with: Mapping[str, str]
    beta: tuple[float, float]
    twins: Mapping[str, str] = field(default_factory=dict)
    confounder: str = ""
    dead: str = ""
    unsafe: str = ""
    other_detector: str = ""


@dataclass(frozen=True, eq=False)
class SimulatedDetector:
    """The data, and apart from them the truth."""

    channels: ChannelTable
    glitches: GlitchTimes
    truth: Truth


def simulate_detector(params: SimulationParams | None = None, *, seed: int = 0) -> SimulatedDetector:
    """Return channels of ``days`` days in minutes, the glitches of five families, and the truth apart.

    The logarithm of a channel is an autoregressive process of first order at 60 s, with a daily cosine on it; a
    family's rate is base x its own slow process x (channel / median) ^ beta, and its glitches are Poisson draws.
    """
    params = params or SimulationParams()
    random = np.random.default_rng(seed)
    minutes = int(params.days * DAY / MINUTE)
    hour = 2 * np.pi * (np.arange(minutes) + 0.5) * MINUTE / DAY
    peak = random.uniform(0, 2 * np.pi)
    logs = _motions(params, minutes, np.cos(hour - peak), random)
    live = _livetime(params, random)
    times, families = _draw_glitches(params, logs, np.cos(hour - peak), live, random)
    channels, values = _as_recorded(params, logs, times, families, random)
    detectors = {params.detector: live, params.other: segments([(START, START + params.days * DAY)])}
    order = np.argsort(times)
    glitches = GlitchTimes(
        sample_ids=np.array([f"sim{seed % 10**4:04d}{row:06d}" for row in range(len(times))], dtype=object),
        times=times[order],
        detectors=np.full(len(times), params.detector, dtype=object),
        families=families[order],
    )
    return SimulatedDetector(ChannelTable(channels, START, MINUTE, values, detectors), glitches, _truth(params))


def slow_process(count: int, tau: float, sigma: float, random: np.random.Generator) -> np.ndarray:
    """Return an autoregressive process of first order, float64 (count,), time constant ``tau`` in steps, mean 0."""
    from scipy.signal import lfilter

    keep = float(np.exp(-1 / tau))
    shocks = random.normal(0, sigma * np.sqrt(1 - keep**2), count)
    shocks[0] = random.normal(0, sigma)
    return lfilter([1.0], [1.0, -keep], shocks)


def _motions(
    params: SimulationParams, minutes: int, daily: np.ndarray, random: np.random.Generator
) -> dict[str, np.ndarray]:
    def own() -> np.ndarray:
        return slow_process(minutes, random.uniform(*params.tau_hours) * 60, random.uniform(*params.sigma), random)

    motions = {name: own() for name in COUPLED.values()}
    if params.plants:
        for name in COUPLED.values():
            base = motions[name]
            rest = slow_process(minutes, random.uniform(*params.tau_hours) * 60, float(base.std()), random)
            motions[f"{name} twin"] = params.likeness * base + np.sqrt(1 - params.likeness**2) * rest
        motions["daily"] = 0.3 * own() + daily
        motions["other detector"] = own()
    common = own()
    for number in range(params.others):
        if params.correlated and number % 3 == 0:
            common = own()
        motions[_OTHER.format(number=number + 1)] = 0.95 * common + 0.3 * own() if params.correlated else own()
    return {name: log + params.daily_motion * daily for name, log in motions.items()}


def _livetime(params: SimulationParams, random: np.random.Generator) -> Segments:
    whole = segments([(START, START + params.days * DAY)])
    if not params.gaps:
        return whole
    begins = START + random.uniform(0, params.days * DAY, 2 * params.days)
    lengths = random.exponential(2 * HOUR, len(begins))
    return whole.without(segments(np.column_stack([begins, begins + lengths])))


def _draw_glitches(
    params: SimulationParams,
    logs: Mapping[str, np.ndarray],
    daily: np.ndarray,
    live: Segments,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    minutes = len(daily)
    seconds = live.per_bin(START, MINUTE, minutes)
    beta = np.full(minutes, params.beta)
    if params.later_beta is not None:
        beta[minutes // 2 :] = params.later_beta
    times, families = [], []
    for family in (*COUPLED, *CONTROLS):
        slow = slow_process(
            minutes, random.uniform(*params.rate_tau_hours) * 60, random.uniform(*params.rate_sigma), random
        )
        log_rate = slow + params.daily_rate * daily
        if family in COUPLED:
            motion = logs[COUPLED[family]]
            log_rate = log_rate + beta * (motion - np.median(motion))
        rate = np.exp(log_rate) * seconds
        counts = random.poisson(rate * params.glitches / rate.sum())
        drawn = START + MINUTE * (np.repeat(np.arange(minutes), counts) + random.random(counts.sum()))
        drawn = drawn[live.contains(drawn)]
        times.append(drawn)
        families.append(np.full(len(drawn), family, dtype=object))
    return np.concatenate(times), np.concatenate(families)


def _as_recorded(
    params: SimulationParams,
    logs: Mapping[str, np.ndarray],
    times: np.ndarray,
    families: np.ndarray,
    random: np.random.Generator,
) -> tuple[tuple[Channel, ...], np.ndarray]:
    channels, rows = [], []

    def add(name: str, values: np.ndarray, *, detector: str = params.detector, safety: Safety = "safe") -> None:
        unit = _UNITS.get(name, "nm/s" if name in NAMES else "um/s^2")
        channels.append(Channel(f"{detector}:{NAMES.get(name, name)}", detector, unit, safety))
        rows.append(values.astype(np.float32))

    for name, log in logs.items():
        values = _MIDDLES.get(name, _MIDDLE) * np.exp(log)
        if params.gaps and name == _OTHER.format(number=1):
            begin = int(random.uniform(0.2, 0.6) * len(values))
            values[begin : begin + len(values) // 10] = np.nan
        add(name, values, detector=params.other if name == "other detector" else params.detector)
    if params.plants:
        minutes = len(next(iter(logs.values())))
        add("dead", np.full(minutes, 3.0))
        loud = times[families == "Scattered_Light"]
        counts = np.bincount(((loud - START) / MINUTE).astype(int), minlength=minutes)[:minutes]
        add("unsafe", np.exp(random.normal(0, 0.3, minutes)) * (1 + 5 * counts), safety="unsafe")
    return tuple(channels), np.stack(rows)


def _truth(params: SimulationParams) -> Truth:
    def named(plant: str, detector: str = params.detector) -> str:
        return f"{detector}:{NAMES[plant]}" if params.plants else ""

    later = params.beta if params.later_beta is None else params.later_beta
    coupled = {family: f"{params.detector}:{NAMES[motion]}" for family, motion in COUPLED.items()}
    twins = {f"{params.detector}:{NAMES[motion]}": named(f"{motion} twin") for motion in COUPLED.values()}
    return Truth(
        goes_with=coupled if params.beta or later else {},
        beta=(params.beta, later),
        twins=twins if params.plants else {},
        confounder=named("daily"),
        dead=named("dead"),
        unsafe=named("unsafe"),
        other_detector=named("other detector", params.other),
    )
