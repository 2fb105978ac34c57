"""Review: others' proposals, looked at blind; first the reviewer's own label, then what was proposed."""

from __future__ import annotations

from pages.parts.data.open_results import prepared_or_stop
from pages.parts.desk.shown import sample_of
from pages.parts.desk.through_app import enter_through_app
from pages.parts.review.panel import review_panel

# Whichever reading the desk shows: what a reviewer sees must not follow from what others decided or he proposed.
here = enter_through_app()
review_panel(here, sample_of(prepared_or_stop(here, as_brought=True)))
