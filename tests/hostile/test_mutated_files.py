"""Sound files with a few changes: each is read or refused in one sentence, and the process that was asked goes on.

How many are tried of each kind: 40 here, 1,000 by ``make test-hostile``. `benchmarks/hostile_files.py` counts what
becomes of them.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.gate.limits import MOST_MEMORY, MOST_SECONDS
from tests.hostile.mutations import CHANGES, changed
from tests.hostile.outcomes import READ, TOO_SLOW, outcome
from tests.hostile.readers import readers

TRIED = int(os.environ.get("GLITCH_AUDIT_HOSTILE_FILES", "40"))
EACH = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=TRIED,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NAMES = (
    *("corrections", "exports", "a whole ledger", "a sandbox", "data sets in Parquet", "data sets in HDF5", "tables"),
    *(
        "tables beside pictures",
        "vectors",
        "volunteers' votes",
        "pictures",
        "archives of pictures",
        "releases",
        "weights",
    ),
    *("strain", "triggers to draw views of"),
    *("a detector's channels", "a detector's states", "a detector's triggers", "lists of channels"),
)


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    return {reader.name: reader for reader in readers(tmp_path_factory.mktemp("sound"))}


@pytest.fixture(autouse=True)
def narrow(monkeypatch):
    monkeypatch.setenv(MOST_MEMORY, "1000")
    monkeypatch.setenv(MOST_SECONDS, "20")


def test_every_reader_is_tried(known):
    assert tuple(known) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_file_is_read(known, tmp_path, name):
    for seed, content in known[name].seeds.items():
        path = tmp_path / seed
        path.write_bytes(content)
        assert outcome(known[name], path) == READ


@pytest.mark.parametrize("name", NAMES)
@EACH
@given(data=st.data())
def test_a_changed_file_is_read_or_refused(known, tmp_path, name, data):
    reader = known[name]
    seed = data.draw(st.sampled_from(sorted(reader.seeds)))
    path = tmp_path / seed
    path.write_bytes(changed(reader.seeds[seed], data.draw(CHANGES)))
    assert outcome(reader, path) != TOO_SLOW
