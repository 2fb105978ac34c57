"""Whose glitches are counted: those of the data set, beside the detector that was brought, or simulated ones."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.detector.model import GlitchTimes
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.pipeline.audit import Audit
from core.pipeline.detector import BY_CLUSTER, BY_LABEL, glitches_of, play
from core.pipeline.impact import CostCase, SaidOfLabels, said_of_labels, sample_case, simulated_case
from pages.parts.desk.decision_rule import decision_rule
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.shown import Samples, SheetShown
from pages.parts.desk.state import widget_value
from pages.parts.desk.who import AtDesk
from pages.parts.detector.families import Families
from pages.parts.detector.source import DetectorShown, brought_detector, brought_here
from pages.parts.detector.state import BY, SEED, SEEDS
from pages.parts.impact.state import OF, OWN, SIMULATED

_TITLES = {OWN: "This data set", SIMULATED: "A simulated detector"}
_FAMILIES = {BY_LABEL: "by label", BY_CLUSTER: "by cluster"}


@dataclass(frozen=True, eq=False)
class ImpactShown:
    """What costs are counted from.

    Attributes:
        case: glitches, livetime, channels.
        key: names all of it, for what is kept of it.
        trouble: why the detector that was brought is not beside it, in a sentence; "" where it is, or none was brought.
        by_label: whether families are labels.
    """

    case: CostCase
    key: str
    trouble: str = ""
    by_label: bool = True


def source_bar() -> str:
    """Draw the choice of whose glitches these are and what a family is; returns the former."""
    keep_choices(
        [
            Choice(OF, OWN, (OWN, SIMULATED)),
            Choice(BY, BY_LABEL, (BY_LABEL, BY_CLUSTER)),
            Choice(SEED, 0, bounds=SEEDS),
        ],
        key="keeping_impact_source",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Glitches",
            list(_TITLES),
            format_func=_TITLES.get,
            required=True,
            key=OF,
            label_visibility="collapsed",
            **KEPT,
        )
        if widget_value(OF) == OWN:
            st.segmented_control(
                "Families",
                list(_FAMILIES),
                format_func=_FAMILIES.get,
                required=True,
                key=BY,
                label_visibility="collapsed",
                **KEPT,
            )
        else:
            st.number_input(
                "Its number",
                *SEEDS,
                step=1,
                key=SEED,
                width=160,
                help="Which simulated detector is drawn: the same number always draws the same one, another number "
                "another one.",
                **KEPT,
            )
    return widget_value(OF) or OWN


def simulated_impact() -> ImpactShown:
    """A simulated detector, drawn once a process for each seed."""
    seed = int(widget_value(SEED) or 0)
    return ImpactShown(_simulated(seed), f"simulated {seed}")


def own_impact(here: AtDesk, sheet: SheetShown, audit: Audit | None) -> ImpactShown:
    """The data set's glitches, beside the detector that was brought, if it was read.

    Raises GlitchAuditError where the glitches have no times or no detectors.
    """
    by = widget_value(BY) or BY_LABEL
    shown, trouble = _detector(here, sheet.samples, by)
    glitches = shown.glitches if shown is not None else _glitches(sheet.samples.fingerprint, by, sheet.samples)
    said = said_of_labels(
        sheet.samples.table,
        here.ledger,
        rule=decision_rule(here),
        suspects=None if audit is None else audit.suspects.table,
    )
    key = fingerprint(
        sheet.samples.fingerprint,
        by,
        shown.key if shown is not None else "",
        shown is not None and shown.result is not None,
        "" if audit is None else audit.fingerprint,
        sorted(said.judged),
        sorted(said.contested.items()),
        said.seconds.tobytes(),
    )
    case = _case(key, by, sheet.samples.table, sheet.samples.brought, glitches, said, shown)
    return ImpactShown(case, key, trouble, by_label=by == BY_LABEL)


def _detector(here: AtDesk, samples: Samples, by: str) -> tuple[DetectorShown | None, str]:
    bringing = brought_here(here.workspace)
    if bringing is None:
        return None, ""
    try:
        shown = brought_detector(here.workspace, samples, bringing, Families(by))
    except GlitchAuditError as error:
        return None, f"The detector that was brought is not beside it: {error}"
    if shown is None:
        return None, "The detector that was brought was not read yet: do that on the page Detector."
    return shown, ""


@st.cache_resource(max_entries=2, show_spinner="Drawing a detector, and comparing its families with its channels")
def _simulated(seed: int) -> CostCase:
    return simulated_case(play(seed=seed), seed=seed)


@st.cache_resource(max_entries=4, show_spinner=False)
def _glitches(results: str, by: str, _samples: Samples) -> GlitchTimes:
    return glitches_of(_samples.table, _samples.clusters, by=by)


@st.cache_resource(max_entries=4, show_spinner=False)
def _case(
    key: str,
    by: str,
    _table: pd.DataFrame,
    _brought: pd.Series,
    _glitches: GlitchTimes,
    _said: SaidOfLabels,
    _shown: DetectorShown | None,
) -> CostCase:
    beside = (
        {} if _shown is None else {"detector": _shown.detector, "coupling": _shown.result, "borders": _shown.borders}
    )
    return sample_case(_table, _brought, _glitches, _said, by_label=by == BY_LABEL, **beside)
