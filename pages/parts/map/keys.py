"""The keys of the map's page: to the map, to the sheet, to the form, and to Undo."""

from __future__ import annotations

from pages.parts.widgets.page_keys import Place, page_keys

PLACES = (
    Place(
        "map",
        "m",
        "To the map",
        ".st-key-map_canvas_parts",
        '[data-part="surface"]',
        "There is no map here now: choose the view “Map” first.",
    ),
    Place(
        "sheet",
        "s",
        "To the pictures of the selection",
        ".st-key-sheet_scroll",
        ".tile .face",
        "There are no pictures yet: select something on the map first.",
    ),
    Place(
        "form",
        "p",
        "To the form: propose a label",
        ".st-key-propose_label",
        "input",
        "There is no form yet: select something on the map first.",
    ),
    Place(
        "undo",
        "z",
        "To Undo, which takes back what was proposed last",
        ".st-key-propose_undo",
        "button",
        "There is nothing to take back here: nothing was proposed yet.",
    ),
)

ON_THE_MAP = (
    (".", "On the map: the next island, into the ring"),
    (",", "On the map: the island before"),
    ("Enter", "On the map: select what lies in the ring"),
    ("a", "On the map: add what lies in the ring"),
    ("x", "On the map: take away what lies in the ring"),
    ("l", "On the map: lasso"),
    ("b", "On the map: box"),
    ("c", "On the map: click and pan"),
    ("f", "On the map: show the selection alone"),
    ("n", "On the map: show or hide the names of the islands"),
    ("h", "On the map: give each label a shape, or circles to all"),
    ("0", "On the map: show everything"),
    ("o", "On a picture: open the sample"),
)


def map_keys() -> None:
    """Draw the way to the list of keys, and listen."""
    page_keys("map", PLACES, others=ON_THE_MAP, key="map_keys")
