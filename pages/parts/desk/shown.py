"""What the screens show of a workspace's results: a few values a panel, made here alone from all of them.

Nothing is copied: the tables and matrices are those of the results. Every array is in the order of ``Samples.table``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from core.audit.model import AuditInput
from core.audit.propose_rest import Rest
from core.classify.naming.classifier import Classifier
from core.classify.naming.nearest import NeighbourSource
from core.classify.naming.own_labels import OwnConfidence
from core.commands.classify import prepared_neighbours
from core.dataset import Dataset, Problem, Taxonomy
from core.dataset.pictures_as_samples import glitch_numbers, glitch_of
from core.dataset.selection import Selection
from core.dataset.wording import Wording, wording
from core.embed.likeness import Vectors
from core.fingerprint import fingerprint
from core.ledger import Ledger, Person
from core.ledger.views.decision_rule import DecisionRule
from core.pipeline.audit import Audit
from core.pipeline.audit_input import audit_input
from core.pipeline.before_after import BeforeAfter
from core.pipeline.box_searching import BoxSearch, why_no_boxes
from core.pipeline.naming_pictures import prepared_classifier
from core.pipeline.own_confidence import own_confidence_of
from core.pipeline.reading import labels_brought, new_labels
from core.pipeline.rest import Decided, Kind, decided_so_far, rest_of
from core.pipeline.searching import search_index, searchable, searchable_views
from core.pipeline.settings import describe_settings
from core.pipeline.stages import Prepared
from core.space.filters import make_selection
from core.space.layout import Layout
from core.space.likeness_search import SearchIndex
from core.space.neighbours import Neighbours
from pages.parts.desk.results import taxonomy


@dataclass(frozen=True)
class Samples:
    """The samples: what they are called, in which cluster each lies, and which results that is true of.

    Attributes:
        table: one row a sample, index its id, with ``label`` in the reading that is shown, and whatever is known of it.
        brought: the label that each sample was brought with: by it goes what is written to the ledger.
        row_of: row of each sample by its id.
        row_of_glitch: first row of each glitch by its id, which is what the ledger knows.
        clusters: number of each sample's cluster, -1 for noise.
        labels: those of the data set.
        colours: the same labels with colours and descriptions.
        words: what the samples are called in sentences.
        dataset: fingerprint of the data set.
        layout: fingerprint of the layout.
        clustering: fingerprint of the clustering.
        fingerprint: of all results on these samples in this order: what is derived from them is kept under it, and the
            browser knows the map by it.
    """

    table: pd.DataFrame
    brought: pd.Series
    row_of: dict[str, int]
    row_of_glitch: dict[str, int]
    clusters: np.ndarray
    labels: tuple[str, ...]
    colours: Taxonomy
    words: Wording
    dataset: str
    layout: str
    clustering: str
    fingerprint: str

    @property
    def ids(self) -> pd.Index:
        """The ids of the samples."""
        return self.table.index

    @property
    def as_brought(self) -> pd.DataFrame:
        """The table with the labels as they were brought."""
        return self.table.assign(label=self.brought)

    @cached_property
    def glitches(self) -> pd.Series:
        """The glitch that each sample shows."""
        return glitch_of(self.table)

    @cached_property
    def glitch_ids(self) -> np.ndarray:
        """The same as an array of texts, which is compared faster."""
        return self.glitches.to_numpy()

    @cached_property
    def names(self) -> np.ndarray:
        """The label of each sample, as an array of texts."""
        return self.table["label"].to_numpy()

    @cached_property
    def label_numbers(self) -> np.ndarray:
        """The label of each sample as a number, int32 (n,)."""
        return pd.factorize(self.table["label"].array)[0].astype(np.int32)

    @cached_property
    def glitch_numbers(self) -> np.ndarray | None:
        """The glitch that each sample shows as a number, int32 (n,); None where each shows one of its own."""
        return glitch_numbers(self.table)

    def rows(self, sample_ids: Collection[str]) -> np.ndarray:
        """The row of each of these samples, int (m,); KeyError where there is no such sample."""
        return np.fromiter(map(self.row_of.__getitem__, sample_ids), dtype=np.intp, count=len(sample_ids))

    def mask(self, sample_ids: Collection[str]) -> np.ndarray:
        """Which samples these are, bool (n,); names that no sample has are passed over.

        pandas' ``isin`` takes seconds for half a million names.
        """
        mask = np.zeros(len(self.table), dtype=bool)
        mask[[row for row in map(self.row_of.get, sample_ids) if row is not None]] = True
        return mask

    def listed(self, sample_ids: Collection[str]) -> Selection:
        """A selection of just these samples, drawn by nobody."""
        return make_selection(
            self.table,
            self.mask(sample_ids),
            how="query",
            clusters=self.clusters,
            dataset_fingerprint=self.dataset,
            layout_fingerprint=self.layout,
        )


@dataclass(frozen=True)
class MapShown:
    """The map: where the samples lie, and what it can be coloured by.

    Attributes:
        samples: what lies there.
        coordinates: float32 (samples, 2).
        firmness: how firmly each sample is held in its cluster, 0 to 1.
        intensity: sum of the pixel values of each sample's picture; None where no sample has one.
        thumbnails: the small pictures of samples by their rows, as one JPEG.
        layout: fingerprint of the coordinates, which outlines drawn on them carry.
        packing: the same samples with the islands moved together; None where that is not offered.
        ready_made: whether the coordinates were brought along, so that distances between islands may mean something.
        suspicion: the chance that each sample's label is wrong, by its id; None without an audit.
    """

    samples: Samples
    coordinates: np.ndarray
    firmness: np.ndarray
    intensity: np.ndarray | None
    thumbnails: Callable[[np.ndarray], bytes]
    layout: str
    packing: Callable[[], Layout] | None = None
    ready_made: bool = False
    suspicion: pd.Series | None = None

    @property
    def known_as(self) -> str:
        """By what the browser knows the map: what was drawn on the same samples in other places means nothing here."""
        own = self.layout == self.samples.layout
        return self.samples.fingerprint if own else fingerprint(self.samples.fingerprint, self.layout)


@dataclass(frozen=True)
class SampleShown:
    """One sample at a time: its pictures, its nearest neighbours, and what speaks for and against its label."""

    samples: Samples
    dataset: Dataset
    neighbours: Neighbours
    vectors: Vectors

    @property
    def view(self) -> str:
        """The view that is shown where nobody chose one."""
        return first_view(self.dataset.views)


@dataclass(frozen=True)
class SheetShown:
    """The contact sheet: what its tiles are ordered by, and the sample behind each of them.

    Attributes:
        sample: what a tile opens.
        intensity: sum of the pixel values of each sample's picture.
        pictured: whether any sample has a picture that could be read.
    """

    sample: SampleShown
    intensity: np.ndarray
    pictured: bool

    @property
    def samples(self) -> Samples:
        """The samples that can be on it."""
        return self.sample.samples

    @property
    def dataset(self) -> Dataset:
        """Where its pictures come from."""
        return self.sample.dataset


@dataclass(frozen=True)
class NamingShown:
    """The data set that is open where glitches are named: among its samples the nearest ones are looked for.

    Attributes:
        sample: what a tile opens.
        embedding: fingerprint of the embedding.
        neighbours: reads what the nearest are looked for in; None where it cannot be compared.
        classifier: makes the classifier of ordinary pictures by their nearest samples.
        confidence: what the labels say of the shipped classifier's confidence; None where they say nothing.
    """

    sample: SampleShown
    embedding: str
    neighbours: Callable[[], NeighbourSource | None]
    classifier: Callable[[], Classifier]
    confidence: Callable[[], OwnConfidence | None]


@dataclass(frozen=True)
class ResultsShown:
    """What the results were made of, and what was left out.

    Attributes:
        samples: how many there are.
        forms: how many pictures were read as what.
        choices: the settings in words, by what each is called.
        problems: what was left out, with the reason.
    """

    samples: int
    forms: dict[str, int]
    choices: dict[str, str]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class ChangesShown:
    """What changed between the labels as they were brought and a reading of them.

    Attributes:
        found: the comparison.
        known: how many samples' labels somebody has said to be right.
        confirmed: how many of these carry the label that was brought.
    """

    found: BeforeAfter
    known: int
    confirmed: int = 0


@dataclass(frozen=True)
class DriftShown:
    """A drift: what it was found on, and the sheet of its parts."""

    case: AuditInput
    sheet: SheetShown


@dataclass(frozen=True)
class SearchShown:
    """What can be searched by what it looks like.

    Attributes:
        sample: what a tile opens.
        views: those by which samples can be compared alone.
        backbone: what looked at their pictures.
        index: makes the samples ready to be compared.
        decided: what was decided so far, by a ledger, a person and the decision rule.
        rest: what is most like the decisions of one kind, without the glitches that are done.
        boxes: makes what searches by a part of a picture, of an index that is ready.
        no_boxes: why there is no such search, in a sentence; empty where there is.
    """

    sample: SampleShown
    views: tuple[str, ...]
    backbone: str
    index: Callable[[], SearchIndex]
    decided: Callable[[Ledger, Person, DecisionRule | None], Decided]
    rest: Callable[[Kind, Collection[str]], Rest]
    boxes: Callable[[SearchIndex], BoxSearch]
    no_boxes: str

    @property
    def samples(self) -> Samples:
        """The samples."""
        return self.sample.samples


def samples_of(prepared: Prepared) -> Samples:
    """The samples of these results."""
    labels = tuple(dict.fromkeys([*prepared.dataset.labels, *new_labels(prepared)]))
    return Samples(
        table=prepared.samples,
        brought=labels_brought(prepared),
        row_of=prepared.row_of,
        row_of_glitch=prepared.row_of_glitch,
        clusters=prepared.clustering.labels,
        labels=labels,
        colours=taxonomy(labels),
        words=wording(prepared.dataset.kind.kind),
        dataset=prepared.dataset.fingerprint,
        layout=prepared.layout.fingerprint,
        clustering=prepared.clustering.fingerprint,
        fingerprint=prepared.fingerprint,
    )


def map_of(prepared: Prepared, audit: Audit | None = None) -> MapShown:
    """What the map shows of these results, and of their audit."""
    return MapShown(
        samples=samples_of(prepared),
        coordinates=prepared.layout.coordinates,
        firmness=prepared.clustering.probabilities,
        intensity=prepared.intensity if prepared.pictured else None,
        thumbnails=lambda rows: prepared.previews.sprite(prepared.positions[rows]),
        layout=prepared.layout.fingerprint,
        packing=lambda: prepared.packing,
        ready_made=prepared.ready_made_map,
        suspicion=None if audit is None else audit.suspects.table["chance_wrong"],
    )


def sample_of(prepared: Prepared) -> SampleShown:
    """What a sample's window and page show of these results."""
    return SampleShown(samples_of(prepared), prepared.dataset, prepared.neighbours, prepared.vectors)


