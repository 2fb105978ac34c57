"""Kills aimed at every rename, sync and commit: what the benchmark ``faults`` and the tests of that name share.

A work runs in a process of its own, whose ``os.rename``, ``os.replace``, ``os.fsync`` and DuckDB's commits are wrapped:
each of them is a place, before and after which the process can kill itself with SIGKILL. A first run without a kill
counts the places. Nothing in the product knows of this.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

Tell = Callable[[object], None]
PRELOADED = ["benchmarks.kill_scenarios", "hdbscan", "sklearn.metrics", "sklearn.neighbors", "scipy.stats"]
_COMMITS = ("COMMIT", "CHECKPOINT", "COPY FROM DATABASE", "DETACH")


@dataclass(frozen=True)
class Scenario:
    """One kind of work that is killed.

    Attributes:
        name: for people.
        prepare: makes the folder that each run begins with a copy of.
        work: what is killed; it tells each act once it is acknowledged, and can be done again after a kill.
        check: looks at a folder and at what was told; returns a sentence for each fault: "lost: ...", "half: ...".
        outcome: what the finished work is compared by.
    """

    name: str
    prepare: Callable[[Path], None]
    work: Callable[[Path, Tell], None]
    check: Callable[[Path, list[object]], list[str]]
    outcome: Callable[[Path], object]


@dataclass
class Tally:
    """What came of the kills in one scenario."""

    name: str
    places: int = 0
    kills: int = 0
    told: int = 0
    lost: int = 0
    half: int = 0
    recovered: int = 0
    faults: list[str] = field(default_factory=list)


def aimed(scenario: Scenario, kills: int) -> Tally:
    """Kill a scenario's work at so many places, spread evenly, and look at what each kill left."""
    tally = Tally(scenario.name)
    with tempfile.TemporaryDirectory() as scratch:
        # Always the same path, as a workspace is named by that of its data set.
        base, whole = Path(scratch) / "base", Path(scratch) / "run"
        whole.mkdir()
        in_child(_prepare, scenario, whole)
        shutil.copytree(whole, base)
        _, tally.places = run(scenario, whole)
        expected = in_child(_outcome, scenario, whole)
        for place, after in spread(tally.places, kills):
            shutil.rmtree(whole)
            shutil.copytree(base, whole)
            told, _ = run(scenario, whole, place=place, after=after)
            tally.kills += 1
            tally.told += len(told)
            where = f"{scenario.name}, {'after' if after else 'before'} place {place} of {tally.places}"
            found = in_child(_check, scenario, whole, told)
            tally.lost += sum(fault.startswith("lost") for fault in found)
            tally.half += sum(fault.startswith("half") for fault in found)
            try:
                run(scenario, whole)
                again = in_child(_outcome, scenario, whole)
                if again == expected:
                    tally.recovered += 1
                else:
                    found.append(f"another result: {again} and not {expected}")
            except RuntimeError as error:
                found.append(f"cannot be repeated: {error}")
            tally.faults += [f"{where}: {fault}" for fault in found]
    return tally


def spread(places: int, kills: int) -> Iterator[tuple[int, bool]]:
    """So many of the moments before and after each place, evenly; all of them and again where there are too few."""
    moments = [(place, after) for place in range(1, places + 1) for after in (False, True)]
    for number in range(kills):
        yield moments[(number * len(moments) // kills) if kills < len(moments) else number % len(moments)]


def run(scenario: Scenario, folder: Path, *, place: int = 0, after: bool = False) -> tuple[list[object], int]:
    """Do the work in a process of its own, and kill it at a place; what it told, and how many places it came by.

    Raises:
        RuntimeError: it ended in another way.
    """
    ours, its = _context().Pipe(duplex=False)
    process = _context().Process(target=_work, args=(scenario, folder, place, after, its))
    process.start()
    its.close()
    told, places = [], 0
    try:
        while True:
            kind, said = ours.recv()
            if kind == "told":
                told.append(said)
            elif kind == "places":
                places = said
            else:
                raise RuntimeError(said)
    except EOFError:
        pass
    finally:
        process.join()
    if process.exitcode not in ((-signal.SIGKILL,) if place else (0,)):
        raise RuntimeError(f"it ended with {process.exitcode}")
    return told, places


def in_child(act: Callable, *given: object) -> object:
    """What a function answers in a process of its own, as nothing may stay open or cached in this one."""
    ours, its = _context().Pipe(duplex=False)
    process = _context().Process(target=_answer, args=(act, given, its))
    process.start()
    its.close()
    try:
        right, answer = ours.recv()
    except EOFError:
        right, answer = False, "it ended without a word"
    process.join()
    if not right:
        raise RuntimeError(answer)
    return answer


def _context():
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def _work(scenario: Scenario, folder: Path, place: int, after: bool, pipe: Connection) -> None:
    counter = itertools.count(1)
    seen = [0]
    owner = os.getpid()

    def wrapped(real, counts=lambda *given: True):
        def call(*given, **named):
            # A child of this process, such as the gate's, is not what is aimed at.
            if not counts(*given) or os.getpid() != owner:
                return real(*given, **named)
            seen[0] = number = next(counter)
            if number == place and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            answer = real(*given, **named)
            if number == place and after:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return call

    import duckdb

    for name in ("rename", "replace", "fsync"):
        setattr(os, name, wrapped(getattr(os, name)))
    connection = duckdb.DuckDBPyConnection
    connection.execute = wrapped(connection.execute, lambda _, statement, *more: str(statement).startswith(_COMMITS))
    try:
        scenario.work(folder, lambda said: pipe.send(("told", said)))
        pipe.send(("places", seen[0]))
    except Exception as error:
        pipe.send(("failed", f"{type(error).__name__}: {error}"))
    pipe.close()
    os._exit(0)


def _answer(act: Callable, given: tuple, pipe: Connection) -> None:
    try:
        pipe.send((True, act(*given)))
    except Exception as error:
        pipe.send((False, f"{type(error).__name__}: {error}"))
    pipe.close()
    os._exit(0)


def _prepare(scenario: Scenario, folder: Path) -> None:
    scenario.prepare(folder)


def _outcome(scenario: Scenario, folder: Path) -> object:
    return scenario.outcome(folder)


def _check(scenario: Scenario, folder: Path, told: list[object]) -> list[str]:
    return scenario.check(folder, told)
