"""Exchange with other tools: take corrections out, bring them in, read volunteers' votes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.dataset import Dataset
from core.dataset.stores import FolderStore
from core.errors import GlitchAuditError
from core.gate import open_gate
from core.ledger import Ledger
from core.ledger.exchange import (
    COPIES,
    LINKS,
    ImportPlan,
    Stamp,
    export_label_folders,
    export_metadata,
    export_subject_ids,
    export_subject_set,
    export_summary,
    export_whole_ledger,
    fill_ledger,
    ledger_state,
    plan_import,
    read_corrections,
    read_export,
    whole_ledger_in,
    write_import,
)
from core.ledger.exchange.tables import CorrectionTable
from core.pipeline.snapshot import read_snapshot
from core.pipeline.votes import saved_votes
from core.version import APP_VERSION
from core.workspace import Workspace
from pages.parts.desk.acts import make_export, read_votes_in
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.identity import public_demo
from pages.parts.desk.session import allowed, current_workspace, desk_ledger, hindrance, person, why_not
from pages.parts.desk.who import at_desk
from pages.parts.widgets.act_button import act_button
from pages.parts.widgets.text import code_span, inert

_STATES = {"in review or in conflict": ("in review", "conflict"), "in conflict only": ("conflict",)}
_SHOWN_COLUMNS = ("line", "status", "key", "label_now", "label_proposed", "note", "reason")


def exchange_panel() -> None:
    """Draw the section."""
    st.subheader("Exchange")
    workspace, ledger = current_workspace(), desk_ledger()
    try:
        dataset = read_snapshot(workspace)
    except GlitchAuditError as error:
        st.warning(inert(error))
        return
    if dataset is None:
        st.caption("Open the data set on the page “Data and settings” first: exchange needs its samples.")
        return
    out, into, votes = st.tabs(["Take out", "Bring in", "Volunteers' votes"])
    with out:
        _take_out(workspace, ledger, dataset)
    with into:
        _bring_in(ledger, dataset)
    with votes:
        _volunteers(workspace, dataset)


def _take_out(workspace: Workspace, ledger: Ledger, dataset: Dataset) -> None:
    st.caption(
        "Every export says which data set and which state of the ledger it was made of, and can be read back under "
        "“Bring in”. Only decided labels count as corrected."
    )
    if hindered := hindrance("export"):
        st.caption(inert(hindered))
        return
    rule = decision_rule(at_desk())
    kinds: dict[str, Callable[[Path], object]] = {
        "Corrected metadata": lambda folder: export_metadata(ledger, dataset, folder, rule=rule),
        "Whole ledger": lambda folder: export_whole_ledger(ledger, dataset, folder),
        "Summary to quote": lambda folder: export_summary(ledger, dataset, folder, rule=rule),
        "Pictures by corrected label": lambda folder: _with_bar(
            lambda told: export_label_folders(ledger, dataset, folder, how=how, rule=rule, on_progress=told)
        ),
        "Panoptes subject set": lambda folder: _with_bar(
            lambda told: export_subject_set(ledger, dataset, _doubtful(ledger, chosen), folder, on_progress=told)
        ),
        "Panoptes subject ids": lambda folder: export_subject_ids(
            ledger, dataset, _doubtful(ledger, chosen), _subjects(workspace, dataset), folder
        ),
    }
    how, chosen = COPIES, next(iter(_STATES))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox("What", list(kinds), key="exchange_kind")
        if kind.startswith("Pictures") and isinstance(dataset.store, FolderStore) and not public_demo():
            how = st.segmented_control("How", (COPIES, LINKS), default=COPIES, required=True, key="exchange_how")
        if kind.startswith("Panoptes"):
            chosen = st.selectbox("Which samples", list(_STATES), key="exchange_states")
        if st.button("Make it", icon=":material/archive:", key="exchange_make"):
            _make(workspace, kind, kinds[kind])
    made = st.session_state.get("exchange_made")
    if made and made[0] == (kind, str(workspace.root)):
        folder: Path = made[1]
        st.download_button(
            f"Download: {inert(kind.lower())}",
            data=made[2],
            file_name=f"{folder.name}.zip",
            mime="application/zip",
            on_click="ignore",
            icon=":material/download:",
            key="exchange_download",
            disabled=made[2] is None,
        )
        if not public_demo():
            st.caption(f"It lies in {code_span(folder)}.")


def _make(workspace: Workspace, kind: str, export: Callable[[Path], object]) -> None:
    name = f"{kind.lower().replace(' ', '-')}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    # In the public demo nothing of a visitor's is kept: the folder goes with the session.
    keeper = tempfile.TemporaryDirectory() if public_demo() else None
    folder = (Path(keeper.name) if keeper else workspace.root / "exports") / name
    try:
        data = make_export(export, folder)
    except GlitchAuditError as error:
        st.error(inert(error), icon=":material/error:")
        return
    st.session_state["exchange_made"] = ((kind, str(workspace.root)), folder, data, keeper)


def _doubtful(ledger: Ledger, chosen: str) -> list[str]:
    from core.ledger.views.states import sample_states

    states = sample_states(ledger, decision_rule(at_desk()))
    return list(states.index[states["state"].isin(_STATES[chosen])])


def _subjects(workspace: Workspace, dataset: Dataset) -> dict[str, str]:
    for column in ("subject_id", "links_subjects"):
        if column in dataset.samples:
            return dataset.samples[column].dropna().astype("str").to_dict()
    known = saved_votes(workspace)
    return dict(zip(known["sample_id"], known["subject_id"], strict=True))


def _with_bar(work: Callable[[Callable[[int, int], None]], object]) -> None:
    bar = st.progress(0.0)
    work(lambda done, total: bar.progress(done / max(total, 1)))
    bar.empty()


def _bring_in(ledger: Ledger, dataset: Dataset) -> None:
    if not allowed("import"):
        st.caption(inert(why_not("import")))
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
            _fill(ledger, *whole)
            return
        plan = _plan(ledger, dataset, file)
    except GlitchAuditError as error:
        st.error(inert(error), icon=":material/error:")
        return
    st.markdown(inert(plan.report()))
    st.dataframe(plan.rows, hide_index=True, column_order=_SHOWN_COLUMNS, key="exchange_plan")
    conflicts = plan.counts.get("conflict", 0)
    with_conflicts = conflicts > 0 and st.checkbox(
        f"Propose the {conflicts:,} in conflict too", key="exchange_conflicts", help="Both sides then stand."
    )
    nothing = "" if plan.counts.get("new") or with_conflicts else "There is nothing new to import."
    if act_button("Import", missing=_sentence(why_not("import")) or nothing, key="exchange_import"):
        try:
            batch = write_import(
                ledger, plan, author=person(), app_version=APP_VERSION, with_conflicts=bool(with_conflicts)
            )
        except GlitchAuditError as error:
            st.error(inert(error), icon=":material/error:")
            return
        st.session_state["exchange_done"] = batch.samples if batch else 0
        st.rerun()
    if (done := st.session_state.pop("exchange_done", None)) is not None:
        st.success(f"{done:,} proposals were written, as one batch that can be withdrawn.")


def _whole_ledger(file: UploadedFile) -> tuple[Stamp, bytes] | None:
    """The whole ledger in the file, unpacked once and not with every run of the page."""
    if st.session_state.get("exchange_whole", (None,))[0] != file.file_id:
        st.session_state["exchange_whole"] = (file.file_id, whole_ledger_in(file.getvalue(), name=file.name))
    return st.session_state["exchange_whole"][1]


def _plan(ledger: Ledger, dataset: Dataset, file: UploadedFile) -> ImportPlan:
    """The plan of this file, made anew only when the ledger has changed since."""
    rule = decision_rule(at_desk())
    key = (file.file_id, ledger_state(ledger).fingerprint, dataset.fingerprint, rule)
    if st.session_state.get("exchange_planned", (None,))[0] != key:
        plan = plan_import(ledger, _corrections(file.getvalue(), file.name), dataset, rule=rule)
        st.session_state["exchange_planned"] = (key, plan)
    return st.session_state["exchange_planned"][1]


def _fill(ledger: Ledger, stamp: Stamp, copy: bytes) -> None:
    """A whole ledger comes with everybody's reviews and decisions, so it takes a moderator to vouch for it."""
    st.markdown(inert(stamp.sentence()) + " It can fill an empty ledger.")
    if not allowed("restore ledger"):
        st.caption(inert(why_not("restore ledger")))
        return
    if act_button("Fill the ledger", missing=_sentence(why_not("restore ledger")), key="exchange_restore"):
        try:
            written = fill_ledger(ledger, copy, author=person())
        except GlitchAuditError as error:
            st.error(inert(error), icon=":material/error:")
            return
        st.session_state["exchange_filled"] = written
        st.rerun()
    if (written := st.session_state.pop("exchange_filled", None)) is not None:
        st.success(f"{written:,} rows were written.")