def sheet_of(prepared: Prepared) -> SheetShown:
    """What a contact sheet shows of these results."""
    return SheetShown(sample_of(prepared), prepared.intensity, prepared.pictured)


def drift_of(prepared: Prepared) -> DriftShown:
    """What the drifts are shown with."""
    return DriftShown(audit_input(prepared, with_profiles=False), sheet_of(prepared))


def naming_of(prepared: Prepared) -> NamingShown:
    """What is shown of these results where glitches are named."""
    return NamingShown(
        sample_of(prepared),
        prepared.embedding.fingerprint,
        neighbours=lambda: prepared_neighbours(prepared),
        classifier=lambda: prepared_classifier(prepared),
        confidence=lambda: own_confidence_of(prepared),
    )


def search_of(prepared: Prepared) -> SearchShown | None:
    """What can be searched of these results; None where the samples cannot be compared by what they look like."""
    if not searchable(prepared):
        return None
    return SearchShown(
        sample_of(prepared),
        views=searchable_views(prepared),
        backbone=prepared.embedding.source,
        index=lambda: search_index(prepared),
        decided=lambda ledger, person, rule: decided_so_far(prepared, ledger, person, rule),
        rest=lambda kind, done: rest_of(prepared, kind, done),
        boxes=lambda index: BoxSearch(
            prepared.dataset, index, views=searchable_views(prepared), backbone=prepared.embedding.source
        ),
        no_boxes=why_no_boxes(prepared),
    )


def results_of(prepared: Prepared) -> ResultsShown:
    """What is said of these results as a whole."""
    return ResultsShown(
        samples=len(prepared.samples),
        forms={wording(prepared.dataset.kind.kind).form(form): n for form, n in prepared.embedding.forms.items()},
        choices=describe_settings(
            prepared.settings,
            prepared.cluster_params,
            prepared.dataset.brought,
            words=wording(prepared.dataset.kind.kind),
        ),
        problems=prepared.problems,
    )


def first_view(views: tuple[str, ...]) -> str:
    """The view that is shown where nobody chose one: a second, where there is that."""
    return "1.0" if "1.0" in views else views[0]
