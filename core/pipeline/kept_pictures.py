"""Pictures that were handed in and asked for in a search, kept beside the results, so that an address can name them.

Kept are their features and a small picture, under the hash of their content, and only the newest ones.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.space.likeness_search import SearchIndex, example_of_views
from core.workspace import Workspace, make_folder, read_json, write_json

NEWEST_KEPT = 200
_FOLDER, _PREFIX = "asked-pictures", "picture-"
_ID = re.compile(_PREFIX + "[0-9a-f]{16}")


@dataclass(frozen=True, eq=False)
class AskedPicture:
    """A glitch that is no sample of the data set.

    ``name`` is that of its file; ``views`` those that it has, "" for one that nobody knows; ``features`` float32
    (views, d) by the backbone ``backbone``; ``jpeg`` one of its pictures; ``origin`` the title of the data set that it
    is a sample of, "" where it was handed in as a file.
    """

    name: str
    views: tuple[str, ...]
    features: np.ndarray
    backbone: str
    jpeg: bytes = b""
    origin: str = ""

    @property
    def picture_id(self) -> str:
        """The id that an address names it by, the same for the same content."""
        origin = [self.origin] if self.origin else []
        return _PREFIX + fingerprint("asked", self.name, self.views, self.features.tobytes(), self.backbone, *origin)

    @property
    def in_words(self) -> str:
        """What it is, for whoever cannot see it: its name, and which data set it is of."""
        return f"{self.name} of the data set {self.origin}" if self.origin else f"{self.name}, handed in"


def is_picture_id(text: str) -> bool:
    """Return whether a text looks like the id of a picture that was handed in."""
    return _ID.fullmatch(text) is not None


def example_of(picture: AskedPicture, index: SearchIndex, *, views: Sequence[str], backbone: str) -> SearchIndex:
    """Return the picture as an example for a search; ``views`` are those of the index, () where rows have no views.

    Raises GlitchAuditError where it was looked at by another backbone, or has none of these views.
    """
    features = picture.features
    if picture.backbone != backbone or features.shape[1] * index.views != index.matrix.shape[1]:
        raise GlitchAuditError(
            f"The picture “{picture.name}” was looked at by {picture.backbone} and the samples by {backbone}: hand it "
            "in again, with the classifier that belongs to this data set."
        )
    if not views:
        return example_of_views(index, features[:1], [0])
    if picture.views == ("",):
        # Nobody knows which view it is, so it may be any.
        return example_of_views(index, np.repeat(features[:1], len(views), axis=0), range(len(views)))
    known = [place for place, view in enumerate(picture.views) if view in views]
    if not known:
        raise GlitchAuditError(f"The picture “{picture.name}” has none of the views {', '.join(views)}.")
    return example_of_views(index, features[known], [views.index(picture.views[place]) for place in known])


def keep_picture(workspace: Workspace, picture: AskedPicture) -> str:
    """Keep a picture, delete the oldest ones beyond :data:`NEWEST_KEPT`, and return its id.

    Raises GlitchAuditError where the cache cannot be written.
    """
    path = _path(workspace, picture.picture_id)
    if not path.is_file():
        make_folder(path.parent)
        content = {
            "name": picture.name,
            "views": picture.views,
            "features": picture.features.astype(float).tolist(),
            "backbone": picture.backbone,
            "jpeg": base64.b64encode(picture.jpeg).decode(),
            "origin": picture.origin,
        }
        write_json(path, content)
        paths = sorted(path.parent.glob(f"{_PREFIX}*.json"), key=lambda one: one.stat().st_mtime_ns, reverse=True)
        for old in paths[NEWEST_KEPT:]:
            old.unlink(missing_ok=True)
    return picture.picture_id


def kept_picture(workspace: Workspace, picture_id: str) -> AskedPicture | None:
    """Return the kept picture of this id; None where it is not kept, or cannot be read."""
    content: Any = read_json(_path(workspace, picture_id)) if is_picture_id(picture_id) else None
    try:
        return AskedPicture(
            str(content["name"]),
            tuple(map(str, content["views"])),
            np.array(content["features"], np.float32).reshape(len(content["views"]), -1),
            str(content["backbone"]),
            base64.b64decode(content["jpeg"]),
            # Those that were kept by earlier versions are files.
            str(content.get("origin", "")),
        )
    except (TypeError, KeyError, ValueError, AttributeError):
        return None


def _path(workspace: Workspace, picture_id: str) -> Path:
    return workspace.cache / _FOLDER / f"{picture_id}.json"
