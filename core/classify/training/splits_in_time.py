"""A split in time: the latest glitches are judged on, and a gap keeps their neighbours in time from being learnt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.classify.params import SPLITS, TrainParams
from core.dataset.model import Dataset
from core.errors import GlitchAuditError

TIME_COLUMN = "event_time"
"""GPS seconds, a column of the samples."""

DAY = 86_400.0
LARGEST_GAP_SHARE = 0.1
"""Of the time that the data span: a week between the parts would leave nothing of a set of three weeks."""
_NAMED = 3


@dataclass(frozen=True)
class InTime:
    """Where each row went: ``part`` is "train", "validation", "test", or "" for left out, index as the rows'.

    ``gap_days`` is the gap that was kept, days; ``in_gap`` and ``undated`` count the glitches left out for lying in a
    gap, and for having no time.
    """

    part: pd.Series
    gap_days: float
    in_gap: int
    undated: int


def has_times(dataset: Dataset) -> bool:
    """Whether the data set can be split in time: two of its samples at least have different times."""
    times = _times(dataset)
    return times is not None and times.nunique() > 1


def deal_in_time(rows: pd.DataFrame, dataset: Dataset, params: TrainParams) -> InTime:
    """Deal rows (``sample_id``, ``glitch``) by the time of their glitch, that of its first sample.

    The latest ``test_share`` of the glitches are tested, the latest ``validation_share`` of those before validate, and
    the others are learnt from. Between two parts lies a gap of ``gap_days``, at most :data:`LARGEST_GAP_SHARE` of the
    time that the data span: what happened in it is in no part, so that no part begins before the gap after the part
    before has passed. The shares are of all dated glitches; the gaps cost the earlier parts. Glitches without a time
    are left out. Raises GlitchAuditError where the data set has no times, or all are the same.
    """
    times = _times(dataset)
    if times is None or times.nunique() < 2:
        lack = "has no times" if times is None or times.notna().sum() == 0 else "has the same time for all its glitches"
        raise GlitchAuditError(
            f"{dataset.name} {lack} ({TIME_COLUMN}), so it cannot be split in time: split it by glitch."
        )
    when = times.loc[rows["sample_id"]].set_axis(rows["glitch"].to_numpy()).groupby(level=0).min()
    dated = when.dropna()
    # Of equal times the id decides, so that the order of the rows does not.
    order = dated.index[np.lexsort((dated.index.to_numpy(dtype=str), dated.to_numpy()))]
    gap_days = min(params.gap_days, LARGEST_GAP_SHARE * float(dated.max() - dated.min()) / DAY)
    part_of = pd.Series("", index=when.index, dtype="str")
    left = order
    for part, share in (("test", params.test_share), ("validation", params.validation_share)):
        count = min(max(1, round(len(order) * share)), len(left)) if share > 0 else 0
        if count:
            chosen = left[len(left) - count :]
            part_of[chosen] = part
            first = float(dated[chosen[0]])
            left = left[: len(left) - count]
            # Strictly before: of two glitches at one instant none is learnt while the other one is judged by.
            left = left[(dated[left] < first - gap_days * DAY).to_numpy()]
    part_of[left] = "train"
    undated = int(when.isna().sum())
    part = pd.Series(part_of.loc[rows["glitch"]].to_numpy(), index=rows.index, dtype="str")
    return InTime(part, gap_days, int((part_of == "").sum()) - undated, undated)


def without_unlearnt(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows without those that validate a label that nobody learns: they cannot say when to stop."""
    learnt = set(rows.loc[rows["split"] == "train", "label"])
    return rows[(rows["split"] != "validation") | rows["label"].isin(learnt)].reset_index(drop=True)


def time_sentence(found: InTime, rows: pd.DataFrame) -> str:
    """Say how the parts lie in time, and which labels of the test part (``label``, ``split``) nobody could learn."""
    gap = f"a gap of {gap_text(found.gap_days)}" if found.gap_days else "no gap"
    sentences = [f"Split in time: the latest glitches are judged on, with {gap} between the parts."]
    if found.in_gap:
        sentences.append(f"{_glitches(found.in_gap)} in between left out: nobody learns or is judged by them.")
    if found.undated:
        sentences.append(f"{_glitches(found.undated)} without a time left out.")
    learnt = set(rows.loc[rows["split"] == "train", "label"])
    late = rows[(rows["split"] == "test") & ~rows["label"].isin(learnt)].groupby("label")["glitch"].nunique()
    if len(late):
        names = ", ".join(f"{label} ({count})" for label, count in late.head(_NAMED).items())
        more = f" and {len(late) - _NAMED} more" if len(late) > _NAMED else ""
        sentences.append(
            f"Only the later part has {names}{more}: nobody learns {'it' if len(late) == 1 else 'them'}, so every such "
            "glitch counts as named wrongly."
        )
    return " ".join(sentences)


def gap_text(days: float) -> str:
    """ "7 days", "1 day", "3.5 hours"."""
    if days < 1:
        return f"{days * 24:.2g} hours"
    return f"{days:.3g} day" + ("" if days == 1 else "s")


def parts_in_time(rows: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Return when each part begins and ends: index ``split``, columns ``first`` and ``last``, GPS seconds."""
    times = _times(dataset)
    if times is None:
        return pd.DataFrame(columns=["first", "last"], dtype=float)
    by_part = times.loc[rows["sample_id"]].groupby(rows["split"].to_numpy())
    return pd.DataFrame({"first": by_part.min(), "last": by_part.max()}).reindex(SPLITS).dropna()


def _glitches(count: int) -> str:
    return f"{count:,} glitch" + ("" if count == 1 else "es")


def _times(dataset: Dataset) -> pd.Series | None:
    if TIME_COLUMN not in dataset.samples:
        return None
    times = pd.to_numeric(dataset.samples[TIME_COLUMN], errors="coerce").astype(float)
    return times.where(np.isfinite(times))
