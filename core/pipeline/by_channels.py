"""What a detector's channels say of each failure mode: do the names, or the parts of a label, go with different ones?

Pictures cannot tell two kinds that look alike; what the detector was doing may.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from core.audit.failure_modes.verdicts import NOT_SUPPORTED, OVER_SPLITTING, listed
from core.detector.channels.names import plain_name
from core.detector.coupling.compare import DIFFERENT, NO_DIFFERENCE, Comparison, Difference, Question, compare_all
from core.detector.coupling.params import CouplingParams
from core.detector.coupling.verdicts import (
    BY_HOUR,
    CANNOT_TELL,
    CONSTANT,
    FEW_DAYS,
    FEW_GLITCHES,
    MISSING,
    NO_LIVETIME,
    TOO_VAGUE,
    UNSAFE,
    fold,
)
from core.detector.glitches import glitch_times, time_column
from core.detector.model import ChannelTable, GlitchTimes
from core.fingerprint import fingerprint
from core.pipeline.detector import bringing_of, glitches_of, read_key
from core.pipeline.kept_detector import Detector
from core.pipeline.stages import Prepared
from core.progress import OnProgress, ignore_progress
from core.workspace import cached_stage, load_stage

STAGE = "by_channels"
VERSION = 1
"""Raised when the same input would give other lines, so that cached ones are dropped."""
_FILE = "lines.json"
_MOST_NAMED = 2

_WHY = {
    FEW_GLITCHES: "{first} or {second} has too few glitches ({glitches} each are needed while a channel was recorded)",
    FEW_DAYS: "there are too few days of livetime ({days} are needed)",
    NO_LIVETIME: "it is not known when the detector observed",
    MISSING: "no channel was recorded for long enough",
    CONSTANT: "no channel that moves is among those that were brought",
    BY_HOUR: "the channels that were brought follow the hour of the day, as much else does",
    UNSAFE: "no channel that was brought may be compared with, as they see the strain itself",
    TOO_VAGUE: "even a {telling:g}-fold difference would not have been seen in these data",
}
_SO = {
    (True, DIFFERENT): (
        "They may be two kinds that look alike: show this to somebody who knows the detector before you merge them."
    ),
    (False, DIFFERENT): "This speaks for several kinds, beside what the pictures say.",
    (True, NO_DIFFERENCE): "The channels give no reason to keep the names apart.",
    (False, NO_DIFFERENCE): "The channels give no reason to split the label.",
}


@dataclass(frozen=True)
class ChannelLine:
    """One more line of a failure mode's verdict.

    Attributes:
        answer: "different", "no difference to be told" or "cannot tell".
        sentence: for a moderator.
        so: what follows for the names; "" where nothing does.
    """

    answer: str
    sentence: str
    so: str = ""


@dataclass(frozen=True)
class _Asked:
    key: str
    splitting: bool
    questions: tuple[Question, ...]


def line_key(verdict: Mapping[str, object]) -> str:
    """Return the name of a verdict, a row of the audit's table, among the lines."""
    return "\n".join(str(verdict[name]) for name in ("mode", "subject", "labels", "clusters"))


def by_channels(
    prepared: Prepared,
    detector: Detector,
    verdicts: pd.DataFrame,
    *,
    on_progress: OnProgress = ignore_progress,
) -> dict[str, ChannelLine]:
    """Return the line of each verdict that has two names or parts to compare, by `line_key`; kept in the cache.

    Verdicts that are not supported ask for nothing, and have none. ``on_progress`` is told comparisons.
    """
    samples, clusters = prepared.samples, prepared.clustering.labels
    return cached_stage(
        prepared.workspace,
        STAGE,
        _key(detector.fingerprint, samples, clusters, verdicts),
        load=_kept,
        save=_save,
        build=lambda: channel_lines(detector.table, samples, clusters, verdicts, on_progress=on_progress),
    )


