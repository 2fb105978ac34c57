"""The map's colours by state and by person: they change with the act, not with the data."""

from contextlib import closing
from types import SimpleNamespace

import pytest

from core.ledger import open_ledger
from core.ledger.acts.proposing import propose
from core.ledger.people import as_person
from core.ledger.views.states import STATES
from pages.parts.desk.shown import map_of
from pages.parts.map.ledger_colours import my_colours, state_colours


@pytest.fixture
def samples(prepared):
    return map_of(prepared).samples


def names_of(colouring):
    return [colouring.names[slot] for slot in colouring.index]


def at_desk(prepared, ledger, name):
    return SimpleNamespace(ledger=ledger, workspace=prepared.workspace, person=as_person(name))


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
