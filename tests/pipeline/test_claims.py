"""Claims: samples are reserved for one person for a while, whatever two processes and a broken file do."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import GlitchAuditError
from core.ledger.people import Person
from core.pipeline.claims import (
    MOST_CLAIMS,
    MOST_SAMPLES,
    REVIEW,
    SUSPECTS,
    claim_samples,
    claimed_by_others,
    live_claims,
    own_claim,
    release_claim,
    renew_claim,
    shorten_claims,
)
from core.workspace import PROJECT_ROOT, Workspace

ADA, BEN = Person("Ada"), Person("Ben")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
IDS = [f"id{number:02d}" for number in range(50)]


def later(minutes):
    return NOON + timedelta(minutes=minutes)


@pytest.fixture
def workspace(tmp_path):
    return Workspace(root=tmp_path / "desk", source=tmp_path / "data")


def test_two_people_get_different_samples_in_the_order_of_the_queue(workspace):
    assert claim_samples(workspace, ADA, SUSPECTS, IDS) == tuple(IDS[:20])
    assert claim_samples(workspace, BEN, SUSPECTS, IDS) == tuple(IDS[20:40])
    assert claim_samples(workspace, Person("Cy"), SUSPECTS, IDS) == tuple(IDS[40:])
    assert claim_samples(workspace, Person("Di"), SUSPECTS, IDS) == ()
    claims = live_claims(workspace)
    assert len(claims) == 3 and claimed_by_others(claims, BEN.key, SUSPECTS) == {*IDS[:20], *IDS[40:]}


def test_a_claim_is_cut_short_and_never_made_longer_and_nobody_elses_is_touched(workspace):
    claim_samples(workspace, ADA, SUSPECTS, IDS, minutes=30, now=NOON)
    claim_samples(workspace, ADA, REVIEW, IDS, minutes=1, now=NOON)
    claim_samples(workspace, BEN, SUSPECTS, IDS, minutes=30, now=NOON)
    shorten_claims(workspace, ADA.key, minutes=2, now=NOON)
    ends = {(one.name, one.kind): one.until for one in live_claims(workspace, now=NOON)}
    assert ends == {("Ada", SUSPECTS): later(2), ("Ada", REVIEW): later(1), ("Ben", SUSPECTS): later(30)}


def test_another_kind_of_work_is_another_claim(workspace):
    assert claim_samples(workspace, ADA, SUSPECTS, IDS) == claim_samples(workspace, BEN, REVIEW, IDS)


def test_a_second_click_keeps_the_claim_until_all_of_it_is_done(workspace):
    first = claim_samples(workspace, ADA, SUSPECTS, IDS, count=3)
    assert claim_samples(workspace, ADA, SUSPECTS, IDS[2:], count=3) == first
    assert claim_samples(workspace, ADA, SUSPECTS, IDS[3:], count=3) == tuple(IDS[3:6])
    assert len(live_claims(workspace)) == 1


def test_a_claim_ends_by_itself_and_is_renewed_by_what_one_does(workspace):
    claim_samples(workspace, ADA, SUSPECTS, IDS, minutes=30, now=NOON)
    renew_claim(workspace, ADA, SUSPECTS, minutes=30, now=later(20))
    assert own_claim(live_claims(workspace, now=later(49)), ADA.key, SUSPECTS).until == later(50)
    assert live_claims(workspace, now=later(50)) == ()
    renew_claim(workspace, ADA, SUSPECTS, now=later(51))
    assert live_claims(workspace, now=later(51)) == ()
    assert claim_samples(workspace, BEN, SUSPECTS, IDS, now=later(51)) == tuple(IDS[:20])


def test_what_is_given_back_is_free(workspace):
    release_claim(workspace, ADA.key, SUSPECTS)
    assert not workspace.root.exists()
    claim_samples(workspace, ADA, SUSPECTS, IDS)
    claim_samples(workspace, ADA, REVIEW, IDS)
    release_claim(workspace, ADA.key, SUSPECTS)
    assert [one.kind for one in live_claims(workspace)] == [REVIEW]


def test_nobody_has_no_claim(workspace):
    with pytest.raises(GlitchAuditError, match="Type your name first"):
        claim_samples(workspace, Person(""), SUSPECTS, IDS)
    claim_samples(workspace, ADA, SUSPECTS, IDS)
    claims = live_claims(workspace)
    assert own_claim(claims, "", SUSPECTS) is None and len(claimed_by_others(claims, "", SUSPECTS)) == 20


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"claims": 3}',
        '{"claims": [3, null, {}, {"person": 1}]}',
        '{"claims": [{"person": "a", "name": "A", "kind": "suspects", "samples": "id00", "until": 1}]}',
        '{"claims": [{"person": "a", "name": "A", "kind": "suspects", "samples": [1], "until": 1e300}]}',
        "[" * 100_000,
        "\x00\xff" * 1000,
    ],
)
def test_a_broken_file_is_no_claims_and_is_written_anew(workspace, content):
    workspace.root.mkdir()
    (workspace.root / "claims.json").write_text(content, encoding="latin-1")
    assert live_claims(workspace) == ()
    assert claim_samples(workspace, ADA, SUSPECTS, IDS, count=2) == ("id00", "id01")
    assert len(live_claims(workspace)) == 1


def test_a_claim_from_a_wrong_clock_does_not_hold_for_ever(workspace):
    claim_samples(workspace, ADA, SUSPECTS, IDS, now=later(60 * 24 * 400))
    assert live_claims(workspace, now=NOON) == ()


def test_the_file_stays_small(workspace):
    assert len(claim_samples(workspace, ADA, SUSPECTS, [str(n) for n in range(9999)], count=9999)) == MOST_SAMPLES
    stored = json.loads((workspace.root / "claims.json").read_text())["claims"][0]
    many = [{**stored, "person": str(number), "samples": [f"x{number}"]} for number in range(MOST_CLAIMS)]
    (workspace.root / "claims.json").write_text(json.dumps({"claims": many}))
    with pytest.raises(GlitchAuditError, match="Too many samples are reserved"):
        claim_samples(workspace, BEN, SUSPECTS, IDS)
    (workspace.root / "claims.json").unlink()
    with pytest.raises(GlitchAuditError, match="Too many samples are reserved"):
        claim_samples(workspace, BEN, SUSPECTS, ["x" * 3_000_000])
    assert live_claims(workspace) == ()


def test_people_at_once_get_different_samples(workspace):
    people = [Person(f"P{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda one: claim_samples(workspace, one, SUSPECTS, IDS, count=6), people))
    assert sorted(sample_id for ids in taken for sample_id in ids) == IDS[:48]


PROCESS = """
import sys
from pathlib import Path
from core.ledger.people import Person
from core.pipeline.claims import SUSPECTS, claim_samples
from core.workspace import Workspace
workspace = Workspace(root=Path(sys.argv[1]), source=Path(sys.argv[1]))
ids = [f"id{number:02d}" for number in range(50)]
sys.stdin.readline()
for turn in range(5):
    print(*claim_samples(workspace, Person(f"{sys.argv[2]}{turn}"), SUSPECTS, ids, count=5), flush=True)
"""


def test_two_processes_at_once_get_different_samples(workspace):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(workspace.root), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=PROJECT_ROOT,
        )
        for name in "ab"
    ]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    taken = [sample_id for process in processes for sample_id in process.communicate()[0].split()]
    assert sorted(taken) == IDS