def _corrections(data: bytes, name: str) -> CorrectionTable:
    if data[:2] == b"PK":
        return read_export(data, name=name).corrections()
    return read_corrections(data, name=name)


def _sentence(trouble: str) -> str:
    return trouble and trouble.rstrip(".") + "."


def _volunteers(workspace: Workspace, dataset: Dataset) -> None:
    st.caption(
        "A Panoptes classification export becomes votes for each sample: how many, their entropy in bits, and the "
        "commonest label, as columns to colour the map by and to filter with."
    )
    if not public_demo() and allowed("import"):
        file = st.file_uploader("Classification export", type=["csv"], key="exchange_votes")
        missing = _sentence(why_not("import"))
        if file is not None and act_button("Read the votes", missing=missing, key="exchange_read_votes", primary=False):
            try:
                votes = read_votes_in(workspace, file.getvalue(), dataset)
            except GlitchAuditError as error:
                st.error(inert(error), icon=":material/error:")
                return
            st.success(inert(votes.report()))
    try:
        kept = saved_votes(workspace)
    except GlitchAuditError as error:
        st.warning(inert(error))
        return
    if not kept.empty:
        _most_disputed(kept, dataset)


def _most_disputed(kept: pd.DataFrame, dataset: Dataset) -> None:
    from core.dataset.readers.panoptes import vote_columns

    table = vote_columns(kept, dataset.samples.index)
    table = table[table["votes"] > 0].assign(label=dataset.samples["label"])
    table = table.sort_values(["vote_entropy", "votes"], ascending=False, kind="stable").reset_index()
    st.dataframe(table, hide_index=True, key="exchange_disputed")