def load_by_channels(prepared: Prepared, verdicts: pd.DataFrame) -> dict[str, ChannelLine] | None:
    """Return what was found before for these verdicts and what is brought now; None where that was not asked yet."""
    bringing = bringing_of(prepared.workspace)
    if bringing is None or time_column(prepared.samples) is None or "detector" not in prepared.samples:
        return None
    detector = read_key(prepared.workspace, bringing, glitches_of(prepared.samples, prepared.clustering.labels))
    if detector is None:
        return None
    key = _key(detector, prepared.samples, prepared.clustering.labels, verdicts)
    return load_stage(prepared.workspace, STAGE, key, _kept)


def channel_lines(
    table: ChannelTable,
    samples: pd.DataFrame,
    clusters: np.ndarray,
    verdicts: pd.DataFrame,
    *,
    params: CouplingParams | None = None,
    on_progress: OnProgress = ignore_progress,
) -> dict[str, ChannelLine]:
    """Return the same, found now.

    ``samples`` is indexed by sample id, with ``label``, ``detector`` and times; ``clusters`` is int (n,), in the same
    order. The chance of a false "different" is held over all verdicts, pairs and channels together.
    """
    params = params or CouplingParams()
    asked = list(_asked(table, samples, clusters, verdicts))
    questions = [question for one in asked for question in one.questions]
    answers = iter(compare_all(table, questions, params=params, on_progress=on_progress) if questions else ())
    return {one.key: _line(one, [next(answers) for _ in one.questions], params) for one in asked}


def _asked(
    table: ChannelTable, samples: pd.DataFrame, clusters: np.ndarray, verdicts: pd.DataFrame
) -> Iterator[_Asked]:
    detectors = sorted({one.detector for one in table.channels})
    labels = samples["label"].to_numpy(dtype=str)
    for _, verdict in verdicts[verdicts["verdict"] != NOT_SUPPORTED].iterrows():
        splitting = verdict["mode"] == OVER_SPLITTING
        names = [str(one) for one in json.loads(verdict["labels"])]
        numbers = [int(one) for one in json.loads(verdict["clusters"])]
        if splitting:
            inside = clusters == int(verdict["cluster"])
            groups = {name: inside & (labels == name) for name in names}
        else:
            own = labels == names[0]
            groups = {
                f"pile {place} (cluster {number})": own & (clusters == number)
                for place, number in enumerate(numbers, 1)
            }
        if len(groups) > 1:
            yield _Asked(line_key(verdict), splitting, tuple(_questions(samples, groups, detectors)))


def _questions(samples: pd.DataFrame, groups: Mapping[str, np.ndarray], detectors: Sequence[str]) -> Iterator[Question]:
    families = pd.Series(None, index=samples.index, dtype=object)
    for name, inside in groups.items():
        families[inside] = name
    glitches = glitch_times(samples, families)
    for detector in detectors:
        there = set(glitches.families[glitches.detectors == detector])
        own = _of(glitches, detector)
        for first, second in combinations([name for name in groups if name in there], 2):
            yield Question(detector, first, second, own)


def _of(glitches: GlitchTimes, detector: str) -> GlitchTimes:
    own = glitches.detectors == detector
    return GlitchTimes(glitches.sample_ids[own], glitches.times[own], glitches.detectors[own], glitches.families[own])


def _line(asked: _Asked, answers: Sequence[Comparison], params: CouplingParams) -> ChannelLine:
    answered = list(zip(asked.questions, answers, strict=True))
    for _, found in answered:
        if found.verdict == DIFFERENT:
            return _with_so(asked, DIFFERENT, _different(found))
    # One detector is enough to say that two do not differ; of several names each pair has to be told.
    told: dict[tuple[str, str], tuple[str, list[Difference]]] = {}
    for question, found in answered:
        same = [one for one in found.differences if one.verdict == NO_DIFFERENCE]
        if same:
            told.setdefault((question.first, question.second), (question.detector, same))
    if told and len(told) == len({(one.first, one.second) for one in asked.questions}):
        vague = list(dict.fromkeys(one.channel for _, found in answered for one in _vague(found)))
        sentence = f"{_no_difference(list(told.values()))}{_but_for(vague)}"
        return ChannelLine(NO_DIFFERENCE, sentence) if vague else _with_so(asked, NO_DIFFERENCE, sentence)
    return ChannelLine(
        CANNOT_TELL, f"Whether they go with different channels cannot be told: {_why(answered, params)}."
    )


