"""The ledger file: shared by threads, held by other programs, moved away, damaged, out of reach."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import ProposalFilters, batches, current_labels, open_ledger, proposals, propose

pytestmark = pytest.mark.file_only("about the file: held, moved, damaged, out of reach")

HOLD = """
import sys, duckdb

connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def hold():
    """Starts a second program that holds a DuckDB file until it is told to stop."""
    programs = []

    def start(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        program = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        programs.append(program)
        assert program.stdout.readline() == "held\n"
        return program

    yield start
    for program in programs:
        program.communicate()


def propose_one(ledger, sample, label="Tomte"):
    return propose(ledger, Selection((sample,), "click"), {sample: "Blip"}, label, author="Ada", app_version="0.1")


def test_one_file_has_one_ledger_however_it_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert open_ledger(tmp_path / "a.duckdb") is open_ledger("x/../a.duckdb")
    assert open_ledger(tmp_path / "a.duckdb") is not open_ledger(tmp_path / "b.duckdb")


def test_a_missing_ledger_reads_as_empty_and_is_not_made(ledger, labels):
    assert proposals(ledger).empty
    assert batches(ledger).empty
    assert current_labels(ledger, labels).equals(labels)
    assert ledger.problem() is None
    assert not ledger.path.exists()


def test_an_empty_ledger_lists_the_columns_of_a_full_one(ledger):
    empty, none = proposals(ledger), batches(ledger)
    propose_one(ledger, "a")
    assert proposals(ledger).columns.tolist() == empty.columns.tolist()
    assert batches(ledger).columns.tolist() == none.columns.tolist()


def test_threads_write_and_read_at_once_and_each_gets_its_own_rows(ledger):
    def work(number):
        ids = tuple(f"{number}-{place}" for place in range(20))
        batch = propose(
            ledger, Selection(ids, "lasso"), dict.fromkeys(ids, "Blip"), f"L{number}", author="A", app_version="0"
        )
        return all(
            proposals(ledger, ProposalFilters(batch_ids=(batch.batch_id,)))["sample_id"].tolist() == list(ids)
            for _ in range(3)
        )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(12)))
    assert len(proposals(ledger)) == 12 * 20
    assert len(batches(ledger)) == 12


def test_a_file_that_another_program_holds_is_one_sentence_with_its_process_id(ledger, labels, hold):
    program = hold(ledger.path)
    with pytest.raises(GlitchAuditError, match=f"process {program.pid}.*everything but proposing works"):
        propose_one(ledger, "a")
    assert "everything but proposing works" in ledger.problem()
    assert proposals(ledger).empty
    assert batches(ledger).empty
    assert current_labels(ledger, labels).equals(labels)


def test_proposing_works_again_once_the_other_program_has_closed(ledger, hold):
    program = hold(ledger.path)
    assert ledger.problem()
    program.communicate()
    assert propose_one(ledger, "a").samples == 1
    assert ledger.problem() is None


def test_closing_releases_the_file_and_the_next_call_opens_it_again(ledger):
    propose_one(ledger, "a")
    ledger.close()
    with duckdb.connect(str(ledger.path)) as other:
        assert other.execute("SELECT count(*) FROM correction").fetchone() == (1,)
    propose_one(ledger, "b")
    assert len(proposals(ledger)) == 2


def test_rows_are_not_written_into_a_file_that_was_moved_away(ledger):
    propose_one(ledger, "a")
    ledger.path.rename(ledger.path.with_name("moved.duckdb"))
    propose_one(ledger, "b")
    ledger.close()
    with duckdb.connect(str(ledger.path)) as now:
        assert now.execute("SELECT sample_id FROM correction").fetchall() == [("b",)]


@pytest.mark.parametrize("content", [b"", b"no database" * 500], ids=["empty", "something else"])
def test_a_damaged_file_is_one_sentence_and_left_as_it_is(ledger, content):
    ledger.path.parent.mkdir(parents=True)
    ledger.path.write_bytes(content)
    with pytest.raises(GlitchAuditError, match="damaged or is no DuckDB file"):
        propose_one(ledger, "a")
    assert proposals(ledger).empty
    assert ledger.path.read_bytes() == content


def test_a_truncated_file_is_one_sentence(ledger):
    propose_one(ledger, "a")
    ledger.close()
    content = ledger.path.read_bytes()
    ledger.path.write_bytes(content[: len(content) // 3])
    with pytest.raises(GlitchAuditError, match=r"The ledger .*corrections\.duckdb"):
        propose_one(ledger, "b")


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(GlitchAuditError, match=r"The ledger .* cannot be"):
        propose_one(open_ledger(tmp_path / "file" / "corrections.duckdb"), "a")


@pytest.mark.parametrize(
    "error",
    [PermissionError(13, "Permission denied"), duckdb.IOException('Cannot open file "x": Read-only file system')],
)
def test_a_folder_without_the_right_to_write_is_one_sentence(ledger, monkeypatch, error):
    # Tests may run as root, who may write anywhere, so the refusal is played.
    def refuse(path, **settings):
        raise error

    monkeypatch.setattr(duckdb, "connect", refuse)
    with pytest.raises(GlitchAuditError, match="choose a workspace in a folder that you may write to"):
        propose_one(ledger, "a")
