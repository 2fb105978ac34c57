"""The works that the benchmark ``faults`` kills, from preparing to settings.

Each can be done again after a kill, and what a kill left is looked at in a process of its own.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

import core.pipeline.audit
from benchmarks.kill_outputs import (
    check_exports,
    check_settings,
    check_training,
    export_all,
    exported,
    keep_settings,
    settings_outcome,
    train,
    trained_outcome,
)
from benchmarks.kill_sets import data_set, empty, ledger_of, only_data, silent, with_corrections, workspace_of
from benchmarks.kills import Scenario, Tell
from core.dataset.selection import Selection
from core.ledger import (
    BackupRule,
    Person,
    ProposalFilters,
    SuspectCase,
    decide,
    judge,
    list_backups,
    open_ledger,
    proposals,
    propose,
    propose_taxonomy_change,
    recover,
    recovery_offer,
    reopen,
    restore,
    review,
    withdraw,
)
from core.ledger.acts.commenting import comment
from core.ledger.acts.saving_selections import save_selection
from core.ledger.exchange import ledger_state
from core.ledger.exchange.copying import ledger_copy, restore_copy
from core.ledger.storage.backups import read_whole
from core.ledger.storage.last_event import noted_extent
from core.ledger.views.comments import Subject
from core.pipeline.settings import Settings
from core.pipeline.snapshot import read_dataset, read_snapshot
from core.pipeline.stages import load_prepared, prepare
from core.seals import flaw_of

MODERATOR = Person("Mo", "moderator")
_TABLES = {
    "batch": "batch_id",
    "review": "review_id",
    "judgement": "judgement_id",
    "decision": "decision_id",
    "taxonomy_change": "change_id",
    "saved_selection": "selection_id",
    "comment": "comment_id",
}


def whole_results(folder: Path) -> list[str]:
    """Faults of the cache after a kill: what is under a result's name has to be what was written."""
    workspace = workspace_of(folder)
    if read_snapshot(workspace) is not None:
        load_prepared(workspace)
    results = [path for path in workspace.cache.glob("[!.]*-*") if path.is_dir() and ".damaged-" not in path.name]
    return [f"half: {path.name}: {flaw}" for path in results if (flaw := flaw_of(path))]


def prepare_all(folder: Path, tell: Tell) -> None:
    """Read, prepare and audit, as ``python -m core prepare`` does."""
    workspace = workspace_of(folder)
    tell(("read", read_dataset(workspace).fingerprint))
    settings = Settings(vectors=str(folder / "vectors.npy"))
    prepared = prepare(workspace, report=silent, settings=settings)
    tell(("prepared", prepared.fingerprint))
    tell(("audited", core.pipeline.audit.run_audit(prepared, report=silent).fingerprint))


def check_prepared(folder: Path, told: list[object]) -> list[str]:
    """What was told is there."""
    faults, workspace, said = whole_results(folder), workspace_of(folder), dict(told)
    if "read" in said and read_snapshot(workspace).fingerprint != said["read"]:
        faults.append("lost: the data set")
    prepared = load_prepared(workspace) if "prepared" in said else None
    if "prepared" in said and (prepared is None or prepared.fingerprint != said["prepared"]):
        faults.append("lost: the map")
    if "audited" in said and core.pipeline.audit.load_audit(prepared) is None:
        faults.append("lost: the audit")
    return faults


def prepared_outcome(folder: Path) -> object:
    """The fingerprints of the map and the audit."""
    prepared = load_prepared(workspace_of(folder))
    return prepared.fingerprint, core.pipeline.audit.load_audit(prepared).fingerprint


