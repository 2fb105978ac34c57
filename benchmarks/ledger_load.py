"""Twenty sessions of a real server propose, review and withdraw at once; their own records prove the counts.

    python -m benchmarks.ledger_load [--clients 20] [--acts 40] [--kills 0]

Each client is one session, over its own WebSocket and in Streamlit's own messages, and sends its next act when the last
one was answered. Every tenth act is sent twice, as a double click would. Its record says what was acknowledged; at the
end the server is stopped, and the ledger must hold exactly what the records say: nothing lost, nothing twice, no batch
in part. With ``--kills`` the server is killed with SIGKILL and started again so many times while they work, and an act
that was not answered is sent again under the same id. Prints acts a second and the median and 95th percentile of the
time from sending an act to its answer; kept in benchmarks/results/ledger_load.txt.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import duckdb

from tests.browser.driving import start_server, stop_server

ROOT = Path(__file__).parents[1]
APP = ROOT / "benchmarks" / "apps" / "ledger_load_app.py"
RESULTS = ROOT / "benchmarks" / "results" / "ledger_load.txt"
ANSWER_TIMEOUT_S = 120
LIMITS = {"max_size": None, "open_timeout": 30, "close_timeout": 1}


@dataclass
class Record:
    """What one client was told: the acts that the server acknowledged, by id."""

    proposed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    withdrawn: dict[str, str] = field(default_factory=dict)
    reviewed: dict[str, str] = field(default_factory=dict)
    reviews_withdrawn: dict[str, str] = field(default_factory=dict)
    seconds: list[tuple[str, float]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    repeated: int = 0


class Desk:
    """The server under load: where it is now, and the means to kill it and start it anew."""

    def __init__(self, ledger: Path, log: Path) -> None:
        self._ledger, self._log = ledger, log
        self.url, self.server = start_server(APP, str(ledger), log=log)

    def kill(self) -> None:
        """SIGKILL, then a new server on the same ledger."""
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()
        self.url, self.server = start_server(APP, str(self._ledger), log=self._log)

    def stop(self) -> None:
        """End the server in order."""
        stop_server(self.server)


class Session:
    """One session of the server, over a WebSocket; connects again where the server was killed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._socket = None
        self._turn = 0

    def ask(self, **act: str) -> dict:
        """Send an act until it is answered."""
        from websockets.exceptions import WebSocketException

        deadline = time.monotonic() + ANSWER_TIMEOUT_S
        while True:
            try:
                return self._ask_once(act)
            except (OSError, WebSocketException, EOFError):
                self.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def close(self) -> None:
        """Leave."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ask_once(self, act: dict[str, str]) -> dict:
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
        from websockets.sync.client import connect

        if self._socket is None:
            address = self._desk.url.replace("http", "ws", 1) + "/_stcore/stream"
            self._socket = connect(address, subprotocols=["streamlit"], legacy=True, **LIMITS)
        self._turn += 1
        message = BackMsg()
        message.rerun_script.query_string = urlencode({**act, "turn": self._turn})
        self._socket.send(message.SerializeToString())
        answer = None
        while True:
            told = ForwardMsg.FromString(self._socket.recv(timeout=ANSWER_TIMEOUT_S))
            kind = told.WhichOneof("type")
            if kind == "delta" and told.delta.new_element.WhichOneof("type") == "code":
                said = json.loads(told.delta.new_element.code.code_text)
                answer = said if said["turn"] == str(self._turn) else answer
            if kind == "script_finished" and answer is not None:
                return answer


def client(desk: Desk, number: int, acts: int, start: threading.Barrier) -> Record:
    """Work through so many acts and keep the record."""
    chance = random.Random(number)
    record, session, author = Record(), Session(desk), f"Reviewer {number}"

    def ask(kind: str, **act: str) -> dict | None:
        began = time.perf_counter()
        answer = session.ask(act=kind, author=author, **act)
        record.seconds.append((kind, time.perf_counter() - began))
        if "refused" in answer:
            record.refused.append(answer["refused"])
            return None
        if kind != "queue" and chance.random() < 0.1:
            record.repeated += session.ask(act=kind, author=author, **act)["repeated"]
        return answer

    session.ask(act="queue", author=author)  # the first visit imports what the rest needs
    start.wait()
    for turn in range(acts):
        kind = chance.choices(("propose", "review", "withdraw", "withdraw review"), (40, 40, 12, 8))[0]
        act_id = uuid.UUID(int=chance.getrandbits(128)).hex
        standing = [batch for batch in record.proposed if batch not in record.withdrawn.values()]
        reviews = [review for review in record.reviewed if review not in record.reviews_withdrawn.values()]
        if kind == "withdraw" and standing:
            batch = chance.choice(standing)
            if answer := ask(kind, batch=batch):
                record.withdrawn[answer["id"]] = batch
        elif kind == "withdraw review" and reviews:
            review = chance.choice(reviews)
            if answer := ask(kind, review=review):
                record.reviews_withdrawn[answer["id"]] = review
        elif kind == "review" and (waiting := (ask("queue") or {}).get("waiting")):
            proposal = chance.choice(waiting)
            if ask(kind, id=act_id, of=proposal, verdict=chance.choice(("accept", "reject", "unsure"))):
                record.reviewed[act_id] = proposal
        else:
            samples = tuple(f"{number}-{turn}-{place}" for place in range(chance.choice((1, 3, 20))))
            if ask("propose", id=act_id, samples=",".join(samples)):
                record.proposed[act_id] = samples
    session.close()
    return record


def run_load(folder: Path, *, clients: int, acts: int, kills: int = 0) -> tuple[Path, list[Record], float]:
    """Put the load on a fresh server; the ledger, one record a client, and the seconds it took."""
    ledger = folder / "corrections.duckdb"
    desk = Desk(ledger, folder / "server.log")
    start = threading.Barrier(clients + 1)
    try:
        with ThreadPoolExecutor(clients) as pool:
            working = [pool.submit(client, desk, number, acts, start) for number in range(clients)]
            start.wait()
            began = time.perf_counter()
            for kill in range(kills):
                time.sleep(random.Random(kill).uniform(0.5, 3))
                if not all(one.done() for one in working):
                    desk.kill()
            records = [one.result() for one in working]
            took = time.perf_counter() - began
    finally:
        desk.stop()
    return ledger, records, took


def differences(ledger: Path, records: list[Record]) -> list[str]:
    """Where the ledger and the clients' records disagree, a sentence each; none is the proof."""
    with duckdb.connect(str(ledger), read_only=True) as connection:
        batches = connection.execute("SELECT batch_id, kind, refers_to, samples, author FROM batch").fetchall()
        rows = connection.execute("SELECT batch_id, sample_id, label_proposed FROM correction").fetchall()
        reviews = connection.execute("SELECT review_id, correction_id, withdraws FROM review").fetchall()
        numbers = connection.execute(
            "SELECT count(*), count(DISTINCT number) FROM "
            "(SELECT sequence AS number FROM correction UNION ALL SELECT event FROM review)"
        ).fetchone()
    proposed = {batch: samples for record in records for batch, samples in record.proposed.items()}
    withdrawn = {act: batch for record in records for act, batch in record.withdrawn.items()}
    reviewed = {act: of for record in records for act, of in record.reviewed.items()}
    taken_back = {act: of for record in records for act, of in record.reviews_withdrawn.items()}
    wanted_rows = Counter((batch, sample, "Tomte") for batch, samples in proposed.items() for sample in samples)
    wanted_rows += Counter(
        (act, sample, "Tomte") for act, batch in withdrawn.items() for sample in proposed.get(batch, ())
    )
    author_of = {batch: f"Reviewer {number}" for number, record in enumerate(records) for batch in record.proposed}
    checks = (
        ("proposed batches", Counter((i, n, a) for i, kind, _, n, a in batches if kind == "proposal"),
         Counter((batch, len(samples), author_of[batch]) for batch, samples in proposed.items())),
        ("withdrawn batches", Counter((i, of) for i, kind, of, *_ in batches if kind == "withdrawal"),
         Counter(withdrawn.items())),
        ("rows of samples", Counter(rows), wanted_rows),
        ("reviews", Counter((i, of) for i, of, back in reviews if back is None), Counter(reviewed.items())),
        ("withdrawn reviews", Counter((i, back) for i, _, back in reviews if back is not None),
         Counter(taken_back.items())),
    )  # fmt: skip
    found = [
        f"{what}: {(wanted - stored).total()} lost, {(stored - wanted).total()} too many of {wanted.total()}"
        for what, stored, wanted in checks
        if stored != wanted
    ]
    if numbers[0] != numbers[1]:
        found.append(f"{numbers[0] - numbers[1]} events share a number")
    return found


