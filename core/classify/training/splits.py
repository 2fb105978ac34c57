"""Which glitches are learnt from, which say when to stop, and which are judged on; no glitch on two sides."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.classify.params import SPLITS, TrainParams
from core.classify.training.labels import TrainingLabels
from core.classify.training.splits_in_time import deal_in_time, time_sentence, without_unlearnt
from core.dataset.model import Dataset
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint

GLITCH_COLUMN = "glitch"
VIEW_COLUMN = "view"
"""Columns of a data set in which every picture counts as a sample: the glitch and the view that it shows."""

# The last figure in benchmarks/results/leak.txt; benchmarks/leak.py and a test hold this against it.
MEASURED_INFLATION = (
    "11.6 (4.7 to 18.8) points of accuracy with labels all right, 32.8 (24.4 to 41.7) points of accuracy with 10% of "
    "labels wrong; 300 simulated glitches, small CNN"
)
"""What splitting by picture adds to a classifier's accuracy on its test pictures."""


@dataclass(frozen=True)
class Split:
    """The rows of a training.

    ``rows`` has one row a sample, or a picture where ``unit`` is "picture": ``sample_id``, ``view`` ("" where views are
    merged), ``glitch``, ``label``, ``split`` (train, validation, test). ``honoured`` says whether the data set's own
    split was used, ``leak`` what splitting by picture inflates, ``note`` what is to be said of a split in time, each ""
    where there is nothing to say.
    """

    rows: pd.DataFrame
    honoured: bool
    leak: str
    fingerprint: str
    note: str = ""


def make_split(
    dataset: Dataset,
    params: TrainParams,
    *,
    readable: np.ndarray | None = None,
    labels: TrainingLabels | None = None,
) -> Split:
    """Deal the data set's rows to train, validation and test.

    The data set's own ``split`` is kept; a part that it lacks is taken out of its training part. All else is dealt by
    glitch and stratified by label. A label of one glitch is learnt from, of two the other is tested, and from three on
    each part has at least one. The same seed deals the same glitches alike, whatever the unit, the views and the
    architecture. Where ``labels`` take the place of those that were brought, the parts stay as these dealt them, so
    that two readings are judged on the same glitches; only a label that is new, and that nobody would learn, has its
    glitches dealt anew. Split in time (``split_by``), the data set's own split does not count, and no glitch is dealt
    otherwise than its time says: see :func:`core.classify.training.splits_in_time.deal_in_time`; a label that only the
    test part has is then not learnt. Pictures that are not ``readable``, bool by row of ``dataset.pictures``, are left
    out. Raises GlitchAuditError where no sample is left, for fewer than two labels, too few glitches, no times to split
    by, or a leak (:func:`check_no_leak`).
    """
    rows, own = _rows(dataset, params, readable)
    if rows.empty:
        raise GlitchAuditError(f"{dataset.name} has no readable picture of the views {', '.join(params.views)}.")
    if rows["label"].nunique() < 2:
        only = rows["label"].iloc[0]
        raise GlitchAuditError(f"All samples of {dataset.name} are labelled {only}: a classifier needs two labels.")
    in_time = deal_in_time(rows, dataset, params) if params.split_by == "time" else None
    if in_time is not None:
        dealt, honoured = in_time.part, False
    elif params.split_by == "picture":
        # Every row is a group of its own, and the data set's split goes by glitch: neither is kept.
        dealt, honoured = _deal(rows.assign(glitch=np.arange(len(rows)).astype(str)), None, params), False
    else:
        dealt, honoured = _deal(rows, own, params), own is not None
    rows = rows.assign(split=dealt)
    rows = rows[rows["split"] != ""].reset_index(drop=True)
    if labels is not None:
        rows = _with_labels(rows, labels, params, honoured=honoured)
    if in_time is not None:
        rows = without_unlearnt(rows)
    for part in ("train", "validation"):
        count = (rows["split"] == part).sum()
        if count < 2:
            raise GlitchAuditError(
                f"{dataset.name} has too few samples for the {part} part ({count}): it needs at least two; label more "
                "samples, or " + ("split it by glitch." if in_time is not None else "give that part a larger share.")
            )
    if params.split_by != "picture":
        check_no_leak(rows)
    blocks = ["\0".join(rows[column]).encode("utf-8", "surrogatepass") for column in rows]
    return Split(
        rows,
        honoured,
        leak_sentence(rows),
        fingerprint("split", *blocks),
        note="" if in_time is None else time_sentence(in_time, rows),
    )


def _with_labels(rows: pd.DataFrame, labels: TrainingLabels, params: TrainParams, *, honoured: bool) -> pd.DataFrame:
    """The rows with the labels of another reading, in the parts that the labels as brought dealt them to.

    Of a label that no sample was brought with, all glitches may lie where none is learnt from. Only these are dealt
    anew, unless the parts are the data set's own. Raises GlitchAuditError where a sample has no label, or all the same.
    """
    brought = set(rows["label"])
    rows = rows.assign(label=labels.of(rows["sample_id"]))
    if rows["label"].nunique() < 2:
        only = rows["label"].iloc[0]
        raise GlitchAuditError(f"All samples are labelled {only} in this reading: a classifier needs two labels.")
    learnt = set(rows.loc[rows["split"] == "train", "label"])
    lost = rows["label"].isin(set(rows["label"]) - brought - learnt)
    if honoured or not lost.any() or params.split_by != "glitch":
        return rows
    shares = {"validation": params.validation_share, "test": params.test_share}
    return rows.assign(
        split=rows["split"].where(~lost, _stratified(rows[lost], shares, params.seed).reindex(rows.index))
    )


