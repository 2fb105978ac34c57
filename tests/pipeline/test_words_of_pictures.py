"""What is written of photographs, report, map, tables, exports and releases, names nothing of glitches."""

import contextlib
import io
import re
import zipfile
from dataclasses import replace

import pandas as pd
import pytest

from core.commands.parser import main
from core.dataset.kind import GLITCHES, chosen_kind
from core.ledger import open_ledger
from core.ledger.exchange import export_metadata, export_summary
from core.ledger.exchange.export import proposals_csv
from core.ledger.views.proposals import proposals
from core.pipeline.audit_input import audit_fingerprint, audit_input
from core.pipeline.kept_releases import draft_release
from core.pipeline.releasing import ReleaseWish
from core.pipeline.report import write_workspace_report
from core.workspace import HOME_VARIABLE
from tests.photographs import audited_photographs

OF_GLITCHES = re.compile(r"glitch|detector|\bGPS\b|gravity.?spy|energ|observing run|spectrogram|\bLIGO|\bSNR\b", re.I)
OURS = re.compile(r"Glitch Audit|glitch-audit|glitch_audit|data:image/[^\"')]*")
"""The product's name, and pictures, whose letters mean nothing."""


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    place = tmp_path_factory.mktemp("photographs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(place / "home"))
        yield audited_photographs(place)


def of_glitches(text):
    """The words around each one that only fits glitches."""
    bare = OURS.sub("", text)
    return [bare[max(0, hit.start() - 60) : hit.end() + 40] for hit in OF_GLITCHES.finditer(bare)]


def test_the_report_its_map_and_its_tables(photographs, tmp_path):
    page = write_workspace_report(photographs, tmp_path / "report", report=lambda progress: None)
    # Of pages what is read counts, not the names in their scripts.
    read = re.compile(r"<script(?! type=.application/json).*?</script>|<style.*?</style>", re.S)
    for path in (page, page.parent / "map.html"):
        assert of_glitches(read.sub("", path.read_text())) == [], path.name
    tables = sorted((page.parent / "tables").glob("*.csv"))
    assert len(tables) >= 5
    assert {path.name: of_glitches(path.read_text()) for path in tables if of_glitches(path.read_text())} == {}
    assert "coat" in (page.parent / "map.html").read_text()


def test_exports_carry_the_columns_of_the_table(photographs, tmp_path):
    ledger = open_ledger(photographs.workspace.ledger_path)
    dataset = photographs.dataset
    export_metadata(ledger, dataset, tmp_path / "metadata")
    export_summary(ledger, dataset, tmp_path / "summary")
    table = pd.read_csv(tmp_path / "metadata" / "metadata.csv").set_index("sample_id")
    assert table.loc["cat/39", "weight"] == 6.9 and table.loc["cat/39", "coat"] == "black"
    texts = [path.read_text() for path in (tmp_path / "metadata").iterdir()]
    texts += [path.read_text() for path in (tmp_path / "summary").iterdir()] + [proposals_csv(proposals(ledger))]
    assert [of_glitches(text) for text in texts if of_glitches(text)] == []
    ledger.close()


def test_a_release_has_the_columns_of_the_table_and_says_so(photographs):
    ledger = open_ledger(photographs.workspace.ledger_path)
    made = draft_release(ledger, photographs.workspace, photographs.dataset, ReleaseWish("2026-11"), author="Mo")
    ledger.close()
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert {name: of_glitches(text) for name, text in texts.items() if of_glitches(text)} == {}
    table = pd.read_csv(io.StringIO(texts["2026-11/metadata.csv"])).set_index("sample_id")
    assert list(table.columns) == ["weight", "coat"]
    assert table.loc["dog/21", "weight"] == 5.1
    assert "`metadata.csv`" in texts["2026-11/README.md"]
    assert "metadata.csv" in texts["2026-11/SHA256SUMS"]


@pytest.mark.parametrize("command", ["open", "status", "audit"])
def test_the_command_line(photographs, command):
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), contextlib.suppress(SystemExit):
        main([command, str(photographs.workspace.source)])
    assert out.getvalue().strip()
    assert of_glitches(out.getvalue()) == []


def test_another_kind_is_another_audit(photographs):
    """What the audit says is kept, and must not outlive the kind that it was said of."""
    as_glitches = replace(photographs, dataset=replace(photographs.dataset, kind=chosen_kind(GLITCHES)))
    assert audit_fingerprint(as_glitches) != audit_fingerprint(photographs)
    assert audit_input(as_glitches, with_profiles=False).words.many == "glitches"
    assert audit_input(photographs, with_profiles=False).words.many == "samples"
