"""Samples, their pictures and their labels; one reader a source."""

from core.dataset.kind import GLITCHES, KINDS, PICTURES, DataKind, recognise_kind
from core.dataset.model import PLAIN_VIEW, VIEWS, Brought, Dataset, PictureStore, Problem
from core.dataset.names import parse_glitch_name
from core.dataset.opening import open_dataset
from core.dataset.pictures import DecodedPicture, PictureError, decode, resize_energy
from core.dataset.readers.matching import MatchedVectors, match_vectors
from core.dataset.readers.vectors import ReadyVectors, read_vectors
from core.dataset.taxonomy import SIGNS, Taxonomy, TaxonomyEntry, label_colour, label_sign, taxonomy_for
from core.dataset.viridis import from_viridis, to_viridis

__all__ = [
    "GLITCHES",
    "KINDS",
    "PICTURES",
    "PLAIN_VIEW",
    "SIGNS",
    "VIEWS",
    "Brought",
    "DataKind",
    "Dataset",
    "DecodedPicture",
    "MatchedVectors",
    "PictureError",
    "PictureStore",
    "Problem",
    "ReadyVectors",
    "Taxonomy",
    "TaxonomyEntry",
    "decode",
    "from_viridis",
    "label_colour",
    "label_sign",
    "match_vectors",
    "open_dataset",
    "parse_glitch_name",
    "read_vectors",
    "recognise_kind",
    "resize_energy",
    "taxonomy_for",
    "to_viridis",
]
