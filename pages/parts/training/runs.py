"""All runs of a data set: their list, one of them in full, resume, remove with undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.classify.training.labels import labels_learnt
from core.classify.training.runs import Run, read_curves, removed_runs
from core.errors import GlitchAuditError
from core.jobs.training import outcome, runs_table, training_status
from core.workspace import Workspace
from pages.parts.data.job import duration_text
from pages.parts.desk.acts import remove_run, restore_run, resume_training
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.state import change_panel, panel, set_widget, take_from_panel
from pages.parts.evaluation.runs import RUN_KEY
from pages.parts.training import words
from pages.parts.training.curves import curves_view
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.row_list import choose_row, look_at_row
from pages.parts.widgets.text import code_span, escaped

_EVALUATION_PAGE = PAGES / "evaluation.py"
_COLUMNS = {
    "run": st.column_config.TextColumn("run", width="medium"),
    "accuracy": st.column_config.NumberColumn(
        "validation accuracy", format="percent", help="Of the epoch whose weights are kept."
    ),
    "hours": st.column_config.NumberColumn("hours", format="%.2f"),
    "started": st.column_config.DatetimeColumn("started (UTC)", format="YYYY-MM-DD HH:mm", timezone="UTC"),
}


@dataclass(frozen=True)
class RunsState:
    """What the session remembers of the list.

    Attributes:
        removed: name of the run that was removed last, as long as it was not brought back.
        trouble: why the last click did nothing.
    """

    removed: str = ""
    trouble: str = ""


def runs_panel(workspace: Workspace, runs: Sequence[Run], *, changeable: bool) -> None:
    """Draw the list and the run that is looked at.

    Args:
        workspace: whose runs.
        runs: newest first.
        changeable: whether runs can be resumed and removed here.
    """
    st.subheader("Training runs")
    _said(workspace)
    if not runs:
        st.info(
            "No classifier was trained on this data set yet. Choose above, and press “Start training”."
            if changeable
            else "No runs came with this data set."
        )
    else:
        under_way = training_status(workspace)
        training = under_way.subject if under_way.running else ""
        by_name = {run.name: run for run in runs}
        table = runs_table(runs)
        shown = choose_row(_shown(table, training), list(by_name), key="training_runs", column_config=_COLUMNS)
        _details(workspace, by_name[shown], training=training, changeable=changeable)
    if changeable:
        _removed(workspace)


def state_of(run: Run, training: str) -> str:
    """The run's state for the screen; ``training`` names the run whose process is under way."""
    return "running" if run.name == training else run.state


def _shown(table: pd.DataFrame, training: str) -> pd.DataFrame:
    states = table["state"].where(table.index != training, "running").map(words.STATES)
    names = [f"{name} (came with the project)" if own else name for name, own in table["shipped"].items()]
    return pd.DataFrame(
        {
            "run": names,
            "state": states.to_numpy(),
            "accuracy": table["accuracy"].to_numpy(),
            "epochs": table["epochs"].to_numpy(),
            "architecture": table["architecture"].map(words.NAMES).fillna(table["architecture"]).to_numpy(),
            # Said only where some run was split otherwise: by glitch is the rule.
            **({"split by": table["split_by"].to_numpy()} if (table["split_by"] != "glitch").any() else {}),
            "hours": table["hours"].to_numpy(),
            "started": table["started"].to_numpy(),
            "device": table["device"].to_numpy(),
        }
    )


