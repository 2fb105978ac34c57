"""The exchange section of the page Corrections: take out, bring in, votes."""

import io
import zipfile

import pytest

from core.ledger import open_ledger, proposals
from core.pipeline.snapshot import read_snapshot
from core.pipeline.stages import load_prepared, prepared_key
from core.pipeline.votes import FILE_NAME, saved_votes
from core.version import APP_VERSION
from pages.parts.corrections.take_out import TakeOutState
from tests.parts.remembered import remembered

CSV = (
    b"sample_id,true_label,segment,proposed_label,justification\n"
    b"Blip/sample000,Blip,lower,Whistle,<b>rises</b>\nnobody,Blip,,Whistle,\n"
)


@pytest.fixture
def page(prepared, open_app):
    app = open_app("pages/corrections.py", workspace=prepared.workspace.name, reviewer="Ada")
    yield app
    open_ledger(prepared.workspace.ledger_path).close()


def test_an_import_shows_its_report_before_it_writes(page, prepared):
    page.file_uploader(key="exchange_file").set_value(("theirs.csv", CSV, "text/csv")).run()
    assert not page.exception
    ledger = open_ledger(prepared.workspace.ledger_path)
    assert proposals(ledger).empty
    assert any("1 will be proposed, 1 name no sample" in item.value.replace("\\", "") for item in page.markdown)
    page.button(key="exchange_import").click().run()
    assert not page.exception
    assert proposals(ledger)["reason"].tolist() == ["<b>rises</b> [segment lower]"]
    assert set(proposals(ledger)["author"]) == {"Ada"} and APP_VERSION in set(proposals(ledger)["app_version"])


@pytest.mark.parametrize("kind", ["Corrected metadata", "Summary to quote", "Pictures by corrected label"])
def test_an_export_can_be_made_and_downloaded(page, prepared, kind):
    page.selectbox(key="exchange_kind").set_value(kind).run()
    page.button(key="exchange_make").click().run()
    assert not page.exception and not page.error
    folder = next((prepared.workspace.root / "exports").iterdir())
    assert (folder / "about.json").is_file()
    made = remembered(page, TakeOutState).made
    assert made.folder == folder and "about.json" in zipfile.ZipFile(io.BytesIO(made.data)).namelist()


def test_what_cannot_be_exported_is_a_sentence(page):
    page.selectbox(key="exchange_kind").set_value("Panoptes subject set").run()
    page.button(key="exchange_make").click().run()
    assert not page.exception and "No samples are chosen" in page.error[0].value.replace("\\", "")


def test_votes_become_columns_to_colour_by(page, prepared):
    before = prepared_key(prepared.workspace)
    sample_id = read_snapshot(prepared.workspace).samples.index[0]
    rows = [
        f'{name},"[{{""task"": ""T0"", ""value"": ""BLIP""}}]","{{""7"": {{""id"": ""{sample_id}""}}}}"'
        for name in "ab"
    ]
    data = "\n".join(["user_name,annotations,subject_data", *rows]).encode()
    page.file_uploader(key="exchange_votes").set_value(("votes.csv", data, "text/csv")).run()
    page.button(key="exchange_read_votes").click().run()
    assert not page.exception and not page.error
    assert len(saved_votes(prepared.workspace)) == 2
    assert prepared_key(prepared.workspace) != before
    samples = load_prepared(prepared.workspace).samples
    assert samples["votes"].tolist() == [2] + [0] * 39 and samples["vote_entropy"].iloc[0] == 0
    assert samples["vote_consensus"].iloc[0] == "Blip"
    (prepared.workspace.root / FILE_NAME).write_bytes(b"damaged")
    assert "votes" not in load_prepared(prepared.workspace).samples


def test_a_wrong_export_of_votes_is_told_by_its_own_name(page):
    page.file_uploader(key="exchange_votes").set_value(("my votes.csv", b"a,b\n1,2\n", "text/csv")).run()
    page.button(key="exchange_read_votes").click().run()
    assert not page.exception and "tmp" not in page.error[0].value
    assert page.error[0].value.replace("\\", "").startswith("my votes.csv: the CSV lacks the column")


def test_the_plain_csv_of_labels_is_the_first_to_take_out(page):
    out = page.tabs[0].get("download_button")
    assert [button.proto.label for button in out] == ["Labels before and now (CSV)", "Comments (CSV)"]
    assert out[0].proto.id.endswith("exchange_labels")
