"""The samples of which somebody is not to see what others said, because they wait for that person's own review."""

from __future__ import annotations

from core.ledger.views.reviews import review_queue
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.who import AtDesk

WAITS = "waits for your review"
"""What stands in the place of what is not shown."""


def blind_samples(here: AtDesk) -> frozenset[str]:
    """Their ids; none for a moderator, who may decide alone and so sees everything."""
    if not here.person.name or here.allowed("decide") or not here.allowed("review"):
        return frozenset()
    return frozenset(review_queue(here.ledger, here.person, rule=decision_rule(here))["sample_id"])
