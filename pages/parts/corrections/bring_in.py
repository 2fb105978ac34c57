"""Bringing in: corrections that others made, or a whole ledger; nothing is written before its report was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.dataset import Dataset
from core.errors import GlitchAuditError
from core.gate import open_gate
from core.ledger.exchange import (
    ImportPlan,
    Stamp,
    fill_ledger,
    ledger_state,
    plan_import,
    read_corrections,
    read_export,
    whole_ledger_in,
    write_import,
)
from core.ledger.exchange.tables import CorrectionTable
from core.version import APP_VERSION
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.state import change_panel, panel, take_from_panel
from pages.parts.desk.who import AtDesk, at_desk
from pages.parts.widgets import icons
from pages.parts.widgets.act_button import act_button
from pages.parts.widgets.text import escaped

_SHOWN_COLUMNS = ("line", "status", "key", "label_now", "label_proposed", "note", "reason")


@dataclass(frozen=True)
class BringInState:
    """What the session remembers of the file that was handed in, so that it is read once.

    Attributes:
        unpacked: id of the file in which a whole ledger was looked for.
        whole: that ledger; None where it is none.
        planned: what the plan was made of: the file, the ledger's state, the data set, the rule.
        plan: what an import of it would write.
        proposed: how many proposals were just written.
        filled: how many rows of a whole ledger were just written.
    """

    unpacked: str = ""
    whole: tuple[Stamp, bytes] | None = None
    planned: tuple[Any, ...] = ()
    plan: ImportPlan | None = None
    proposed: int | None = None
    filled: int | None = None


def bring_in(here: AtDesk, dataset: Dataset) -> None:
    """Take a file, say what it would change, and write that when asked to."""
    if not here.allowed("import"):
        st.caption(escaped(here.why_not("import")))
        return
    open_gate()
    file = st.file_uploader(
        "Corrections, or a whole ledger",
        type=["csv", "parquet", "zip"],
        key="exchange_file",
        help="A CSV with the reference table's columns (sample_id and proposed_label suffice), our own CSV or Parquet, "
        "or the ZIP of an export. Nothing is written before you have seen the report. The ZIP of a whole ledger fills "
        "an empty one.",
    )
    if file is None:
        return
    try:
        whole = _whole_ledger(file)
        if whole is not None:
            _fill(here, *whole)
            return
        plan = _plan(here, dataset, file)
    except GlitchAuditError as error:
        st.error(escaped(error), icon=icons.WENT_WRONG)
        return
    _import(here, plan)


def _import(here: AtDesk, plan: ImportPlan) -> None:
    st.markdown(escaped(plan.report()))
    st.dataframe(plan.rows, hide_index=True, column_order=_SHOWN_COLUMNS, key="exchange_plan")
    conflicts = plan.counts.get("conflict", 0)
    with_conflicts = conflicts > 0 and st.checkbox(
        f"Propose the {conflicts:,} in conflict too", key="exchange_conflicts", help="Both sides then stand."
    )
    nothing = "" if plan.counts.get("new") or with_conflicts else "There is nothing new to import."
    if act_button("Import", missing=here.missing("import") or nothing, key="exchange_import"):
        try:
            batch = write_import(
                here.ledger,
                plan,
                author=at_desk().person,
                app_version=APP_VERSION,
                with_conflicts=bool(with_conflicts),
            )
        except GlitchAuditError as error:
            st.error(escaped(error), icon=icons.WENT_WRONG)
            return
        change_panel(BringInState, proposed=batch.samples if batch else 0)
        st.rerun()
    if (done := take_from_panel(BringInState, "proposed")) is not None:
        st.success(f"{done:,} proposals were written, as one batch that can be withdrawn.")


def _whole_ledger(file: UploadedFile) -> tuple[Stamp, bytes] | None:
    """The whole ledger in the file, unpacked once and not with every run of the page."""
    if panel(BringInState).unpacked != file.file_id:
        whole = whole_ledger_in(file.getvalue(), name=file.name)
        change_panel(BringInState, unpacked=file.file_id, whole=whole)
    return panel(BringInState).whole


def _plan(here: AtDesk, dataset: Dataset, file: UploadedFile) -> ImportPlan:
    """The plan of this file, made anew only when the ledger has changed since."""
    ledger, rule = here.ledger, decision_rule(here)
    planned = (file.file_id, ledger_state(ledger).fingerprint, dataset.fingerprint, rule)
    if panel(BringInState).planned != planned:
        plan = plan_import(ledger, _corrections(file.getvalue(), file.name), dataset, rule=rule)
        change_panel(BringInState, planned=planned, plan=plan)
    return panel(BringInState).plan


def _fill(here: AtDesk, stamp: Stamp, copy: bytes) -> None:
    """A whole ledger comes with everybody's reviews and decisions, so it takes a moderator to vouch for it."""
    st.markdown(escaped(stamp.sentence()) + " It can fill an empty ledger.")
    if not here.allowed("restore ledger"):
        st.caption(escaped(here.why_not("restore ledger")))
        return
    if act_button("Fill the ledger", missing=here.missing("restore ledger"), key="exchange_restore"):
        try:
            written = fill_ledger(here.ledger, copy, author=at_desk().person)
        except GlitchAuditError as error:
            st.error(escaped(error), icon=icons.WENT_WRONG)
            return
        change_panel(BringInState, filled=written)
        st.rerun()
    if (written := take_from_panel(BringInState, "filled")) is not None:
        st.success(f"{written:,} rows were written.")


def _corrections(data: bytes, name: str) -> CorrectionTable:
    if data[:2] == b"PK":
        return read_export(data, name=name).corrections()
    return read_corrections(data, name=name)
