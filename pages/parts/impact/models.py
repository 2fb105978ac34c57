"""What a model of the channels uses: nothing is explained of one without skill."""

from __future__ import annotations

import streamlit as st

from core.errors import GlitchAuditError
from core.glossary import meaning
from core.impact.explaining.curves import minutes_text
from core.impact.explaining.explain import Explanation, UsedGroup
from core.impact.models.fitting import check_installed
from core.impact.models.params import ModelParams
from core.impact.models.rate_model import RateModel
from core.pipeline.rate_models import glitches_most_foreseen
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.who import AtDesk
from pages.parts.detector.words import chance_text
from pages.parts.impact.fitted import (
    counterfactual_of,
    dependence_of,
    explanation_of,
    family_model_of,
    fit_button,
    rate_model_of,
    waterfall_of,
    work_line,
)
from pages.parts.impact.model_figures import dependence_figure, skill_figure, waterfall_figure
from pages.parts.impact.source import ImpactShown
from pages.parts.impact.state import GLITCH, GROUP, KIND, MODELLED
from pages.parts.impact.words import skill_text
from pages.parts.widgets.charts import show_chart
from pages.parts.widgets.text import code_span, escaped

_KINDS = {
    "xgboost": "boosted trees (XGBoost)",
    "boosting": "boosted trees (scikit-learn)",
    "forest": "random forest (slow)",
    "regression": "straight line",
}
_FOR_WHAT = (
    "A model is told the channels, the states and the hour of the day, and foresees how many glitches of a family come "
    "in blocks of two days that it has not seen. What it uses is told only where it foresees better than labels that "
    "are shifted by whole days: **no explanation without skill.**"
)


def models_panel(here: AtDesk, shown: ImpactShown, *, detector: str) -> None:
    """Draw the model of one family, what it uses, and which family the channels alone tell."""
    st.markdown(_FOR_WHAT)
    if shown.case.detector is None or not shown.case.channels_of(detector):
        st.info(f"No channels of {escaped(detector)} were brought, so there is nothing to foresee glitches from.")
        st.page_link(PAGES / "detector.py", label="To the page Detector", icon=":material/sensors:")
        return
    own = shown.case.glitches
    families = own.only(own.detectors == detector).names()
    keep_choices(
        [Choice(MODELLED, _first(shown, detector, families), families), Choice(KIND, "xgboost", tuple(_KINDS))],
        key="keeping_impact_model",
    )
    left, right = st.columns(2)
    family = left.selectbox("Family", families, key=MODELLED, **KEPT)
    kind = right.selectbox("Model", list(_KINDS), format_func=_KINDS.get, key=KIND, **KEPT)
    idle = work_line(here, shown)
    try:
        check_installed(ModelParams(kind=kind))
        model = rate_model_of(here, shown, family=family, detector=detector, kind=kind)
    except GlitchAuditError as error:
        st.info(escaped(error))
        return
    if model is None:
        st.caption(
            "It is fitted once, and up to 99 times to shifted labels: a quarter of a minute for 40 days of ten "
            "channels, some minutes for many."
        )
        if idle:
            fit_button(here, shown, f"Foresee {escaped(family)}", detector=detector, family=family, kind=kind)
    else:
        _model(shown, model)
    st.divider()
    _apart(here, shown, detector, idle=idle)


def _first(shown: ImpactShown, detector: str, families: tuple[str, ...]) -> str:
    """The family that goes most surely with a channel, where that was asked."""
    found = shown.case.coupling.couplings if shown.case.coupling is not None else ()
    return next((one.family for one in found if one.detector == detector and one.family in families), families[0])


def _model(shown: ImpactShown, model: RateModel) -> None:
    found = explanation_of(model)
    st.markdown(f"**{skill_text(model.skill.value, skilled=model.skilled)}** {escaped(found.sentence)}")
    show_chart(
        skill_figure(model, dark=_dark()), key="impact_skill", alt="The model’s skill beside that of shifted labels"
    )
    st.caption(f"{escaped(found.null)} {escaped(meaning('skill'))}")
    if model.features.excluded:
        told = ", ".join(f"{code_span(name)} ({escaped(why)})" for name, why in model.features.excluded.items())
        st.caption(f"The model is not told of: {told}.")
    if not found.groups:
        return
    _groups(found)
    names = [one.group.name for one in found.groups]
    keep_choices([Choice(GROUP, names[0], names)], key="keeping_impact_group")
    name = st.selectbox("One of them in depth", names, key=GROUP, **KEPT) if len(names) > 1 else names[0]
    _group(model, next(one for one in found.groups if one.group.name == name))
    _one_glitch(shown, model)


