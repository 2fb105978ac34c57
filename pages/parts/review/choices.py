"""The buttons of the review card: the labels to choose from, and the verdicts on a proposal."""

from __future__ import annotations

from collections.abc import Sequence

from core.dataset import Taxonomy
from pages.parts.review.session import CANNOT_TELL
from pages.parts.widgets.choice_card import LABELS, MOVES, Choice

KEEP = "k"
"""The key that keeps the present label."""


def blind_keys(names: Sequence[str]) -> dict[str, str]:
    """The key of each label to choose from: of the first, the present one, :data:`KEEP`; of the others a digit."""
    return {name: str(place) if place else KEEP for place, name in enumerate(names)}


def blind_choices(names: Sequence[str], other: str, *, colours: Taxonomy) -> tuple[Choice, ...]:
    """The labels that a reviewer may choose before the proposal is shown.

    Args:
        names: the present label and those beside it, in this order.
        other: what was chosen from the list of all labels, or "".
        colours: of the labels.
    """
    return (
        *(
            Choice(
                "label",
                f"Keep {name}" if key == KEEP else name,
                name,
                key,
                LABELS,
                "The label is right" if key == KEEP else colours[name].description,
                colours[name].colour,
            )
            for name, key in blind_keys(names).items()
        ),
        Choice(
            "label",
            other or "Another label",
            other,
            "o",
            LABELS,
            f"Choose {other}" if other else "Choose one from the list below first",
            colours[other].colour if other else "",
            enabled=bool(other),
        ),
        Choice("label", "Cannot tell", CANNOT_TELL, "u", LABELS, "I looked and cannot tell"),
    )


def verdict_choices(before: str, proposed: str, chosen: str, other: str, *, colours: Taxonomy) -> tuple[Choice, ...]:
    """The verdicts on a proposal, now that it is shown; the one that the blind choice leads to stands out.

    Args:
        before, proposed: its two labels.
        chosen: what the reviewer chose before it was shown; "" where he could not tell.
        other: what was chosen from the list of all labels since, or "".
        colours: of the labels.
    """
    third = next((name for name in (other, chosen) if name not in (before, proposed, CANNOT_TELL)), "")
    follows = {proposed: "accept", before: "reject", CANNOT_TELL: "unsure"}.get(chosen, "other label")
    return (
        Choice(
            "accept",
            f"Accept {proposed}",
            key="a",
            meaning="The proposed label is right",
            colour=colours[proposed].colour,
            primary=follows == "accept",
        ),
        Choice(
            "reject",
            f"Reject, keep {before}",
            key="r",
            meaning="The label now is right",
            colour=colours[before].colour,
            primary=follows == "reject",
        ),
        Choice("unsure", "Unsure", key="u", meaning="I looked and cannot tell", primary=follows == "unsure"),
        Choice(
            "other label",
            third or "Another label",
            third,
            key="o",
            meaning=f"Neither: it is {third}" if third else "Choose one from the list below first",
            colour=colours[third].colour if third in colours else "",
            enabled=bool(third),
            primary=follows == "other label",
        ),
    )


def moves(*, previous: bool, following: bool, undo: bool) -> tuple[Choice, ...]:
    """The buttons that go on and back, and take the last review back; each where there is something to do."""
    return tuple(
        Choice(kind, text, key=key, group=MOVES, meaning=meaning if enabled else missing, enabled=enabled)
        for kind, text, key, enabled, meaning, missing in (
            ("previous", "Previous", "ArrowLeft", previous, "Look at the one before", "This is the first of the queue"),
            ("next", "Next", "ArrowRight", following, "Look at the one after", "This is the last of the queue"),
            ("undo", "Undo", "z", undo, "Take back your last review", "You reviewed nothing in this session"),
        )
    )
