"""Comments: written once, in order, answered, seen and taken back by appending; what of them waits for whom."""

import io
import json

import pandas as pd
import pytest

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import Person, open_ledger
from core.ledger.acts.commenting import MAX_COMMENT, answer, comment, mark_seen, withdraw_comment
from core.ledger.acts.saving_selections import save_selection
from core.ledger.exchange.copying import ledger_copy, restore_copy
from core.ledger.exchange.export import comments_csv
from core.ledger.views.comments import (
    CLUSTER,
    CONFLICT,
    SAMPLE,
    SELECTION,
    Subject,
    all_comments,
    cluster_key,
    cluster_now,
    comments_about,
    thread,
    waiting_for,
)
from core.ledger.views.history import journal, sample_history
from core.ledger.views.standing import standing

ONE = {"app_version": "0.1"}
SAMPLE_0 = Subject(SAMPLE, "id0")
ADA, BEA, MO = Person("Ada"), Person("Bea"), Person("Mo", "moderator")
HOSTILE = "<script>alert(1)</script> [x](http://evil) :material/x: `a`"


def rows(ledger):
    with ledger.cursor() as cursor:
        return cursor.execute("SELECT count(*) FROM comment").fetchall()[0][0]


def say(ledger, text="look at the tail", *, subject=SAMPLE_0, author=ADA, **more):
    return comment(ledger, subject, text, author=author, **ONE, **more).comment_id


def waits(ledger, person):
    return waiting_for(ledger, person)["text"].tolist()


def test_what_was_said_stands_in_order_with_answers_below(ledger):
    first = say(ledger, "first")
    say(ledger, "second", author=BEA)
    answered = answer(ledger, first, "an answer", author=BEA, **ONE)
    answer(ledger, answered.comment_id, "and on", author=ADA, **ONE)
    found = thread(ledger, SAMPLE_0)
    assert found["text"].tolist() == ["first", "an answer", "and on", "second"]
    assert found["depth"].tolist() == [0, 1, 1, 0]
    assert (answered.subject_kind, answered.subject) == (SAMPLE, "id0")
    assert thread(ledger, Subject(SAMPLE, "id1")).empty


def test_a_sample_and_the_conflict_about_it_are_one_thread(ledger):
    say(ledger, "of the sample")
    say(ledger, "of the conflict", subject=Subject(CONFLICT, "id0"))
    for kind in (SAMPLE, CONFLICT):
        assert thread(ledger, Subject(kind, "id0"))["text"].tolist() == ["of the sample", "of the conflict"]
    assert thread(ledger, Subject(SELECTION, "id0")).empty


def test_the_same_id_writes_once(ledger):
    for repeated in (False, True):
        assert comment(ledger, SAMPLE_0, "once", author=ADA, comment_id="one", **ONE).repeated is repeated
    for repeated in (False, True):
        assert answer(ledger, "one", "yes", author=BEA, comment_id="two", **ONE).repeated is repeated
    for _ in range(2):
        mark_seen(ledger, "two", author=ADA, **ONE)
        withdraw_comment(ledger, "one", author=ADA, **ONE)
    assert rows(ledger) == 4


def test_what_was_taken_back_is_gone_but_its_answers_stay(ledger):
    first, second = say(ledger, "first"), say(ledger, "second")
    answer(ledger, second, "why?", author=BEA, **ONE)
    for one in (first, second):
        withdraw_comment(ledger, one, author=ADA, **ONE)
    found = thread(ledger, SAMPLE_0)
    assert found["text"].tolist() == ["second", "why?"]
    assert found["withdrawn"].tolist() == [True, False]
    with pytest.raises(GlitchAuditError, match="taken back"):
        answer(ledger, first, "too late", author=BEA, **ONE)
    assert all_comments(ledger)["status"].tolist() == ["withdrawn", "withdrawn", "current"]


def test_who_may(ledger):
    written = say(ledger)
    eve = Person("Eve", "viewer")
    for attempt in (
        lambda: say(ledger, author=eve),
        lambda: answer(ledger, written, "no", author=eve, **ONE),
        lambda: mark_seen(ledger, written, author=eve, **ONE),
    ):
        with pytest.raises(GlitchAuditError, match="may not comment"):
            attempt()
    with pytest.raises(GlitchAuditError, match="Ada wrote this"):
        withdraw_comment(ledger, written, author=BEA, **ONE)
    withdraw_comment(ledger, written, author=MO, **ONE)
    assert thread(ledger, SAMPLE_0).empty
    assert rows(ledger) == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"text": "  "}, "comment is empty"),
        ({"text": "x" * (MAX_COMMENT + 1)}, "2000 at most"),
        ({"text": "a\x00b"}, "cannot be shown"),
        ({"asks": "ADA"}, "ask yourself"),
        ({"asks": "x" * 201}, "200 at most"),
        ({"author": ""}, "name is empty"),
        ({"subject": Subject(SAMPLE, "")}, "nothing here"),
    ],
)
def test_what_cannot_be_written_is_refused_in_a_sentence(ledger, options, said):
    with pytest.raises(GlitchAuditError, match=said):
        say(ledger, **options)
    assert not ledger.path.exists() or rows(ledger) == 0


