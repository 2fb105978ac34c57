"""What a brought detector's channels say of the labels, kept in the cache: evidence for the queue of suspects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.detector.glitches import glitch_times
from core.detector.model import GlitchTimes
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.impact.models import foreseen as room
from core.impact.models.foreseen import (
    Checked,
    Foreseen,
    foresee_labels,
    foreseen_in_words,
    least_refits,
    nothing_foreseen,
)
from core.impact.models.params import ModelParams
from core.pipeline.detector import Bringing, bringing_of, glitches_key
from core.pipeline.kept_detector import Detector
from core.progress import OnProgress, ProgressMeter, ShowProgress
from core.space.artifacts import load_artifact, save_artifact
from core.workspace import Workspace, cached_stage, load_stage, read_json, write_json

STAGE = "channel_evidence"
LEVEL, REFITS = 0.05, 39
_POINTER = "channel_evidence.json"


@dataclass(frozen=True, eq=False)
class ChannelEvidence:
    """What the channels of each detector foresee of the labels: ``by_detector``."""

    by_detector: tuple[Foreseen, ...]

    @property
    def skilled(self) -> bool:
        """Whether the channels of any detector tell labels apart better than chance."""
        return any(one.skilled for one in self.by_detector)

    def log_odds(self, entries: pd.DataFrame) -> np.ndarray:
        """Return how much better the channels fit the suggested label of each entry than its own.

        Natural logarithms, float (n,); NaN where the channels say nothing. ``entries`` have the index sample id, and
        ``label`` and ``suggested``.
        """
        found = np.full(len(entries), np.nan)
        for one in self.by_detector:
            odds = one.log_odds(entries.index, entries["label"], entries["suggested"])
            found = np.where(np.isfinite(odds), odds, found)
        return found

    def said_of(self, sample_id: str, label: str, other: str) -> str:
        """Return what the channels say between a sample's ``label`` and an ``other`` one; empty where they do not."""
        said = (foreseen_in_words(one, sample_id, label, other) for one in self.by_detector)
        return next((one for one in said if one), "")


def find_channel_evidence(
    workspace: Workspace,
    bringing: Bringing,
    detector: Detector,
    glitches: GlitchTimes,
    *,
    report: ShowProgress = lambda progress: None,
) -> ChannelEvidence:
    """Return what the channels say of the labels, from the cache or found now, and note that it is the latest.

    ``glitches`` are all that have a time, each under its label. A detector whose labels cannot be foreseen says why.
    """
    names = sorted({one.detector for one in detector.table.channels} & {str(one) for one in glitches.detectors})
    params = params_for(names)
    key = glitches_key(STAGE, room.VERSION, detector, glitches, params)
    meter = ProgressMeter("Foreseeing labels from the channels")

    def build() -> ChannelEvidence:
        steps = [_part(meter, report, number, len(names)) for number in range(len(names))]
        return ChannelEvidence(
            tuple(_foreseen(detector, glitches, name, params, step) for name, step in zip(names, steps, strict=True))
        )

    found = cached_stage(workspace, STAGE, key, load=_kept, save=_save, build=build)
    write_json(workspace.cache / _POINTER, {"brought": _asked(bringing, glitches), "key": key})
    return found


def params_for(detectors: Sequence[str]) -> ModelParams:
    """Return how labels are foreseen: of several detectors, one in twenty speaks by chance of all together."""
    return least_refits(ModelParams(level=LEVEL / max(1, len(detectors)), refits=REFITS))


def evidence_stamp(workspace: Workspace) -> str:
    """Return a text that changes whenever other evidence is kept; empty without a detector or without any."""
    bringing, said = bringing_of(workspace), read_json(workspace.cache / _POINTER)
    return fingerprint(bringing, said) if bringing and isinstance(said, dict) else ""


def load_channel_evidence(workspace: Workspace, samples: pd.DataFrame) -> ChannelEvidence | None:
    """Return what was found last, if it was for this detector and these samples' times; else None.

    The labels may have changed since: what is foreseen of a sample comes from other blocks of time than its own.
    """
    bringing, said = bringing_of(workspace), read_json(workspace.cache / _POINTER)
    if bringing is None or not isinstance(said, dict):
        return None
    try:
        glitches = glitch_times(samples, samples["label"].astype(str))
    except GlitchAuditError:
        return None
    if said.get("brought") != _asked(bringing, glitches):
        return None
    return load_stage(workspace, STAGE, str(said.get("key")), _kept)


def _foreseen(
    detector: Detector, glitches: GlitchTimes, name: str, params: ModelParams, on_progress: OnProgress
) -> Foreseen:
    try:
        return foresee_labels(detector.table, glitches, detector=name, params=params, on_progress=on_progress)
    except GlitchAuditError as error:
        return nothing_foreseen(name, str(error))


def _part(meter: ProgressMeter, report: ShowProgress, number: int, count: int) -> OnProgress:
    return lambda done, total: report(meter.at(number * total + done, count * total))


def _asked(bringing: Bringing, glitches: GlitchTimes) -> str:
    ids = [str(one) for one in glitches.sample_ids]
    return fingerprint(room.VERSION, bringing, ids, np.ascontiguousarray(glitches.times, dtype=np.float64).tobytes())


def _save(found: ChannelEvidence, folder: Path) -> None:
    arrays, facts = {}, []
    for number, one in enumerate(found.by_detector):
        for name in ("chances", "usual", "turn", "stretch"):
            arrays[f"{name}{number}"] = getattr(one, name)
        facts.append(
            {
                "detector": one.detector,
                "families": one.families,
                "sample_ids": [str(name) for name in one.sample_ids],
                "checked": [asdict(place) for place in one.checked],
                "skilled": bool(one.skilled),
                "sentence": one.sentence,
            }
        )
    save_artifact(folder, kind=STAGE, arrays=arrays, facts={"by_detector": facts})


def _kept(folder: Path) -> ChannelEvidence:
    arrays, facts = load_artifact(folder, kind=STAGE)
    return ChannelEvidence(
        tuple(
            Foreseen(
                one["detector"],
                tuple(one["families"]),
                np.array(one["sample_ids"], dtype=object),
                arrays[f"chances{number}"],
                arrays[f"usual{number}"],
                arrays[f"turn{number}"],
                arrays[f"stretch{number}"],
                tuple(Checked(**place) for place in one["checked"]),
                one["skilled"],
                one["sentence"],
            )
            for number, one in enumerate(facts["by_detector"])
        )
    )
