"""Likeness search by one drawn box of a sample's picture: two rankings, and the feature maps that the second keeps."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np
from cachetools import LRUCache

from core.dataset import Dataset
from core.embed.backbones import backbone_named, has_feature_maps
from core.embed.decoding import read_picture
from core.embed.feature_maps import STRIDE, MapRunner, make_map_runner
from core.errors import GlitchAuditError
from core.evidence.tiles import picture_locations
from core.packages import missing_packages
from core.pipeline.stages import Prepared
from core.space.box_search import Box, best_windows, box_weights, first_anew, only_inside, pooled
from core.space.likeness_search import Ranked, SearchIndex, example_of_views, search

LOOKED_AT = 100
"""So many of the first ranking are looked at more closely; chosen on other draws than benchmarks/box_search.py has."""

_NEEDED = ("torch", "torchvision")
_KEPT_BYTES = 64_000_000


class BoxSearch:
    """Searches one data set by boxes, with its network and the feature maps of what was seen; threads may share it.

    The network is read at the first search, and takes some seconds then.
    """

    def __init__(self, dataset: Dataset, index: SearchIndex, *, views: Sequence[str], backbone: str) -> None:
        """Make one for samples that are ready to be searched; ``views`` as of ``searchable_views``."""
        self._dataset, self._index = dataset, index
        self._views, self._backbone = tuple(views), backbone_named(backbone)
        self._run: MapRunner | None = None
        self._kept: LRUCache[str, np.ndarray] = LRUCache(_KEPT_BYTES, getsizeof=lambda kept: kept.nbytes)
        self._lock = Lock()

    def first(self, sample_id: str, box: Box, *, view: str, allowed: np.ndarray | None = None) -> Ranked:
        """Return the allowed samples by the likeness of their picture to what is in the box of this one's.

        Raises GlitchAuditError where the picture cannot be read, or nothing can be compared.
        """
        features = self._inside(sample_id, box, view).mean(axis=(2, 3))
        block = self._block(view)
        example = example_of_views(self._index, features, [block or 0])
        return search(self._index, example, view=block, allowed=allowed)

    def closer(self, ranked: Ranked, sample_ids: Sequence[str], sample_id: str, box: Box, *, view: str) -> Ranked:
        """Return the ranking with its first :data:`LOOKED_AT` by the best window of each, at the box's frequencies.

        ``sample_ids`` are the ids of the index's rows. Raises as :meth:`first` does.
        """
        inside = self._inside(sample_id, box, view)
        height, width = (side / STRIDE for side in self._backbone.size)
        rows, columns = inside.shape[2:]
        weights = box_weights(box, rows=rows, columns=columns, height=height, width=width)
        names = [sample_ids[row] for row in ranked.rows[:LOOKED_AT]]
        maps = self._maps(names, view)
        scores = np.full(len(names), np.nan, np.float32)
        seen = [place for place, name in enumerate(names) if name in maps]
        if seen:
            asked = pooled(inside, weights)[0]
            scores[seen], _ = best_windows(np.stack([maps[names[place]] for place in seen]), asked, weights)
        return first_anew(ranked, scores)

    def _block(self, view: str) -> int | None:
        return self._views.index(view) if self._views else None

    def _inside(self, sample_id: str, box: Box, view: str) -> np.ndarray:
        pixels = self._pixels([sample_id], view).get(sample_id)
        if pixels is None:
            raise GlitchAuditError(f"The picture of {sample_id} in this view cannot be read: choose another example.")
        return self._network()(only_inside(pixels, box)[None])

    def _maps(self, names: Sequence[str], view: str) -> dict[str, np.ndarray]:
        with self._lock:
            found = {name: kept for name in names if (kept := self._kept.get(f"{view}/{name}")) is not None}
        pictures = self._pixels([name for name in names if name not in found], view)
        if pictures:
            maps = self._network()(np.stack(list(pictures.values()))).astype(np.float16)
            made = dict(zip(pictures, maps, strict=True))
            with self._lock:
                # Copies: a part of a larger array would keep all of it.
                self._kept.update({f"{view}/{name}": one.copy() for name, one in made.items()})
            found |= made
        return found

    def _pixels(self, names: Sequence[str], view: str) -> dict[str, np.ndarray]:
        locations = picture_locations(self._dataset, names, view=view)
        read = {
            name: read_picture(self._dataset.store, location, row=0, size=self._backbone.size).pixels
            for name, location in locations.items()
        }
        return {name: pixels for name, pixels in read.items() if pixels is not None}

    def _network(self) -> MapRunner:
        with self._lock:
            if self._run is None:
                self._run = make_map_runner(self._backbone.name)
            return self._run


def why_no_boxes(prepared: Prepared) -> str:
    """Return in a sentence why these results cannot be searched by a box, "" where they can."""
    if not has_feature_maps(prepared.embedding.source) or prepared.dataset.pictures.empty:
        return (
            "Searching by a part of a picture needs pictures that glitch-resnet18, resnet18 or resnet50 has looked at."
        )
    if missing_packages(_NEEDED):
        return "Searching by a part of a picture needs the network itself, and torch is not installed here."
    return ""
