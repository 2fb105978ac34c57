"""``python -m core evaluate --labels now``: what learning from the decided labels changed, at the terminal."""

import contextlib
import io
from contextlib import redirect_stdout

import numpy as np
import pytest

from core.commands.parser import main
from core.ledger import open_ledger
from core.pipeline.stages import prepare
from tests.ledger.conftest import Desk

SIZE = 30
RNG = np.random.default_rng(5)
MATRIX = np.concatenate([RNG.normal(0, 0.25, (SIZE, 8)) + np.eye(8)[axis] for axis in (0, 1)])
LABELS = ["Blip"] * SIZE + ["Whistle"] * 12 + ["Blip"] * 18


@pytest.fixture
def workspace(make_workspace):
    made = make_workspace(LABELS, MATRIX)
    prepare(made, report=lambda progress: None)
    return made


def say(*words):
    out = io.StringIO()
    with redirect_stdout(out):
        main(list(words))
    return out.getvalue()


def test_it_says_how_accuracy_and_f1_changed_with_their_intervals(workspace):
    with contextlib.closing(open_ledger(workspace.ledger_path)) as ledger:
        desk = Desk(ledger)
        for number in range(42, 60):
            desk.tell(f"Blip/sample{number:03d}", "Mo decides Whistle")
        desk.tell("Blip/sample000", "Mo decides Blip")
    said = say("evaluate", str(workspace.source), "--labels", "now").splitlines()
    # Nobody waits for the ledger while a command works: it is let go of once it was read.
    assert open_ledger(workspace.ledger_path)._connection is None
    assert said[0].startswith("18 samples have another label") and "on 41 samples that nobody touched" in said[0]
    assert said[1].startswith("    accuracy") and said[1].endswith(": better")
    assert said[2].startswith("    macro-F1") and "points" in said[2]


def test_what_cannot_be_compared_is_said_in_one_sentence(workspace):
    with pytest.raises(SystemExit, match="No label differs"):
        say("evaluate", str(workspace.source), "--labels", "now")
    with pytest.raises(SystemExit, match="Under the changed taxonomy other questions are asked"):
        say("evaluate", str(workspace.source), "--labels", "taxonomy")