def _with_so(asked: _Asked, answer: str, sentence: str) -> ChannelLine:
    return ChannelLine(answer, sentence, _SO[asked.splitting, answer])


def _different(found: Comparison) -> str:
    best, more = found.differences[0].sentence, sum(one.verdict == DIFFERENT for one in found.differences) - 1
    others = f" They differ with {more} other{'s' if more > 1 else ''}, too." if more else ""
    measured = plain_name(found.differences[0].channel)
    measures = f" That channel measures {measured}." if measured else ""
    return f"They go with different channels: {best[0].lower()}{best[1:]}{measures}{others}"


def _no_difference(told: Sequence[tuple[str, list[Difference]]]) -> str:
    fewest = min(len(same) for _, same in told)
    worst = max(one.least_across for _, same in told for one in same)
    detectors = " and ".join(sorted({detector for detector, _ in told}))
    return (
        f"They are not to be told apart by {_channels(fewest)} of {detectors}: a difference of "
        f"{fold(worst)}-fold between a channel's quietest and loudest tenth would have been seen nine times in ten."
    )


def _vague(found: Comparison) -> list[Difference]:
    """Those that could be noticeable without being seen."""
    return [one for one in found.differences if one.reason == TOO_VAGUE]


def _but_for(vague: Sequence[str]) -> str:
    if not vague:
        return ""
    more = len(vague) - _MOST_NAMED
    named = [*vague[:_MOST_NAMED], *([f"{more} more"] if more > 0 else [])]
    return f" It cannot be told for {listed(named)}, with which even a noticeable difference would not have been seen."


def _why(answered: Iterable[tuple[Question, Comparison]], params: CouplingParams) -> str:
    reasons = [(question, one.reason) for question, found in answered for one in found.differences if one.reason]
    for reason in (TOO_VAGUE, FEW_GLITCHES, FEW_DAYS, MISSING, NO_LIVETIME, BY_HOUR, CONSTANT, UNSAFE):
        question = next((asked for asked, said in reasons if said == reason), None)
        if question is not None:
            return _WHY[reason].format(
                first=question.first,
                second=question.second,
                glitches=params.fewest_glitches,
                days=params.fewest_days,
                telling=params.telling_ratio,
            )
    return "no channel is of a detector that has glitches of both, with times"


def _channels(count: int) -> str:
    return "one channel" if count == 1 else f"{count} channels"


def _key(detector: str, samples: pd.DataFrame, clusters: np.ndarray, verdicts: pd.DataFrame) -> str:
    asked = verdicts.loc[verdicts["verdict"] != NOT_SUPPORTED, ["mode", "subject", "labels", "clusters"]]
    columns = [samples[name].astype(str).tolist() for name in ("label", "detector", str(time_column(samples)))]
    places = np.ascontiguousarray(clusters, dtype=np.int64).tobytes()
    return fingerprint(
        STAGE, VERSION, detector, columns, places, asked.astype(str).to_numpy().tolist(), CouplingParams()
    )


def _save(lines: Mapping[str, ChannelLine], folder: Path) -> None:
    content = {name: asdict(line) for name, line in lines.items()}
    (folder / _FILE).write_text(json.dumps(content), encoding="utf-8")


def _kept(folder: Path) -> dict[str, ChannelLine]:
    content = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    return {name: ChannelLine(**line) for name, line in content.items()}
