"""What a data set is: samples, their pictures, and where the pictures' bytes come from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pandas as pd

VIEWS = ("0.5", "1.0", "2.0", "4.0")
"""The four views of a Gravity Spy glitch, named by their duration in seconds."""

PLAIN_VIEW = "picture"
"""The single view of a sample that is one ordinary picture."""


class PictureStore(Protocol):
    """Where the encoded bytes of pictures come from."""

    def read(self, location: str) -> bytes:
        """The encoded bytes (PNG, JPEG, ...) of the picture at ``location``, as named in ``Dataset.pictures``."""


@dataclass(frozen=True)
class Problem:
    """A picture or row that was left out: where it is and why, in words for the user."""

    where: str
    reason: str


@dataclass(frozen=True)
class Dataset:
    """Labelled samples and their pictures.

    Attributes:
        name: short name for screens and files.
        source: the file or folder that the user pointed at.
        layout: how the source was recognised, in words ("class folders", "Kaggle split folders", ...).
        samples: one row a sample, index ``sample_id`` (unique str). Columns: ``label`` (str); where known
            ``detector`` (H1, L1, V1), ``split`` (train, validation, test); and any metadata column of the source under
            its own name (``peak_frequency`` Hz, ``snr``, ``duration`` s, ``event_time`` GPS seconds, ...).
        pictures: one row a picture, in the order of ``samples``: ``sample_id``, ``view`` (one of ``VIEWS`` or
            ``PLAIN_VIEW``), ``location`` (key for ``store``).
        store: reads the pictures.
        problems: what was left out while reading, with the reason.
        fingerprint: hash of the content (ids, labels, views, file sizes and times or bytes).
    """

    name: str
    source: Path
    layout: str
    samples: pd.DataFrame
    pictures: pd.DataFrame
    store: PictureStore
    problems: tuple[Problem, ...]
    fingerprint: str

    @property
    def views(self) -> tuple[str, ...]:
        """The views that occur, in the order of :data:`VIEWS`."""
        present = set(self.pictures["view"])
        known = tuple(view for view in VIEWS if view in present)
        return known + tuple(sorted(present - set(VIEWS)))

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that occur, sorted."""
        return tuple(sorted(self.samples["label"].unique()))
