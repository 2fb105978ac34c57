"""The map's colours by state and by person: they change with the act, not with the data."""

from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace

import pytest

from core.ledger import open_ledger
from core.ledger.acts.proposing import propose
from core.ledger.people import MODERATOR, as_person, may
from core.ledger.views.states import STATES
from pages.parts.desk.shown import map_of
from pages.parts.map.ledger_colours import my_colours, state_colours


@pytest.fixture
def samples(prepared):
    return map_of(prepared).samples


def names_of(colouring):
    return [colouring.names[slot] for slot in colouring.index]


def at_desk(prepared, ledger, name):
    person = as_person(name)
    here = SimpleNamespace(
        ledger=ledger, workspace=prepared.workspace, person=person, allowed=lambda act: may(here.person, act)
    )
    return here


def test_a_proposal_shows_at_once_as_in_review_and_as_its_authors(prepared, samples):
    glitches = samples.glitches.astype(str)
    with closing(open_ledger(prepared.workspace.ledger_path)) as ledger:
        ada, bo = at_desk(prepared, ledger, "Ada"), at_desk(prepared, ledger, "Bo")
        assert set(names_of(state_colours(ada, samples))) == {"open"}
        assert set(names_of(my_colours(ada, samples))) == {"not mine"}
        propose(
            ledger,
            samples.listed(tuple(samples.ids[:2])),
            samples.table["label"],
            "Koi_Fish",
            author="Ada",
            reason="look",
            app_version="0",
        )
        hit = glitches.isin(glitches.iloc[:2]).to_numpy()
        assert [name == "in review" for name in names_of(state_colours(bo, samples))] == hit.tolist()
        assert [name == "mine" for name in names_of(my_colours(ada, samples))] == hit.tolist()
        assert set(names_of(my_colours(bo, samples))) == {"not mine"}
        assert set(names_of(state_colours(bo, samples))) <= set(STATES)


def test_who_has_yet_to_review_a_conflict_is_not_told_of_it(prepared, samples):
    one = samples.listed(tuple(samples.ids[:1]))
    place = samples.row_of[str(samples.ids[0])]
    with closing(open_ledger(prepared.workspace.ledger_path)) as ledger:
        for author, label in (("Ada", "Koi_Fish"), ("Cy", "Helix")):
            propose(ledger, one, samples.table["label"], label, author=author, reason="look", app_version="0")
        ada, bo, mo = (at_desk(prepared, ledger, name) for name in ("Ada", "Bo", "Mo"))
        mo.person = replace(mo.person, role=MODERATOR)
        seen = [names_of(state_colours(here, samples))[place] for here in (ada, bo, mo)]
    # Ada has spoken, and a moderator may decide alone: both see it.
    assert seen == ["conflict", "in review", "conflict"]
