"""A table of corrections with columns that nobody asked for: those are not kept, and a refusal still names them."""

from __future__ import annotations

import pytest

from core.errors import GlitchAuditError
from core.ledger.exchange.tables import read_corrections


def test_other_columns_are_passed_over_wherever_they_stand():
    text = "first,sample_id,more,proposed_label,last\nx,a1,y,Blip,z\nx,a2\n"
    rows = read_corrections(text.encode(), name="wide.csv").rows
    assert rows["key"].tolist() == ["a1", "a2"]
    assert rows["label_proposed"].tolist() == ["Blip", ""]


def test_what_the_table_has_is_said_where_it_lacks_a_column():
    with pytest.raises(GlitchAuditError, match="it has first, sample_id, last"):
        read_corrections(b"first,sample_id,last\nx,a1,z\n", name="wide.csv")


def test_too_many_columns_are_refused_by_the_header_alone():
    header = ",".join(f"c{number}" for number in range(1_001))
    with pytest.raises(GlitchAuditError, match="1,001 columns"):
        read_corrections((header + "\n" + '"never closed').encode(), name="wide.csv")
