"""``couple``: the channels are read and compared from the command line, and what goes together is printed."""

import pandas as pd
import pytest

from core.commands.parser import main
from core.dataset.selection import Selection
from core.detector.simulated import SimulationParams, simulate_detector
from core.jobs.job import job_status
from core.ledger import open_ledger
from core.ledger.acts.saving_selections import save_selection
from core.pipeline.channel_evidence import load_channel_evidence
from core.pipeline.detector import bringing_of
from core.pipeline.kept_selections import keep_selection
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import prepare
from core.workspace import HOME_VARIABLE, workspace_for
from tests.parts.detector.conftest import write_detector, write_samples


@pytest.fixture
def made(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    simulated = simulate_detector(SimulationParams(days=24, glitches=300.0), seed=2)
    workspace = workspace_for(write_samples(tmp_path / "glitches.csv", simulated))
    read_dataset(workspace)
    prepare(workspace, report=lambda progress: None)
    return workspace, write_detector(tmp_path / "detector", simulated)


def test_channels_are_read_and_compared_and_the_table_written(made, tmp_path, capsys):
    workspace, files = made
    with pytest.raises(SystemExit) as stop:
        main(["couple", str(workspace.source), "--quiet"])
    assert "Nothing was brought of a detector yet" in str(stop.value)
    live = str(files / "L1-observing.txt")
    arguments = ["couple", str(workspace.source), "--channels", str(files), "--livetime", live, "--quiet"]
    main([*arguments, "--out", str(tmp_path / "found.csv")])
    table = pd.read_csv(tmp_path / "found.csv")
    assert len(table) == 5 * 9 and set(table["detector"]) == {"L1"}
    together = table[table["verdict"] == "goes with"]
    assert set(together["family"]) <= {"Scattered_Light", "Fast_Scattering"}
    said = capsys.readouterr().out
    assert f"{len(together)} of 45 pairs" in said and all(one in said for one in together["sentence"])
    evidence = load_channel_evidence(workspace, read_dataset(workspace).samples)
    assert [one.detector for one in evidence.by_detector] == ["L1"]
    assert f"L1: {evidence.by_detector[0].sentence}" in said
    assert job_status(workspace).state == "done" and bringing_of(workspace).places == (str(files),)


def test_a_selection_saved_or_kept_is_a_family_of_its_own(made, tmp_path):
    workspace, files = made
    samples = pd.read_csv(tmp_path / "glitches.csv")
    loud = Selection(tuple(samples.loc[samples["label"] == "Scattered_Light", "sample_id"]), how="query")
    ledger = open_ledger(workspace.ledger_path)
    saved = save_selection(ledger, loud, name="loud ones", author="Ada", app_version="test")
    ledger.close()
    kept = keep_selection(workspace, loud)
    brought = ["--channels", str(files), "--livetime", str(files / "L1-observing.txt")]
    arguments = ["couple", str(workspace.source), *brought, "--quiet", "--by", "selection"]
    for named in ([saved.selection_id], [kept, "--family=loud ones"]):
        main([*arguments, "--selection", *named, "--out", str(tmp_path / "found.csv")])
        table = pd.read_csv(tmp_path / "found.csv")
        assert set(table["family"]) == {"selection loud ones", "all other glitches"}
        together = table[(table["verdict"] == "goes with") & (table["family"] == "selection loud ones")]
        assert together["channel"].str.contains("BLRMS_100M_300M").all() and len(together)
    with pytest.raises(SystemExit, match="--selection"):
        main(arguments)
