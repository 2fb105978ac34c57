"""A drift in depth: the curve, what changes along it, its segments, its pictures, and proposals for a part of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.audit.drift import (
    HOW,
    THIRDS,
    AlongCurve,
    CurvePoints,
    Drift,
    Segment,
    along_the_curve,
    curve_columns,
    curve_points,
    places_at,
    segment_of,
    segments,
)
from core.audit.model import AuditInput
from core.dataset import Taxonomy
from core.dataset.selection import Selection
from core.evidence.drift_atlas import drift_atlas_png
from core.fingerprint import fingerprint
from core.pipeline.stages import Prepared
from core.space.filters import make_selection
from pages.parts.desk.results import taxonomy
from pages.parts.drifts.figures import CURVE_HEIGHT, column_figure, curve_figure, mix_figure
from pages.parts.selection.propose import propose_form
from pages.parts.selection.sheet import begin_sheet, excluded, sheet_panel
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.plotly_view import read_gesture, show_figure
from pages.parts.widgets.text import inert, view_name

WHOLE, LASSO = "the whole curve", "lasso"


@st.fragment
def drift_panel(prepared: Prepared, case: AuditInput, drift: Drift, suspicion: np.ndarray | None) -> None:
    """Draw everything about one drift; a page shows at most one, for it holds the contact sheet and the form.

    Args:
        prepared: the workspace's results, for pictures and the ledger.
        case: the audit's input, on which the drift was found.
        drift: what to show.
        suspicion: float (n,), the chance that each sample's label is wrong, in the order of ``case.samples``.
    """
    _forget_another(drift)
    colours = taxonomy(prepared.dataset.labels)
    _summary(drift)
    how = st.segmented_control(
        "Cut the curve",
        HOW,
        default=HOW[0],
        key="drift_how",
        required=True,
        format_func=lambda name: f"into {inert(name)}" if name == THIRDS else f"at {inert(name)}",
        help="Change points of the label mix, as many as the labels bear out; or three parts of equally many samples.",
        on_change=_choose_whole,
    )
    parts = segments(case, drift, how=how, suspicion=suspicion)
    points = _curve(case, drift, parts, colours, suspicion=suspicion, intensity=prepared.intensity)
    _along(case, drift, points.by, colours, suspicion=suspicion, intensity=prepared.intensity)
    _segment_table(parts)
    _atlas(prepared, drift)
    _part_in_depth(prepared, case, drift, parts, colours, suspicion)


def _forget_another(drift: Drift) -> None:
    if st.session_state.get("drift_shown") != drift.fingerprint:
        _choose_whole()
        st.session_state["drift_shown"] = drift.fingerprint


def _choose_whole() -> None:
    """Choose no part of the curve; Plotly's view keeps its own selection until it gets another key."""
    st.session_state["drift_part"] = WHOLE
    st.session_state["drift_places"] = ()
    st.session_state["drift_points"] = []
    st.session_state["drift_round"] = st.session_state.get("drift_round", 0) + 1
    _nothing_taken_out()


def _nothing_taken_out() -> None:
    begin_sheet()


def _summary(drift: Drift) -> None:
    st.subheader(inert(drift.name[:1].upper() + drift.name[1:]))
    shape = drift.one_dimensional
    numbers = st.columns(4)
    numbers[0].metric("Samples on the curve", f"{len(drift):,}")
    numbers[1].metric(
        "Agreement of the order",
        _number(drift.agreement),
        delta=_range(drift.agreement_low, drift.agreement_high),
        delta_color="off",
        delta_arrow="off",
        help="Mean rank correlation between this order and those found on four fifths of the samples; below it the "
        "range of 95 % of them. 1 is the same order every time.",
    )
    numbers[2].metric(
        "Length over width",
        _number(shape.length_to_width, 1),
        delta=f"{_number(shape.chance_length_to_width, 1)} for a round cloud",
        delta_color="off",
        delta_arrow="off",
        help="Along the neighbour graph of the embedding, which follows a bent curve along its bend.",
    )
    numbers[3].metric(
        "Explained by the place",
        "cannot tell" if np.isnan(shape.share) else f"{shape.share:.0%}",
        delta="" if np.isnan(shape.p_value) else f"p = {shape.p_value:.2g} for a round cloud",
        delta_color="off",
        delta_arrow="off",
        help="Share of the squared distances along the neighbour graph that one coordinate explains, and how often a "
        "round cloud of the same spread looks as long.",
    )


