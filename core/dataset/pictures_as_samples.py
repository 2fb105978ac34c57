"""The reference audit's way of counting: every picture a sample of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from core.dataset import PLAIN_VIEW, Dataset
from core.dataset.model import GLITCH_COLUMN, VIEW_COLUMN
from core.dataset.selection import Selection
from core.fingerprint import fingerprint


def pictures_as_samples(dataset: Dataset) -> Dataset:
    """Return the data set with one sample a picture, in the order of its pictures; row numbers stay.

    Sample ids are ``sample_id/view``, each with its glitch's label and metadata, and two columns for glitch and view.
    """
    pictures = dataset.pictures
    ids = pd.Index(pictures["sample_id"] + "/" + pictures["view"], name="sample_id")
    samples = dataset.samples.loc[pictures["sample_id"]].set_axis(ids)
    samples = samples.assign(
        **{GLITCH_COLUMN: pictures["sample_id"].to_numpy(), VIEW_COLUMN: pictures["view"].to_numpy()}
    )
    return replace(
        dataset,
        samples=samples,
        pictures=pictures.assign(sample_id=ids.to_numpy(), view=PLAIN_VIEW),
        fingerprint=fingerprint("pictures as samples", dataset.fingerprint),
        pictures_fingerprint=fingerprint("pictures as samples", dataset.pictures_fingerprint),
    )


def glitch_of(samples: pd.DataFrame) -> pd.Series:
    """The glitch that each sample shows: itself, unless every picture counts as a sample."""
    if GLITCH_COLUMN in samples:
        return samples[GLITCH_COLUMN]
    return pd.Series(samples.index, index=samples.index)


def glitch_numbers(samples: pd.DataFrame) -> np.ndarray | None:
    """The same as numbers, int32 (n,), which are compared faster; None where no two samples show the same glitch."""
    return pd.factorize(samples[GLITCH_COLUMN].array)[0].astype(np.int32) if GLITCH_COLUMN in samples else None


def shows_any(sample_ids: Iterable[str], glitches: Collection[str]) -> bool:
    """Return whether one of these samples is one of the glitches, or a picture of one."""
    return any(name in glitches or name.rpartition("/")[0] in glitches for name in sample_ids)


def proposal_targets(samples: pd.DataFrame, selection: Selection) -> tuple[Selection, pd.Series]:
    """The glitches that a selection speaks of, each once, and their labels; labels belong to glitches, not pictures."""
    glitches = glitch_of(samples).loc[list(selection.sample_ids)]
    labels = pd.Series(samples["label"].loc[glitches.index].to_numpy(), index=glitches.to_numpy())
    labels = labels[~labels.index.duplicated()]
    return replace(selection, sample_ids=tuple(labels.index)), labels
