"""What the browser remembers until the next time, and what a tab's address says, whatever page is open."""

from __future__ import annotations

import streamlit as st

from pages.parts.desk.addresses import DATA, HELD, LABELS, SELECTION, TOUR, is_map, root_address
from pages.parts.desk.identity import typed_name
from pages.parts.desk.state import change_desk, the_desk
from pages.parts.desk.visits import visit_to_keep
from pages.parts.desk.who import AtDesk
from pages.parts.widgets.keeping import DATA_COOKIE, NAME_COOKIE, keep, remembered


def keep_for_next_time(here: AtDesk, page: st.Page) -> None:
    """Write it into the browser; call it before the page runs, for a page may end the run early.

    The address of a tab names its data set and its selection, on every page; on the map, the loop that draws the
    selection names it. The browser remembers the typed name, the data set that was open last, and when
    this person was here. In the public demo there is one data set.
    """
    desk, cookies = the_desk(), {}
    address = {}
    standing = desk.kept is not None and desk.kept.gesture is desk.gesture
    selection = desk.asked or (desk.kept.selection_id if standing else "")
    if not is_map(page):
        address[SELECTION] = selection if page.url_path else ""
    address[HELD] = "" if page.url_path else selection
    address[TOUR] = str(desk.tour) if desk.tour else ""
    if not here.public_demo:
        address[DATA] = desk.data if here.data_sets > 1 else ""
        address[LABELS] = desk.reading
        cookies[DATA_COOKIE] = desk.data
    name = typed_name()
    # An empty field forgets the name that this very session knew, not one that another tab has learned since.
    if not here.providers and (name or desk.named or remembered(NAME_COOKIE)):
        cookies[NAME_COOKIE] = name
    cookies |= visit_to_keep(here)
    if name and not desk.named:
        change_desk(named=True)
    keep(
        address,
        key="keeping",
        root=root_address(),
        cookies=cookies,
        occasion=f"{page.url_path} {sorted(st.query_params.to_dict().items())}",
    )
