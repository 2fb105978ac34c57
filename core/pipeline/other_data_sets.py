"""Likeness search from one data set into another: which others can be searched, and samples as pictures handed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

import numpy as np
import pandas as pd

from core.dataset.model import PLAIN_VIEW, VIEW_COLUMN, Dataset
from core.embed.combine import unit_rows
from core.errors import GlitchAuditError
from core.pipeline.kept_pictures import AskedPicture
from core.pipeline.settings import load_settings
from core.pipeline.snapshot import read_snapshot
from core.pipeline.stage_keys import in_unit, table_brought
from core.pipeline.stages import prepared_key
from core.space.likeness_search import SearchIndex
from core.workspace import Workspace

_SEEN = 1.0


def searched_likewise(workspaces: Iterable[Workspace], dataset: Dataset, *, backbone: str) -> dict[Workspace, str]:
    """Return those data sets with results of the same backbone, each with the view to bring first, "" for any.

    Left out are data sets without a view of ``dataset``, where both know their views, and those that cannot be read.
    """
    found = {}
    for workspace in workspaces:
        with suppress(GlitchAuditError):
            settings = load_settings(workspace)
            if settings.vectors or settings.embed.backbone != backbone or prepared_key(workspace, settings) is None:
                continue
            source = read_snapshot(workspace)
            if source is None or table_brought(source, settings) is not None:
                continue
            # As single pictures nobody asks which view one is of.
            theirs = in_unit(source, settings).views
            if PLAIN_VIEW in (*dataset.views, *theirs):
                found[workspace] = ""
            elif shared := [view for view in theirs if view in dataset.views]:
                found[workspace] = shared[0] if len(theirs) == 1 else ""
    return found


def as_pictures(
    index: SearchIndex,
    rows: Sequence[int],
    *,
    samples: pd.DataFrame,
    dataset: Dataset,
    views: Sequence[str],
    backbone: str,
    origin: str,
    jpegs: Sequence[bytes],
    first: str = "",
) -> list[AskedPicture]:
    """Return samples of a data set as pictures that were handed in, with the views that were seen of each.

    ``samples`` is the table in the order of the index; ``views`` are those of the index, () where rows have no views;
    ``jpegs`` has a picture a sample; ``origin`` is the data set's title. The view ``first`` stands first where it is
    there: a data set with one view looks at that.
    """
    width = index.matrix.shape[1] // index.views
    pictures = []
    for row, jpeg in zip(rows, jpegs, strict=True):
        blocks = [number for number in range(index.views) if index.weights[row, number] == _SEEN]
        features = unit_rows(index.matrix[row].reshape(index.views, width)[blocks])
        names = [views[number] if views else _only_view(samples, dataset, row) for number in blocks]
        order = sorted(range(len(names)), key=lambda place: names[place] != first)
        pictures.append(
            AskedPicture(
                name=str(samples.index[row]),
                views=tuple(names[place] for place in order),
                features=np.ascontiguousarray(features[order]),
                backbone=backbone,
                jpeg=jpeg,
                origin=origin,
            )
        )
    return pictures


def _only_view(samples: pd.DataFrame, dataset: Dataset, row: int) -> str:
    view = str(samples[VIEW_COLUMN].iloc[row]) if VIEW_COLUMN in samples else dataset.views[0]
    return "" if view == PLAIN_VIEW else view
