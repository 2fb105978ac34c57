"""What a data set is: samples, their pictures, and where the pictures' bytes come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from core.dataset.kind import DataKind
from core.dataset.sources import SourceFiles
from core.fingerprint import fingerprint

VIEWS = ("0.5", "1.0", "2.0", "4.0")
"""The four views of a Gravity Spy glitch, named by their duration in seconds."""

PLAIN_VIEW = "picture"
"""The single view of a sample that is one ordinary picture."""


GLITCH_COLUMN, VIEW_COLUMN = "glitch", "view"
"""Columns of ``Dataset.samples`` that say what a sample shows, where every picture counts as a sample of its own."""


class PictureStore(Protocol):
    """Where the encoded bytes of pictures come from."""

    def read(self, location: str) -> bytes:
        """The encoded bytes (PNG, JPEG, ...) of the picture at ``location``, as named in ``Dataset.pictures``."""


@dataclass(frozen=True)
class Problem:
    """A picture or row that was left out: where it is and why, in words for the user."""

    where: str
    reason: str


@dataclass(frozen=True, eq=False)
class Brought:
    """What a table brings in place of pictures, in the order of ``Dataset.samples``: vectors, coordinates or both.

    ``vectors`` is float32 (n, d), ``coordinates`` float32 (n, 2) on a map, ``clusters`` int32 (n,) with -1 for noise.
    """

    vectors: np.ndarray | None = None
    coordinates: np.ndarray | None = None
    clusters: np.ndarray | None = None


@dataclass(frozen=True)
class Dataset:
    """Labelled samples and their pictures.

    Attributes:
        name: short name for screens and files.
        source: the file or folder that the user pointed at.
        source_form: how the source was recognised, in words ("class folders", "Kaggle split folders", ...).
        samples: one row a sample, index ``sample_id`` (unique str). Columns: ``label`` (str); where known ``detector``
            (H1, L1, V1), ``split`` (train, validation, test); and any metadata column of the source under its own name
            (``peak_frequency`` Hz, ``snr``, ``duration`` s, ``event_time`` GPS seconds, ...).
        pictures: one row a picture, in the order of ``samples``: ``sample_id``, ``view`` (one of ``VIEWS`` or
            ``PLAIN_VIEW``), ``location`` (key for ``store``) and, where told, ``stamp`` (what its file or bytes were
            like).
        problems: what was left out while reading, with the reason.
        fingerprint: hash of the pictures and all of ``samples``; for what depends on labels or metadata: the audit,
            classifiers, and the provenance of acts.
        pictures_fingerprint: hash of the samples' ids in order and their pictures alone (by default ``fingerprint``);
            for embedding, neighbours, map and previews, which so outlive a change of the labels.
        files: the files that were read whole, to tell whether they have changed since.
        understood: how names and columns were understood, a sentence each.
        brought: coordinates, vectors and clusters, where the source is a table of them.
        kind: whether its pictures are glitches or ordinary ones; glitches where nobody has looked
            (``core.pipeline.snapshot`` has).
    """

    name: str
    source: Path
    source_form: str
    samples: pd.DataFrame
    pictures: pd.DataFrame
    store: PictureStore
    problems: tuple[Problem, ...]
    fingerprint: str
    pictures_fingerprint: str = ""
    files: SourceFiles = field(default_factory=SourceFiles, compare=False)
    understood: tuple[str, ...] = ()
    brought: Brought | None = field(default=None, compare=False)
    kind: DataKind = field(default=DataKind(), compare=False)

    def __post_init__(self) -> None:
        if not self.pictures_fingerprint:
            object.__setattr__(self, "pictures_fingerprint", self.fingerprint)

    @cached_property
    def seen_fingerprint(self) -> str:
        """Hash of the pictures as they are shown and embedded: of ordinary ones the colours are seen as well."""
        if self.kind.in_colour:
            return fingerprint("in their own colours", self.pictures_fingerprint)
        return self.pictures_fingerprint

    @cached_property
    def views(self) -> tuple[str, ...]:
        """The views that occur, in the order of :data:`VIEWS`; :data:`PLAIN_VIEW` where there are no pictures."""
        if self.pictures.empty:
            return (PLAIN_VIEW,)
        present = set(self.pictures["view"])
        known = tuple(view for view in VIEWS if view in present)
        return known + tuple(sorted(present - set(VIEWS)))

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that occur, sorted."""
        return tuple(sorted(self.samples["label"].unique()))
