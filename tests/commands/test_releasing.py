"""``python -m core release``: makes one, refuses a second of its name, and compares two."""

import numpy as np
import pytest

from core.commands.parser import main
from core.dataset.released import read_release
from core.ledger import open_ledger
from tests.ledger.conftest import Desk

LABELS = ["Blip"] * 6 + ["Whistle"] * 6
MATRIX = np.random.default_rng(3).normal(size=(12, 4))
BY = ["--author", "Lovelace, Ada"]


@pytest.fixture
def workspace(make_workspace):
    return make_workspace(LABELS, MATRIX)


def decide(workspace, sample_id):
    ledger = open_ledger(workspace.ledger_path)
    Desk(ledger).tell(sample_id, "Mo decides Tomte")
    ledger.close()


def test_two_are_made_and_compared(workspace, capsys):
    named = str(workspace.source)
    decide(workspace, "Blip/sample000")
    main(["release", named, "first", *BY, "--licence", "CC0-1.0", "--sentence", "the first"])
    path = workspace.root / "releases" / "first.zip"
    said = capsys.readouterr().out
    assert "1 label changed." in said and said.rstrip().endswith(str(path))
    about = read_release(path).about
    assert (about.made_by, about.licence, about.sentence) == ("Ada Lovelace", "CC0-1.0", "the first")
    decide(workspace, "Blip/sample001")
    decide(workspace, "Blip/sample002")
    main(["release", named, "second", "--by", "Mo"])
    capsys.readouterr()
    by_file = ["release", "compare", str(path), str(path.with_name("second.zip"))]
    main(by_file)
    expected = capsys.readouterr().out
    assert "Release second against release first:" in expected and "Blip to Tomte: 2" in expected
    main(["release", "compare", f"{workspace.name}/first", f"{workspace.name}/second"])
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{source}", "a"], "Say who makes the release"),
        (["{source}", "../a", *BY], "A release's name"),
        (["{source}", "two", "words", *BY], "one word too many"),
        (["compare", "nowhere.zip"], "Name two releases"),
        (["compare", "a.zip", "b.zip"], "there is no such file"),
    ],
)
def test_what_is_missing_is_one_sentence(workspace, arguments, said):
    with pytest.raises(SystemExit, match=said) as stop:
        main(["release", *(part.format(source=workspace.source) for part in arguments)])
    assert "\n" not in str(stop.value) and not (workspace.root / "releases").exists()


def test_a_name_that_is_taken_is_refused(workspace):
    main(["release", str(workspace.source), "a", *BY])
    with pytest.raises(SystemExit, match="none is ever replaced"):
        main(["release", str(workspace.source), "a", *BY])
