"""The report's chapter on people: who took part, what was proposed and decided, and by which rule."""

from __future__ import annotations

from core.evidence.figures.model import count_of
from core.evidence.report.columns import (
    ACT_COLUMNS,
    CHANGE_COLUMNS,
    DECIDED_COLUMNS,
    PERSON_COLUMNS,
    STATE_COLUMNS,
)
from core.evidence.report.section import NOT_COMPUTED, Section
from core.evidence.report.tables import ReportTable, share
from core.evidence.report_people import ReportPeople
from core.statistics.intervals import wilson_interval

KEY, TITLE = "people", "People, proposals and decisions"
NOBODY = "Nobody has proposed, judged, reviewed or decided anything yet, so that all labels are as they were brought."
UNREADABLE = "The ledger could not be read for this report, so that nothing is said of people"


def people_section(people: ReportPeople | None) -> Section:
    """Return the chapter; one sentence where there is nothing to say."""
    if people is None:
        return Section(KEY, TITLE, (NOT_COMPUTED,))
    if people.trouble:
        return Section(KEY, TITLE, (f"{UNREADABLE}: {people.trouble}",))
    if people.persons.empty:
        return Section(KEY, TITLE, (NOBODY,))
    tables = (
        ReportTable("people_states", "How far the samples are", people.states, STATE_COLUMNS),
        ReportTable("people_acts", "What was done, by act and answer", people.acts, ACT_COLUMNS),
        ReportTable("people", "Who did how much", people.persons, PERSON_COLUMNS),
        ReportTable("decided", "The decided samples", people.decided, DECIDED_COLUMNS),
        ReportTable("taxonomy_changes", "Changes of the taxonomy", people.changes, CHANGE_COLUMNS),
    )
    sentences = (
        took_part(people),
        in_decisions(people),
        in_agreement(people),
        in_conflicts(people),
        in_changes(people),
        f"The rule in force: {people.rule}.",
    )
    return Section(KEY, TITLE, sentences, tuple(table for table in tables if not table.frame.empty))


def took_part(people: ReportPeople) -> str:
    """Return how many people did how much, and when."""
    count = len(people.persons)
    who = f"{count:,} {'person' if count == 1 else 'people'} took part"
    if people.unverified:
        some = "all" if people.unverified == count > 1 else f"{people.unverified:,}"
        who += f", {some} of them under a name that was typed and not checked"
    when = f"on {people.first}" if people.first == people.last else f"between {people.first} and {people.last}"
    proposed, judged, reviewed, decided = (
        count_of(people.count(act), act) for act in ("proposal", "judgement", "review", "decision")
    )
    did = f"{proposed}, {judged}, {reviewed} and {decided} of moderators"
    return f"{who}, {when}: {did}, what was withdrawn later included."


def in_decisions(people: ReportPeople) -> str:
    """Return how many samples are decided, by whom, and how many labels that changed."""
    if people.decided.empty:
        return "No sample is decided yet, so that all labels are as they were brought."
    by_rule = int((people.decided["how"] == "the rule").sum())
    return (
        f"{count_of(len(people.decided), 'sample')} {_are(len(people.decided))} decided, {by_rule:,} by the rule and "
        f"{len(people.decided) - by_rule:,} by a moderator; {people.corrected:,} of them got another label than they "
        "were brought with."
    )


def in_agreement(people: ReportPeople) -> str:
    """Return how often people agree, with its interval."""
    if not people.two_opinions:
        return "No sample has the opinion of two people yet, so that it cannot be told how often people agree."
    low, high = wilson_interval(people.agreed, people.two_opinions)
    return (
        f"Of {count_of(people.two_opinions, 'sample')} about which two people or more said what they are, all said the "
        f"same about {people.agreed:,}: {share(people.agreed / people.two_opinions)} (95 % interval {share(low)} to "
        f"{share(high)})."
    )


def in_conflicts(people: ReportPeople) -> str:
    """Return how many samples people stand for different labels of, and how many wait for more people."""
    conflicts, waiting = people.samples_in("conflict"), people.samples_in("in review") + people.samples_in("reopened")
    return (
        f"{count_of(conflicts, 'conflict')} {_are(conflicts)} open, where people stand for different labels; "
        f"{count_of(waiting, 'sample')} wait{'s' if waiting == 1 else ''} for more people."
    )


def in_changes(people: ReportPeople) -> str:
    """Return how many changes of the taxonomy were proposed, and what became of them."""
    if people.changes.empty:
        return "Nobody proposed a change of the taxonomy."
    counts = people.changes["state"].value_counts(sort=False)
    states = ", ".join(f"{number:,} {state}" for state, number in counts.items())
    return f"{count_of(len(people.changes), 'change')} of the taxonomy {_was(len(people.changes))} proposed: {states}."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
