"""The buttons of a conflict's card: a key a side, and those that leave it open, go on and back, and undo."""

from __future__ import annotations

from collections.abc import Sequence

from core.dataset import Taxonomy
from core.ledger.views.sides import Side, side_for
from pages.parts.widgets.choice_card import LABELS, MOVES, Choice

SETTLE, UNSURE, SKIP, PREVIOUS, NEXT, UNDO = "settle", "unsure", "skip", "previous", "next", "undo"
_DIGITS = "123456789"


def settling_choices(sides: Sequence[Side], brought: str, other: str, *, colours: Taxonomy) -> tuple[Choice, ...]:
    """What a moderator may say: k keeps the label as it was brought, digits are the other sides.

    Args:
        sides: of the conflict.
        brought: the label that the sample came with.
        other: what was chosen from the list of all labels, or "".
        colours: of the labels.
    """
    against = [side for side in sides if side.label and side.label != brought]
    keep = side_for(sides, brought)
    return (
        Choice(SETTLE, f"Keep {brought}: {keep.people}", brought, "k", LABELS, "As brought", colours[brought].colour),
        *(
            Choice(
                SETTLE,
                f"{side.label}: {side.people}",
                side.label,
                _DIGITS[place] if place < len(_DIGITS) else "",
                LABELS,
                colours[side.label].description,
                colours[side.label].colour,
            )
            for place, side in enumerate(against)
        ),
        Choice(
            SETTLE,
            other or "Another label",
            other,
            "o",
            LABELS,
            f"Neither: it is {other}" if other else "Choose one from the list below first",
            colours[other].colour if other else "",
            enabled=bool(other),
        ),
        Choice(UNSURE, "Unsure", key="u", group=LABELS, meaning="I looked and cannot tell: nothing is decided"),
        Choice(SKIP, "Skip", key="s", group=LABELS, meaning="Leave it for later: nothing is written"),
    )


def moves(*, previous: bool, following: bool, undo: bool | None) -> tuple[Choice, ...]:
    """The buttons that go on and back, and take the last act back; ``undo`` is None for whoever may not settle."""
    ways = (
        (PREVIOUS, "Previous", "ArrowLeft", previous, "Look at the one before", "This is the first one"),
        (NEXT, "Next", "ArrowRight", following, "Look at the one after", "This is the last one"),
        (UNDO, "Undo", "z", undo, "Take back what you settled last", "You settled nothing in this session"),
    )
    return tuple(
        Choice(kind, text, key=key, group=MOVES, meaning=meaning if enabled else missing, enabled=bool(enabled))
        for kind, text, key, enabled, meaning, missing in ways
        if enabled is not None
    )