@pytest.mark.parametrize("act", [answer, mark_seen, withdraw_comment])
def test_an_unknown_comment_is_one_sentence(ledger, act):
    say(ledger)
    text = {"text": "x"} if act is answer else {}
    with pytest.raises(GlitchAuditError, match=r"not there|no such"):
        act(ledger, "'; DROP TABLE comment; --", author=ADA, **ONE, **text)
    assert rows(ledger) == 1


def test_a_comment_is_about_something_known(ledger):
    with pytest.raises(ValueError, match="not on 'weather'"):
        say(ledger, subject=Subject("weather", "rain"))


def test_who_is_asked_has_it_waiting_until_it_is_answered_or_seen(ledger):
    first, second = say(ledger, "one", asks="Bea"), say(ledger, "two", asks="bea")
    say(ledger, "to nobody")
    assert waits(ledger, BEA) == ["two", "one"]
    assert waits(ledger, Person(" BEA ")) == ["two", "one"]
    assert waits(ledger, ADA) == [] and waits(ledger, Person("")) == []
    assert thread(ledger, SAMPLE_0, BEA)["waits"].tolist() == [True, True, False]
    assert not thread(ledger, SAMPLE_0)["waits"].any()
    answer(ledger, first, "I see", author=BEA, **ONE)
    mark_seen(ledger, second, author=BEA, **ONE)
    assert waits(ledger, BEA) == []
    # Ada has not seen the answer.
    found = waiting_for(ledger, ADA)
    assert found[["text", "why", "author"]].values.tolist() == [["I see", "answered", "Bea"]]
    mark_seen(ledger, found["comment_id"].iloc[0], author=ADA, **ONE)
    assert waits(ledger, ADA) == []


def test_what_was_taken_back_waits_for_nobody(ledger):
    withdraw_comment(ledger, say(ledger, asks="Bea"), author=ADA, **ONE)
    first = say(ledger, "why", asks="Bea")
    answered = answer(ledger, first, "no", author=BEA, **ONE)
    assert waits(ledger, BEA) == []
    # Her answer taken back, it waits again; and Ada waits for none.
    withdraw_comment(ledger, answered.comment_id, author=BEA, **ONE)
    assert waits(ledger, BEA) == ["why"] and waits(ledger, ADA) == []


def test_a_typed_name_puts_away_nothing_of_who_signed_in(ledger):
    signed_in = Person("Bea", verified=True, issuer="https://id", subject="7")
    first = say(ledger, asks="Bea")
    mark_seen(ledger, first, author=BEA, **ONE)
    assert waits(ledger, BEA) == [] and len(waits(ledger, signed_in)) == 1
    mark_seen(ledger, first, author=signed_in, **ONE)
    assert waits(ledger, signed_in) == []


def test_a_cluster_is_known_again_by_its_samples(ledger):
    before = Subject(CLUSTER, cluster_key("old", 3), "cluster 3 (4 samples)", ("a", "b", "c", "d"))
    first = say(ledger, "two shapes", subject=before)
    answer(ledger, first, "yes", author=BEA, **ONE)
    now = Subject(CLUSTER, cluster_key("new", 0), sample_ids=("b", "c", "d", "e"))
    found = thread(ledger, now)
    assert found["text"].tolist() == ["two shapes", "yes"] and found["earlier"].all()
    assert found["subject_name"].tolist() == ["cluster 3 (4 samples)"] * 2
    assert thread(ledger, Subject(CLUSTER, cluster_key("new", 1), sample_ids=("a", "x", "y"))).empty
    # Another cluster of the same clustering is another one, whatever it holds.
    assert thread(ledger, Subject(CLUSTER, cluster_key("old", 4), sample_ids=before.sample_ids)).empty
    clusters = {0: ("b", "c", "d", "e"), 1: ("a", "x", "y")}
    assert cluster_now(ledger, before.key, clustering="new", clusters=clusters) == 0
    assert cluster_now(ledger, before.key, clustering="old", clusters={3: ("a",)}) == 3
    assert cluster_now(ledger, before.key, clustering="old", clusters={4: ("a",)}) is None
    assert cluster_now(ledger, before.key, clustering="new", clusters={1: ("a", "x", "y")}) is None


