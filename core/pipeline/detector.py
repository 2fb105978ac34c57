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
from core.detector.channels.gps import refuse_implausible
from core.detector.channels.listing import channel_files, list_channels
from core.detector.channels.recognising import Sorted, sort_files
from core.detector.channels.safety import read_safety
from core.detector.channels.states import read_livetime, read_states
from core.detector.channels.tables import channel_table
from core.detector.channels.triggers import read_triggers
from core.detector.coupling.judge import CouplingResult, judge_couplings
from core.detector.coupling.params import DAY, CouplingParams
from core.detector.glitches import glitch_times, refuse_apart
from core.detector.model import ChannelTable, GlitchTimes, Safety, Segments
from core.detector.simulated import SimulationParams, Truth, simulate_detector
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.pipeline.kept_detector import Detector, kept_coupling, kept_detector, save_coupling, save_detector
from core.progress import OnProgress, ProgressMeter, ShowProgress
from core.typed_paths import typed_path
from core.workspace import Workspace, cached_stage, load_stage, open_workspace, read_json, write_json

SETTINGS_FILE = "detector.json"
DETECTOR, COUPLING = "detector", "coupling"
BY_LABEL, BY_CLUSTER = "label", "cluster"
VERSION = 1
_POINTER = "detector.json"


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


def glitches_of(samples: pd.DataFrame, clusters: np.ndarray, *, by: str = BY_LABEL) -> GlitchTimes:
    """Return the samples by time, a family for each label, or for each cluster (by "cluster")."""
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
    files = channel_files(bringing.places)
    found = sort_files(files)
    if not found.channels:
        why = f" {found.problems[0].where}: {found.problems[0].reason}" if found.problems else ""
        raise GlitchAuditError(f"None of the {len(files):,} files that were brought holds a channel.{why}")
    safety = _safety(found)
    listed = list_channels(found.channels, safety=safety, on_progress=_told(report, "Looking into the files"))
    within = (float(glitches.times.min()) - DAY, float(glitches.times.max()) + DAY)
    valued = [one for one in listed if not one.pieces[0].bits]
    table = channel_table(workspace, valued, within=within, on_progress=_told(report, "Reading the channels"))
    table = replace(table, live={**table.live, **_livetime(bringing, table, glitches)})
    refuse_apart(table, glitches)
    states = tuple(state for path in found.states for state in read_states(path))
    triggers = tuple(one for path in found.triggers for one in read_triggers(path, safety=safety))
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
    said = read_json(workspace.cache / _POINTER)
    if not isinstance(said, dict) or said.get("brought") != _asked(bringing, glitches):
        return None
    return load_stage(workspace, DETECTOR, str(said.get("key")), kept_detector)


def coupling_key(detector: Detector, glitches: GlitchTimes, *, params: CouplingParams, borders: Sequence[float]) -> str:
    """Return the cache key of what is found for these glitches."""
    names = [[str(one) for one in column] for column in (glitches.sample_ids, glitches.detectors, glitches.families)]
    times = np.ascontiguousarray(glitches.times, dtype=np.float64).tobytes()
    return fingerprint(COUPLING, VERSION, detector.fingerprint, names, times, params, list(borders))


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


def _livetime(bringing: Bringing, table: ChannelTable, glitches: GlitchTimes) -> Mapping[str, Segments]:
    if not bringing.livetime:
        return {}
    path = Path(typed_path(bringing.livetime))
    wanted = {one.detector for one in table.channels} & {str(one) for one in glitches.detectors}
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
    texts = {name: defused_column(table[name]) for name in table.columns if table[name].dtype == object}
    return table.assign(**texts).to_csv(index=False).encode()
