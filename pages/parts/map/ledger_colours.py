"""Colours of the map that follow from the ledger: how far each sample is, and what the person at the desk spoke about.

They are read anew in every run that shows them, so that an act shows at once; no other colouring asks the ledger.
"""

from __future__ import annotations

import numpy as np

from core.evidence.colours import Colouring, colour_by_mine, colour_by_state
from core.ledger.views.states import IN_REVIEW, sample_states
from core.ledger.views.voting import spoken_about
from pages.parts.desk.blind_samples import blind_samples
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.shown import Samples
from pages.parts.desk.who import AtDesk


def state_colours(here: AtDesk, samples: Samples) -> Colouring:
    """How far each sample's glitch is: open, in review, in conflict, decided or reopened.

    What waits for the person's own review is in review, whatever others said of it to each other.
    """
    glitches = samples.glitches.astype(str)
    states = sample_states(here.ledger, decision_rule(here), sample_ids=tuple(glitches.unique()))["state"]
    return colour_by_state(glitches.map(states.mask(states.index.isin(blind_samples(here)), IN_REVIEW)))


def my_colours(here: AtDesk, samples: Samples) -> Colouring:
    """What the person proposed, reviewed, or judged to be right as it is."""
    if not here.person.name:
        return colour_by_mine(np.zeros(len(samples.table), dtype=bool))
    return colour_by_mine(samples.glitches.astype(str).isin(spoken_about(here.ledger, here.person)).to_numpy())