def _details(workspace: Workspace, run: Run, *, training: str, changeable: bool) -> None:
    state = state_of(run, training)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"#### {escaped(run.name)}")
            st.badge(words.STATES[state], color=words.STATE_COLOURS[state])
        if state == "failed":
            st.error(escaped(run.message or "It failed without saying why."), icon=icons.WENT_WRONG)
        elif run.message and state != "running":
            st.markdown(escaped(run.message))
        if run.leak:
            st.warning(escaped(run.leak), icon=":material/warning:")
        if run.split_note:
            st.caption(escaped(run.split_note))
        st.markdown(_sentence(run, state))
        if sentence := labels_learnt(run):
            st.markdown(f"{icons.TAKE_LABEL} {escaped(sentence)}")
        _actions(workspace, run, state=state, busy=bool(training), changeable=changeable)
        if state != "running" and run.epochs_done:
            curves_view(
                read_curves(run),
                best_epoch=run.best_epoch,
                epochs=run.epochs_done,
                key=widget_key("training_of", run.name),
            )
        with st.expander("All parameters"):
            rows = words.params_rows(run.params) | {"fingerprint": run.fingerprint}
            if run.labels_fingerprint:
                rows |= {"labels": f"{run.reading}, {run.labels_fingerprint}"}
            st.dataframe(pd.DataFrame({"value": rows}), height=320)
            st.caption(f"It lies in {code_span(run.folder)}; TensorBoard reads its `events` folder.")


def _sentence(run: Run, state: str) -> str:
    counts = (run.counts or {}).get("samples", {})
    # A run that is done says so itself; how far the one under way is stands above, anew every second.
    parts = {"done": [], "running": ["It is under way: see above."]}.get(state, [f"{outcome(run).capitalize()}."])
    if counts:
        parts.append(
            f"{counts.get('train', 0):,} samples to learn from, {counts.get('validation', 0):,} to validate, "
            f"{counts.get('test', 0):,} kept back to test, {len(run.labels)} labels"
            + (
                " (the data set's own parts)."
                if run.splits_honoured
                else "."
                if run.leak or run.split_note
                else ", dealt out by sample."
            )
        )
    if run.seconds and state != "running":
        parts.append(f"It took {duration_text(run.seconds)}" + (f" on {escaped(run.device)}." if run.device else "."))
    return " ".join(parts)


def _actions(workspace: Workspace, run: Run, *, state: str, busy: bool, changeable: bool) -> None:
    with st.container(horizontal=True):
        if state == "done" and st.button(
            "How good it is", type="primary", icon=icons.OPEN_EVALUATION, key="training_evaluate"
        ):
            set_widget(RUN_KEY, str(run.folder))
            st.switch_page(_EVALUATION_PAGE)
        if not changeable or run.shipped or state == "running":
            return
        if state in ("stopped", "failed"):
            st.button(
                "Resume",
                type="primary",
                on_click=_resume,
                args=(workspace, run.name),
                icon=":material/resume:",
                disabled=busy,
                key="training_resume",
                help="Another training run is under way: wait for it, or stop it." if busy else "Goes on where it was.",
            )
        st.button(
            "Remove",
            on_click=_remove,
            args=(workspace, run.name),
            icon=icons.REMOVE,
            key="training_remove",
            help="You can bring it back.",
        )


def _said(workspace: Workspace) -> None:
    """What the last click did, with its undo."""
    if trouble := take_from_panel(RunsState, "trouble"):
        st.error(escaped(trouble))
    name = panel(RunsState).removed
    if name and name in removed_runs(workspace):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{icons.REMOVE} The run **{escaped(name)}** was removed.")
            st.button("Undo", on_click=_restore, args=(workspace, name), icon=icons.UNDO, key="training_undo")


def _removed(workspace: Workspace) -> None:
    names = [name for name in removed_runs(workspace) if name != panel(RunsState).removed]
    if not names:
        return
    with st.expander(f"Removed runs ({len(names)})"):
        chosen = st.selectbox("Removed run", names, key="training_restorable", label_visibility="collapsed")
        st.button(
            "Bring it back",
            on_click=_restore,
            args=(workspace, chosen),
            icon=icons.UNDO,
            key="training_restore",
        )


def _resume(workspace: Workspace, name: str) -> None:
    _try(lambda: resume_training(workspace, name))


def _remove(workspace: Workspace, name: str) -> None:
    if _try(lambda: remove_run(workspace, name)):
        change_panel(RunsState, removed=name)


def _restore(workspace: Workspace, name: str) -> None:
    if _try(lambda: restore_run(workspace, name)):
        change_panel(RunsState, removed="")
        look_at_row("training_runs", name)


def _try(act) -> bool:
    try:
        act()
    except GlitchAuditError as error:
        change_panel(RunsState, trouble=str(error))
        return False
    return True
