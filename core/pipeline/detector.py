"""A detector's files beside a data set: what was brought is read once, and its families are compared with the channels.

What was brought is part of the workspace's settings; what was read of it, and what was found, lies in its cache.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from core.dataset.cells import defused_column
from core.detector.channels.fringes import is_displacement
from core.detector.channels.gps import refuse_implausible
from core.detector.channels.listing import ListedChannel, channel_files, list_channels
from core.detector.channels.recognising import Sorted, sort_files
from core.detector.channels.safety import read_safety
from core.detector.channels.states import State, read_livetime, read_states
from core.detector.channels.tables import channel_table
from core.detector.channels.triggers import read_triggers
from core.detector.coupling import judge
from core.detector.coupling.judge import CouplingResult, judge_couplings
from core.detector.coupling.params import DAY, CouplingParams
from core.detector.coupling.states import with_states
from core.detector.coupling.store import load_coupling as kept_coupling
from core.detector.coupling.store import save_coupling
from core.detector.glitches import glitch_times, refuse_apart, time_column
from core.detector.model import Channel, ChannelTable, GlitchTimes, Safety, Segments, TriggerTable, segments
from core.detector.simulated import SimulationParams, Truth, simulate_detector
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.pipeline.kept_detector import Detector, kept_channels, kept_detector, save_detector
from core.progress import OnProgress, ProgressMeter, ShowProgress
from core.typed_paths import typed_path
from core.workspace import Workspace, cached_stage, load_stage, open_workspace, read_json, write_json

SETTINGS_FILE = "detector.json"
DETECTOR, COUPLING = "detector", "coupling"
BY_LABEL, BY_CLUSTER, BY_SELECTION = "label", "cluster", "selection"
THE_OTHERS = "all other glitches"
"""The family beside a selection."""
VERSION = 1
_POINTER = "detector.json"
_STEP = 60.0
_LONG_SECONDS = 600.0


@dataclass(frozen=True)
class Bringing:
    """What somebody brought of a detector.

    Attributes:
        places: files and folders with channels, states, triggers and lists of safe channels, mixed as they come.
        livetime: a file of segments that says when the detector observed; "" where nothing does.
        borders: GPS seconds at which the detector was changed, so that what goes with what may have changed as well.
    """

    places: tuple[str, ...]
    livetime: str = ""
    borders: tuple[float, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """A selection that is a family: its name, its samples, and the id under which it is kept for other processes."""

    name: str
    sample_ids: tuple[str, ...]
    kept_id: str = ""

    @property
    def family(self) -> str:
        """What the family is called."""
        return f"selection {self.name}"


@dataclass(frozen=True, eq=False)
class Play:
    """A simulated detector with what was found in it; the truth is told by who asks for it."""

    detector: Detector
    glitches: GlitchTimes
    result: CouplingResult
    truth: Truth


def bringing_of(workspace: Workspace) -> Bringing | None:
    """Return what was brought of a detector for this data set; None where nothing was."""
    said = read_json(workspace.root / SETTINGS_FILE)
    try:
        return (
            Bringing(tuple(said["places"]), str(said["livetime"]), tuple(map(float, said["borders"]))) if said else None
        )
    except (TypeError, KeyError, ValueError):
        return None


def keep_bringing(workspace: Workspace, bringing: Bringing) -> None:
    """Note what is brought for this data set.

    Raises GlitchAuditError where a place is not there, or a border is no GPS second.
    """
    channel_files(bringing.places)
    if bringing.livetime and not typed_path(bringing.livetime).is_file():
        raise GlitchAuditError(f"{bringing.livetime}: there is no such file; the livetime is a file of segments.")
    for border in bringing.borders:
        refuse_implausible(border, border, where="The border of an epoch")
    write_json(open_workspace(workspace).root / SETTINGS_FILE, asdict(bringing))


def read_borders(text: str) -> tuple[float, ...]:
    """Return the borders of epochs that a text names, GPS seconds with commas between them, in order of time.

    Raises GlitchAuditError where one is no number.
    """
    try:
        return tuple(sorted(float(one) for one in text.replace(";", ",").split(",") if one.strip()))
    except ValueError:
        raise GlitchAuditError(f"“{text[:60]}” are no borders: type GPS seconds with commas between them.") from None


def forget_bringing(workspace: Workspace) -> None:
    """Forget what was brought; the files are left alone."""
    (workspace.root / SETTINGS_FILE).unlink(missing_ok=True)


def glitches_of(
    samples: pd.DataFrame, clusters: np.ndarray, *, by: str = BY_LABEL, chosen: Chosen | None = None
) -> GlitchTimes:
    """Return the samples by time, a family for each label, or for each cluster (by "cluster").

    By "selection" the ``chosen`` samples are one family and all others the second. Raises GlitchAuditError where
    nothing is chosen, or none of it is here.
    """
    if by == BY_SELECTION:
        inside = samples.index.isin(chosen.sample_ids if chosen else ())
        if chosen is None or not inside.any():
            raise GlitchAuditError("None of the selection's samples is in this data set: choose another selection.")
        return glitch_times(samples, pd.Series(np.where(inside, chosen.family, THE_OTHERS), index=samples.index))
    if by == BY_CLUSTER:
        names = np.where(clusters < 0, "no cluster", np.char.add("cluster ", clusters.astype(str)))
        return glitch_times(samples, pd.Series(names, index=samples.index))
    return glitch_times(samples, samples["label"].astype(str))


def read_detector(
    workspace: Workspace, bringing: Bringing, glitches: GlitchTimes, *, report: ShowProgress = lambda progress: None
) -> Detector:
    """Read what was brought, keep it, and return it; what is kept of the same files is not read again.

    Of the channels only the time of the glitches is read, and a day around it. Raises GlitchAuditError where a file
    cannot be read, none holds a channel, or they are of another detector or time than the glitches.
    """
    if not len(glitches.times):
        raise GlitchAuditError("No glitch has a time and a detector, so there is nothing to lay beside the channels.")
    files = channel_files(bringing.places)
    found = sort_files(files)
    if not (found.channels or found.states or found.triggers):
        why = f" {found.problems[0].where}: {found.problems[0].reason}" if found.problems else ""
        many = f"None of the {len(files):,} files that were brought holds anything"
        one = "The file that was brought holds nothing"
        raise GlitchAuditError(f"{many if len(files) > 1 else one} of a detector.{why}")
    safety = _safety(found)
    live = typed_path(bringing.livetime).resolve() if bringing.livetime else None
    states = tuple(state for path in found.states if path != live for state in read_states(path))
    triggers = tuple(one for path in found.triggers for one in read_triggers(path, safety=safety))
    listed = list_channels(found.channels, safety=safety, on_progress=_told(report, "Looking into the files"))
    within = (float(glitches.times.min()) - DAY, float(glitches.times.max()) + DAY)
    if listed:
        table = channel_table(workspace, listed, within=within, on_progress=_told(report, "Reading the channels"))
        refuse_apart(table, glitches)
        table = with_states(table, [(Channel(one.name, one.detector), one.active, one.known) for one in _long(states)])
    else:
        table = _without_channels(within, states, triggers)
    table = replace(table, live={**table.live, **_livetime(bringing, glitches)})
    detector = Detector(table, listed, states, triggers, found.problems)
    stamps = [[str(path), path.stat().st_size, path.stat().st_mtime_ns] for path in files]
    key = fingerprint(DETECTOR, VERSION, table.fingerprint, stamps, [asdict(problem) for problem in found.problems])
    detector = replace(detector, fingerprint=key)
    cached_stage(
        workspace,
        DETECTOR,
        key,
        load=kept_detector,
        save=save_detector,
        build=lambda: detector,
    )
    write_json(workspace.cache / _POINTER, {"brought": _asked(bringing, glitches), "key": key})
    return detector


def load_detector(workspace: Workspace, bringing: Bringing, glitches: GlitchTimes) -> Detector | None:
    """Return what was read of the detector last, if that is what is brought now, for these glitches; else None."""
    key = read_key(workspace, bringing, glitches)
    return None if key is None else load_stage(workspace, DETECTOR, key, kept_detector)


def read_key(workspace: Workspace, bringing: Bringing, glitches: GlitchTimes) -> str | None:
    """Return the fingerprint of what `load_detector` would return, without reading it; None where it was not read."""
    said = read_json(workspace.cache / _POINTER)
    if not isinstance(said, dict) or said.get("brought") != _asked(bringing, glitches):
        return None
    return str(said.get("key"))


def moving_optics(
    workspace: Workspace, samples: pd.DataFrame, clusters: np.ndarray, *, detector: str
) -> tuple[ListedChannel, ...]:
    """Return the channels of ``detector`` that fringes can be told from, of what was brought and read; else none."""
    bringing = bringing_of(workspace)
    if bringing is None or time_column(samples) is None:
        return ()
    key = read_key(workspace, bringing, glitches_of(samples, clusters))
    listed = None if key is None else load_stage(workspace, DETECTOR, key, kept_channels)
    return tuple(
        one for one in listed or () if one.channel.detector == detector and is_displacement(one.channel, rate=one.rate)
    )


def coupling_key(detector: Detector, glitches: GlitchTimes, *, params: CouplingParams, borders: Sequence[float]) -> str:
    """Return the cache key of what is found for these glitches."""
    return glitches_key(COUPLING, judge.VERSION, detector, glitches, params, list(borders))


def glitches_key(stage: str, version: int, detector: Detector, glitches: GlitchTimes, *parts: object) -> str:
    """Return the cache key of a stage that goes by a detector and these glitches."""
    names = [[str(one) for one in column] for column in (glitches.sample_ids, glitches.detectors, glitches.families)]
    times = np.ascontiguousarray(glitches.times, dtype=np.float64).tobytes()
    return fingerprint(stage, version, detector.fingerprint, names, times, *parts)


def couple(
    workspace: Workspace,
    detector: Detector,
    glitches: GlitchTimes,
    *,
    params: CouplingParams | None = None,
    borders: Sequence[float] = (),
    report: ShowProgress = lambda progress: None,
) -> CouplingResult:
    """Return which families go with which channels, from the cache or found now."""
    params = params or CouplingParams()
    if not detector.table.channels:
        return CouplingResult((), (), {}, {}, detector.fingerprint)
    return cached_stage(
        workspace,
        COUPLING,
        coupling_key(detector, glitches, params=params, borders=borders),
        load=kept_coupling,
        save=save_coupling,
        build=lambda: judge_couplings(
            detector.table,
            glitches,
            params=params,
            borders=borders,
            on_progress=_told(report, "Comparing families with channels"),
        ),
    )


def load_coupling(
    workspace: Workspace,
    detector: Detector,
    glitches: GlitchTimes,
    *,
    params: CouplingParams | None = None,
    borders: Sequence[float] = (),
) -> CouplingResult | None:
    """Return what was found before; None where it was not asked yet."""
    if not detector.table.channels:
        return CouplingResult((), (), {}, {}, detector.fingerprint)
    key = coupling_key(detector, glitches, params=params or CouplingParams(), borders=borders)
    return load_stage(workspace, COUPLING, key, kept_coupling)


def play(*, days: int = 40, seed: int = 0, coupled: bool = True) -> Play:
    """Return a simulated detector and what is found in it; a few seconds for 40 days."""
    made = simulate_detector(SimulationParams(days=days, beta=1.0 if coupled else 0.0), seed=seed)
    detector = Detector(made.channels, fingerprint=made.channels.fingerprint)
    return Play(detector, made.glitches, judge_couplings(made.channels, made.glitches), made.truth)


def _safety(found: Sorted) -> Mapping[str, Safety]:
    said: dict[str, Safety] = {}
    for path in found.safety:
        for name, safety in read_safety(path).items():
            if said.setdefault(name, safety) != safety:
                raise GlitchAuditError(f"{path}: {name} is called {safety} here and {said[name]} in another list.")
    return said


def _long(states: Sequence[State]) -> list[State]:
    """The states that last so long that they are compared as a channel is, by rates in and out of them."""
    return [
        one
        for one in states
        if one.detector and len(one.active.spans) and one.active.seconds >= _LONG_SECONDS * len(one.active.spans)
    ]


def _without_channels(
    within: tuple[float, float], states: Sequence[State], triggers: Sequence[TriggerTable]
) -> ChannelTable:
    """A table of no channel; a detector counts as observing while states of it are known, or its triggers go on."""
    spans: dict[str, list[np.ndarray]] = {}
    for state in states:
        spans.setdefault(state.detector, []).append(state.known.spans)
    for one in triggers:
        spans.setdefault(one.channel.detector, []).append(np.array([[one.times[0], one.times[-1] + 1.0]]))
    live = {name: segments(np.concatenate(parts)) for name, parts in spans.items() if name}
    bins = int(np.ceil((within[1] - within[0]) / _STEP))
    return ChannelTable((), within[0], _STEP, np.zeros((0, bins), dtype=np.float32), live)


def _livetime(bringing: Bringing, glitches: GlitchTimes) -> Mapping[str, Segments]:
    if not bringing.livetime:
        return {}
    path = Path(typed_path(bringing.livetime))
    wanted = {str(one) for one in glitches.detectors}
    named = {state.detector for state in read_states(path)}
    return {one: read_livetime(path, detector=one) for one in sorted(wanted) if named & {"", one}}


def _asked(bringing: Bringing, glitches: GlitchTimes) -> str:
    return fingerprint(VERSION, bringing, np.ascontiguousarray(glitches.times, dtype=np.float64).tobytes())


def _told(report: ShowProgress, stage: str) -> OnProgress:
    meter = ProgressMeter(stage)
    return lambda done, total: report(meter.at(done, total))


def coupling_csv(result: CouplingResult) -> bytes:
    """Return everything that was found as a CSV in UTF-8, one row a pair; no text in it runs in a spreadsheet."""
    table = result.table()
    texts = {name: defused_column(table[name]) for name in table if not pd.api.types.is_numeric_dtype(table[name])}
    return table.assign(**texts).to_csv(index=False).encode()
