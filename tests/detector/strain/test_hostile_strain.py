"""Strain files and trigger tables with a few changes: read or refused in one sentence, as every file of a stranger."""

import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.detector.strain.source import open_strain
from core.detector.strain.trigger_files import read_table
from core.detector.strain.triggers import understand
from core.detector.strain.views import draw_views
from core.gate.limits import MOST_MEMORY, MOST_SECONDS
from tests.detector.strain.strain_files import RATE, START, noise, write_gwosc, write_gwpy
from tests.hostile.mutations import CHANGES, changed
from tests.hostile.outcomes import READ, TOO_SLOW, outcome
from tests.hostile.readers import Reader

TRIED = int(os.environ.get("GLITCH_AUDIT_HOSTILE_FILES", "40"))
EACH = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=TRIED,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
KINDS = ("strain", "triggers")


def read_strain(path):
    source = open_strain(path)
    file = source.files[0]
    source.read(file.detector, file.start, min(file.end, file.start + 2))
    list(draw_views(source, file.detector, np.array([file.start + 1, START + 1.0])))


def read_triggers(path):
    understand(read_table(path), path, detector="H1")


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sound")
    values = noise(1)[: RATE // 2]
    strain = [write_gwosc(folder / "H-H1_A-1-1.hdf5", values), write_gwpy(folder / "gwpy.h5", values)]
    table = pd.DataFrame({"event_time": [START + 1.5, START + 2.5], "ifo": "H1", "snr": [8.0, 9.0], "label": "Blip"})
    table.to_csv(folder / "t.csv", index=False)
    table.to_parquet(folder / "t.parquet")
    seeds = {path.name: path.read_bytes() for path in strain}
    tables = {name: (folder / name).read_bytes() for name in ("t.csv", "t.parquet")}
    return {"strain": Reader("strain", seeds, read_strain), "triggers": Reader("triggers", tables, read_triggers)}


@pytest.fixture(autouse=True)
def narrow(monkeypatch):
    monkeypatch.setenv(MOST_MEMORY, "1000")
    monkeypatch.setenv(MOST_SECONDS, "20")


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_file_is_read(known, tmp_path, kind):
    for name, content in known[kind].seeds.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert outcome(known[kind], path) == READ


@pytest.mark.parametrize("kind", KINDS)
@EACH
@given(data=st.data())
def test_a_changed_file_is_read_or_refused(known, tmp_path, kind, data):
    name = data.draw(st.sampled_from(sorted(known[kind].seeds)))
    path = tmp_path / name
    path.write_bytes(changed(known[kind].seeds[name], data.draw(CHANGES)))
    assert outcome(known[kind], path) != TOO_SLOW