def prepare_damaged(folder: Path) -> None:
    """A prepared workspace in which one file of each result is cut."""
    data_set(folder)
    prepare_all(folder, silent)
    for result in sorted(workspace_of(folder).cache.glob("*-*")):
        files = sorted(path for path in result.iterdir() if path.suffix in (".npy", ".parquet", ".jpg"))
        if files:
            os.truncate(files[0], files[0].stat().st_size // 2)


def check_healing(folder: Path, told: list[object]) -> list[str]:
    """Damaged results lie there until they are made again; none of them may be shown."""
    workspace, said = workspace_of(folder), dict(told)
    if read_snapshot(workspace) is None:
        return ["lost: the data set"] if "read" in said else []
    prepared = load_prepared(workspace)
    wrong = "prepared" in said and (prepared is None or prepared.fingerprint != said["prepared"])
    return ["lost: the map"] if wrong else []


def write_acts(folder: Path, tell: Tell) -> None:
    """Every kind of act, each under an id of its own, so that doing it again adds nothing."""
    ledger = ledger_of(folder)
    ledger.backup_rule = BackupRule(writes=7)
    ids = tuple(f"s{number}" for number in range(30))
    plain = {"author": "Ada", "app_version": "0"}
    for number, label in enumerate(("Whistle", "Helix", "Tomte")):
        chosen = Selection(ids[number * 5 : number * 5 + 10], "lasso")
        propose(ledger, chosen, dict.fromkeys(ids, "Blip"), label, batch_id=f"b{number}", **plain)
        tell(("batch", f"b{number}"))
    written = proposals(ledger, ProposalFilters(batch_ids=("b0",), status="all"))
    corrections = written.set_index("sample_id")["correction_id"]
    for number, verdict in enumerate(("accept", "reject", "unsure")):
        review(ledger, corrections[f"s{number}"], verdict, author="Ben", app_version="0", review_id=f"r{number}")
        tell(("review", f"r{number}"))
    for number, verdict in enumerate(("keep", "accept", "skip")):
        judge(ledger, SuspectCase(f"s{20 + number}", "Blip", "Tomte"), verdict, judgement_id=f"j{number}", **plain)
        tell(("judgement", f"j{number}"))
    by = {"author": MODERATOR, "reason": "seen", "app_version": "0"}
    decide(ledger, "s5", "Helix", decision_id="d0", **by)
    tell(("decision", "d0"))
    reopen(ledger, "s5", decision_id="d1", **by)
    tell(("decision", "d1"))
    propose_taxonomy_change(ledger, "new class", becomes=("Crown",), sample_ids=ids[:2], change_id="t0", **by)
    tell(("taxonomy_change", "t0"))
    save_selection(ledger, Selection(ids[:3], "lasso"), name="three", selection_id="x0", **plain)
    tell(("saved_selection", "x0"))
    comment(ledger, Subject("sample", "s0"), "look", asks="Ben", comment_id="c0", **plain)
    tell(("comment", "c0"))
    tell(("batch", withdraw(ledger, "b2", author="Ada").batch_id))
    tell(("batch", restore(ledger, "b2", author="Ada").batch_id))
    ledger.close()


def check_acts(folder: Path, told: list[object]) -> list[str]:
    """Each acknowledged act is there, none is half there, each backup is whole, and the note asks for no more."""
    ledger = ledger_of(folder)
    if (trouble := ledger.problem()) is not None:
        return [f"lost: {trouble}"]
    faults = []
    with ledger.cursor() as cursor:
        there = {
            table: {row[0] for row in cursor.execute(f"SELECT {name} FROM {table}").fetchall()}
            for table, name in _TABLES.items()
        }
        half = cursor.execute(
            "SELECT coalesce(batch.batch_id, said.batch_id) FROM batch FULL JOIN "
            "(SELECT batch_id, count(*) AS rows FROM correction GROUP BY batch_id) AS said USING (batch_id) "
            "WHERE batch.samples IS DISTINCT FROM said.rows"
        ).fetchall()
    faults += [f"lost: {table} {name}" for table, name in told if name not in there[table]]
    faults += [f"half: batch {name}" for (name,) in half]
    faults += half_backups(folder)
    ledger.close()
    return faults


def half_backups(folder: Path) -> list[str]:
    """Backups that do not hold what their names say."""
    faults = []
    for backup in list_backups(folder / "corrections.duckdb"):
        try:
            if read_whole(backup.path) != (backup.rows, backup.content):
                faults.append(f"half: {backup.path.name}")
        except duckdb.Error as error:
            faults.append(f"half: {backup.path.name}: {error}")
    return faults


def acts_outcome(folder: Path) -> object:
    """The ids of all rows, in a hash, and what was noted of them."""
    state = ledger_state(ledger_of(folder))
    return state.events, state.fingerprint, noted_extent(folder / "corrections.duckdb").rows


def write_with_backups(folder: Path, tell: Tell) -> None:
    """Six proposals, each with a backup before it, of which three are kept."""
    ledger = ledger_of(folder)
    ledger.backup_rule = BackupRule(writes=1, keep_newest=3, keep_days=1)
    for number in range(6):
        chosen = Selection((f"s{number}",), "click")
        propose(ledger, chosen, {f"s{number}": "Blip"}, "Tomte", author="Ada", app_version="0", batch_id=f"b{number}")
        tell(("batch", f"b{number}"))
    ledger.close()


def damaged_ledger(folder: Path) -> None:
    """A ledger with backups whose file is no database any more."""
    write_with_backups(folder, silent)
    ledger = ledger_of(folder)
    ledger.back_up_if_due()
    ledger.close()
    ledger.path.write_bytes(b"no database" * 5000)


def recover_ledger(folder: Path, tell: Tell) -> None:
    """Put the newest backup in place, where it is not there yet."""
    ledger = ledger_of(folder)
    if recovery_offer(ledger) is not None:
        tell(("recovered", recover(ledger, author="Ada").rows))
    with ledger.cursor():
        pass
    ledger.close()


def check_recovery(folder: Path, told: list[object]) -> list[str]:
    """Either a recovery is still offered, with all rows, or it was made."""
    ledger = ledger_of(folder)
    offer = recovery_offer(ledger)
    if offer is not None:
        return [] if offer.backup is not None and offer.backup.rows == 12 and not told else ["lost: the recovery"]
    rows = ledger_state(ledger).events
    ledger.close()
    return ([] if rows == 12 else [f"lost: {12 - rows} rows"]) + half_backups(folder)


def recovered_outcome(folder: Path) -> object:
    """The ids of all rows, in a hash."""
    state = ledger_state(ledger_of(folder))
    return state.events, state.fingerprint


def fill(folder: Path, tell: Tell) -> None:
    """Bring the whole ledger into an empty one, where it is not there yet."""
    ledger, other = ledger_of(folder), open_ledger(folder / "other" / "corrections.duckdb")
    if not ledger_state(other).events:
        tell(("rows", restore_copy(other, ledger_copy(ledger))))
    ledger.close()
    other.close()


def check_filled(folder: Path, told: list[object]) -> list[str]:
    """All rows or none."""
    other = open_ledger(folder / "other" / "corrections.duckdb")
    if (trouble := other.problem()) is not None:
        return [f"lost: {trouble}"]
    rows = ledger_state(other).events
    wanted = ledger_state(ledger_of(folder)).events
    faults = [] if rows in (0, wanted) else [f"half: {rows} of {wanted} rows"]
    return faults + (["lost: the rows"] if told and not rows else [])


def filled_outcome(folder: Path) -> object:
    """The ids of all rows of the filled ledger, in a hash."""
    return ledger_state(open_ledger(folder / "other" / "corrections.duckdb")).fingerprint


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("preparing", only_data, prepare_all, check_prepared, prepared_outcome),
        Scenario("healing a damaged cache", prepare_damaged, prepare_all, check_healing, prepared_outcome),
        Scenario("acts of every kind", empty, write_acts, check_acts, acts_outcome),
        Scenario("backups", empty, write_with_backups, check_acts, acts_outcome),
        Scenario("recovering a ledger", damaged_ledger, recover_ledger, check_recovery, recovered_outcome),
        Scenario("filling a ledger", with_corrections, fill, check_filled, filled_outcome),
        Scenario("exports", with_corrections, export_all, check_exports, exported),
        Scenario("training checkpoints", empty, train, check_training, trained_outcome),
        Scenario("settings and names", only_data, keep_settings, check_settings, settings_outcome),
    )
}
