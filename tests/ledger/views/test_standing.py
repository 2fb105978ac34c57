"""The figures of a data set, worked out by hand; and how long a judgement takes here."""

from datetime import UTC, datetime, timedelta

import pytest

from core.ledger.views.standing import ENOUGH_TO_TIME, Standing, seconds_a_judgement, seconds_of_judgements, standing

IDS = tuple(f"id{number}" for number in range(6))


def figures(found):
    return (found.samples, found.judged, found.in_review, found.in_conflict, found.decided)


def test_a_ledger_that_is_not_there_says_that_nothing_was_judged(ledger):
    assert standing(ledger, IDS) == Standing(samples=6)
    assert not ledger.path.exists()
    assert seconds_a_judgement(ledger) is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["Ada proposes Whistle"], (6, 1, 1, 0, 0)),
        (["Ada proposes Whistle", "Ben accepts Ada"], (6, 1, 0, 0, 1)),
        (["Ada proposes Whistle", "Ben rejects Ada"], (6, 1, 0, 1, 0)),
        (["Ben skips"], (6, 0, 0, 0, 0)),
        (["Ben keeps unsure"], (6, 0, 0, 0, 0)),
        (["Ada proposes Whistle", "Ada withdraws"], (6, 0, 0, 0, 0)),
        (["Ada proposes Whistle", "Ben accepts Ada", "Mo reopens"], (6, 1, 1, 0, 0)),
    ],
)
def test_what_was_said_is_counted(ledger, desk, said, expected):
    desk.tell("id0", *said)
    assert figures(standing(ledger, IDS)) == expected


def test_samples_of_another_data_set_do_not_count(ledger, desk):
    desk.tell("id0", "Ada proposes Whistle")
    assert figures(standing(ledger, ("other0", "other1"))) == (2, 0, 0, 0, 0)


def put_times(ledger, seconds):
    """Let one person's judgements stand so many seconds apart."""
    at = datetime(2026, 3, 1, 9, tzinfo=UTC).replace(tzinfo=None)
    with ledger.cursor() as cursor:
        found = cursor.execute("SELECT judgement_id FROM judgement ORDER BY event").fetchall()
        for (judgement_id,), gap in zip(found, [0, *seconds], strict=True):
            at += timedelta(seconds=gap)
            cursor.execute("UPDATE judgement SET created_at = ? WHERE judgement_id = ?", [at, judgement_id])


def judge_times(ledger, judge_many, seconds):
    judge_many(len(seconds) + 1)
    put_times(ledger, seconds)


@pytest.fixture
def judge_many(ledger):
    from core.ledger import SuspectCase, judge

    def act(count):
        for number in range(count):
            case = SuspectCase(f"id{number}", "Blip", "Whistle", 1.0, 0.9, "suspects", "data", "layout")
            judge(ledger, case, "keep", author="Ada", app_version="0")

    return act


@pytest.mark.file_only("rows of the file are changed by hand")
def test_the_median_of_enough_intervals_says_how_long_one_takes_and_pauses_do_not(ledger, judge_many):
    judge_times(ledger, judge_many, [20.0] * ENOUGH_TO_TIME + [4000.0])
    assert seconds_a_judgement(ledger) == 20.0


@pytest.mark.file_only("rows of the file are changed by hand")
def test_too_few_intervals_say_nothing(ledger, judge_many):
    judge_times(ledger, judge_many, [20.0] * (ENOUGH_TO_TIME - 1))
    assert seconds_a_judgement(ledger) is None


@pytest.mark.file_only("rows of the file are changed by hand")
def test_what_a_program_wrote_in_no_time_is_no_look(ledger, judge_many):
    judge_times(ledger, judge_many, [0.004] * 50 + [20.0] * ENOUGH_TO_TIME)
    assert seconds_a_judgement(ledger) == 20.0


@pytest.mark.file_only("rows of the file are changed by hand")
def test_each_look_is_told_without_pauses_and_programs(ledger, judge_many):
    judge_times(ledger, judge_many, [20.0, 30.0, 4000.0, 0.004])
    assert sorted(seconds_of_judgements(ledger)) == [20.0, 30.0]
