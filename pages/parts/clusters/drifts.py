"""What is advised on the drift that is chosen: one sentence, and its samples on the map."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from core.audit.advice import drift_advice
from core.audit.drift import Drift
from pages.parts.desk.advice_card import advice_card
from pages.parts.desk.shown import MapShown
from pages.parts.desk.state import widget_value
from pages.parts.drifts.overview import CHOSEN
from pages.parts.map.looking import look_on_map
from pages.parts.widgets.keys import widget_key


def drift_advice_view(drifts: Sequence[Drift], shown: MapShown) -> None:
    """Draw it; nothing where there is no drift."""
    number = widget_value(CHOSEN, 0) or 0
    if number < len(drifts):
        drift = drifts[number]
        advice_card(
            drift_advice(drift),
            shown.samples,
            key=widget_key("advice_drift", drift.name),
            look=partial(look_on_map, shown),
        )
