"""A file that ends the process that reads it ends no other one, wherever it is handed in."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import GlitchAuditError
from core.ledger import ProposalFilters, open_ledger, proposals
from core.ledger.exchange.copying import ledger_copy, restore_copy
from core.ledger.exchange.reading_back import read_export
from core.ledger.exchange.tables import read_corrections

pytestmark = pytest.mark.file_only("about files of strangers")


# One bit of a column's size statistics is flipped: pyarrow 25 calls std::terminate when the column is looked at.
ENDS_ITS_READER = (Path(__file__).parents[2] / "hostile" / "size_statistics_flipped.parquet").read_bytes()
SENTENCE = "damaged in a way that stops its reader"


def test_a_table_of_corrections():
    with pytest.raises(GlitchAuditError, match=f"^from_afar.parquet: .*{SENTENCE}"):
        read_corrections(ENDS_ITS_READER, name="from_afar.parquet")


def test_a_copy_of_a_ledger_and_the_ledger_stays_empty(tmp_path):
    with closing(open_ledger(tmp_path / "ledger.duckdb")) as ledger:
        made = zipfile.ZipFile(io.BytesIO(ledger_copy(ledger)))
        changed = io.BytesIO()
        with zipfile.ZipFile(changed, "w") as archive:
            archive.writestr("about.json", made.read("about.json"))
            archive.writestr("correction.parquet", ENDS_ITS_READER)
        with pytest.raises(GlitchAuditError):
            restore_copy(ledger, changed.getvalue())
        assert proposals(ledger, ProposalFilters(status="all")).empty


def test_an_export(tmp_path):
    about = {"kind": "metadata", "files": ["metadata.parquet"]}
    (tmp_path / "about.json").write_text(json.dumps(about))
    (tmp_path / "metadata.parquet").write_bytes(ENDS_ITS_READER)
    with pytest.raises(GlitchAuditError):
        read_export(tmp_path)
