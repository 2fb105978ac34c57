"""Twenty writers on one ledger, in PostgreSQL and in a file: acts a second, how long an act takes, what others see.

    python -m benchmarks.team_ledger [--writers 20] [--acts 60]

PostgreSQL is Debian's, started for this with its own settings (it waits for the disk at each commit). The writers are
threads of one process, of two as two app servers are, and then processes of their own. Each writes its next act when
the last one is there, and in the last rounds one in so many seconds, as people do: proposals of 20 samples, reviews,
decisions and comments in turn. Every tenth act is sent twice. At the end a fresh replica must hold exactly what the
writers were told. While they write, a watcher with a replica of its own looks every 50 ms for new decisions; "seen" is
the longest time from a writer's answer until then. The file is written to by the threads of one process, as only one
may hold it. Results: benchmarks/results/team_ledger.txt.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import when_and_where
from core.dataset.selection import Selection
from core.ledger import Person, decide, new_batch_id, open_ledger, propose, review
from core.ledger.acts.commenting import comment
from core.ledger.storage.store import Ledger
from core.ledger.storage.team.address import LEDGER_VARIABLE
from core.ledger.views.comments import SAMPLE, Subject
from tests.postgres import Postgres

RESULTS = Path(__file__).with_name("results") / "team_ledger.txt"
ROWS = 20
MOST_S = 0.1
LEAST_ACTS = 300
SEEN_WITHIN_S = 2.0
PACES_S = (2.0, 1.0, 0.5)


@dataclass(frozen=True)
class Said:
    """One act that a writer was told is written: its kind, its id, how long it took, and when (time.time()) it was."""

    kind: str
    identifier: str
    seconds: float
    at: float


def write_acts(ledger: Ledger, writer: str, acts: int, *, every: float = 0.0) -> list[Said]:
    """Write so many acts, one after the other and one in ``every`` so many seconds; return what was answered."""
    said: list[Said] = []
    correction = ""
    # Each writer begins at another moment of that time.
    begin = time.perf_counter() + every * random.Random(writer).random()
    for number in range(acts):
        time.sleep(max(0.0, begin + number * every - time.perf_counter()))
        identifier, kind = new_batch_id(), ("proposal", "review", "decision", "comment")[number % 4]
        for _ in range(2 if number % 10 == 9 else 1):
            began = time.perf_counter()
            _write(ledger, kind, identifier, writer, number, correction)
            spent = time.perf_counter() - began
        said.append(Said(kind, identifier, spent, time.time()))
        if kind == "proposal":
            with ledger.cursor() as cursor:
                correction = cursor.execute(
                    "SELECT correction_id FROM correction WHERE batch_id = ? LIMIT 1", [identifier]
                ).fetchall()[0][0]
    return said


def _write(ledger: Ledger, kind: str, identifier: str, writer: str, number: int, correction: str) -> None:
    sample = f"{writer}-{number}"
    if kind == "proposal":
        ids = tuple(f"{sample}-{place}" for place in range(ROWS))
        chosen = Selection(ids, "lasso")
        propose(
            ledger, chosen, dict.fromkeys(ids, "Blip"), "Tomte", author=writer, app_version="b", batch_id=identifier
        )
    elif kind == "review":
        review(ledger, correction, "accept", author=f"{writer} too", app_version="b", review_id=identifier)
    elif kind == "decision":
        author = Person(f"Mo {writer}", "moderator")
        decide(ledger, sample, "Koi", author=author, reason="seen", app_version="b", decision_id=identifier)
    else:
        comment(ledger, Subject(SAMPLE, sample, sample), "why?", author=writer, app_version="b", comment_id=identifier)


def run_process(path: Path, name: str, threads: int, acts: int, every: float) -> None:
    """Be one process of writers: wait for a line on stdin, write, and print what was said as JSON."""
    ledger = open_ledger(path)
    assert ledger.readable() or not ledger.exists(), ledger.problem()
    print("ready", flush=True)
    sys.stdin.readline()
    said: list[list[Said]] = [[] for _ in range(threads)]
    cpu = time.process_time()

    def work(place: int) -> None:
        said[place] = write_acts(ledger, f"{name}.{place}", acts, every=every)

    workers = [threading.Thread(target=work, args=(place,)) for place in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    cpu = time.process_time() - cpu
    print(json.dumps({"cpu": cpu, "said": [vars(one) for answers in said for one in answers]}), flush=True)


@dataclass(frozen=True)
class Outcome:
    """What came of one round.

    Attributes:
        rate: acts a second.
        median, high: seconds an act took, and the 95th percentile of that.
        seen: the longest time, in seconds, until others saw an act.
        cpu: processor seconds an act, in the writers' processes.
    """

    acts: int
    rate: float
    median: float
    high: float
    seen: float | None
    cpu: float
    lost: int
    doubled: int

    def line(self, name: str) -> str:
        """Return the round as a line of the table."""
        seen = "-" if self.seen is None else f"{self.seen:.2f} s"
        times = f"{self.median * 1e3:8.0f} ms {self.high * 1e3:8.0f} ms {seen:>8} {self.cpu * 1e3:7.1f} ms"
        return f"{name:34} {self.acts:6,} {self.rate:8.0f} {times} {self.lost:5} {self.doubled:8}"


def run_round(path: Path, processes: int, threads: int, acts: int, *, watch: bool, every: float = 0.0) -> Outcome:
    """Have so many processes of so many threads write to a ledger at once, each an act in ``every`` seconds."""
    command = [sys.executable, "-m", "benchmarks.team_ledger", "--be", str(path)]
    started = [
        subprocess.Popen(
            [*command, f"p{number}", str(threads), str(acts), str(every)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    for one in started:
        assert one.stdout is not None and one.stdout.readline() == "ready\n"
    watcher = _Watcher(path) if watch else None
    began = time.perf_counter()
    for one in started:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    answers = [json.loads(one.communicate()[0]) for one in started]
    took = time.perf_counter() - began
    said = [Said(**one) for answer in answers for one in answer["said"]]
    seen = watcher.longest(said) if watcher else None
    lost, doubled = _compare(path, said)
    seconds = sorted(one.seconds for one in said)
    return Outcome(
        acts=len(said),
        rate=len(said) / took,
        median=statistics.median(seconds),
        high=seconds[int(0.95 * (len(seconds) - 1))],
        seen=seen,
        cpu=sum(answer["cpu"] for answer in answers) / len(said),
        lost=lost,
        doubled=doubled,
    )


def _compare(path: Path, said: list[Said]) -> tuple[int, int]:
    ledger = open_ledger(path)
    time.sleep(0.5)
    with ledger.cursor() as cursor:
        there = Counter(
            identifier
            for query in (
                "SELECT batch_id FROM batch",
                "SELECT review_id FROM review",
                "SELECT decision_id FROM decision",
                "SELECT comment_id FROM comment",
            )
            for (identifier,) in cursor.execute(query).fetchall()
        )
        rows = dict(cursor.execute("SELECT batch_id, count(*) FROM correction GROUP BY batch_id").fetchall())
    wanted = {one.identifier for one in said}
    broken = sum(rows.get(one.identifier) != ROWS for one in said if one.kind == "proposal")
    return len(wanted - set(there)) + broken, sum(there.values()) - len(there) + len(set(there) - wanted)


class _Watcher:
    """Another process's view: a replica that is asked every 50 ms which acts it has."""

    def __init__(self, path: Path) -> None:
        self._seen: dict[str, float] = {}
        self._ledger = open_ledger(path)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def longest(self, said: list[Said]) -> float:
        """Return the longest time, in seconds, from an answer until the act was seen here."""
        time.sleep(1.0)
        self._over.set()
        self._thread.join()
        return max(self._seen.get(one.identifier, time.time()) - one.at for one in said if one.kind == "decision")

    def _watch(self) -> None:
        last = 0
        while not self._over.wait(0.05):
            with self._ledger.cursor() as cursor:
                found = cursor.execute("SELECT decision_id, event FROM decision WHERE event > ?", [last]).fetchall()
            now = time.time()
            for identifier, event in found:
                self._seen[identifier] = now
                last = max(last, event)


