"""The samples of which somebody is not to see what others said, because they wait for that person's own review."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.dataset.pictures_as_samples import shows_any
from core.ledger.views.comments import comments_about
from core.ledger.views.known_asked import ids_to_review
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.who import AtDesk


@dataclass(frozen=True)
class KnownWaiting:
    """The known samples that are mixed into this session's suspects, and whose these are."""

    person: str = ""
    samples: frozenset[str] = frozenset()


WAITS = "waits for your review"
"""What stands in the place of what is not shown."""


def blind_samples(here: AtDesk) -> frozenset[str]:
    """Their ids; none for a moderator, who may decide alone and so sees everything."""
    return frozenset() if here.allowed("decide") else _to_review(here)


def waits_for_me(here: AtDesk, sample_id: str) -> bool:
    """Whether this sample waits for the person's own review; a moderator's, too, is blind."""
    return sample_id in _to_review(here)


def some_wait_for_me(here: AtDesk, sample_ids: Iterable[str]) -> bool:
    """Whether any of these samples waits for the person's own review; a picture waits with its glitch."""
    return shows_any(sample_ids, _to_review(here))


def note_known(here: AtDesk, samples: Iterable[str]) -> None:
    """Remember which known samples are mixed into the suspects: what others said of them is not shown meanwhile."""
    change_panel(KnownWaiting, person=here.person.key, samples=frozenset(samples))


def hidden_comments(here: AtDesk) -> frozenset[str]:
    """The ids of the comments on what holds such a sample: a sample, a conflict, a cluster, a saved selection."""
    return comments_about(here.ledger, blind_samples(here))


def _to_review(here: AtDesk) -> frozenset[str]:
    if not here.person.name or not here.allowed("review"):
        return frozenset()
    noted = panel(KnownWaiting)
    known = noted.samples if noted.person == here.person.key else frozenset()
    return known | ids_to_review(here.ledger, here.person, rule=decision_rule(here))
