"""What was saved is read again as it was."""

import pytest

from core.detector.coupling.groups import ChannelGroup
from core.detector.coupling.judge import CouplingResult
from core.detector.coupling.store import FILE, load_coupling, save_coupling
from core.detector.coupling.verdicts import Coupling
from core.errors import GlitchAuditError


def result() -> CouplingResult:
    names = {"detector": "L1", "family": "Blip", "epoch": "all of it", "channel": "L1:A"}
    one = Coupling(**names, verdict="goes with", sentence="A.", action="B.", group=0, ratio=2.5, low=1.5, high=4.0)
    groups = (ChannelGroup(0, ("L1:A", "L1:B"), 0.9),)
    return CouplingResult((one,), groups, {"L1:C": "constant"}, {("L1", "all of it"): "Shifts."}, "0123")


def test_there_and_back(tmp_path):
    save_coupling(result(), tmp_path / "new")
    found = load_coupling(tmp_path / "new")
    assert found.table().equals(result().table())
    assert (found.groups, found.excluded, found.null) == (result().groups, result().excluded, result().null)
    assert found.fingerprint == "0123"
    assert [path.name for path in (tmp_path / "new").iterdir()] == [FILE]


@pytest.mark.parametrize("text", ["", "[]", '{"couplings": [{"wrong": 1}]}', '{"couplings": []}'])
def test_damaged_and_missing_ones_are_one_sentence(tmp_path, text):
    with pytest.raises(GlitchAuditError, match="missing or damaged"):
        load_coupling(tmp_path)
    (tmp_path / FILE).write_text(text)
    with pytest.raises(GlitchAuditError, match="missing or damaged"):
        load_coupling(tmp_path)