def _met(met: bool) -> str:
    return "met" if met else "MISSED"


def main() -> None:
    """Run all rounds, print the table and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--acts", type=int, default=60)
    parser.add_argument("--be", nargs=5)
    options = parser.parse_args()
    if options.be:
        path, name, threads, acts, every = options.be
        run_process(Path(path), name, int(threads), int(acts), float(every))
        return
    writers, acts = options.writers, options.acts
    lines = [
        when_and_where(),
        f"python -m benchmarks.team_ledger --writers {writers} --acts {acts}",
        "",
        f"{'round':34} {'acts':>6} {'a second':>8} {'median':>11} {'95th pct':>11} {'seen':>8} {'CPU an act':>10} "
        f"{'lost':>5} {'doubled':>8}",
    ]
    rounds: dict[str, Outcome] = {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ.pop(LEDGER_VARIABLE, None)
        rounds["file, 1 process x 20 threads"] = run_round(
            home / "file" / "corrections.duckdb", 1, writers, acts, watch=False
        )
        server = Postgres(lasting=True)
        try:
            os.environ[LEDGER_VARIABLE] = server.url()
            for processes in (1, 2, writers):
                name = f"PostgreSQL, {processes} x {writers // processes} threads"
                rounds[name] = run_round(
                    home / f"team{processes}" / "corrections.duckdb", processes, writers // processes, acts, watch=True
                )
                print(rounds[name].line(name), flush=True)
            for every in PACES_S:
                name = f"PostgreSQL, 2 x {writers // 2}, one in {every:g} s each"
                path = home / f"paced{every:g}" / "corrections.duckdb"
                rounds[name] = run_round(path, 2, writers // 2, acts, watch=True, every=every)
                print(rounds[name].line(name), flush=True)
        finally:
            server.remove()
    lines += [outcome.line(name) for name, outcome in rounds.items()]
    team = rounds[f"PostgreSQL, 2 x {writers // 2} threads"]
    lines += [
        "",
        f"Bars, two processes: {LEAST_ACTS} acts a second {_met(team.rate >= LEAST_ACTS)}, 95th percentile at most "
        f"{MOST_S * 1e3:.0f} ms {_met(team.high <= MOST_S)}, seen within {SEEN_WITHIN_S:g} s "
        f"{_met((team.seen or 0.0) <= SEEN_WITHIN_S)}.",
        f"Two processes on PostgreSQL write {team.rate / next(iter(rounds.values())).rate:.2f} times as many "
        "as one on a file.",
        f"Load when it ended: {os.getloadavg()[0]:.1f}.",
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
