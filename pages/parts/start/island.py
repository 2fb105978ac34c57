"""Opening a cluster on the map."""

from __future__ import annotations

from core.space.gestures import Gesture
from pages.parts.desk.shown import MapShown
from pages.parts.map.choosing import choose
from pages.parts.start.at_hand import Island


def choose_island(shown: MapShown, island: Island) -> None:
    """Let the island be what is selected when the map is opened."""
    choose(shown, Gesture(how="cluster", cluster=island.number))
