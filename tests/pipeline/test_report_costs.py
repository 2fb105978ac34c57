"""The report's chapter on costs: there where something can be counted, and nowhere else."""

import numpy as np
import pandas as pd
import pytest

from core.evidence.report.costs import costs_sections
from core.evidence.report.report import report_page
from core.pipeline.audit import load_audit, run_audit
from core.pipeline.report import report_input
from core.pipeline.report_costs import report_costs
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import prepare
from core.workspace import HOME_VARIABLE, workspace_for

DAY = 86_400.0
BEGIN = 1_238_112_000.0


@pytest.fixture
def audited(tmp_path, monkeypatch):
    """``audited(days, **columns)``: a prepared and audited table of two piles of 20 samples, dealt over days."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))

    def make(days, **columns):
        random = np.random.default_rng(1)
        plane = np.concatenate([random.normal(0, 0.3, (20, 2)), random.normal((6, 0), 0.3, (20, 2))])
        labels = ["Blip"] * 20 + ["=Whistle"] * 19 + ["Blip"]
        times = BEGIN + (np.arange(40) % days) * DAY + 3600.0
        table = pd.DataFrame({"sample_id": [f"s{n}" for n in range(40)], "label": labels, "ifo": "H1"})
        table = table.assign(event_time=times, x=plane[:, 0], y=plane[:, 1], **columns)
        table.to_csv(tmp_path / "set.csv", index=False)
        workspace = workspace_for(tmp_path / "set.csv")
        read_dataset(workspace)
        prepared = prepare(workspace, report=lambda progress: None)
        run_audit(prepared, report=lambda progress: None)
        return prepared

    return make


def test_each_family_has_its_figures_and_the_livetime_is_said_to_be_assumed(audited):
    prepared = audited(10, snr=10.0, duration=1.0)
    found = report_costs(prepared, load_audit(prepared))
    table = found.table.set_index("family")
    assert table.loc["Blip", "rate"] == pytest.approx(21 / 240)
    assert table.loc["Blip", "snr"] == pytest.approx(21 / 40)
    # Windows of two seconds around 21 glitches, of which those of one day lie at the same second.
    assert table.loc["Blip", "deadtime"] == pytest.approx(100 * 2 * 10 / (10 * DAY), rel=1e-6)
    assert np.isnan(table.loc["Blip", "preventable"]) and set(table["place"]) == {1}
    assert "It is not known when H1 observed: the 10 days" in found.sentences[0]
    assert "Nobody gave weights" in found.sentences[-1]


def test_where_the_ledger_is_not_asked_nothing_is_said_of_doubt(audited):
    prepared = audited(10)
    audit = load_audit(prepared)
    asked, silent = report_costs(prepared, audit), report_costs(prepared, audit, ask_ledger=False)
    assert asked.table["doubt"].notna().all() and silent.table["doubt"].isna().all()


def test_too_few_days_make_no_chapter(audited):
    prepared = audited(3)
    audit = load_audit(prepared)
    assert report_costs(prepared, audit) is None
    assert costs_sections(report_input(prepared, audit)) == []


def test_the_chapter_has_a_table_a_figure_and_what_it_does_not_say(audited):
    prepared = audited(10, snr=10.0)
    audit = load_audit(prepared)
    subject = report_input(prepared, audit, costs=report_costs(prepared, audit))
    (section,) = costs_sections(subject)
    (draw,) = section.drawings
    figure = draw(subject)
    assert figure.png.startswith(b"\x89PNG") and "2 families" in figure.caption
    page = report_page(subject, [section], {"costs": [figure]})
    assert "What each family costs" in page and "No single number says what a glitch costs" in page
    assert "=Whistle" in page and "Figure 1." in page
