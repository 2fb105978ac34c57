"""Pictures that were handed in and are asked for in a search: kept on the server where that is allowed, else here."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from core.errors import GlitchAuditError
from core.pipeline.kept_pictures import AskedPicture, kept_picture
from pages.parts.desk.acts import keep_asked_picture
from pages.parts.desk.more_like import go_to_search
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk

_REMEMBERED = 20


@dataclass(frozen=True)
class AskedPictures:
    """The latest ones of this session, where the server keeps nothing of whoever is at the desk."""

    pictures: tuple[AskedPicture, ...] = ()


def search_for_picture(here: AtDesk, picture: AskedPicture) -> None:
    """Open the page Search with this picture as what is wanted more of."""
    # Who may leave nothing on the server can search all the same; only another session does not find it again.
    with suppress(GlitchAuditError):
        keep_asked_picture(here.workspace, picture)
    others = tuple(one for one in panel(AskedPictures).pictures if one.picture_id != picture.picture_id)
    change_panel(AskedPictures, pictures=(*others, picture)[-_REMEMBERED:])
    go_to_search([picture.picture_id])


def asked_pictures(here: AtDesk, names: tuple[str, ...]) -> dict[str, AskedPicture]:
    """Those of these names that are pictures which were handed in, by their ids."""
    own = {one.picture_id: one for one in panel(AskedPictures).pictures}
    found = {name: own.get(name) or kept_picture(here.workspace, name) for name in names}
    return {name: picture for name, picture in found.items() if picture is not None}
