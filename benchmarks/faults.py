"""Kills at every rename, sync and commit, a page beside the command line, full and read-only disks: what is left.

    python -m benchmarks.faults [--kills 200]

The kills are aimed (``benchmarks/kills.py``): a work runs in a process of its own that kills itself with SIGKILL before
or after one of its renames, syncs or commits, each time another one. After each kill a new process looks at what is
there: every acknowledged act, no half file under a whole one's name, a workspace that opens. Then the work is done
again, and must come to the result that it has without a kill. Beside it a page's job and a command line prepare one
data set at once, and one of them is killed; and every place that is written to is tried on a disk that is full, and on
one that may only be read (small tmpfs mounts, so this part needs the right to mount). Pictures are parsed in the same
process here, not behind the gate. Kept in benchmarks/results/faults.txt.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path

from benchmarks.kill_outputs import export_all, exported, keep_settings, train
from benchmarks.kill_scenarios import SCENARIOS, prepare_all, prepared_outcome, write_with_backups
from benchmarks.kill_sets import data_set, silent, with_corrections, workspace_of
from benchmarks.kills import aimed, in_child
from benchmarks.machine import when_and_where
from core.errors import GlitchAuditError
from core.jobs.job import job_status, start_job
from core.ledger import list_backups
from core.workspace import PROJECT_ROOT

SHARES = {
    "preparing": 0.2,
    "healing a damaged cache": 0.1,
    "acts of every kind": 0.28,
    "backups": 0.12,
    "recovering a ledger": 0.05,
    "filling a ledger": 0.05,
    "exports": 0.05,
    "training checkpoints": 0.1,
    "settings and names": 0.05,
}
DISK_MB = 40
WAIT_S = 120.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults")
    parser.add_argument("--kills", type=int, default=200, help="in all (default 200)")
    options = parser.parse_args()
    for line in chain(_heading(), kill_lines(options.kills), [""], together_lines(), [""], disk_lines()):
        print(line, flush=True)


def kill_lines(kills: int) -> Iterator[str]:
    """The table of the aimed kills, and a sentence for each fault."""
    yield f"{'work':24} {'places':>6} {'kills':>6} {'told':>6} {'lost':>6} {'half':>6} {'done again, same result':>24}"
    faults, total = [], 0
    for name, scenario in SCENARIOS.items():
        tally = aimed(scenario, max(1, round(SHARES[name] * kills)))
        faults += tally.faults
        total += tally.kills
        yield (
            f"{name:24} {tally.places:6} {tally.kills:6} {tally.told:6} {tally.lost:6} {tally.half:6} "
            f"{f'{tally.recovered} of {tally.kills}':>24}"
        )
    yield f"{total} kills; told: acts acknowledged before the kill; lost: those of them that were gone after it"
    yield from faults or ["no fault"]


def together_lines() -> Iterator[str]:
    """A page's job and a command line on one data set, one of them killed in most rounds."""
    yield "a page prepares beside the command line"
    for number, victim in enumerate((None, "page", "command line"), 1):
        with tempfile.TemporaryDirectory() as scratch:
            yield f"  {number}. {_together(Path(scratch), victim)}"


def _together(folder: Path, victim: str | None) -> str:
    source = data_set(folder)
    workspace = workspace_of(folder)
    vectors, first = ["--vectors", str(folder / "vectors.npy")], ""
    page = ["prepare", str(source), "--quiet", *vectors]
    command = [sys.executable, "-m", "core", *page]
    if victim != "command line":
        start_job(workspace, page, subject="prepare")
    terminal = subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if victim is not None:
        _wait(lambda: job_status(workspace).process)
    if victim == "page":
        os.kill(job_status(workspace).process, 9)
    elif victim == "command line":
        kept_out = not start_job(workspace, page, subject="prepare")
        terminal.kill()
        terminal.wait()
        started = start_job(workspace, page, subject="prepare")
        first = f"the page was kept out before the kill: {kept_out}, and starts after it: {started}; "
    _, error = terminal.communicate(timeout=WAIT_S)
    _wait(lambda: not job_status(workspace).running)
    ends = {0: "did it", -9: "killed"}
    said = ends.get(terminal.returncode, f"refused: {error.strip()[:110]} …")
    state = job_status(workspace).state
    again = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=WAIT_S)
    in_child(prepare_all, folder, silent)
    whole = in_child(prepared_outcome, folder)
    return (
        f"killed: {victim or 'nobody'}; {first}the job then: {state}; the command line: {said}; once more: "
        f"{'done' if again.returncode == 0 else again.stderr.strip()}, map {whole[0]}"
    )


