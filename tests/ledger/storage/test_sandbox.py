"""A visitor's sandbox: apart from all others, gone with its holder, carried away and restored as a file."""

import gc
import io
import json
import threading
import zipfile

import pandas as pd
import pytest

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import ProposalFilters, batches, proposals, propose, restore, withdraw
from core.ledger.acts.commenting import comment
from core.ledger.acts.saving_selections import save_selection
from core.ledger.exchange.copying import LIMITS, ledger_copy, restore_copy, sandbox_from_copy
from core.ledger.people import Person
from core.ledger.storage.sandbox import Sandbox
from core.ledger.storage.schema import VERSION
from core.ledger.views.comments import Subject, all_comments
from core.ledger.views.saved_selections import saved_selections


@pytest.fixture
def sandbox():
    made = Sandbox()
    yield made
    made.discard()


def propose_two(ledger, author="Ada", label="Whistle"):
    selection = Selection(("a", "b"), how="lasso", polygon=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))
    return propose(ledger, selection, {"a": "Blip", "b": "Tomte"}, label, author=author, app_version="0.1")


def test_two_sandboxes_do_not_see_each_other(sandbox):
    other = Sandbox()
    propose_two(sandbox.ledger)
    assert len(proposals(sandbox.ledger)) == 2
    assert proposals(other.ledger).empty
    other.discard()


def test_the_folder_goes_with_the_last_holder():
    made = Sandbox()
    propose_two(made.ledger)
    folder = made.ledger.path.parent
    assert folder.exists()
    del made
    gc.collect()
    assert not folder.exists()


def test_everything_comes_back_and_work_goes_on(sandbox):
    ada = Person("Ada", "moderator")
    batch = propose_two(sandbox.ledger, ada)
    withdraw(sandbox.ledger, batch.batch_id, author=ada)
    save_selection(sandbox.ledger, Selection(("a",), "click"), name="one", author=ada, app_version="0.1")
    comment(sandbox.ledger, Subject("sample", "a"), "look", author=ada, asks="Bea", app_version="0.1")
    restored = sandbox_from_copy(ledger_copy(sandbox.ledger))
    everything = ProposalFilters(status="all")
    pd.testing.assert_frame_equal(proposals(sandbox.ledger, everything), proposals(restored.ledger, everything))
    pd.testing.assert_frame_equal(batches(sandbox.ledger), batches(restored.ledger))
    pd.testing.assert_frame_equal(saved_selections(sandbox.ledger), saved_selections(restored.ledger))
    pd.testing.assert_frame_equal(all_comments(sandbox.ledger), all_comments(restored.ledger))
    restore(restored.ledger, batch.batch_id, author=ada)
    propose_two(restored.ledger, ada, label="Helix")
    # What was written after the restoring is the latest.
    assert batches(restored.ledger)["label_proposed"].tolist()[0] == "Helix"
    restored.discard()


def test_an_empty_sandbox_is_a_copy_too(sandbox):
    restored = sandbox_from_copy(ledger_copy(sandbox.ledger))
    assert proposals(restored.ledger).empty
    restored.discard()


def test_names_from_a_file_are_not_verified(sandbox):
    propose_two(sandbox.ledger, Person("Ada", verified=True))
    restored = sandbox_from_copy(ledger_copy(sandbox.ledger))
    assert proposals(sandbox.ledger)["author_verified"].all()
    assert not proposals(restored.ledger)["author_verified"].any()
    restored.discard()


def test_a_ledger_with_rows_is_not_overwritten(sandbox):
    propose_two(sandbox.ledger)
    content = ledger_copy(sandbox.ledger)
    with pytest.raises(GlitchAuditError, match="empty ledger only"):
        restore_copy(sandbox.ledger, content)
    assert len(proposals(sandbox.ledger)) == 2


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


ABOUT = json.dumps({"form": "Glitch Audit ledger copy", "schema_version": VERSION})


def parquet(**columns):
    buffer = io.BytesIO()
    pd.DataFrame(columns).to_parquet(buffer)
    return buffer.getvalue()


