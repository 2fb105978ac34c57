"""Saved selections: whole again when found, idempotent, taken back by appending, refused in a sentence."""

import dataclasses

import pytest

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import new_batch_id, open_ledger
from core.ledger.acts.saving_selections import MAX_NAME, save_selection, withdraw_saved_selection
from core.ledger.people import Person
from core.ledger.views.saved_selections import SAVED_COLUMNS, find_saved_selection, saved_selections


@pytest.fixture
def save(ledger, selection):
    def act(**options):
        options = {"name": "the odd island", "author": "Ada", "app_version": "0.1"} | options
        return save_selection(ledger, options.pop("selection", selection), **options)

    return act


def rows(ledger):
    with ledger.cursor() as cursor:
        return cursor.execute("SELECT count(*) FROM saved_selection").fetchall()[0][0]


def test_what_is_found_is_what_was_saved(ledger, selection, save):
    saved = save(note="look at the tails")
    found = find_saved_selection(ledger, saved.selection_id)
    assert found == saved
    assert found.selection == selection
    assert (found.name, found.note, found.author, found.author_verified) == (
        "the odd island",
        "look at the tails",
        "Ada",
        False,
    )


def test_a_cluster_and_an_empty_outline_come_back_too(ledger, save):
    whole = Selection(("id1",), how="cluster", cluster=7)
    assert find_saved_selection(ledger, save(selection=whole).selection_id).selection == whole


def test_the_same_sample_twice_is_kept_once(ledger, selection, save):
    doubled = dataclasses.replace(selection, sample_ids=("id2", "id0", "id2"))
    assert save(selection=doubled).selection.sample_ids == ("id2", "id0")


def test_saving_under_the_same_id_writes_once(ledger, save):
    one = new_batch_id()
    assert not save(selection_id=one).repeated
    assert save(selection_id=one, name="another").repeated
    assert rows(ledger) == 1
    assert find_saved_selection(ledger, one).name == "the odd island"


def test_the_list_is_latest_first_and_of_one_data_set(ledger, selection, save):
    save(name="first")
    save(name="second")
    save(name="elsewhere", selection=dataclasses.replace(selection, dataset_fingerprint="other"))
    table = saved_selections(ledger, dataset_fingerprint="data")
    assert list(table.columns) == list(SAVED_COLUMNS)
    assert table["name"].tolist() == ["second", "first"]
    assert table["samples"].tolist() == [3, 3]


def test_withdrawing_appends_and_a_second_time_adds_nothing(ledger, save):
    saved = save()
    assert not withdraw_saved_selection(ledger, saved.selection_id, author="Ada", app_version="0.1").repeated
    assert withdraw_saved_selection(ledger, saved.selection_id, author="Ada", app_version="0.1").repeated
    assert rows(ledger) == 2
    assert saved_selections(ledger).empty
    assert saved_selections(ledger, status="withdrawn")["withdrawn_by"].tolist() == ["Ada"]
    assert find_saved_selection(ledger, saved.selection_id).withdrawn


def test_only_its_author_or_a_moderator_takes_it_back(ledger, save):
    saved = save()
    with pytest.raises(GlitchAuditError, match="Ada wrote this"):
        withdraw_saved_selection(ledger, saved.selection_id, author="Ben", app_version="0.1")
    withdraw_saved_selection(ledger, saved.selection_id, author=Person("Cleo", "moderator"), app_version="0.1")
    assert saved_selections(ledger).empty


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": "  "}, "name is empty"),
        ({"name": "x" * (MAX_NAME + 1)}, "100 at most"),
        ({"author": ""}, "name is empty"),
        ({"author": Person("Vic", "viewer")}, "may not save selections"),
        ({"selection": Selection((), how="lasso")}, "nothing to save"),
    ],
)
def test_what_cannot_be_saved_is_refused_in_a_sentence(ledger, save, options, said):
    with pytest.raises(GlitchAuditError, match=said):
        save(**options)
    assert not ledger.path.exists() or rows(ledger) == 0


@pytest.mark.parametrize("wrong", ["", "nonsense", "'; DROP TABLE batch; --", "x" * 10_000])
def test_an_unknown_id_is_one_sentence(ledger, save, wrong):
    save()
    with pytest.raises(GlitchAuditError, match="not saved here"):
        find_saved_selection(ledger, wrong)
    assert rows(ledger) == 1


def test_a_missing_ledger_has_none_and_is_not_made(tmp_path):
    ledger = open_ledger(tmp_path / "none.duckdb")
    assert saved_selections(ledger).empty
    with pytest.raises(GlitchAuditError, match="not saved here"):
        find_saved_selection(ledger, "any")
    assert not ledger.path.exists()
