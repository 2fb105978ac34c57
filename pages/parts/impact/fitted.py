"""Models of the channels: what was fitted before, and the button that has it fitted."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.impact.explaining.curves import (
    Counterfactual,
    Dependence,
    Waterfall,
    counterfactual,
    dependence,
    waterfall,
)
from core.impact.explaining.explain import Explanation, explain
from core.impact.models.naming import FamilyModel, model_family
from core.impact.models.params import ModelParams
from core.impact.models.rate_model import RateModel, model_rate
from core.jobs.job import job_status
from core.pipeline.detector import BY_LABEL
from core.pipeline.rate_models import load_family_model, load_rate_model
from core.workspace import Workspace
from pages.parts.data.job import watch_work
from pages.parts.desk.acts_of_detector import start_models
from pages.parts.desk.state import change_panel, panel, take_from_panel, the_desk
from pages.parts.desk.who import AtDesk
from pages.parts.impact.source import ImpactShown
from pages.parts.impact.state import AskedModels
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import escaped


def rate_model_of(here: AtDesk, shown: ImpactShown, *, family: str, detector: str, kind: str) -> RateModel | None:
    """The model of a family's rate; None where it was not asked for yet.

    Raises GlitchAuditError for too few days or glitches, of a simulated detector.
    """
    if shown.case.simulated:
        if _key(shown, detector, family, kind) not in panel(AskedModels).keys:
            return None
        return _fitted(shown.key, family, detector, kind, shown)
    root = str(here.workspace.root)
    found = _loaded(root, shown.key, family, detector, kind, here.workspace, shown)
    if found is None:
        _loaded.clear(root, shown.key, family, detector, kind, here.workspace, shown)
    return found


def family_model_of(here: AtDesk, shown: ImpactShown, *, detector: str) -> FamilyModel | None:
    """Which family each glitch is foreseen to be; None where that was not asked yet."""
    if shown.case.simulated:
        if _key(shown, detector, "", "") not in panel(AskedModels).keys:
            return None
        return _told_apart(shown.key, detector, shown)
    root = str(here.workspace.root)
    found = _loaded_apart(root, shown.key, detector, here.workspace, shown)
    if found is None:
        _loaded_apart.clear(root, shown.key, detector, here.workspace, shown)
    return found


def explanation_of(model: RateModel) -> Explanation:
    """What the model uses."""
    return _explained(model.fingerprint, model)


def dependence_of(model: RateModel, group: str) -> Dependence:
    """What a group adds against its level."""
    return _dependence(model.fingerprint, group, model)


def counterfactual_of(model: RateModel, group: str) -> Counterfactual:
    """What would be expected with the group kept quiet; raises GlitchAuditError for a state."""
    return _counterfactual(model.fingerprint, group, model)


def waterfall_of(model: RateModel, time: float) -> Waterfall:
    """Why the minute at ``time`` was foreseen as it was; raises GlitchAuditError outside of what was foreseen."""
    return waterfall(model, explanation_of(model), time)


def work_line(here: AtDesk, shown: ImpactShown) -> bool:
    """Say what the workspace's job is doing, or why it ended, once a page; returns whether a model may be asked for."""
    if refused := take_from_panel(AskedModels, "refused"):
        st.error(escaped(refused))
    if shown.case.simulated:
        return True
    status = job_status(here.workspace)
    may = not here.hindrance("prepare")
    if status.running:
        doing = "Models are being fitted" if status.subject == "impact" else "Other work is under way"
        st.info(f"{doing}: this page goes on by itself when it is done.")
        watch_work(here.workspace, may=may)
        return False
    if status.subject == "impact" and status.state in ("failed", "lost", "cancelled"):
        st.error(escaped(status.message))
    if not may:
        st.caption("A model can be fitted by who may prepare this data set.")
    return may


def fit_button(
    here: AtDesk, shown: ImpactShown, title: str, *, detector: str, family: str = "", kind: str = ""
) -> None:
    """The button that has a model fitted: of a simulated detector here and now, else by the workspace's job."""
    st.button(
        title,
        type="primary",
        icon=icons.OPEN_TRAINING,
        key=widget_key("impact_fit", family, kind),
        on_click=partial(_ask, here.workspace, shown, detector, family, kind),
    )


def _ask(workspace: Workspace, shown: ImpactShown, detector: str, family: str, kind: str) -> None:
    if shown.case.simulated:
        change_panel(AskedModels, keys=(*panel(AskedModels).keys, _key(shown, detector, family, kind)))
        return
    by = BY_LABEL if shown.by_label else "cluster"
    try:
        start_models(workspace, detector, by, family=family, kind=kind, reading_id=the_desk().reading)
    except GlitchAuditError as error:
        change_panel(AskedModels, refused=str(error))


def _key(shown: ImpactShown, *parts: str) -> str:
    return fingerprint(shown.key, *parts)


@st.cache_resource(max_entries=8, show_spinner="Fitting the model, then again to labels shifted by whole days")
def _fitted(key: str, family: str, detector: str, kind: str, _shown: ImpactShown) -> RateModel:
    case = _shown.case
    return model_rate(case.detector.table, case.times, family=family, detector=detector, params=ModelParams(kind=kind))


@st.cache_resource(max_entries=4, show_spinner="Telling the families apart, then again with shifted channels")
def _told_apart(key: str, detector: str, _shown: ImpactShown) -> FamilyModel:
    return model_family(_shown.case.detector.table, _shown.case.times, detector=detector)


@st.cache_resource(max_entries=8, show_spinner="Reading the model")
def _loaded(
    root: str, key: str, family: str, detector: str, kind: str, _workspace: Workspace, _shown: ImpactShown
) -> RateModel | None:
    case = _shown.case
    return load_rate_model(
        _workspace, case.detector, case.times, family=family, name=detector, params=ModelParams(kind=kind)
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _loaded_apart(root: str, key: str, detector: str, _workspace: Workspace, _shown: ImpactShown) -> FamilyModel | None:
    return load_family_model(_workspace, _shown.case.detector, _shown.case.times, name=detector)


@st.cache_resource(max_entries=8, show_spinner=False)
def _explained(key: str, _model: RateModel) -> Explanation:
    return explain(_model)


@st.cache_resource(max_entries=16, show_spinner=False)
def _dependence(key: str, group: str, _model: RateModel) -> Dependence:
    return dependence(_model, explanation_of(_model), group)


@st.cache_resource(max_entries=16, show_spinner="Asking what would be expected with it kept quiet")
def _counterfactual(key: str, group: str, _model: RateModel) -> Counterfactual:
    return counterfactual(_model, explanation_of(_model), group)
