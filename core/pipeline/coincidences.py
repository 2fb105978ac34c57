"""Glitches beside the triggers and the states that were brought of a detector, kept in the cache."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from core.detector.channels.states import State
from core.detector.coupling.rounds import Round, veto_rounds
from core.detector.coupling.triggers import Coincidence, TriggerParams, judge_states, judge_triggers
from core.detector.model import Channel, GlitchTimes, Segments, segments
from core.pipeline.detector import glitches_key
from core.pipeline.kept_detector import Detector
from core.workspace import Workspace, cached_stage, load_stage

STAGE = "coincidences"
VERSION = 1
_FILE = "coincidences.json"


def coincidences(workspace: Workspace, detector: Detector, glitches: GlitchTimes) -> tuple[Coincidence, ...]:
    """Return how each family comes together with each channel's triggers and each state; what is kept is not redone."""
    return cached_stage(
        workspace,
        STAGE,
        _key(detector, glitches),
        load=_kept,
        save=_save,
        build=lambda: find_coincidences(detector, glitches),
    )


def load_coincidences(
    workspace: Workspace, detector: Detector, glitches: GlitchTimes
) -> tuple[Coincidence, ...] | None:
    """Return what was found before; None where it was not asked yet."""
    return load_stage(workspace, STAGE, _key(detector, glitches), _kept)


def find_coincidences(detector: Detector, glitches: GlitchTimes) -> tuple[Coincidence, ...]:
    """Return the same, found now: what goes together first."""
    found: list[Coincidence] = []
    for name in sorted({str(one) for one in glitches.detectors}):
        live = detector.table.live.get(name, segments([]))
        tables = [one for one in detector.triggers if one.channel.detector == name]
        if tables:
            found += judge_triggers(tables, glitches, live, detector=name)
        # States that are known at other times are compared in other livetimes.
        for known, states in _by_known_times(detector.states, name):
            pairs = [(Channel(one.name, name), one.active) for one in states]
            found += judge_states(pairs, glitches, live.within(known), detector=name)
    return tuple(sorted(found, key=lambda one: (one.verdict != "goes with", np.nan_to_num(one.q_value, nan=2.0))))


def rounds_of(detector: Detector, glitches: GlitchTimes, *, family: str, name: str) -> tuple[Round, ...]:
    """Return the rounds of vetoes of one family by the triggers of the detector ``name``."""
    own = (glitches.families == family) & (glitches.detectors == name)
    live = detector.table.live.get(name, segments([]))
    return veto_rounds(glitches.times[own], detector.triggers, live, detector=name)


def _by_known_times(states: Sequence[State], name: str) -> list[tuple[Segments, list[State]]]:
    groups: dict[bytes, list[State]] = defaultdict(list)
    for one in states:
        if one.detector in ("", name):
            groups[one.known.spans.tobytes()].append(one)
    return [(members[0].known, members) for members in groups.values()]


def _key(detector: Detector, glitches: GlitchTimes) -> str:
    return glitches_key(STAGE, VERSION, detector, glitches, TriggerParams())


def _save(found: tuple[Coincidence, ...], folder: Path) -> None:
    rows = [{**asdict(replace(one, shifted=None)), "shifted": _listed(one.shifted)} for one in found]
    (folder / _FILE).write_text(json.dumps(rows), encoding="utf-8")


def _listed(shifted: np.ndarray | None) -> list[float] | None:
    return None if shifted is None else [float(one) for one in shifted]


def _kept(folder: Path) -> tuple[Coincidence, ...]:
    rows = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    return tuple(
        Coincidence(**{**row, "shifted": None if row["shifted"] is None else np.array(row["shifted"])}) for row in rows
    )
