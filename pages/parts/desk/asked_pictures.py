"""Pictures that are asked for in a search and are no samples here: handed in, or samples of another data set.

They are kept on the server where that is allowed, else in the session.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import streamlit as st

from core.dataset import Dataset
from core.errors import GlitchAuditError
from core.pipeline.kept_pictures import AskedPicture, kept_picture
from core.pipeline.other_data_sets import searched_likewise
from core.workspace import Workspace, known_workspaces
from core.workspace_titles import workspace_titles
from pages.parts.desk.acts import keep_asked_picture
from pages.parts.desk.addresses import asked
from pages.parts.desk.data_set_choice import choose_workspace
from pages.parts.desk.more_like import LIKE, SEARCH_PAGE, UNLIKE, go_to_search
from pages.parts.desk.state import change_panel, panel, the_desk
from pages.parts.desk.who import AtDesk

_REMEMBERED = 20

BROUGHT_FROM = "brought_from"
"""In the address of the page Search: the data set that examples were brought along from, where they are kept."""


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
    own = {one.picture_id: one for one in (*panel(AskedPictures).pictures, *the_desk().carried)}
    left = [name for name in names if name not in own]
    places = [here.workspace, *(_brought_from(here) if left else ())]
    kept = {name: picture for name in left for place in places if (picture := kept_picture(place, name)) is not None}
    return {name: picture for name in names if (picture := own.get(name) or kept.get(name)) is not None}


@dataclass(frozen=True)
class PlaceToSearch:
    """Another data set in which samples of the open one can be looked for.

    Attributes:
        workspace: of the data set.
        title: of the data set.
        first: the view of the samples that comes first there; empty for any.
        from_title: what the open data set is called.
    """

    workspace: Workspace
    title: str
    first: str
    from_title: str


def places_to_search(here: AtDesk, dataset: Dataset, *, backbone: str) -> list[PlaceToSearch]:
    """The other data sets of the menu that the same backbone has looked at, in a view that the open one has."""
    if here.public_demo:
        return []
    known = known_workspaces()
    titles = workspace_titles(known)
    found = searched_likewise([one for one in known if one != here.workspace], dataset, backbone=backbone)
    own = titles[here.workspace.name]
    return [PlaceToSearch(workspace, titles[workspace.name], first, own) for workspace, first in found.items()]


def search_elsewhere(
    here: AtDesk, workspace: Workspace, like: Sequence[AskedPicture], unlike: Sequence[AskedPicture]
) -> None:
    """Open another data set on the page Search with these pictures as what is wanted and what is not.

    They are kept beside the data set that is open now: nothing of the other one is written.
    """
    for picture in (*like, *unlike):
        with suppress(GlitchAuditError):
            keep_asked_picture(here.workspace, picture)
    choose_workspace(workspace, (*like, *unlike))
    address = {LIKE: [one.picture_id for one in like], UNLIKE: [one.picture_id for one in unlike]}
    st.switch_page(SEARCH_PAGE, query_params={**address, BROUGHT_FROM: here.workspace.name})


def _brought_from(here: AtDesk) -> tuple[Workspace, ...]:
    """The data set that the address says examples come from, where it is one that can be opened here."""
    name = None if here.public_demo else asked(BROUGHT_FROM)
    return tuple(one for one in known_workspaces() if one.name == name) if name else ()