def _wait(condition: Callable[[], object]) -> None:
    last = time.monotonic() + WAIT_S
    while not condition() and time.monotonic() < last:
        time.sleep(0.1)


def disk_lines() -> Iterator[str]:
    """Each place that is written to, on a full disk and on one that may only be read."""
    yield "a disk that is full, and one that may only be read"
    for place, (prepare, act, count) in PLACES.items():
        for kind in ("full", "read-only"):
            with tempfile.TemporaryDirectory() as scratch, small_disk(Path(scratch)) as (folder, spoil, mend):
                if folder is None:
                    yield "  left out: nobody may mount a small disk here"
                    return
                in_child(prepare, folder)
                before = in_child(count, folder)
                spoil(kind)
                said = in_child(tried, act, folder)
                kept = in_child(count, folder)
                mend(kind)
                after = in_child(tried, act, folder)
                yield f"  {place}, {kind}: {said}"
                yield f"    whole ones there: {before} before, {kept} then; with room and right again: {after}"


def tried(act: Callable, folder: Path) -> str:
    """The sentence that an act is refused with, "done", or the error that is none of ours."""
    try:
        act(folder, silent)
    except GlitchAuditError as error:
        return f"refused: {str(error).replace(str(folder), 'DISK')}"
    except Exception as error:
        return f"FAULT: {type(error).__name__}: {error}"
    return "done"


@contextmanager
def small_disk(scratch: Path):
    """A small disk, a function that spoils it, and one that mends it; None for it without the right to mount."""
    folder = scratch / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True).returncode:
        yield None, None, None
        return

    def spoil(kind: str) -> None:
        if kind == "read-only":
            subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
            return
        with (folder / "ballast").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))

    def mend(kind: str) -> None:
        if kind == "read-only":
            subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
        (folder / "ballast").unlink(missing_ok=True)

    try:
        yield folder, spoil, mend
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _results(folder: Path) -> int:
    return sum(path.is_dir() and not path.name.startswith(".") for path in workspace_of(folder).cache.glob("*-*"))


def _read(folder: Path) -> None:
    data_set(folder)
    keep_settings(folder, silent)


def _acts(folder: Path) -> int:
    from benchmarks.kill_sets import ledger_of
    from core.ledger.exchange import ledger_state

    return ledger_state(ledger_of(folder)).events


def _backups(folder: Path) -> int:
    return len(list_backups(folder / "corrections.duckdb"))


def _exports(folder: Path) -> int:
    return len(exported(folder))


def _checkpoints(folder: Path) -> int:
    return sum(path.name == "state.pt" for path in folder.rglob("*"))


def _begun(folder: Path) -> None:
    train(folder, silent)
    for path in folder.rglob("state.pt"):
        path.unlink()


def _settings(folder: Path) -> int:
    return int((workspace_of(folder).root / "settings.json").exists())


def _one_act(folder: Path, tell: object) -> None:
    import uuid

    from benchmarks.kill_sets import ledger_of
    from core.dataset.selection import Selection
    from core.ledger import propose

    ids = tuple(f"{uuid.uuid4().hex}-{number}" for number in range(2000))
    chosen = Selection(ids, "lasso")
    propose(ledger_of(folder), chosen, dict.fromkeys(ids, "Blip"), "Tomte", author="Ada", app_version="0")


def _first_acts(folder: Path) -> None:
    write_with_backups(folder, silent)


PLACES = {
    "cache": (_read, prepare_all, _results),
    "settings": (_read, keep_settings, _settings),
    "ledger": (_first_acts, _one_act, _acts),
    "exports": (with_corrections, export_all, _exports),
    "checkpoints": (_begun, train, _checkpoints),
}


def _heading() -> list[str]:
    return [
        when_and_where(),
        f"python -m benchmarks.faults {' '.join(sys.argv[1:])}".rstrip(),
    ]


if __name__ == "__main__":
    main()
