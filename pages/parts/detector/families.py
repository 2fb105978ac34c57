"""What a family of glitches is on the page Detector: a label, a cluster, or a saved selection beside all others."""

from __future__ import annotations

from dataclasses import dataclass

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger.views.saved_selections import find_saved_selection, saved_selections
from core.pipeline.detector import BY_CLUSTER, BY_LABEL, BY_SELECTION, Chosen
from core.pipeline.kept_selections import kept_id
from pages.parts.desk.acts_of_detector import start_coupling
from pages.parts.desk.kept_choices import Choice, keep_choices
from pages.parts.desk.state import the_desk, widget_value
from pages.parts.desk.who import AtDesk
from pages.parts.detector.state import BY, SEED, SEEDS, SELECTION, SOURCE


@dataclass(frozen=True)
class Families:
    """What a family is: ``by`` "label", "cluster" or "selection"; then the one that is ``chosen``, as it was saved."""

    by: str = BY_LABEL
    chosen: Chosen | None = None
    selection: Selection | None = None


def keep_source(sources: tuple[str, ...], saved: dict[str, str]) -> None:
    """Let the address say which detector is shown, and what a family is; ``saved`` is from `saved_here`."""
    ways = (BY_LABEL, BY_CLUSTER, *([BY_SELECTION] if saved else []))
    first = next(iter(saved), "")
    keep_choices(
        [
            Choice(SOURCE, "", sources),
            Choice(BY, BY_LABEL, ways),
            Choice(SELECTION, first, (first, *saved)),
            Choice(SEED, 0, bounds=SEEDS),
        ],
        key="keeping_detector_source",
    )


def saved_here(here: AtDesk) -> dict[str, str]:
    """The saved selections of this data set by id, each as a menu names it, the latest first."""
    try:
        table = saved_selections(here.ledger).set_index("selection_id")
    except GlitchAuditError:
        return {}
    return {
        str(name): f"{row['name']} ({row['created_at']:%Y-%m-%d}, {row['samples']:,})" for name, row in table.iterrows()
    }


def families_asked(here: AtDesk) -> Families:
    """What a family is now; raises GlitchAuditError where the chosen selection cannot be read."""
    by = widget_value(BY) or BY_LABEL
    if by != BY_SELECTION:
        return Families(by)
    saved = find_saved_selection(here.ledger, widget_value(SELECTION) or "")
    chosen = Chosen(saved.name, saved.selection.sample_ids, kept_id(saved.selection))
    return Families(by, chosen, saved.selection)


def start_comparing(here: AtDesk) -> bool:
    """Start the comparison of these families with the channels; says whether it began."""
    asked = families_asked(here)
    family = asked.chosen.name if asked.chosen else ""
    return start_coupling(here.workspace, asked.by, the_desk().reading, family=family, selection=asked.selection)
