"""How sure the shipped classifier may be on a data set, from its labels and its embedding, without a network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from core.classify.naming.own_labels import MOST_SAMPLES, OwnConfidence, own_confidence
from core.classify.naming.shipped import Fitted, load_fitted, scores_of_units
from core.dataset.model import VIEWS
from core.dataset.pictures_as_samples import glitch_of
from core.embed.backbones import BACKBONES, OFFLINE_DEFAULT
from core.embed.combine import combine_views
from core.embed.glitch_head import load_glitch_head
from core.embed.model import Embedding
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.pipeline.stages import Prepared
from core.workspace import cached_stage, write_json

STAGE = "confidence"
VERSION = 1
"""Raised whenever the same labels and embedding would give other temperatures."""

_FILE = "confidence.json"
_SEED = 15


def own_confidence_of(prepared: Prepared) -> OwnConfidence | None:
    """Return what the labels of these results say of the shipped classifier's confidence, from the cache if there.

    None where its backbone did not embed them, or too few samples have labels that it names.
    """
    if prepared.settings.vectors or prepared.settings.embed.backbone != OFFLINE_DEFAULT:
        return None
    fitted = load_fitted()
    labels = prepared.samples["label"].astype(str)
    key = fingerprint(
        "own confidence",
        VERSION,
        prepared.embedding.fingerprint,
        "\n".join(labels.index.astype(str)).encode(),
        "\n".join(labels).encode(),
        [fitted.weights, fitted.length, fitted.temperatures],
    )
    return cached_stage(
        prepared.workspace,
        STAGE,
        key,
        load=_load,
        save=_save,
        build=lambda: fit_to_labels(
            prepared.embedding,
            labels.to_numpy(),
            glitches=glitch_of(prepared.samples).to_numpy(),
            views=prepared.dataset.views,
            fitted=fitted,
        ),
    )


def fit_to_labels(
    embedding: Embedding,
    labels: np.ndarray,
    *,
    glitches: np.ndarray,
    views: Sequence[str],
    fitted: Fitted,
) -> OwnConfidence | None:
    """Return temperatures fitted on the labels (rows,) of an embedding by the shipped backbone; None for too few.

    ``views`` are those whose blocks lie side by side in a row; where a row is a picture, those of one glitch, as
    ``glitches`` (rows,) says, are put together. Of many glitches :data:`MOST_SAMPLES` are drawn by chance.
    """
    head = load_glitch_head()
    truth = pd.Index(head.labels).get_indexer(labels)
    codes, names = pd.factorize(glitches)
    named = np.unique(codes[truth >= 0])
    drawn = np.random.default_rng(_SEED).permutation(named)[:MOST_SAMPLES]
    rows = np.flatnonzero(np.isin(codes, drawn) & (truth >= 0))
    ids = [embedding.ids[row] for row in rows]
    units, first = _by_view(
        embedding.matrix[rows], ids, [str(names[codes[row]]) for row in rows], embedding.unit, views
    )
    present = np.logical_or.reduce(units, axis=2)
    seen = present.any(axis=1)
    scores = scores_of_units(head, units[seen], present[seen], length=fitted.length)
    return own_confidence(scores, truth[rows][first][seen], present[seen].sum(axis=1), temperatures=fitted.temperatures)


def _by_view(
    matrix: np.ndarray, ids: Sequence[str], glitches: Sequence[str], unit: str, views: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors float32 (glitches, VIEWS, d), zeros where a view is missing, and each glitch's first row."""
    width = BACKBONES[OFFLINE_DEFAULT].dimensions
    first = np.arange(len(matrix))
    if unit == "picture" and len(matrix):
        shown = [row.rsplit("/", 1)[1] for row in ids]
        views = VIEWS if set(shown) <= set(VIEWS) else tuple(dict.fromkeys(shown))
        matrix = combine_views(matrix, sample_ids=glitches, views=shown, order=views)[1]
        first = np.unique(pd.factorize(np.asarray(glitches, dtype=object))[0], return_index=True)[1]
    if len(views) > len(VIEWS) or matrix.shape[1] != width * len(views):
        raise GlitchAuditError("The embedding is not told apart by views: prepare the data set again.")
    units = np.zeros((len(matrix), len(VIEWS), width), np.float32)
    # Which view the only picture of an ordinary sample is, nobody knows; alone, its place does not matter.
    places = [VIEWS.index(view) if view in VIEWS else number for number, view in enumerate(views)]
    units[:, places] = matrix.reshape(len(matrix), len(views), width)
    return units, first


def _save(found: OwnConfidence | None, folder: Path) -> None:
    write_json(folder / _FILE, {"found": None if found is None else found.as_json()}, lasting=False)


def _load(folder: Path) -> OwnConfidence | None:
    content = json.loads((folder / _FILE).read_text(encoding="utf-8"))["found"]
    return None if content is None else OwnConfidence.from_json(content)