def check_no_leak(rows: pd.DataFrame) -> None:
    """Raise GlitchAuditError that names the first glitch on two sides of the split (columns ``glitch``, ``split``)."""
    torn = _torn(rows)
    if torn.empty:
        return
    glitch = torn.index[0]
    sides = " and ".join(part for part in SPLITS if part in set(rows.loc[rows["glitch"] == glitch, "split"]))
    others = f", and {len(torn) - 1} more" if len(torn) > 1 else ""
    raise GlitchAuditError(
        f"Sample {glitch} has pictures in {sides}{others}: what the classifier learnt by heart would count as known. "
        "Split by sample, or mend the data set's own split."
    )


def leak_sentence(rows: pd.DataFrame) -> str:
    """Return a warning where glitches have pictures in more than one part of the split; else "".

    It gives their share in ``rows``, and by how much ``benchmarks/leak.py`` found accuracy inflated.
    """
    torn = _torn(rows)
    if torn.empty:
        return ""
    share = len(torn) / rows["glitch"].nunique()
    return (
        f"Split by picture: {share:.0%} of the samples have views on two sides of the split, so accuracy and all "
        "other figures on validation and test are inflated and say little about new ones. "
        f"Measured by benchmarks/leak.py: {MEASURED_INFLATION}."
    )


def _torn(rows: pd.DataFrame) -> pd.Series:
    sides = rows.groupby("glitch", sort=True)["split"].nunique()
    return sides[sides > 1]


def _rows(dataset: Dataset, params: TrainParams, readable: np.ndarray | None) -> tuple[pd.DataFrame, pd.Series | None]:
    """The usable rows without their split, and the data set's own split of each, None where it has none."""
    pictures = dataset.pictures
    usable = pictures["view"].isin(params.views)
    if readable is not None:
        usable &= readable
    samples = dataset.samples
    glitches = samples[GLITCH_COLUMN].astype(str) if GLITCH_COLUMN in samples else samples.index.to_series()
    chosen = pictures[usable]
    if params.unit == "sample":
        chosen = chosen.drop_duplicates("sample_id").assign(view="")
    ids = chosen["sample_id"]
    rows = pd.DataFrame(
        {
            "sample_id": ids.to_numpy(),
            "view": chosen["view"].to_numpy(),
            "glitch": glitches.loc[ids].to_numpy(),
            "label": samples["label"].loc[ids].to_numpy(),
        }
    ).astype("str")
    if "split" not in samples:
        return rows, None
    own = pd.Series(samples["split"].loc[ids].astype(str).str.lower().to_numpy(), index=rows.index)
    return rows, own if own.isin(SPLITS).any() else None


def _deal(rows: pd.DataFrame, own: pd.Series | None, params: TrainParams) -> pd.Series:
    dealt = pd.Series("", index=rows.index, dtype="str")
    if own is not None:
        dealt = own.where(own.isin(SPLITS), "")
    # What a data set's split leaves open is dealt like a data set without one; parts that it lacks come out of its
    # training part.
    missing = [part for part in SPLITS[1:] if not (dealt == part).any()]
    loose = dealt == ""
    if own is not None and missing:
        loose |= dealt == "train"
    shares = {"validation": params.validation_share, "test": params.test_share}
    if own is not None:
        shares = {part: share if part in missing else 0.0 for part, share in shares.items()}
    if loose.any():
        dealt = dealt.where(~loose, _stratified(rows[loose], shares, params.seed).reindex(rows.index))
    return dealt


def _stratified(rows: pd.DataFrame, shares: dict[str, float], seed: int) -> pd.Series:
    """The part of each row: whole glitches, each label's glitches in the same shares."""
    # A glitch whose pictures carry different labels goes with the commonest.
    counts = rows.value_counts(["glitch", "label"]).reset_index()
    counts = counts.sort_values(["count", "glitch", "label"], ascending=[False, True, True])
    label_of = counts.drop_duplicates("glitch").set_index("glitch")["label"]
    part_of = pd.Series("train", index=label_of.index, dtype="str")
    for _, glitches in label_of.groupby(label_of):
        shuffled = np.array(sorted(glitches.index, key=lambda glitch: _place(seed, glitch)))
        first = 0
        for part in ("test", "validation"):
            count = _count(len(shuffled) - first, len(shuffled), shares[part])
            part_of[shuffled[first : first + count]] = part
            first += count
    return pd.Series(part_of.loc[rows["glitch"]].to_numpy(), index=rows.index, dtype="str")


def _place(seed: int, glitch: str) -> bytes:
    """A random place in the order that depends on nothing but this, so that other samples may come and go."""
    return hashlib.blake2b(f"{seed}\0{glitch}".encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _count(left: int, total: int, share: float) -> int:
    """How many of ``total`` make a share, at least one, but never the last that is ``left``."""
    return min(max(1, round(total * share)), left - 1) if share > 0 else 0
