"""The last visit, as the browser remembers it: a reload goes on with a visit, half an hour's pause ends it."""

from datetime import UTC, datetime, timedelta

import pytest

from pages.parts.desk.visits import Audited, Visit, visit_from, visit_text

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OLD, NEW = Audited("old", 71), Audited("new", 64)


def after(visit, minutes):
    return visit_from(visit_text(visit), visit.last + minutes * MINUTE)


def test_the_first_visit_has_none_before_it_and_a_reload_goes_on_with_it():
    first = visit_from("", NOON)
    assert first == Visit(None, NOON)
    assert after(first, 10).before is None


def test_after_a_pause_the_visit_before_ended_where_it_did():
    assert after(Visit(None, NOON), 60).before == NOON


def test_the_news_stay_for_as_long_as_the_visit_goes_on():
    second = after(Visit(None, NOON), 60)
    third = after(second, 20)
    assert (third.before, third.last) == (NOON, NOON + 80 * MINUTE)


def test_the_audit_that_was_seen_last_is_what_a_new_one_is_compared_with():
    seen = Visit(None, NOON, OLD, NEW)
    assert after(seen, 10).audited_before == OLD
    assert after(seen, 60).audited_before == NEW


@pytest.mark.parametrize("text", ["", "x", "1|2", "1|2|a|b|c|d", "0|99999999999999999999|a|1|b|2", "|||||", "é" * 5000])
def test_what_was_tampered_with_is_a_first_visit(text):
    assert visit_from(text, NOON) == Visit(None, NOON)
