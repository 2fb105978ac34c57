"""The log as JSON: one object a line, and no name of a person in it, whatever went wrong."""

import io
import json
import logging

import pytest

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.json_log import LOG_VARIABLE, json_is_asked_for, log_as_json
from core.ledger import Person, open_ledger, propose, withdraw

FIRST, LAST = "Hypatia", "Alexandrina"
AUTHOR = f"{FIRST} {LAST}"


@pytest.fixture
def written():
    """What the log writes from now on, at its most talkative; the log is as before afterwards."""
    root = logging.getLogger()
    handlers, level, factory = root.handlers[:], root.level, logging.getLogRecordFactory()
    log_as_json()
    (handler,) = root.handlers
    handler.setStream(text := io.StringIO())
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in text.getvalue().splitlines()]
    logging.setLogRecordFactory(factory)
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_record_is_one_object(written):
    logging.getLogger("core.x").warning("%s is damaged:\nset aside", "layout")
    (line,) = written()
    assert line.pop("time").endswith("Z") and line == {
        "level": "WARNING",
        "logger": "core.x",
        "message": "layout is damaged:\nset aside",
    }


def test_of_an_error_the_kind_and_the_places_are_written_and_not_what_it_says(written):
    try:
        raise GlitchAuditError(f"{AUTHOR} has reviewed this already")
    except GlitchAuditError as error:
        logging.getLogger("a").exception("It failed: %s", error)  # noqa: TRY401 - others do so
        logging.getLogger("a").error(error)  # noqa: TRY400
        logging.getLogger("a").error("as pairs %(error)s", {"error": "fine"})  # noqa: TRY400
    first, second, third = written()
    assert first["message"] == "It failed: core.errors.GlitchAuditError" == f"It failed: {first['error']}"
    assert len(first["at"]) == 1 and "test_json_log.py" in first["at"][0]
    assert second["message"] == "core.errors.GlitchAuditError" and third["message"] == "as pairs fine"
    assert LAST not in json.dumps([first, second, third])


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ('"GET /review?by=Hypatia&n=1 HTTP/1.1"', '"GET /review?… HTTP/1.1"'),
        ("from https://host/callback?code=secret now", "from https://host/callback?… now"),
        ("is it well?", "is it well?"),
    ],
)
def test_addresses_lose_their_queries(written, address, shown):
    logging.getLogger("some.access").info("%s", address)
    assert written()[0]["message"] == shown


def test_no_name_is_written_after_a_proposal(written, tmp_path):
    ledger = open_ledger(tmp_path / "corrections.duckdb")
    person = Person(AUTHOR, role="reviewer")
    batch = propose(
        ledger, Selection(("a", "b"), "lasso"), {"a": "Blip", "b": "Blip"}, "Tomte", author=person, app_version="0"
    )
    try:
        withdraw(ledger, batch.batch_id, author="Somebody Else")
    except GlitchAuditError:
        logging.getLogger("core.ledger").exception("refused")
    try:
        raise ValueError(f"no act of {AUTHOR} can be read")
    except ValueError:
        logging.getLogger("streamlit").exception("Uncaught app execution")
    logging.getLogger("core").info("done")
    lines = written()
    assert [line for line in lines if line["message"] == "done"]
    said = json.dumps(lines, ensure_ascii=False)
    assert FIRST not in said and LAST not in said and "Somebody" not in said


@pytest.mark.parametrize(("text", "asked"), [("json", True), (" JSON ", True), ("", False), ("text", False)])
def test_it_is_asked_for_by_the_environment(monkeypatch, text, asked):
    monkeypatch.setenv(LOG_VARIABLE, text)
    assert json_is_asked_for() is asked
