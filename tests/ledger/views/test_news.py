"""The news since a visit: what others did, told to whom it concerns, in numbers where a review must stay blind."""

from datetime import UTC, datetime, timedelta

import pytest

from core.ledger import Person
from core.ledger.views.news import LedgerNews, news_since

IDS = tuple(f"id{number}" for number in range(6))
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


def news(ledger, name, since=LONG_AGO, ids=IDS):
    return news_since(ledger, Person(name), since, ids)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["Ada proposes Whistle"], LedgerNews()),
        (["Ada proposes Whistle", "Ben accepts Ada"], LedgerNews(decided_for=1, agreed=("Ben",))),
        (["Ada proposes Whistle", "Mo decides Helix"], LedgerNews(decided_otherwise=1)),
        (["Ada proposes Whistle", "Ben rejects Ada"], LedgerNews(contradicted=1, by=("Ben",))),
        (["Cleo proposes Whistle"], LedgerNews(waiting=1)),
        (["Cleo proposes Whistle", "Ben rejects Cleo"], LedgerNews(conflicts=1, waiting=1)),
    ],
)
def test_what_ada_is_told(ledger, desk, said, expected):
    desk.tell("id0", *said)
    assert news(ledger, "Ada") == expected


def test_what_was_before_the_visit_is_no_news(ledger, desk):
    desk.tell("id0", "Ada proposes Whistle", "Ben rejects Ada")
    assert news(ledger, "Ada", datetime.now(UTC) + timedelta(minutes=1)) == LedgerNews()


def test_other_data_sets_and_nobody_are_told_nothing(ledger, desk):
    desk.tell("id0", "Ada proposes Whistle", "Ben accepts Ada")
    assert news(ledger, "Ada", ids=("other",)) == LedgerNews()
    assert news(ledger, "") == LedgerNews()
