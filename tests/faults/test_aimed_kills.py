"""Kills aimed at renames, syncs and commits: no acknowledged act is lost, nothing half passes for whole, all goes on.

A sample; ``python -m benchmarks.faults`` kills two hundred times; what came of it is kept in
benchmarks/results/faults.txt.
"""

from pathlib import Path

import pytest

from benchmarks.faults import PLACES, SHARES, small_disk, tried
from benchmarks.kill_scenarios import SCENARIOS
from benchmarks.kill_sets import empty
from benchmarks.kills import Scenario, aimed, in_child, spread

pytestmark = pytest.mark.faults

SAMPLE = {
    "acts of every kind": 2,
    "backups": 1,
    "recovering a ledger": 2,
    "filling a ledger": 1,
    "settings and names": 1,
}
AT_LENGTH = {"preparing": 12, "healing a damaged cache": 8, "exports": 6, "training checkpoints": 8}
SPOILT = [("cache", "full"), ("exports", "read-only"), ("checkpoints", "full")]
SPOILT_AT_LENGTH = [(place, kind) for place in PLACES for kind in ("full", "read-only") if (place, kind) not in SPOILT]


def sound(name, kills):
    tally = aimed(SCENARIOS[name], kills)
    assert (tally.faults, tally.lost, tally.half) == ([], 0, 0)
    assert tally.recovered == tally.kills == kills and tally.places >= 5
    return tally


@pytest.mark.parametrize("name", SAMPLE)
def test_what_is_killed_in_its_middle_loses_nothing_and_goes_on(name):
    sound(name, SAMPLE[name])


@pytest.mark.slow_faults
@pytest.mark.parametrize("name", AT_LENGTH)
def test_longer_work_that_is_killed_in_its_middle_comes_to_the_same_result(name):
    sound(name, AT_LENGTH[name])


def write_in_place(folder: Path, tell) -> None:
    """As a program writes that takes no care: told before it is there, and half of it under the whole one's name."""
    tell(("batch", "b0"))
    (folder / "result").write_text("half")
    (folder / "other").touch()
    (folder / "other").rename(folder / "moved")
    (folder / "result").write_text("half and half")


def look(folder: Path, told) -> list[str]:
    found = (folder / "result").read_text() if (folder / "result").exists() else ""
    return ["half: result"] * (found == "half") + ["lost: b0"] * bool(told)


def test_a_half_file_and_a_lost_act_would_be_noticed():
    tally = aimed(Scenario("careless", empty, write_in_place, look, written), 2)
    assert (tally.kills, tally.half, tally.lost) == (2, 2, 2)
    assert tally.faults[0] == "careless, before place 1 of 1: half: result"


def written(folder: Path) -> str:
    return (folder / "result").read_text()


def test_moments_are_spread_over_all_places_and_come_again_where_there_are_too_few():
    assert list(spread(2, 4)) == [(1, False), (1, True), (2, False), (2, True)]
    assert list(spread(100, 2)) == [(1, False), (51, False)]
    assert list(spread(1, 3)) == [(1, False), (1, True), (1, False)]


def test_every_work_of_the_benchmark_has_its_share_of_the_kills():
    assert set(SHARES) == set(SCENARIOS) == set(SAMPLE) | set(AT_LENGTH)
    assert sum(SHARES.values()) == pytest.approx(1)


def refused_and_used_again(disk, place, kind):
    prepare, act, count = PLACES[place]
    folder, spoil, mend = disk
    if folder is None:
        pytest.skip("a small disk cannot be mounted here")
    in_child(prepare, folder)
    before = in_child(count, folder)
    spoil(kind)
    said = in_child(tried, act, folder)
    assert said.startswith("refused: "), said
    assert in_child(count, folder) == before
    mend(kind)
    assert in_child(tried, act, folder) == "done"


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path) as made:
        yield made


@pytest.mark.parametrize(("place", "kind"), SPOILT)
def test_a_disk_that_refuses_is_a_sentence_leaves_nothing_half_and_is_used_again(disk, place, kind):
    refused_and_used_again(disk, place, kind)


@pytest.mark.slow_faults
@pytest.mark.parametrize(("place", "kind"), SPOILT_AT_LENGTH)
def test_so_is_each_other_place_and_way(disk, place, kind):
    refused_and_used_again(disk, place, kind)
