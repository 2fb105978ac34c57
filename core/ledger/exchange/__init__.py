"""Exchange: exports from the ledger for other tools, and imports from them.

Every export says from which data set and which state of the ledger it was made, and can be read back. An import changes
the ledger only after the report of what it would do.
"""

from core.ledger.exchange.archive import pack_folder
from core.ledger.exchange.corrected import corrected_labels, rule_words
from core.ledger.exchange.export import SCREEN_COLUMNS, polygons_csv, proposals_csv
from core.ledger.exchange.folders import COPIES, LINKS, export_label_folders
from core.ledger.exchange.importing import ImportPlan, plan_import, write_import
from core.ledger.exchange.metadata import export_metadata
from core.ledger.exchange.plain_labels import label_csv, label_table
from core.ledger.exchange.reading_back import ReadExport, read_export
from core.ledger.exchange.stamp import LedgerState, Stamp, ledger_state
from core.ledger.exchange.subjects import export_subject_ids, export_subject_set
from core.ledger.exchange.summary import CorrectionSummary, export_summary, summarise, summary_text
from core.ledger.exchange.tables import CorrectionTable, read_correction_file, read_corrections
from core.ledger.exchange.whole_ledger import export_whole_ledger, fill_ledger, whole_ledger_in

__all__ = [
    "COPIES",
    "LINKS",
    "SCREEN_COLUMNS",
    "CorrectionSummary",
    "CorrectionTable",
    "ImportPlan",
    "LedgerState",
    "ReadExport",
    "Stamp",
    "corrected_labels",
    "export_label_folders",
    "export_metadata",
    "export_subject_ids",
    "export_subject_set",
    "export_summary",
    "export_whole_ledger",
    "fill_ledger",
    "label_csv",
    "label_table",
    "ledger_state",
    "pack_folder",
    "plan_import",
    "polygons_csv",
    "proposals_csv",
    "read_correction_file",
    "read_corrections",
    "read_export",
    "rule_words",
    "summarise",
    "summary_text",
    "whole_ledger_in",
    "write_import",
]
