"""Exports of the correction table: each made in a folder, and offered as one file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from core.dataset import Dataset
from core.dataset.stores import FolderStore
from core.errors import GlitchAuditError
from core.ledger import Ledger
from core.ledger.acts.deciding import DecisionRule, sample_states
from core.ledger.exchange import (
    COPIES,
    LINKS,
    export_label_folders,
    export_metadata,
    export_subject_ids,
    export_subject_set,
    export_summary,
    export_whole_ledger,
    label_csv,
)
from core.ledger.exchange.export import comments_csv
from core.ledger.views.comments import all_comments
from core.pipeline.votes import saved_votes
from core.workspace import Workspace
from pages.parts.desk.acts import make_export
from pages.parts.desk.blind_samples import WAITS, hidden_comments
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.state import change_panel, panel
from pages.parts.desk.taxonomy_draft import RELEASES, SECTION
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.text import code_span, escaped

_STATES = {"in review or in conflict": ("in review", "conflict"), "in conflict only": ("conflict",)}


@dataclass(frozen=True)
class Made:
    """An export that was made.

    Attributes:
        kind: which.
        folder: where it lies.
        data: all of it as one file; None where it is too large for that.
        keeper: of the folder in the public demo, where it goes with the session.
    """

    kind: str
    folder: Path
    data: bytes | None
    keeper: tempfile.TemporaryDirectory | None


@dataclass(frozen=True)
class TakeOutState:
    """What the session remembers of the exports: the one that was made last."""

    made: Made | None = None


def take_out(here: AtDesk, dataset: Dataset) -> None:
    """Ask what to take out, make it, and offer it for download."""
    if hindered := here.hindrance("export"):
        st.caption(escaped(hindered))
        return
    ledger, rule = here.ledger, decision_rule(here)
    with st.container(horizontal=True):
        _labels(ledger, dataset, rule)
        _comments(here)
    st.caption(
        "Every export below says which data set and which state of the ledger it was made of, and can be read back "
        "under “Bring in”. Only decided labels count as corrected."
    )
    st.page_link(
        PAGES / "decisions.py",
        label="To cite the labels in a paper, make a release of them: a named, frozen state",
        icon=icons.RELEASE,
        query_params={SECTION: RELEASES},
    )
    kinds: dict[str, Callable[[Path], object]] = {
        "Corrected metadata": lambda folder: export_metadata(ledger, dataset, folder, rule=rule),
        "Whole ledger": lambda folder: export_whole_ledger(ledger, dataset, folder),
        "Summary to quote": lambda folder: export_summary(ledger, dataset, folder, rule=rule),
        "Pictures by corrected label": lambda folder: _with_bar(
            lambda told: export_label_folders(ledger, dataset, folder, how=how, rule=rule, on_progress=told)
        ),
        "Panoptes subject set": lambda folder: _with_bar(
            lambda told: export_subject_set(ledger, dataset, _doubtful(ledger, rule, chosen), folder, on_progress=told)
        ),
        "Panoptes subject ids": lambda folder: export_subject_ids(
            ledger, dataset, _doubtful(ledger, rule, chosen), _subjects(here.workspace, dataset), folder
        ),
    }
    how, chosen = COPIES, next(iter(_STATES))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox("What", list(kinds), key="exchange_kind")
        if kind.startswith("Pictures") and isinstance(dataset.store, FolderStore) and not here.public_demo:
            how = st.segmented_control("How", (COPIES, LINKS), default=COPIES, required=True, key="exchange_how")
        if kind.startswith("Panoptes"):
            chosen = st.selectbox("Which samples", list(_STATES), key="exchange_states")
        if st.button("Make it", icon=":material/archive:", key="exchange_make"):
            _make(here, kind, kinds[kind])
    made = panel(TakeOutState).made
    if made and made.kind == kind:
        _download(here, made)


def _labels(ledger: Ledger, dataset: Dataset, rule: DecisionRule) -> None:
    st.download_button(
        "Labels before and now (CSV)",
        data=lambda: label_csv(ledger, dataset, rule=rule).encode(),
        file_name="labels.csv",
        mime="text/csv",
        on_click="ignore",
        icon=icons.DOWNLOAD,
        type="primary",
        key="exchange_labels",
        help="One row a sample: id, label before, label now, decided by, when. Decided samples come first; the others "
        "keep their label, with nobody and no time beside it.",
    )


def _comments(here: AtDesk) -> None:
    st.download_button(
        "Comments (CSV)",
        data=lambda: _comments_read(here),
        file_name="comments.csv",
        mime="text/csv",
        on_click="ignore",
        icon=icons.DOWNLOAD,
        key="exchange_comments",
        help="One row a comment or answer, in order, with what it is about and who was asked to look; what was taken "
        "back is there too, and marked. What was said of samples that wait for your own review is "
        "left out until you have given it.",
    )


def _comments_read(here: AtDesk) -> bytes:
    """All comments as CSV, without the texts that the person is not to see before his own review."""
    said, hidden = all_comments(here.ledger), hidden_comments(here)
    return comments_csv(said.assign(text=said["text"].where(~said["comment_id"].isin(hidden), WAITS))).encode()


def _make(here: AtDesk, kind: str, export: Callable[[Path], object]) -> None:
    name = f"{kind.lower().replace(' ', '-')}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    # In the public demo nothing of a visitor's is kept: the folder goes with the session.
    keeper = tempfile.TemporaryDirectory() if here.public_demo else None
    folder = (Path(keeper.name) if keeper else here.workspace.root / "exports") / name
    try:
        data = make_export(export, folder)
    except GlitchAuditError as error:
        st.error(escaped(error), icon=icons.WENT_WRONG)
        return
    change_panel(TakeOutState, made=Made(kind, folder, data, keeper))


def _download(here: AtDesk, made: Made) -> None:
    st.download_button(
        f"Download: {escaped(made.kind.lower())}",
        data=made.data,
        file_name=f"{made.folder.name}.zip",
        mime="application/zip",
        on_click="ignore",
        icon=icons.DOWNLOAD,
        key="exchange_download",
        disabled=made.data is None,
    )
    if not here.public_demo:
        st.caption(f"It lies in {code_span(made.folder)}.")


def _doubtful(ledger: Ledger, rule: DecisionRule, chosen: str) -> list[str]:
    states = sample_states(ledger, rule)
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
