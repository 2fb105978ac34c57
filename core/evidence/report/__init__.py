"""The report: one HTML file that opens offline, its figures as PNG and its tables as CSV."""

from core.evidence.report.report import write_report
from core.evidence.report_input import ReportInput

__all__ = ["ReportInput", "write_report"]