def _groups(found: Explanation) -> None:
    rows = [
        {
            "rank": f"{one.rank_low} to {one.rank_high}" if one.rank_low != one.rank_high else str(one.rank_low),
            "the model uses": one.group.name,
            "channels": len(one.group.members),
            "weight": f"{one.weight.value:.3g} ({one.weight.low:.3g} to {one.weight.high:.3g})",
            "chance gives": f"below {one.by_chance:.3g}",
            "p": chance_text(one.p_value),
            "when louder": "more" if one.direction > 0 else "fewer",
            "the regression": one.regression,
        }
        for one in found.groups
    ]
    st.dataframe(rows, hide_index=True, key="impact_groups")
    others = ", ".join(code_span(one.group.name) for one in found.others)
    unlisted = f" Not to be told from chance, and so not listed: {others}." if others else ""
    st.caption(
        "A group’s weight is the mean size of the signed sum of its SHAP values in held-out blocks, with 95 % by days. "
        f"{escaped(found.shap)}{unlisted}"
    )


def _group(model: RateModel, one: UsedGroup) -> None:
    with st.container(border=True):
        st.markdown(f"**{escaped(one.sentence)}**")
        st.markdown(f"What to do: {escaped(one.action)}")
        if len(one.members) > 1:
            told = ", ".join(f"{code_span(member.channel)} {member.share:.0%}" for member in one.members)
            st.caption(f"Within the group, which no data of theirs tell apart: {told}.")
        try:
            st.markdown(escaped(counterfactual_of(model, one.group.name).sentence))
        except GlitchAuditError as error:
            st.caption(escaped(error))
    show_chart(
        dependence_figure(dependence_of(model, one.group.name), dark=_dark()),
        key="impact_dependence",
        alt="What the group adds to the foreseen rate against its level, and how much data lies there",
    )
    st.caption(
        "The line is the median of what the group adds, the band its middle 80 %. Below stands how many hours lie at "
        "each level: where there are few, the line means little."
    )


def _one_glitch(shown: ImpactShown, model: RateModel) -> None:
    glitches = glitches_most_foreseen(model, shown.case.times)
    if not glitches:
        return
    keep_choices([Choice(GLITCH, 1, bounds=(1, len(glitches)))], key="keeping_impact_glitch")
    st.subheader(f"Why were these {minutes_text(model.features.grid.bin_seconds)} likely?")
    with st.container(width=320):
        number = st.number_input(
            f"Which of {len(glitches):,} glitches, the most foreseen first",
            1,
            len(glitches),
            step=1,
            key=GLITCH,
            **KEPT,
        )
    name, time = glitches[int(number) - 1]
    try:
        found = waterfall_of(model, time)
    except GlitchAuditError as error:
        st.info(escaped(error))
        return
    st.markdown(f"{code_span(name)}, GPS {time:.1f}. {escaped(found.sentence)}")
    show_chart(waterfall_figure(found, dark=_dark()), key="impact_waterfall", alt="What each group adds here")
    st.caption(
        "From what is foreseen as a rule (gray) to what is foreseen here (orange). The scale is logarithmic: steps of "
        "one length multiply the rate by the same. That a glitch was likely is no proof that it came from there."
    )


def _apart(here: AtDesk, shown: ImpactShown, detector: str, *, idle: bool) -> None:
    st.subheader("Which family will it be, from the channels alone?")
    try:
        found = family_model_of(here, shown, detector=detector)
    except GlitchAuditError as error:
        st.info(escaped(error))
        return
    if found is None:
        st.caption(
            "A model that sees no picture names each glitch by the channels of its ten minutes, in blocks new to it."
        )
        if idle:
            fit_button(here, shown, "Tell the families apart", detector=detector)
        return
    st.markdown(f"**{escaped(found.sentence)}**")
    st.caption(escaped(found.null))
    if found.skilled:
        rows = [
            {"family": family, **{name: f"{value:.2g}" for name, value in zip(found.groups, row, strict=True)}}
            for family, row in zip(found.families, found.importance, strict=True)
        ]
        st.dataframe(rows, hide_index=True, key="impact_apart")
        st.caption("How much the model uses each group for each family: the mean size of its signed SHAP values.")
    if found.left_out:
        told = ", ".join(f"{escaped(name)} ({count:,})" for name, count in found.left_out.items())
        st.caption(f"Too few glitches, and so left out: {told}.")


def _dark() -> bool:
    return st.context.theme.type == "dark"
