"""Fetching channels: a sentence where there is no network, and what was fetched is not fetched again."""

import numpy as np
import pytest

from core.detector.channels import network
from core.detector.channels.listing import list_channels
from core.detector.channels.network import fetch_channels
from core.errors import GlitchAuditError
from tests.detector.channels.making import START

DAY = 86_400


@pytest.fixture(autouse=True)
def gwpy():
    pytest.importorskip("gwpy")


def test_a_day_at_a_time_is_written_and_read_like_any_file(tmp_path, monkeypatch):
    asked = []

    def given(path, names, start, end):
        asked.append(start)
        return [(name, "um", start, 60.0, np.arange((end - start) / 60)) for name in names]

    monkeypatch.setattr(network, "_fetched", given)
    for _ in range(2):
        files = fetch_channels(["L1:A", "L1:B"], start=START, end=START + 1.5 * DAY, to=tmp_path / "fetched")
    assert asked == [START, START + DAY]
    first, _ = list_channels(files)
    assert (first.channel.unit, first.end, len(first.gaps.spans)) == ("um", START + 1.5 * DAY, 0)


def test_without_a_network_it_is_one_sentence(tmp_path, monkeypatch):
    def unreachable(*_):
        raise GlitchAuditError("nobody answers")

    monkeypatch.setattr(network, "_fetched", unreachable)
    with pytest.raises(GlitchAuditError, match="nobody answers"):
        fetch_channels(["L1:A"], start=START, end=START + 60, to=tmp_path)
    assert not list(tmp_path.iterdir())
    for names, end, said in (
        (["A"], START + 1, "begin with a detector"),
        ([], START + 1, "at least one"),
        (["L1:A"], START, "ends after"),
    ):
        with pytest.raises(GlitchAuditError, match=said):
            fetch_channels(names, start=START, end=end, to=tmp_path)