def summary(records: list[Record], took: float) -> list[str]:
    """Acts a second and times, in lines to print."""
    times: dict[str, list[float]] = {}
    for record in records:
        for kind, seconds in record.seconds:
            times.setdefault(kind, []).append(seconds)
    every = [seconds for kind, values in times.items() if kind != "queue" for seconds in values]
    events = sum(
        sum(map(len, record.proposed.values()))
        + sum(len(record.proposed[batch]) for batch in record.withdrawn.values())
        + len(record.reviewed)
        + len(record.reviews_withdrawn)
        for record in records
    )
    repeated, refused = sum(record.repeated for record in records), sum(len(record.refused) for record in records)
    lines = [
        f"{len(records)} sessions, {len(every):,} acts and {events:,} events in {took:.1f} s: "
        f"{len(every) / took:.1f} acts/s, {events / took:.1f} events/s",
        f"sending to answer: median {1e3 * statistics.median(every):.0f} ms, 95th percentile "
        f"{1e3 * _percentile(every):.0f} ms, longest {1e3 * max(every):.0f} ms",
    ]
    lines += [
        f"  {kind}: {len(values):,}, median {1e3 * statistics.median(values):.0f} ms, 95th percentile "
        f"{1e3 * _percentile(values):.0f} ms"
        for kind, values in sorted(times.items())
    ]
    return [*lines, f"{repeated} acts were sent twice and known again; {refused} were refused with a sentence"]


def _percentile(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


def main() -> None:
    """Measure, prove, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--acts", type=int, default=40, help="of each client")
    parser.add_argument("--kills", type=int, default=0, help="SIGKILLs of the server meanwhile")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        ledger, records, took = run_load(Path(folder), clients=options.clients, acts=options.acts, kills=options.kills)
        wrong = differences(ledger, records)
        size = ledger.stat().st_size / 1e6
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores, load {load:.1f} "
        f"before; python -m benchmarks.ledger_load {' '.join(sys.argv[1:])}".rstrip(),
        *summary(records, took),
        f"ledger {size:.1f} MB; " + ("every record is there, once" if not wrong else "; ".join(wrong)),
    ]
    print("\n".join(lines))
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
