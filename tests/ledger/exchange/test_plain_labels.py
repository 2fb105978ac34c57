"""The plain table for people: labels before and now, who decided, and when."""

import csv
import io

import pytest

from core.commands.parser import main
from core.ledger.acts.deciding import decide
from core.ledger.exchange import label_csv, label_table, read_corrections
from core.ledger.people import Person
from core.pipeline.snapshot import read_dataset
from core.workspace import HOME_VARIABLE, open_workspace, workspace_for

HEADER = ["id", "label before", "label now", "decided by", "when (UTC)"]


def test_decided_samples_come_first_with_who_and_when_and_others_keep_their_label(ledger, dataset, decide_on):
    decide_on("id1", "Tomte", people=("Ada",))
    decide_on("id2", "Whistle")
    decide(ledger, "id3", "Blip", author=Person("Clara", "moderator"), reason="sure", app_version="0")
    table = label_table(ledger, dataset)
    assert table.columns.tolist() == HEADER
    assert table.drop(columns="when (UTC)").to_numpy().tolist() == [
        ["id2", "Tomte", "Whistle", "Ada, Ben"],
        ["id3", "Koi_Fish", "Blip", "Clara (moderator)"],
        ["id0", "Blip", "Blip", ""],
        ["id1", "Blip", "Blip", ""],
    ]
    assert [when.endswith("Z") for when in table["when (UTC)"]] == [True, True, False, False]


def test_without_a_ledger_every_label_is_as_it_was(ledger, dataset):
    assert label_table(ledger, dataset)["label now"].tolist() == dataset.samples["label"].tolist()
    assert not ledger.path.exists()


@pytest.mark.parametrize("label", ["=1+1", "+a", "-a", "@a", '=HYPERLINK("x")'])
def test_no_cell_runs_in_a_spreadsheet(ledger, dataset, decide_on, label):
    decide_on("id0", label, people=("=Ada", "Ben"))
    first = list(csv.reader(io.StringIO(label_csv(ledger, dataset))))[1]
    assert first[:4] == ["id0", "Blip", "'" + label, "'=Ada, Ben"]


def test_the_table_can_be_brought_in(ledger, dataset, decide_on):
    decide_on("id0", "=Whistle")
    rows = read_corrections(label_csv(ledger, dataset).encode(), name="labels.csv").rows
    assert rows.loc[0, ["key", "label_before", "label_proposed"]].tolist() == ["id0", "Blip", "=Whistle"]


def test_the_command_writes_it_once(source, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    read_dataset(open_workspace(workspace_for(source)))
    out = tmp_path / "labels.csv"
    main(["export", "--workspace", str(source), "--out", str(out)])
    assert str(out) in capsys.readouterr().out
    assert out.read_text().splitlines()[:2] == [",".join(HEADER), "id0,Blip,Blip,,"]
    with pytest.raises(SystemExit, match="there is such a file or folder already"):
        main(["export", "--workspace", str(source), "--out", str(out)])