def _curve(
    case: AuditInput,
    drift: Drift,
    parts: tuple[Segment, ...],
    colours: Taxonomy,
    *,
    suspicion: np.ndarray | None,
    intensity: np.ndarray,
) -> CurvePoints:
    by = st.selectbox(
        "Against the place along the curve",
        curve_columns(case, suspicion=suspicion, intensity=intensity),
        key="drift_column",
        width=320,
        help="The curve was found in the embedding alone: a physical column that rises or falls along it says what "
        "changes.",
    )
    points = curve_points(case, drift, by, suspicion=suspicion, intensity=intensity)
    figure = curve_figure(
        points,
        colours,
        cuts=[part.start for part in parts[1:]],
        chosen=np.isin(np.arange(len(drift)), st.session_state["drift_places"]),
        dark=st.context.theme.type == "dark",
    )
    # The column is part of the key: a lasso of one column's values means nothing on another's.
    said = show_figure(figure, key=widget_key("drift_curve", by, st.session_state["drift_round"]), height=CURVE_HEIGHT)
    # The component repeats its last answer in every run; only a new one is a gesture.
    if said and said != st.session_state["drift_points"]:
        st.session_state["drift_points"] = said
        gesture = read_gesture(said)
        places = places_at(points, gesture.points) if gesture else ()
        if len(places):
            st.session_state["drift_places"] = tuple(places.tolist())
            st.session_state["drift_part"] = LASSO
            _nothing_taken_out()
            st.rerun(scope="fragment")
    st.caption(
        "Lasso a part of the curve, or click a point, to see its pictures and propose a label for them below. Dotted "
        "lines are the cuts between segments."
    )
    return points


def _along(
    case: AuditInput,
    drift: Drift,
    by: str,
    colours: Taxonomy,
    *,
    suspicion: np.ndarray | None,
    intensity: np.ndarray,
) -> None:
    key = fingerprint(drift.fingerprint, b"" if suspicion is None else np.asarray(suspicion, float).tobytes())
    along = _cached_along(key, case, drift, suspicion, intensity)
    dark = st.context.theme.type == "dark"
    left, right = st.columns(2)
    with left:
        st.markdown("**Labels along the curve**")
        mix = mix_figure(along, colours, dark=dark)
        st.plotly_chart(mix, key="drift_mix", config={"displayModeBar": False}, alt="Share of each label by place")
    with right:
        st.markdown(
            f"**Mean {inert(by)} along the curve**" if by in along.tests.index[1:] else "**Mean along the curve**"
        )
        means = column_figure(along, by, dark=dark)
        if means is None:
            st.caption("Choose a column above to see its mean and interval along the curve.")
        else:
            st.plotly_chart(
                means, key="drift_means", config={"displayModeBar": False}, alt=f"Mean {by} by place with its interval"
            )
    _tests(along)


@st.cache_resource(max_entries=16, show_spinner="Following the curve")
def _cached_along(
    key: str, _case: AuditInput, _drift: Drift, _suspicion: np.ndarray | None, _intensity: np.ndarray
) -> AlongCurve:
    return along_the_curve(_case, _drift, suspicion=_suspicion, intensity=_intensity)


def _tests(along: AlongCurve) -> None:
    tests = along.tests.reset_index()
    st.dataframe(
        tests[["column", "correlation", "low", "high", "explained", "chance_explained", "p_value", "q_value", "n"]],
        hide_index=True,
        height="content",
        column_config={
            "column": "what changes",
            "correlation": st.column_config.NumberColumn(
                "rank correlation", format="%.2f", help="with the place along the curve: 1 rises all along, -1 falls"
            ),
            "low": st.column_config.NumberColumn("from", format="%.2f", help="95 % interval of the correlation"),
            "high": st.column_config.NumberColumn("to", format="%.2f", help="95 % interval of the correlation"),
            "explained": st.column_config.NumberColumn(
                "explained", format="%.2f", help="Share of the ranks' variance, or of the label entropy, by place"
            ),
            "chance_explained": st.column_config.NumberColumn(
                "by chance", format="%.2f", help="The same with the glitches in random order"
            ),
            "p_value": st.column_config.NumberColumn("p", format="%.3g", help="How often a random order does as well"),
            "q_value": st.column_config.NumberColumn(
                "q", format="%.3g", help="p after Benjamini and Hochberg, for there are several columns"
            ),
            "n": st.column_config.NumberColumn("glitches", format="localized"),
        },
    )


def _segment_table(parts: tuple[Segment, ...]) -> None:
    st.markdown("**Segments**")
    st.dataframe(
        pd.DataFrame(
            {
                "segment": range(1, len(parts) + 1),
                "place": [f"{part.start:.2f} to {part.stop:.2f}" for part in parts],
                "samples": [len(part.sample_ids) for part in parts],
                "labels": [_counts(part) for part in parts],
                "seen to be wrong": [
                    _share(part.expected_wrong, part.expected_wrong_low, part.expected_wrong_high) for part in parts
                ],
                "differing": [_share(part.differing, part.differing_low, part.differing_high) for part in parts],
                "suggestion": [part.suggestion for part in parts],
            }
        ),
        hide_index=True,
        height="content",
        column_config={
            "seen to be wrong": st.column_config.TextColumn(
                "seen to be wrong",
                help="Mean chance that a label is wrong, from the suspects, with its 95 % interval. Mistakes that the "
                "embedding finds plausible are not in it: at least so many are wrong",
            ),
            "differing": st.column_config.TextColumn(
                "another label", help="Share with another label than the segment's commonest one, 95 % Wilson interval"
            ),
        },
    )


