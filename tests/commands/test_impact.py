"""``impact``: costs from the command line, and models of the channels, kept for the page."""

import pandas as pd
import pytest

from core.commands.parser import main
from core.detector.simulated import SimulationParams, simulate_detector
from core.jobs.job import job_status
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import prepare
from core.workspace import HOME_VARIABLE, workspace_for
from tests.parts.detector.conftest import write_detector, write_samples


@pytest.fixture
def made(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    simulated = simulate_detector(SimulationParams(days=24, glitches=300.0, others=0), seed=2)
    workspace = workspace_for(write_samples(tmp_path / "glitches.csv", simulated))
    read_dataset(workspace)
    prepare(workspace, report=lambda progress: None)
    return workspace, write_detector(tmp_path / "detector", simulated)


def test_costs_are_printed_and_a_model_needs_channels(made, tmp_path, capsys):
    workspace, files = made
    source = str(workspace.source)
    main(["impact", source, "--out", str(tmp_path / "impact.csv"), "--quiet"])
    said = capsys.readouterr().out
    assert "Rate (per hour)" in said and "not in the table: Preventable share" in said and "of rate" in said
    table = pd.read_csv(tmp_path / "impact.csv")
    assert set(table["family"]) == {"Blip", "Fast_Scattering", "Koi_Fish", "Scattered_Light", "Tomte"}
    with pytest.raises(SystemExit) as stop:
        main(["impact", source, "--model", "Blip", "--quiet"])
    assert "bring them first" in str(stop.value)
    live = str(files / "L1-observing.txt")
    main(["couple", source, "--channels", str(files), "--livetime", live, "--quiet"])
    main(["impact", source, "--model", "Blip", "--kind", "regression", "--quiet"])
    assert "Blip" in capsys.readouterr().out.splitlines()[-1]
    assert job_status(workspace).message == "1 model was fitted and judged."
    with pytest.raises(SystemExit) as stop:
        main(["impact", source, "--detector", "V1", "--quiet"])
    assert "no glitches of V1" in str(stop.value)
