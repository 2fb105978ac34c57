"""What was proposed for the samples of a sheet, as a mark on their tiles."""

from __future__ import annotations

from collections.abc import Sequence

from core.ledger.people import owns
from core.ledger.views.standing_proposals import standing_proposals
from pages.parts.desk.blind_samples import WAITS, blind_samples
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.shown import Samples
from pages.parts.desk.who import AtDesk


def proposed_marks(here: AtDesk, samples: Samples, sample_ids: Sequence[str]) -> dict[str, str]:
    """What stands proposed for each of these samples, by whom, and how far it is, such as "→ Tomte, by you, in review".

    What waits for the person's own review says only that. Where the ledger cannot be read there is no mark; the form
    says why.
    """
    ledger = here.ledger
    if ledger.problem():
        return {}
    glitches = samples.glitches.loc[list(sample_ids)]
    standing = standing_proposals(ledger, decision_rule(here), list(dict.fromkeys(glitches)))
    if standing.empty:
        return {}
    blind = blind_samples(here)
    words = {
        row.Index: WAITS
        if row.Index in blind
        else f"→ {row.label_proposed}, by {_who(here, row.author, row.author_key)}, {row.state}"
        for row in standing.itertuples()
    }
    return {str(sample_id): words[glitch] for sample_id, glitch in glitches.items() if glitch in words}


def _who(here: AtDesk, author: str, author_key: str) -> str:
    return "you" if here.person.name and owns(here.person, author_key) else author