def _atlas(prepared: Prepared, drift: Drift) -> None:
    views = prepared.dataset.views
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.markdown("**Start, middle and end**")
        view = st.segmented_control(
            "View of the atlas",
            views,
            default="1.0" if "1.0" in views else views[0],
            format_func=view_name,
            key="drift_view",
            required=True,
            disabled=len(views) == 1,
        )
    png = _cached_atlas(drift.fingerprint, view, prepared, drift)
    st.image(png, width="stretch", alt=f"Pictures from start, middle and end of {drift.name}")
    st.download_button(
        "Atlas as PNG",
        data=png,
        file_name="drift-atlas.png",
        mime="image/png",
        on_click="ignore",
        icon=":material/download:",
        key="drift_atlas",
    )


@st.cache_data(max_entries=16, show_spinner="Reading the pictures")
def _cached_atlas(key: str, view: str, _prepared: Prepared, _drift: Drift) -> bytes:
    return drift_atlas_png(_prepared.dataset, _drift, _prepared.samples, view=view)


def _part_in_depth(
    prepared: Prepared,
    case: AuditInput,
    drift: Drift,
    parts: tuple[Segment, ...],
    colours: Taxonomy,
    suspicion: np.ndarray | None,
) -> None:
    names = [WHOLE, *(f"segment {number}" for number in range(1, len(parts) + 1))]
    if st.session_state["drift_places"]:
        names.append(LASSO)
    if st.session_state["drift_part"] not in names:
        st.session_state["drift_part"] = WHOLE
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.segmented_control(
            "Part to look at and to relabel", names, key="drift_part", required=True, on_change=_nothing_taken_out
        )
        if st.session_state["drift_places"]:
            st.button("Clear selection", on_click=_choose_whole, icon=":material/deselect:", key="drift_clear")
    part = _part(case, drift, parts, name, suspicion)
    _say_suggestion(part, colours)
    selection = _selection(prepared, part)
    sheet_panel(prepared, selection, colours)
    left_in = tuple(sample_id for sample_id in selection.sample_ids if sample_id not in excluded())
    propose_form(prepared, _selection(prepared, part, ids=left_in), colours)


def _part(
    case: AuditInput, drift: Drift, parts: tuple[Segment, ...], name: str, suspicion: np.ndarray | None
) -> Segment:
    if name == WHOLE:
        return segment_of(case, drift, np.arange(len(drift)), suspicion=suspicion)
    if name == LASSO:
        return segment_of(case, drift, np.asarray(st.session_state["drift_places"]), suspicion=suspicion)
    return parts[int(name.removeprefix("segment ")) - 1]


def _say_suggestion(part: Segment, colours: Taxonomy) -> None:
    wrong = _share(part.expected_wrong, part.expected_wrong_low, part.expected_wrong_high)
    st.markdown(
        f"{len(part.sample_ids):,} samples: {inert(_counts(part))}. Labels seen to be wrong: {wrong}. Another label "
        f"than {inert(part.top_label)}: {_share(part.differing, part.differing_low, part.differing_high)}. Suggestion: "
        f"**{inert(part.suggestion)}**."
    )
    if part.relabel_to in colours and st.session_state.get("propose_label") != part.relabel_to:
        st.button(
            f"Take “{inert(part.relabel_to)}” into the form",
            key="drift_take",
            icon=":material/label:",
            on_click=lambda: st.session_state.update(propose_label=part.relabel_to),
            help=f"{len(part.differing_ids)} samples carry another label; those that carry it already are left alone.",
        )


def _selection(prepared: Prepared, part: Segment, *, ids: tuple[str, ...] | None = None) -> Selection:
    chosen = part.sample_ids if ids is None else ids
    return make_selection(
        prepared.samples,
        prepared.samples.index.isin(chosen),
        how="query",
        clusters=prepared.clustering.labels,
        dataset_fingerprint=prepared.dataset.fingerprint,
        layout_fingerprint=prepared.layout.fingerprint,
    )


def _counts(part: Segment) -> str:
    return ", ".join(f"{n} {label}" for label, n in part.label_counts.items())


def _number(value: float, digits: int = 2) -> str:
    return "cannot tell" if np.isnan(value) else f"{value:.{digits}f}"


def _range(low: float, high: float) -> str:
    return "" if np.isnan(low) else f"{low:.2f} to {high:.2f}"


def _share(value: float, low: float, high: float) -> str:
    return "not known" if np.isnan(value) else f"{value:.0%} ({low:.0%} to {high:.0%})"