def test_history_and_journal_tell_of_it_and_no_label_changes(ledger):
    first = say(ledger, HOSTILE, asks="Bea")
    answer(ledger, first, "yes", author=BEA, **ONE)
    say(ledger, "mixed", subject=Subject(SELECTION, "s1", "the odd island"))
    mark_seen(ledger, first, author=MO, **ONE)
    withdraw_comment(ledger, first, author=ADA, **ONE)
    events = sample_history(ledger, "id0")
    assert events["what"].tolist() == ["commented, asking Bea to look", "answered", "withdrew the comment"]
    assert events["reason"].tolist() == [HOSTILE, "yes", HOSTILE]
    acts = journal(ledger, events["created_at"].iloc[0].date())
    assert acts["what"].tolist()[1] == "commented on the odd island"
    assert acts["sample_id"].tolist() == ["id0", "", "id0", "id0"]
    assert standing(ledger, ["id0"]).judged == 0


def test_a_copy_of_the_ledger_has_all_of_it(ledger, tmp_path):
    first = say(ledger, HOSTILE, asks="Bea")
    answer(ledger, first, "yes", author=BEA, **ONE)
    mark_seen(ledger, first, author=MO, **ONE)
    say(ledger, "of a cluster", subject=Subject(CLUSTER, "c:1", "cluster 1", ("a",)), asks="Bea")
    other = open_ledger(tmp_path / "other.duckdb")
    restore_copy(other, ledger_copy(ledger))
    assert rows(other) == rows(ledger) == 4
    assert thread(other, SAMPLE_0, BEA).equals(thread(ledger, SAMPLE_0, BEA))
    assert waits(other, BEA) == ["of a cluster"] and waits(other, ADA) == ["yes"]
    other.close()


@pytest.mark.file_only("rows of the file are changed by hand")
def test_rows_that_answer_each_other_in_a_circle_are_still_read(ledger):
    """Such rows come from a file that was changed by hand."""
    first = say(ledger, "one")
    second = answer(ledger, first, "two", author=BEA, **ONE).comment_id
    with ledger.cursor() as cursor:
        cursor.execute("UPDATE comment SET answers = ? WHERE comment_id = ?", [second, first])
        cursor.execute("UPDATE comment SET sample_ids = ?", [json.dumps({"no": "list"})])
    assert sorted(thread(ledger, SAMPLE_0)["text"]) == ["one", "two"]
    assert cluster_now(ledger, "old:1", clustering="new", clusters={1: ("a",)}) is None


def test_a_csv_of_comments_runs_nothing_in_a_spreadsheet(ledger):
    withdraw_comment(ledger, say(ledger, "=HYPERLINK(1)\nand on", asks="Bea"), author=ADA, **ONE)
    found = pd.read_csv(io.StringIO(comments_csv(all_comments(ledger))))
    assert found["text"].tolist() == ["'=HYPERLINK(1)\nand on"]
    assert found[["author", "asks", "subject", "status"]].values.tolist() == [["Ada", "Bea", "id0", "withdrawn"]]
    assert not {"author_key", "name_key", "asks_key"} & set(found.columns)


def test_whose_name_it_was_is_known_by_a_comment_too(ledger):
    """Rows of a proved name without an issuer are the account's that first wrote under it: here, a comment."""
    say(ledger, author=Person("Bea", verified=True, issuer="https://id", subject="7"))
    with ledger.cursor() as cursor:
        assert cursor.execute("SELECT * FROM account_of").fetchall() == [("\nbea", "https://id\n7")]


def test_a_missing_ledger_says_nothing_and_is_not_made(tmp_path):
    ledger = open_ledger(tmp_path / "none.duckdb")
    assert thread(ledger, SAMPLE_0, ADA).empty and waiting_for(ledger, ADA).empty and all_comments(ledger).empty
    assert not ledger.path.exists()


def test_comments_about_a_glitch_are_those_on_all_that_holds_it_or_a_picture_of_it(ledger):
    saved = {
        what: save_selection(ledger, Selection(samples, "click"), name=what, author=ADA, **ONE).selection_id
        for what, samples in {"pictures": ("id0/0.5", "id7/1.0"), "others": ("id7", "id00/0.5")}.items()
    }
    wanted = {
        say(ledger),
        say(ledger, subject=Subject(CONFLICT, "id0")),
        say(ledger, subject=Subject(CLUSTER, "a:1", "one", ("id0", "id9"))),
        say(ledger, subject=Subject(SELECTION, saved["pictures"], "pictures")),
    }
    wanted.add(answer(ledger, max(wanted), "yes", author=BEA, **ONE).comment_id)
    say(ledger, subject=Subject(SAMPLE, "id00"))
    say(ledger, subject=Subject(CLUSTER, "a:2", "two", ("id8", "id9")))
    say(ledger, subject=Subject(SELECTION, saved["others"], "others"))
    assert comments_about(ledger, {"id0", "id5"}) == wanted
    assert comments_about(ledger, ()) == frozenset()