def changed(content, table, change):
    """A copy with one of its tables changed."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    frame = change(pd.read_parquet(io.BytesIO(parts[f"{table}.parquet"])))
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    parts[f"{table}.parquet"] = buffer.getvalue()
    return zipped(**parts)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 and then nothing",
        b"not a zip at all",
        zipped(),
        zipped(about__json="[]"),
        zipped(about__json="{"),
        zipped(about__json=ABOUT.replace("ledger copy", "something")),
        zipped(about__json=ABOUT, batch__parquet=b"PAR1 broken PAR1"),
        zipped(about__json=ABOUT, batch__pickle=b"\x80\x04."),
        zipped(about__json=ABOUT, **{"../../batch__parquet": parquet(a=[1])}),
        zipped(about__json=ABOUT, schema_version__parquet=parquet(version=[99])),
        zipped(about__json=ABOUT, batch__parquet=parquet(a=[1])),
        zipped(about__json=ABOUT, batch__parquet=parquet(batch_id=["x"])),
        zipped(about__json=ABOUT.replace(f"{VERSION}", f"{VERSION + 1}")),
        b"x" * (LIMITS.archive_bytes + 1),
    ],
    # Not by their bytes: a ZIP holds the time, and the processes that share the tests would name them differently.
    ids=lambda content: f"{len(content)} bytes",
)
def test_a_wrong_file_is_one_sentence_and_leaves_nothing(content, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(GlitchAuditError) as refused:
        sandbox_from_copy(content)
    assert str(refused.value).endswith(".") and "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("correction", lambda frame: frame.assign(sequence=2**62)),
        ("correction", lambda frame: frame.assign(sequence=-1)),
        ("correction", lambda frame: pd.concat([frame, frame])),
        ("correction", lambda frame: frame.assign(sample_id=None)),
        ("batch", lambda frame: frame.assign(created_at="yesterday")),
        ("batch", lambda frame: frame.assign(filters="[[[")),
        ("batch", lambda frame: frame.assign(filters="[1, 2]")),
        ("batch", lambda frame: frame.assign(polygon="7")),
        ("batch", lambda frame: frame.assign(samples=2**40)),
    ],
)
def test_a_tampered_copy_is_refused(sandbox, table, change):
    propose_two(sandbox.ledger)
    with pytest.raises(GlitchAuditError):
        sandbox_from_copy(changed(ledger_copy(sandbox.ledger), table, change))


@pytest.mark.parametrize("change", [{"filters": "[1, 2]"}, {"polygon": "7"}])
def test_what_cannot_be_read_is_found_out_before_anything_is_kept(sandbox, ledger, change):
    propose_two(sandbox.ledger)
    content = changed(ledger_copy(sandbox.ledger), "batch", lambda frame: frame.assign(**change))
    with pytest.raises(GlitchAuditError, match="nothing was restored"):
        restore_copy(ledger, content)
    with ledger.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM correction").fetchone() == (0,)
    assert restore_copy(ledger, ledger_copy(sandbox.ledger)) > 0


def test_a_zip_bomb_is_refused_before_it_is_unpacked(sandbox):
    bomb = zipped(about__json=ABOUT, batch__parquet=b"\0" * 250_000_000)
    assert len(bomb) < LIMITS.archive_bytes
    with pytest.raises(GlitchAuditError, match="far too large"):
        sandbox_from_copy(bomb)


def test_hostile_text_stays_text(sandbox):
    selection = Selection(("'; DROP TABLE batch; --",), how="click")
    propose(
        sandbox.ledger,
        selection,
        {"'; DROP TABLE batch; --": "=1+1"},
        "<img src=x onerror=alert(1)>",
        author="Robert'); --",
        app_version="0.1",
    )
    restored = sandbox_from_copy(ledger_copy(sandbox.ledger))
    row = proposals(restored.ledger).iloc[0]
    assert (row["sample_id"], row["label_proposed"]) == ("'; DROP TABLE batch; --", "<img src=x onerror=alert(1)>")
    restored.discard()


def test_an_act_between_two_tables_of_a_copy_is_in_it_whole_or_not_at_all(sandbox, monkeypatch):
    """An act is written each time a table has been read: whatever is in the copy has to belong together."""
    import pyarrow.parquet

    propose_two(sandbox.ledger, "Ada")
    write_table, written = pyarrow.parquet.write_table, []

    def meanwhile(rows, part, **options):
        write_table(rows, part, **options)
        writer = threading.Thread(target=lambda: written.append(propose_two(sandbox.ledger, f"Ben{len(written)}")))
        writer.start()
        writer.join()

    monkeypatch.setattr(pyarrow.parquet, "write_table", meanwhile)
    content = ledger_copy(sandbox.ledger)
    assert len(written) >= 8
    restored = sandbox_from_copy(content)
    assert batches(restored.ledger)["author"].tolist() == ["Ada"]
    with restored.ledger.cursor() as cursor:
        counts = cursor.execute(
            "SELECT count(*) FILTER (batch_id NOT IN (SELECT batch_id FROM batch)), count(*) FROM correction"
        ).fetchone()
    assert counts == (0, 2)
    # The next copy has all of them.
    monkeypatch.undo()
    assert len(batches(sandbox_from_copy(ledger_copy(sandbox.ledger)).ledger)) == 1 + len(written)
    restored.discard()


def test_a_copy_of_an_older_version_or_with_a_false_key_gets_the_right_keys(sandbox):
    propose_two(sandbox.ledger, "ΟΔΥΣΣΕΥΣ")
    for change in (lambda rows: rows.drop(columns="author_key"), lambda rows: rows.assign(author_key="somebody")):
        restored = sandbox_from_copy(changed(ledger_copy(sandbox.ledger), "correction", change))
        with restored.ledger.cursor() as cursor:
            keys = cursor.execute("SELECT DISTINCT author_key FROM correction").fetchall()
        assert keys == [("οδυσσευσ",)]
        restored.discard()


def proposals_in_a_chain(*refers_to):
    """A change of the batch table: the first row again and again, each referring to the batch of that number."""

    def change(frame):
        rows = pd.concat([frame.iloc[:1]] * len(refers_to), ignore_index=True)
        return rows.assign(
            batch_id=[f"b{number}" for number in range(len(rows))],
            refers_to=[None if number is None else f"b{number}" for number in refers_to],
        )

    return change


@pytest.mark.parametrize("refers_to", [(0,), (1, 0), (None, 2, 3, 1)], ids=["itself", "two", "three"])
def test_batches_in_a_circle_are_refused(sandbox, refers_to):
    propose_two(sandbox.ledger)
    with pytest.raises(GlitchAuditError, match="circle"):
        sandbox_from_copy(changed(ledger_copy(sandbox.ledger), "batch", proposals_in_a_chain(*refers_to)))


def test_a_chain_longer_than_any_team_would_make_is_refused_and_a_long_one_is_not(sandbox):
    propose_two(sandbox.ledger)
    content = ledger_copy(sandbox.ledger)
    with pytest.raises(GlitchAuditError, match="more often than any team"):
        sandbox_from_copy(changed(content, "batch", proposals_in_a_chain(None, *range(2_000))))
    restored = sandbox_from_copy(changed(content, "batch", proposals_in_a_chain(None, *range(200))))
    with restored.ledger.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM batch").fetchone() == (201,)
